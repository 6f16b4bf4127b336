"""What reads at a door: scanners that write a code on a line (a serial port, USB in serial mode, a pipe, standard
input), and whatever else gives badges or digits.

Serial has no keyboard layout, so no code is ever typed wrong. A reader that is unplugged is looked for again.
"""

import contextlib
import logging
import os
import queue
import select
import sys
import termios
import threading
import tty
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final, Generic, Protocol, TypeVar

from devices.doors.readings import Scan
from devices.wire.doors import ReaderWord, Side

LONGEST_LINE: Final = 400
MOST_WAITING: Final = 20
TRY_EVERY_S: Final = 2.0
ENDS: Final = b"\r\n\t"
HOW_OPENED: Final = os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK
"""Without waiting for a line's other end: `stop` must never wait for hardware."""

log: Final = logging.getLogger(__name__)
Read = TypeVar("Read")
Gives = TypeVar("Gives", covariant=True)


class Reader(Protocol[Gives]):
    """One reader, at work from its making until `stop`."""

    @property
    def is_there(self) -> bool:
        """Whether it can be read now."""

    def taken(self) -> Sequence[Gives]:
        """What was read since the last call."""

    def stop(self) -> None:
        """Read no more."""


class Readers:
    """All that reads at one door: badges, and the digits of pin pads."""

    def __init__(self, badges: Sequence[Reader[Scan]] = (), pads: Sequence[Reader[str]] = ()) -> None:
        self._badges, self._pads = badges, pads

    def scans(self) -> tuple[Scan, ...]:
        """What the readers of badges read since the last call."""
        return tuple(scan for one in self._badges for scan in one.taken())

    def typed(self) -> tuple[str, ...]:
        """The numbers typed since the last call."""
        return tuple(number for one in self._pads for number in one.taken())

    @property
    def word(self) -> ReaderWord:
        """How the readers of badges are; one that is missing is enough to be told."""
        return _word(self._badges)

    @property
    def pad_word(self) -> ReaderWord:
        """How the pin pads are."""
        return _word(self._pads)

    def stop(self) -> None:
        for one in (*self._badges, *self._pads):
            one.stop()


def _word(readers: Sequence[Reader[object]]) -> ReaderWord:
    if not readers:
        return ReaderWord.UNKNOWN
    return ReaderWord.READY if all(one.is_there for one in readers) else ReaderWord.MISSING


class FileReader(ABC, Generic[Read]):
    """Reads a file in a thread of its own. "-" is standard input."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._found: queue.Queue[Read] = queue.Queue(MOST_WAITING)
        self.is_there = False
        self._wake, self._waker = os.pipe()
        self._thread = threading.Thread(target=self._live, name=f"reader {path}", daemon=True)
        self._thread.start()

    @abstractmethod
    def _begin(self, file: int) -> None:
        """Prepare a file that was just opened. Nothing is left over of what was read before."""

    @abstractmethod
    def _take(self, read: bytes) -> None:
        """Take in what was read; `_give` what it means."""

    def _give(self, found: Read) -> None:
        with contextlib.suppress(queue.Full):
            self._found.put_nowait(found)

    def taken(self) -> list[Read]:
        """What was read since the last call."""
        found = []
        with contextlib.suppress(queue.Empty):
            while True:
                found.append(self._found.get_nowait())
        return found

    def stop(self) -> None:
        """Read no more."""
        os.close(self._waker)
        self._thread.join()
        os.close(self._wake)

    def _live(self) -> None:
        while True:
            try:
                file = sys.stdin.fileno() if self._path == "-" else os.open(self._path, HOW_OPENED)
            except (OSError, ValueError):
                file = -1
            is_over = self._read_from(file) if file >= 0 else False
            self.is_there = False
            if is_over or select.select([self._wake], [], [], TRY_EVERY_S)[0]:
                return

    def _read_from(self, file: int) -> bool:
        """Read until the file ends (False) or the program does (True)."""
        try:
            self._begin(file)
            self.is_there = True
            while True:
                ready = select.select([file, self._wake], [], [])[0]
                if self._wake in ready:
                    return True
                if not (read := os.read(file, 4_096)):
                    return False
                self._take(read)
        except OSError as wrong:
            log.warning("the reader is gone: %s", wrong)
            return False
        finally:
            if self._path != "-":
                os.close(file)


def set_raw(file: int) -> None:
    """Bytes as they come, where it is a terminal: not for a pipe, nor in a test."""
    with contextlib.suppress(termios.error):
        tty.setraw(file)


class LineReader(FileReader[Scan]):
    """A scanner of badges that ends each code with a line's end or a tab."""

    def __init__(self, path: str, side: Side) -> None:
        self._side, self._rest = side, b""
        super().__init__(path)

    def _begin(self, file: int) -> None:
        set_raw(file)
        self._rest = b""

    def _take(self, read: bytes) -> None:
        """Give whole lines; what a line leaves over waits for its end, unless it is too long to be a code."""
        text = self._rest + read
        for end in ENDS[1:]:
            text = text.replace(bytes([end]), ENDS[:1])
        *lines, rest = text.split(ENDS[:1])
        for line in lines:
            if 0 < len(line) <= LONGEST_LINE:
                self._give(Scan(line.decode("latin-1"), self._side))
        self._rest = rest if len(rest) <= LONGEST_LINE else b""
