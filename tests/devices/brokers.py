"""Brokers to speak over: the embedded one and Mosquitto, which tests kill and start again."""

import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from tests.support.own_broker import OwnBroker
from tierslieu.infra.embedded_broker_accounts import Account, DurableSession, password_sha256

DEADLINE_S = 40
SITE = "oasis"
NAMES = ("p3d-1", "las-1", "door-1")
MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


class Broker(Protocol):
    """A broker that can be killed and started again on its port."""

    port: int

    def start(self) -> None: ...

    def kill(self) -> None: ...


class Embedded(OwnBroker):
    """The broker that comes with the service, in its own process."""

    def __init__(self, folder: Path) -> None:
        waits = DurableSession("inbox", ("tierslieu/v1/+/+/up/#",))
        service = Account("tierslieu", password_sha256("s"), ("tierslieu/v1/#",), ("tierslieu/v1/#",), waits)
        places = {name: f"tierslieu/v1/{SITE}/{name}" for name in NAMES}
        devices = [
            Account(name, password_sha256(name), (f"{place}/up/#",), (f"{place}/down/#",))
            for name, place in places.items()
        ]
        super().__init__(folder, [service, *devices])


class Mosquitto:
    """Mosquitto with a password and an access list; it keeps its sessions when asked to end."""

    def __init__(self, folder: Path, guests: Mapping[str, str] | None = None) -> None:
        """`guests`: further accounts, each with the tree that it may read and write."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        passwords, rights = folder / "passwords", folder / "rights"
        lines = ["user tierslieu", "topic readwrite tierslieu/v1/#"]
        for name in NAMES:
            place = f"tierslieu/v1/{SITE}/{name}"
            lines += [f"user {name}", f"topic write {place}/up/#", f"topic read {place}/down/#"]
        for name, tree in (guests or {}).items():
            lines += [f"user {name}", f"topic readwrite {tree}"]
        rights.write_text("\n".join(lines) + "\n")
        passwords.write_text(
            "\n".join(["tierslieu:s", *(f"{name}:{name}" for name in (*NAMES, *(guests or {})))]) + "\n"
        )
        subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True, capture_output=True)
        for file in (passwords, rights):
            file.chmod(0o600)
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nuser root\nallow_anonymous false\nset_tcp_nodelay true\nlog_dest stderr\n"
            f"log_type error\npassword_file {passwords}\nacl_file {rights}\n"
            f"persistence true\npersistence_location {folder}/\n"
        )

    def start(self) -> None:
        assert MOSQUITTO is not None
        self._child = subprocess.Popen([MOSQUITTO, "-c", str(self._config)], stderr=subprocess.DEVNULL)
        listening = threading.Event()
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            listening.wait(0.05)
        raise AssertionError("mosquitto does not listen")

    def kill(self) -> None:
        self._child.send_signal(signal.SIGTERM)
        self._child.wait(DEADLINE_S)
