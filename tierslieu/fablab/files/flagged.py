"""What the commands of a whole file say: those that do not belong into a print, the heat it asks for, its macros.

Two readers of one rule: lines of text, and a whole file as a stream in constant memory. Pure but for the stream.
"""

import re
from typing import BinaryIO, Final

from tierslieu.fablab.files.facts import Flag

FORBIDDEN: Final = (112, 997, 999, 502, 500, 28, 29, 30, 23, 32, 928, 206)
"""Emergency stop, firmware, restart, stored settings, file transfer and other files, offsets."""
HEAT: Final = {104: "tool", 109: "tool", 140: "bed", 190: "bed", 141: "chamber", 191: "chamber"}
HOTTEST: Final = {"tool": 500, "bed": 200, "chamber": 120}
COLDEST: Final = 20
STRANGE_MACROS: Final = frozenset(
    {"FIRMWARE_RESTART", "SAVE_CONFIG", "RUN_SHELL_COMMAND", "SDCARD_PRINT_FILE", "SDCARD_RESET_FILE"}
)
OBJECT: Final = "EXCLUDE_OBJECT_DEFINE"
QUIET: Final = ("EXCLUDE_OBJECT", "TIMELAPSE_")
KEPT: Final = 20
"""How many lines are kept; the rest is only counted."""
BLOCK: Final = 256 * 1024
LONGEST_LINE: Final = 64 * 1024
_NUMBERS: Final = "|".join(map(str, (*FORBIDDEN, *HEAT)))
COMMAND: Final = re.compile(
    rf"^[ \t]*(?:(?:N\d{{1,9}}[ \t]*)?M0*({_NUMBERS})(?![\d.])([^\n;]{{0,80}})"
    r"|([A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){1,6})(?![A-Z0-9_]))".encode(),
    re.I | re.M,
)
TARGET: Final = re.compile(rb"[SR](\d{1,4})(?:\.\d*)?(?![\d.])", re.I)
LAYER: Final = re.compile(rb"^;[ ]?(?:LAYER_CHANGE|CHANGE_LAYER|LAYER:\d{1,6})[ \t]*\r?$", re.M)


class Scan:
    """Takes a file in by blocks; what it holds does not grow with the file."""

    def __init__(self) -> None:
        self.flags: list[Flag] = []
        self.count = 0
        self.layers = 0
        self.objects = 0
        self.macros: list[str] = []
        self.hottest: dict[str, float] = {}
        self.first_heat: dict[str, float] = {}
        self._line = 1
        self._rest = b""
        self._is_inside = False

    def take(self, block: bytes) -> bytes:
        """The next bytes of the file. Returns the whole lines that they complete."""
        data = self._rest + block
        cut = data.rfind(b"\n") + 1
        self._rest, lines = data[cut:], data[:cut]
        self._look(lines)
        if len(self._rest) > LONGEST_LINE:
            self._look(self._rest)
            self._rest, self._is_inside = b"", True
        return lines

    def end(self) -> tuple[tuple[Flag, ...], int]:
        """The first flagged lines, and how many there are in all."""
        self.finish()
        return tuple(self.flags), self.count

    def finish(self) -> bytes:
        """Look at the last line, that nothing ends. Returns it."""
        rest, self._rest = self._rest, b""
        self._look(rest)
        return rest

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
        self.layers += sum(1 for _ in LAYER.finditer(data, start))
        seen = start
        for match in COMMAND.finditer(data, start):
            if match.start() and data[match.start() - 1 : match.start()] != b"\n":
                continue
            found = self._macro(match[3].decode().upper()) if match[3] else self._command(int(match[1]), match[2])
            if found:
                self._line += data.count(b"\n", seen, match.start())
                seen = match.start()
                self._flag(found)
        self._line += data.count(b"\n", seen)

    def _flag(self, command: str) -> None:
        self.count += 1
        if len(self.flags) < KEPT:
            self.flags.append(Flag(self._line, command))

    def _command(self, number: int, words: bytes) -> str:
        """The name of a command that is to be flagged; the heat of others is noted."""
        part = HEAT.get(number)
        if part is None:
            return f"M{number}"
        target = TARGET.search(words)
        value = float(target[1]) if target else 0.0
        if COLDEST <= value <= HOTTEST[part]:
            self.hottest[part] = max(value, self.hottest.get(part, 0.0))
            self.first_heat.setdefault(part, value)
        return ""

    def _macro(self, name: str) -> str:
        if name in STRANGE_MACROS:
            return name
        self.objects += name == OBJECT
        if not name.startswith(QUIET) and name not in self.macros and len(self.macros) < KEPT:
            self.macros.append(name)
        return ""


def scan(stream: BinaryIO) -> tuple[tuple[Flag, ...], int]:
    """Read a whole file; to be called in a thread."""
    watch = Scan()
    while block := stream.read(BLOCK):
        watch.take(block)
    return watch.end()
