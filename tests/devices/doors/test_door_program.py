"""The program of a door: its file, a scanner on a serial line, its start and its end; and the simulated door."""

import os
import pty
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from devices.badges import codec
from devices.boards import read_config
from devices.doors.__main__ import Config
from devices.doors.readers import LineReader
from devices.doors.readings import Debounce, Scan, shown
from devices.link import Address
from devices.simulators.door import SimulatedDoor
from devices.wire.doors import Leaf
from tests.devices.brokers import DEADLINE_S
from tests.devices.doors.door_bench import SOFIA

CARD = codec.encode(SOFIA)
GOOD = """
url = "mqtt://127.0.0.1:1"
service_url = "http://127.0.0.1:1"
site = "oasis"
device = "porte-1"
password = "p"
door_key = "00"
"""


def test_a_serial_scanner_is_read_line_by_line_and_may_be_unplugged() -> None:
    scanner, line = pty.openpty()
    reader = LineReader(os.ttyname(line), "out")
    waiting, found = threading.Event(), list[Scan]()
    for _ in range(DEADLINE_S * 20):
        if not found:
            os.write(scanner, b"\r\n" + CARD.encode()[:10])
            os.write(scanner, CARD.encode()[10:] + b"\r" + b"x" * 900 + b"\n")
        found += reader.taken()
        if Scan(CARD, "out") in found:
            break
        waiting.wait(0.05)
    assert Scan(CARD, "out") in found
    assert all(len(one.text) <= 400 for one in found)
    assert reader.is_there
    os.close(scanner)
    os.close(line)
    reader.stop()
    assert not reader.is_there


def test_what_travels_of_a_badge() -> None:
    card = shown(f"]Q1{CARD}\r")
    assert (card.card, card.text, card.reason) == (codec.stored(SOFIA), None, "")
    for text, reason in ((CARD[:-1] + "B", "misread"), ("https://example.org", "not_a_badge"), ("", "not_a_badge")):
        assert shown(text).reason == reason
    seen = Debounce()
    assert [seen.is_new(Scan(CARD, "in"), at) for at in (0.0, 0.1, 2.9, 5.8, 9.0)] == [True, False, False, False, True]
    assert seen.is_new(Scan(CARD, "out"), 9.1), "the other side is another gesture"


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "door.toml"
    file.write_text(GOOD)
    file.chmod(0o644)
    with pytest.raises(PermissionError):
        read_config(file, Config)


def test_it_starts_without_broker_or_service_and_ends_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "door.toml"
    camera = '[camera]\nprogram = ["true"]\nwidth = 640\nheight = 480\n'
    file.write_text(GOOD + f'memory = "{tmp_path}"\nreader = "-"\npin_pad = "{tmp_path / "pad"}"\n{camera}')
    file.chmod(0o600)
    child = subprocess.Popen(
        [sys.executable, "-m", "devices.doors", "--config", str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    assert child.stderr is not None
    awaited = {"no door opens, the pins are pretended", "the camera's program ended"}
    while awaited:
        said = child.stderr.readline()
        assert said, awaited
        awaited = {one for one in awaited if one not in said}
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=DEADLINE_S)
    assert child.returncode == 0


def test_a_simulated_door_is_pulled_when_free_and_obeys_hands(tmp_path: Path) -> None:
    now = [0.0]
    address = Address(url="mqtt://127.0.0.1:1", site="oasis", device="porte-1", username="p", password="p")
    door = SimulatedDoor(
        address, bytes(32), tmp_path, lambda: 1_795_300_000 + now[0], "http://127.0.0.1:1", lambda: now[0]
    )
    door.tick()
    assert door.control("fire")
    for _ in range(3):
        now[0] += 0.5
        door.tick()
    assert (door.pins.is_free, door.pins.leaf) == (True, Leaf.OPEN)
    assert door.control("calm")
    assert not door.pins.is_free
    assert door.control(f"badge {CARD}")
    assert not door.pins.is_free, "no list, no entry"
    assert door.control("pin 482915"), "digits of nobody"
    assert not door.control("dance")
    door.stop()
