"""How large a part is, from the moves that lay material. Pure, bounded by what it is given."""

import re
from collections.abc import Iterable
from typing import Final

from tierslieu.fablab.files.facts import Size

WORD: Final = re.compile(r"([XYZEF])([-+]?\d*\.?\d+)", re.IGNORECASE)
COMMAND: Final = re.compile(r"^\s*(?:N\d+\s*)?([GM])0*(\d{1,4})(?![\d.])", re.IGNORECASE)
MOVES: Final = frozenset({0, 1, 2, 3})
INCH: Final = 25.4
LARGEST: Final = 5_000.0


class Bounds:
    """Follows moves and keeps the box around those that extrude. After a gap, say `forget`."""

    def __init__(self) -> None:
        self._low = [float("inf")] * 3
        self._high = [float("-inf")] * 3
        self._is_relative = self._is_relative_e = False
        self._unit = 1.0
        self._at: list[float | None] = [0.0, 0.0, 0.0]
        self._e = 0.0

    def forget(self) -> None:
        """Moves were left out: where the tool is, is unknown until it is told again."""
        self._at, self._e = [None, None, None], float("inf")

    def follow(self, lines: Iterable[str]) -> None:
        """Take in lines of G-code."""
        for line in lines:
            match = COMMAND.match(line)
            if match is not None:
                self._obey(match[1].upper(), int(match[2]), line.split(";", 1)[0])

    def _obey(self, letter: str, number: int, line: str) -> None:
        if letter == "M":
            if number in (82, 83):
                self._is_relative_e = number == 83
        elif number in MOVES:
            self._move({name.upper(): float(value) for name, value in WORD.findall(line)})
        elif number in (90, 91):
            self._is_relative = self._is_relative_e = number == 91
        elif number in (20, 21):
            self._unit = INCH if number == 20 else 1.0
        elif number == 92:
            self._set({name.upper(): float(value) for name, value in WORD.findall(line)})
        elif number == 28:
            self._at = [0.0, 0.0, 0.0]

    def _set(self, words: dict[str, float]) -> None:
        self._e = words.get("E", self._e)
        for axis, name in enumerate("XYZ"):
            if name in words:
                self._at[axis] = words[name] * self._unit

    def _move(self, words: dict[str, float]) -> None:
        before = list(self._at)
        for axis, name in enumerate("XYZ"):
            if name in words:
                value, former = words[name] * self._unit, self._at[axis]
                self._at[axis] = value if not self._is_relative else None if former is None else former + value
        if self._lays(words) and ("X" in words or "Y" in words):
            self._keep(before)
            self._keep(self._at)

    def _lays(self, words: dict[str, float]) -> bool:
        given = words.get("E")
        if given is None:
            return False
        if self._is_relative_e:
            return given > 0
        former, self._e = self._e, given
        return given > former

    def _keep(self, place: list[float | None]) -> None:
        for axis, value in enumerate(place):
            if value is not None and abs(value) <= LARGEST:
                self._low[axis] = min(self._low[axis], value)
                self._high[axis] = max(self._high[axis], value)

    @property
    def size(self) -> Size | None:
        """Width, depth, and height above the bed; None when no material was laid."""
        if any(self._low[axis] > self._high[axis] for axis in range(3)):
            return None
        x, y = (round(self._high[axis] - self._low[axis], 2) for axis in (0, 1))
        z = round(self._high[2], 2)
        return (x, y, z) if x > 0 and y > 0 and z > 0 else None
