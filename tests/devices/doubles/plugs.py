"""Plugs on a real broker: a Tasmota that measures, answers questions and does what retained orders tell it."""

import json
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.devices.brokers import DEADLINE_S, MOSQUITTO

VERSION: dict[str, object] = {"StatusFWR": {"Version": "14.2.0(tasmota)", "Hardware": "ESP8266EX"}}
NAME: dict[str, object] = {"Status": {"DeviceName": "Prise laser", "FriendlyName": ["Prise laser"]}}


def started(config: Path, port: int) -> "subprocess.Popen[bytes]":
    """A Mosquitto that listens; begun again if somebody held its port for a moment."""
    assert MOSQUITTO is not None
    waiting = threading.Event()
    child = subprocess.Popen([MOSQUITTO, "-c", str(config)], stderr=subprocess.DEVNULL)
    for _ in range(DEADLINE_S * 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0 and child.poll() is None:
                return child
        if child.poll() is not None:
            child = subprocess.Popen([MOSQUITTO, "-c", str(config)], stderr=subprocess.DEVNULL)
        waiting.wait(0.02)
    raise AssertionError("mosquitto does not listen")


class OpenBroker:
    """Mosquitto for whoever comes, without memory."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._config = folder / "open.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\npersistence false\n"
            "log_dest stderr\nlog_type error\n"
        )
        self.url = f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._child = started(self._config, self.port)

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()


class Guest:
    """Anybody on the broker: hears some topics, publishes, and may vanish."""

    def __init__(self, broker: OpenBroker, filters: tuple[str, ...], will: tuple[str, bytes] | None = None) -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self._news, self._is_in = threading.Condition(), threading.Event()
        self._mqtt = mqtt.Client(CallbackAPIVersion.VERSION2)
        if will is not None:
            self._mqtt.will_set(will[0], will[1], qos=1, retain=True)
        self._mqtt.on_message = self._hear
        self._mqtt.on_subscribe = lambda *_: self._is_in.set()
        self._mqtt.on_connect = lambda client, *_: client.subscribe([(one, 1) for one in filters])
        self._mqtt.connect("127.0.0.1", broker.port)
        self._mqtt.loop_start()
        assert self._is_in.wait(DEADLINE_S)

    def _hear(self, _client: object, _userdata: object, message: mqtt.MQTTMessage) -> None:
        with self._news:
            self.heard.append((message.topic, bytes(message.payload), message.retain))
            self._news.notify_all()
        self.take(message.topic, bytes(message.payload))

    def take(self, topic: str, payload: bytes) -> None:
        """What it does when it hears something."""

    def say(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._mqtt.publish(topic, payload, qos=1, retain=retain)

    def wait(self, is_it: Callable[[tuple[str, bytes, bool]], bool]) -> tuple[str, bytes, bool]:
        with self._news:
            assert self._news.wait_for(lambda: any(map(is_it, self.heard)), DEADLINE_S), self.heard
            return next(filter(is_it, self.heard))

    def leave(self, *, is_cut: bool = False) -> None:
        opened = self._mqtt.socket()
        if is_cut and isinstance(opened, socket.socket):
            opened.shutdown(socket.SHUT_RDWR)
        else:
            self._mqtt.disconnect()
        self._mqtt.loop_stop()
        del self._mqtt


class FakeTasmota(Guest):
    """A plug with a meter. `is_on` follows every order it hears, as real ones do."""

    def __init__(self, broker: OpenBroker, topic: str = "plug-laser") -> None:
        self.topic, self.power, self.total, self.is_on = topic, 12.0, 1.5, True
        super().__init__(broker, (f"plugs/{topic}/cmnd/#",), (f"plugs/{topic}/tele/LWT", b"Offline"))
        self.say(f"plugs/{topic}/tele/LWT", b"Online", retain=True)

    def take(self, topic: str, payload: bytes) -> None:
        if topic.endswith("/Status") and payload == b"10":
            said = {"StatusSNS": {"ENERGY": {"Total": self.total, "Power": self.power}}}
            self.say(f"plugs/{self.topic}/stat/STATUS10", json.dumps(said).encode())
        elif topic.endswith("/Status"):
            number, told = ("2", VERSION) if payload == b"2" else ("", NAME)
            self.say(f"plugs/{self.topic}/stat/STATUS{number}", json.dumps(told).encode())
        elif topic.endswith("/POWER"):
            self.is_on = payload == b"ON"

    def measures(self, power: float, total: float) -> None:
        self.power, self.total = power, total
        said = {"Time": "2026-11-22T10:00:00", "ENERGY": {"Total": total, "Today": 0.1, "Power": power}}
        self.say(f"plugs/{self.topic}/tele/SENSOR", json.dumps(said).encode())
