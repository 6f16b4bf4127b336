"""Commands that do not belong into a print: emergency stop, firmware, stored settings, file transfer, offsets.

Two readers of one rule: lines of text, and a whole file as a stream in constant memory. Pure but for the stream.
"""

import re
from typing import BinaryIO, Final

from tierslieu.fablab.files.facts import Flag

FORBIDDEN: Final = (112, 997, 502, 500, 28, 30, 206)
KEPT: Final = 20
"""How many lines are kept; the rest is only counted."""
BLOCK: Final = 256 * 1024
LONGEST_LINE: Final = 64 * 1024
_NUMBERS: Final = "|".join(map(str, FORBIDDEN))
COMMAND: Final = re.compile(rf"^[ \t]*(?:N\d{{1,9}}[ \t]*)?(M)0*({_NUMBERS})(?![\d.])".encode(), re.I | re.M)


class Scan:
    """Takes a file in by blocks; what it holds does not grow with the file."""

    def __init__(self) -> None:
        self.flags: list[Flag] = []
        self.count = 0
        self._line = 1
        self._rest = b""
        self._is_inside = False

    def take(self, block: bytes) -> None:
        """The next bytes of the file."""
        data = self._rest + block
        cut = data.rfind(b"\n") + 1
        self._rest = data[cut:]
        self._look(data[:cut])
        if len(self._rest) > LONGEST_LINE:
            self._look(self._rest)
            self._rest, self._is_inside = b"", True

    def end(self) -> tuple[tuple[Flag, ...], int]:
        """The first flagged lines, and how many there are in all."""
        self._look(self._rest)
        self._rest = b""
        return tuple(self.flags), self.count

    def _look(self, data: bytes) -> None:
        if not data:
            return
        start = 0
        if self._is_inside:  # the end of an overlong line is no line of its own
            start = data.find(b"\n") + 1
            if start == 0:
                return
            self._line += 1
        self._is_inside = False
        seen = start
        for match in COMMAND.finditer(data, start):
            if match.start() and data[match.start() - 1 : match.start()] != b"\n":
                continue
            self._line += data.count(b"\n", seen, match.start())
            seen = match.start()
            self.count += 1
            if len(self.flags) < KEPT:
                self.flags.append(Flag(self._line, f"M{int(match[2])}"))
        self._line += data.count(b"\n", seen)


def scan(stream: BinaryIO) -> tuple[tuple[Flag, ...], int]:
    """Read a whole file; to be called in a thread."""
    watch = Scan()
    while block := stream.read(BLOCK):
        watch.take(block)
    return watch.end()
