"""A camera at a door: the newest frame, the nearest badge, a program that may end, and the door that opens."""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from devices.badges import codec
from devices.badges.codec import PhoneClaims
from devices.badges.signing import Signer
from devices.doors.camera import Camera, CameraReader, Code, Decoder, nearest
from devices.doors.readers import Readers
from devices.doors.readings import Scan
from devices.wire.doors import DoorEvent, DoorEventType, DoorOp, ReaderWord
from tests.devices.brokers import DEADLINE_S
from tests.devices.doors.door_bench import BEGIN, LUC, SEED, SOFIA, DoorBench
from tierslieu.http.codes import modules

E = DoorEventType
WIDTH, HEIGHT = 640, 480
BLANK = np.full((HEIGHT, WIDTH), 190, dtype=np.uint8)
CARD, OTHER = codec.encode(SOFIA), codec.encode(LUC)
POSTER = "https://example.org/programme"
PLAYER = """
import select, sys
while True:
    with open(sys.argv[1], "rb") as film:
        sys.stdout.buffer.write(film.read())
    sys.stdout.buffer.flush()
    if sys.argv[2:]:
        break
    select.select([], [], [], 0.02)
"""


def drawn(*codes: tuple[str, int]) -> bytes:
    """A frame with these codes side by side, each with modules of so many pixels."""
    frame, left = BLANK.copy(), 10
    for text, scale in codes:
        square = np.kron(np.where(np.array(modules(text)), 20, 240), np.ones((scale, scale))).astype(np.uint8)
        frame[10 : 10 + len(square), left : left + len(square)] = square
        left += len(square) + 10
    return frame.tobytes()


class Film:
    """What the test's program plays, again and again: one frame, until another one is put in its place."""

    def __init__(self, folder: Path) -> None:
        self.file, self._draft = folder / "film", folder / "film.new"
        self.show(BLANK.tobytes())

    def show(self, frame: bytes) -> None:
        self._draft.write_bytes(frame)
        self._draft.replace(self.file)

    def camera(self, *more: str) -> Camera:
        program = [sys.executable, "-S", "-c", PLAYER, str(self.file), *more]
        return Camera(program=program, width=WIDTH, height=HEIGHT, looks_per_second=30)


def until(what: Callable[[], object]) -> None:
    waiting = threading.Event()
    for _ in range(DEADLINE_S * 50):
        if what():
            return
        waiting.wait(0.02)
    raise AssertionError("it never came to that")


def read_by(reader: CameraReader) -> set[Scan]:
    """What it reads next."""
    found: list[Scan] = []

    def look() -> bool:
        found.extend(reader.taken())
        return bool(found)

    until(look)
    return set(found)


def test_the_nearest_badge_is_read_and_none_of_two_alike() -> None:
    assert nearest([]) == ""
    assert nearest([Code(CARD, 900), Code(OTHER, 500)]) == CARD
    assert nearest([Code(OTHER, 800), Code(CARD, 900)]) == "", "two people: nobody knows whose turn it is"
    assert nearest([Code(CARD, 900), Code(CARD, 890)]) == CARD, "the same one, mirrored in a pane"
    assert nearest([Code(POSTER, 9_000), Code(CARD, 100)]) == CARD
    assert nearest([Code(POSTER, 100)]) == POSTER, "told that it is no badge"


def test_badges_before_the_camera_open_the_door(bench: DoorBench, tmp_path: Path) -> None:
    film = Film(tmp_path)
    reader = CameraReader(film.camera())
    bench.pins.readers = Readers([reader])
    until(lambda: reader.is_there)
    bench.node.tick()
    bench.state(reader=ReaderWord.READY)
    film.show(drawn((CARD, 6), (POSTER, 3)))
    told = bench.event(E.BADGE)
    assert (told.card, told.text) == (codec.stored(SOFIA), None)
    assert bench.order(bench.make(event_id=told.event_id, answer="granted")).result == "done"
    assert (bench.pins.is_free, bench.pins.pulses) == (True, 1)
    film.show(BLANK.tobytes())
    bench.pass_time(6)
    since = len(bench.heard)
    phone = Signer(SEED).pass_text(PhoneClaims(1, 7, "0123456789abcd", codec.slot_of(BEGIN)))
    film.show(drawn((phone, 5), (OTHER, 2)))
    shown = bench.wait(DoorEvent, lambda one: one.text == phone, since)  # a frame of before may come first
    assert shown.card is None
    bench.order(bench.make(DoorOp.ACK_EVENT, event_id=shown.event_id, answer="denied"))
    assert bench.pins.shown == "denied"
    assert not list(tmp_path.glob("*.png")), "no picture is kept"


def test_two_badges_in_one_frame(tmp_path: Path) -> None:
    film, eye = Film(tmp_path), Decoder(WIDTH, HEIGHT)
    alike = drawn((CARD, 5), (OTHER, 5))
    assert {code.text for code in eye.codes(alike)} == {CARD, OTHER}
    assert nearest(eye.codes(alike)) == ""
    film.show(alike)
    reader = CameraReader(film.camera())
    until(lambda: reader.is_there)
    film.show(drawn((OTHER, 6), (CARD, 3)))
    assert read_by(reader) == {Scan(OTHER, "in")}
    reader.stop()
    assert not reader.is_there


def test_a_program_that_ends_begins_anew_and_one_that_is_not_there_is_missing(tmp_path: Path) -> None:
    film = Film(tmp_path)
    film.show(drawn((CARD, 6)))
    once = CameraReader(film.camera("once"), shortest_wait_s=0.01)
    assert [read_by(once), read_by(once)] == [{Scan(CARD, "in")}] * 2
    once.stop()
    nowhere = CameraReader(Camera(program=[str(tmp_path / "nothing")], width=WIDTH, height=HEIGHT))
    assert Readers([nowhere]).word is ReaderWord.MISSING
    nowhere.stop()


def test_without_the_decoder_a_camera_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    with pytest.raises(ImportError, match="pip install zxing-cpp"):
        CameraReader(Film(tmp_path).camera())
    assert os.listdir(tmp_path) == ["film"]
