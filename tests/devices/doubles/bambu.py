"""A Bambu printer that does not exist: a real broker inside TLS, its files, and somebody who plays what it says."""

import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.devices.brokers import DEADLINE_S
from tests.devices.doubles.certificates import Certificate
from tests.devices.doubles.ftps import FakeFiles
from tests.devices.doubles.plugs import started

SERIAL, CODE = "01P00A123456789", "12345678"


class FakeBambu:
    """`says` publishes what changed, as the small printers do. With `is_obedient` it does what it is told."""

    def __init__(self, folder: Path, name: str = SERIAL) -> None:
        self.certificate = Certificate(folder, name)
        self.files = FakeFiles(self.certificate, CODE)
        with socket.socket() as free, socket.socket() as inner:
            free.bind(("127.0.0.1", 0))
            inner.bind(("127.0.0.1", 0))
            self.port, self._inner_port = int(free.getsockname()[1]), int(inner.getsockname()[1])
        self._folder = folder
        self.state: dict[str, Any] = {"gcode_state": "IDLE", "nozzle_temper": 24.0, "chamber_temper": 5.0}
        self.number = 100
        self.orders: list[dict[str, Any]] = []
        self.is_obedient, self.is_mute = True, False
        self._news = threading.Condition()
        self._write_config()
        self.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _write_config(self) -> None:
        passwords = self._folder / "bambu-passwords"
        passwords.write_text(f"bblp:{CODE}\ninside:inside\n")
        program = shutil.which("mosquitto_passwd") or "mosquitto_passwd"
        subprocess.run([program, "-U", str(passwords)], check=True, capture_output=True)
        passwords.chmod(0o600)
        for file in (self.certificate.file, self.certificate.key_file):
            file.chmod(0o600)
        (self._folder / "bambu.conf").write_text(
            f"allow_anonymous false\npassword_file {passwords}\nuser root\nset_tcp_nodelay true\nlog_dest stderr\n"
            f"log_type error\nlistener {self._inner_port} 127.0.0.1\nlistener {self.port} 127.0.0.1\n"
            f"certfile {self.certificate.file}\nkeyfile {self.certificate.key_file}\n"
        )

    def start(self) -> None:
        """Switched on: it knows nobody, and nobody's order waits for it."""
        is_in = threading.Event()
        self._child = started(self._folder / "bambu.conf", self.port)
        self._mqtt = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="inside")
        self._mqtt.username_pw_set("inside", "inside")
        self._mqtt.on_message = self._hear
        self._mqtt.on_connect = lambda client, *_: client.subscribe(f"device/{SERIAL}/request")
        self._mqtt.on_subscribe = lambda *_: is_in.set()
        self._mqtt.connect("127.0.0.1", self._inner_port)
        self._mqtt.loop_start()
        assert is_in.wait(DEADLINE_S)

    def lose_power(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()
        del self._mqtt
        self._child.kill()
        self._child.wait()

    def close(self) -> None:
        self.lose_power()
        self.files.close()

    def says(self, **changed: Any) -> None:
        """The printer tells what changed."""
        self.state |= changed
        self.number += 1
        self.publish({"print": {"command": "push_status", "sequence_id": str(self.number), **changed}})

    def publish(self, said: object) -> None:
        payload = said if isinstance(said, bytes) else json.dumps(said).encode()
        if not self.is_mute:
            self._mqtt.publish(f"device/{SERIAL}/report", payload)

    def _hear(self, _client: object, _userdata: object, message: mqtt.MQTTMessage) -> None:
        assert not message.retain, "nothing is retained at a printer"
        told = json.loads(message.payload)
        with self._news:
            self.orders.append(next(iter(told.values())))
            self._news.notify_all()
        self._do(self.orders[-1])

    def _do(self, order: dict[str, Any]) -> None:
        word = order["command"]
        if word == "pushall":
            self.says(**self.state)
        elif not self.is_obedient:
            return
        elif word == "project_file":
            changed = {"subtask_name": order["subtask_name"], "task_id": order["task_id"], "mc_percent": 0}
            self.says(gcode_state="PREPARE", gcode_file=order["file"], **changed)
        elif word == "stop":
            self.says(print_error=0x0300_400C)
            self.says(gcode_state="FAILED")
        else:
            self.says(gcode_state={"pause": "PAUSE", "resume": "RUNNING"}[word])

    def wait_for_order(self, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        with self._news:
            assert self._news.wait_for(lambda: any(map(is_it, self.orders)), DEADLINE_S), self.orders
            return next(filter(is_it, self.orders))
