"""A camera as a reader of badges: a program writes grey frames, the newest is decoded, no picture is kept.

No capture library: whatever films on this board (`rpicam-vid`, `ffmpeg`) writes frames of a stated size to its standard
output. Frames that come while one is decoded give way to the newest, so that a slow board never runs behind.
"""

import importlib
import logging
import os
import queue
import select
import subprocess
import threading
from collections.abc import Sequence
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import Meta

from devices.doors.readings import Scan, shown
from devices.wire.doors import Side

ALIKE: Final = 0.7
"""Two codes of which the smaller has so much of the larger one's area are as near: nobody knows whose turn it is."""
SILENT_AFTER_S: Final = 10.0
"""A program that writes nothing for so long is ended, and begun anew."""
SHORTEST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
END_WITHIN_S: Final = 2.0
MOST_WAITING: Final = 5

log: Final = logging.getLogger(__name__)


class Camera(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The program that films, the size of its frames (a byte a pixel, row by row), how often one is looked at."""

    program: Annotated[list[str], Meta(min_length=1)]
    width: Annotated[int, Meta(ge=64, le=4_096)]
    height: Annotated[int, Meta(ge=64, le=4_096)]
    side: Side = "in"
    looks_per_second: Annotated[float, Meta(gt=0, le=30)] = 5.0


class Code(NamedTuple):
    """A code in a frame, and how large it is there."""

    text: str
    area: float


def nearest(codes: Sequence[Code]) -> str:
    """The text of the code that is held nearest, badges before all else; "" when two are as near, or none is there."""
    badges = [one for one in codes if not shown(one.text).reason]
    first, *others = sorted(badges or codes, key=lambda one: -one.area) or [Code("", 0.0)]
    is_unsure = any(one.text != first.text and one.area >= ALIKE * first.area for one in others)
    return "" if is_unsure else first.text


class Decoder:
    """Finds codes in grey frames with zxing-cpp. Raises ImportError where it is not installed."""

    def __init__(self, width: int, height: int) -> None:
        try:
            self._zxing: Any = importlib.import_module("zxingcpp")
        except ImportError:
            raise ImportError("a camera needs zxing-cpp: pip install zxing-cpp") from None
        self._shape = (height, width)

    def codes(self, frame: bytes) -> list[Code]:
        picture = memoryview(frame).cast("B", self._shape)
        found = self._zxing.read_barcodes(picture, formats=self._zxing.BarcodeFormat.QRCode)
        return [Code(one.text, _area(one.position)) for one in found]


def _area(around: Any) -> float:
    corners = [around.top_left, around.top_right, around.bottom_right, around.bottom_left]
    pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
    return abs(sum(float(one.x * other.y - other.x * one.y) for one, other in pairs)) / 2


class CameraReader:
    """Two threads: one takes frames from the program and keeps the newest, one decodes it."""

    def __init__(self, camera: Camera, *, shortest_wait_s: float = SHORTEST_WAIT_S) -> None:
        self._camera, self._shortest_wait_s = camera, shortest_wait_s
        self._decoder = Decoder(camera.width, camera.height)
        self._found: queue.Queue[Scan] = queue.Queue(MOST_WAITING)
        self._is_filming = False
        self._newest: bytes | None = None
        self._news = threading.Condition()
        self._wake, self._waker = os.pipe()
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=one, name="camera", daemon=True) for one in (self._film, self._look)]
        for thread in self._threads:
            thread.start()

    @property
    def is_there(self) -> bool:
        """Whether frames come, and are looked at."""
        return self._is_filming and all(thread.is_alive() for thread in self._threads)

    def taken(self) -> list[Scan]:
        """What was read since the last call."""
        return [self._found.get_nowait() for _ in range(self._found.qsize())]

    def stop(self) -> None:
        """End the program, and look no more."""
        self._is_over.set()
        os.close(self._waker)
        with self._news:
            self._news.notify()
        for thread in self._threads:
            thread.join()
        os.close(self._wake)

    # -- the program --------------------------------------------------------------------------------

    def _film(self) -> None:
        """Run the program again and again, with longer and longer waits while no frame comes of it."""
        wait_s = self._shortest_wait_s
        while not self._is_over.is_set():
            had_frames = self._run()
            self._is_filming = False
            wait_s = self._shortest_wait_s if had_frames else min(2 * wait_s, LONGEST_WAIT_S)
            self._is_over.wait(wait_s)

    def _run(self) -> bool:
        """Take frames until the program ends, or this one does. Whether there were any."""
        try:
            program = subprocess.Popen(self._camera.program, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)  # noqa: S603
        except OSError as wrong:
            log.warning("the camera's program cannot run: %s", wrong)
            return False
        try:
            assert program.stdout is not None
            return self._take_frames(program.stdout.fileno())
        finally:
            _end(program)
            if not self._is_over.is_set():
                log.warning("the camera's program ended (%s), it begins anew", program.returncode)

    def _take_frames(self, file: int) -> bool:
        size, had_frames, frame = self._camera.width * self._camera.height, False, bytearray()
        while read := self._read(file, size - len(frame)):
            frame += read
            if len(frame) == size:
                self._keep(bytes(frame))
                self._is_filming = had_frames = True
                frame.clear()
        return had_frames

    def _read(self, file: int, most: int) -> bytes:
        """What the program wrote next; nothing when it ended, fell silent, or this reader is over."""
        ready = select.select([file, self._wake], [], [], SILENT_AFTER_S)[0]
        return os.read(file, most) if file in ready and self._wake not in ready else b""

    def _keep(self, frame: bytes) -> None:
        with self._news:
            self._newest = frame
            self._news.notify()

    # -- the eye ------------------------------------------------------------------------------------

    def _look(self) -> None:
        while (frame := self._next_frame()) is not None:
            if (text := nearest(self._decoder.codes(frame))) and not self._found.full():
                self._found.put_nowait(Scan(text, self._camera.side))
            self._is_over.wait(1 / self._camera.looks_per_second)

    def _next_frame(self) -> bytes | None:
        """The newest frame that was not looked at; None at the end."""
        with self._news:
            self._news.wait_for(lambda: self._newest is not None or self._is_over.is_set())
            frame, self._newest = self._newest, None
        return None if self._is_over.is_set() else frame


def _end(program: "subprocess.Popen[bytes]") -> None:
    """End a program, by force when it does not listen."""
    program.terminate()
    try:
        program.wait(END_WITHIN_S)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
    if program.stdout is not None:
        program.stdout.close()
