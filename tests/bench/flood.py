"""Measures of many machines at once, written to a broker as plain bytes: the sender must cost next to nothing."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from devices.wire import ROOT
from tests.support.postgres import free_port
from tests.support.waiting import until

MACHINES, SITE, BOOT, USER, SECRET = 1000, "oasis", "boot-1", "bench", "bench"
ELSEWHERE = "bench00/v1"
"""Where the service does not listen; as long as the other root."""
MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
CONFIG = """listener {port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
max_queued_messages 0
log_dest none
"""


@contextlib.contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    """A Mosquitto of its own without accounts; yields its port."""
    assert MOSQUITTO is not None
    port = free_port()
    config = folder / "mosquitto.conf"
    config.write_text(CONFIG.format(port=port))
    child = subprocess.Popen([MOSQUITTO, "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        until(lambda: _listens(port), "mosquitto", 20)
        yield port
    finally:
        child.terminate()
        child.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Sender:
    """A client that only writes."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 20)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(_packet(0x10, _text("MQTT") + bytes((4, 2, 0, 0)) + _text(f"flood-{port}")))
        assert self._socket.recv(4)[3] == 0

    def send(self, packets: bytes) -> None:
        """Write packets; waits when the broker does not keep up."""
        self._socket.sendall(packets)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def topic(number: int, root: str = ROOT) -> str:
    """Where a machine says what it measures."""
    return f"{root}/{SITE}/{key(number)}/up/telemetry"


def key(number: int) -> str:
    """The key of a machine."""
    return f"m{number:04d}"


def measures(turn: int, now: int, machines: range, root: str = ROOT) -> list[bytes]:
    """One message of each machine, no two alike."""
    found = []
    for number in machines:
        heat = [
            {"sensor": "tool0", "actual": 210 + (turn + number) % 7, "target": 215.0},
            {"sensor": "bed", "actual": 60.0, "target": 60.0},
        ]
        said = {
            "v": 1,
            "boot_id": BOOT,
            "observed_at": now,
            "power_w": 80.5 + turn % 9,
            "energy_wh": 1000.0 + turn / 10,
            "temperatures": heat,
            "progress_percent": turn % 100,
        }
        payload = json.dumps(said, separators=(",", ":")).encode()
        found.append(_packet(0x30, _text(topic(number, root)) + payload))
    return found


def paced(port: int, seconds: int) -> int:
    """One message a second of each machine, spread over the second; returns how many."""
    sender, sent, now = Sender(port), 0, int(time.time())
    slices = [range(first, first + MACHINES // 20) for first in range(0, MACHINES, MACHINES // 20)]
    began = time.perf_counter()
    for turn in range(seconds):
        for place, part in enumerate(slices):
            packets = measures(turn, now + turn, part)
            rest = began + turn + place / len(slices) - time.perf_counter()
            if rest > 0:
                time.sleep(rest)
            sender.send(b"".join(packets))
            sent += len(packets)
    sender.close()
    return sent


def prepared(turns: int, root: str = ROOT) -> list[bytes]:
    """Messages of all machines, made before the clock runs."""
    now = int(time.time())
    return [b"".join(measures(turn, now - turns // 2 + turn, range(MACHINES), root)) for turn in range(turns)]


def burst(port: int, packets: list[bytes]) -> float:
    """As many as the broker takes, as fast as it takes them; returns when the first was sent."""
    sender = Sender(port)
    began = time.perf_counter()
    for one in packets:
        sender.send(one)
    sender.close()
    return began


def _text(value: str) -> bytes:
    raw = value.encode()
    return len(raw).to_bytes(2, "big") + raw


def _packet(kind: int, body: bytes) -> bytes:
    length, rest = bytearray(), len(body)
    while True:
        rest, digit = divmod(rest, 128)[0], rest % 128
        length.append(digit | (0x80 if rest else 0))
        if not rest:
            return bytes((kind,)) + bytes(length) + body
