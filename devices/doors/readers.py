"""Scanners that write a code on a line: a serial port, USB in serial mode, a pipe, or standard input.

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
from typing import Final

from devices.doors.readings import Scan
from devices.wire.doors import Side

LONGEST_LINE: Final = 400
MOST_WAITING: Final = 20
TRY_EVERY_S: Final = 2.0
ENDS: Final = b"\r\n\t"

log: Final = logging.getLogger(__name__)


class LineReader:
    """Reads in a thread of its own; `taken` gives what came since the last call. "-" is standard input."""

    def __init__(self, path: str, side: Side) -> None:
        self._path, self._side = path, side
        self._found: queue.Queue[Scan] = queue.Queue(MOST_WAITING)
        self.is_there = False
        self._wake, self._waker = os.pipe()
        self._thread = threading.Thread(target=self._live, name=f"reader {side}", daemon=True)
        self._thread.start()

    def taken(self) -> list[Scan]:
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
                file = sys.stdin.fileno() if self._path == "-" else os.open(self._path, os.O_RDONLY | os.O_NOCTTY)
            except (OSError, ValueError):
                file = -1
            is_over = self._read_from(file) if file >= 0 else False
            self.is_there = False
            if is_over or select.select([self._wake], [], [], TRY_EVERY_S)[0]:
                return

    def _read_from(self, file: int) -> bool:
        """Read until the file ends (False) or the program does (True)."""
        try:
            with contextlib.suppress(termios.error):  # not a terminal: a pipe, or a test
                tty.setraw(file)
            self.is_there = True
            rest = b""
            while True:
                ready = select.select([file, self._wake], [], [])[0]
                if self._wake in ready:
                    return True
                if not (read := os.read(file, 4_096)):
                    return False
                rest = self._take(rest + read)
        except OSError as wrong:
            log.warning("the reader is gone: %s", wrong)
            return False
        finally:
            if self._path != "-":
                os.close(file)

    def _take(self, text: bytes) -> bytes:
        """Keep whole lines; what a line leaves over waits for its end, unless it is too long to be a code."""
        for end in ENDS[1:]:
            text = text.replace(bytes([end]), ENDS[:1])
        *lines, rest = text.split(ENDS[:1])
        for line in lines:
            if 0 < len(line) <= LONGEST_LINE:
                with contextlib.suppress(queue.Full):
                    self._found.put_nowait(Scan(line.decode("latin-1"), self._side))
        return rest if len(rest) <= LONGEST_LINE else b""
