"""How large a part is and how it is laid, from the moves that lay material. Pure, in memory that does not grow.

Written for millions of lines: the usual form of a move (`G1 X1 Y2 E3`) takes a short way, the rest a thorough one.
"""

import math
import re
from typing import Final

from tierslieu.fablab.files.facts import Box, Size
from tierslieu.fablab.files.tracing import Trace

WORD: Final = re.compile(rb"([XYZEIJ])([-+]?\d*\.?\d+)", re.IGNORECASE)
COMMAND: Final = re.compile(rb"^\s*(?:N\d+\s*)?([GM])0*(\d{1,4})(?![\d.])", re.IGNORECASE)
MOVES: Final = frozenset({0, 1, 2, 3})
PLAIN: Final = frozenset({b"G1 ", b"G0 "})
NOTHING: Final = frozenset({b"", b";", b"\r"})
AXES: Final = (0, 1, 2)
X, Y, Z, E, OFF_X, OFF_Y = b"XYZEIJ"
INCH: Final = 25.4
LARGEST: Final = 5_000.0
MOST_ARC_STEPS: Final = 48
ARC_STEP: Final = 0.26
"""About 15 degrees."""
Words = dict[int, float]


class Motion:
    """Follows moves: the box around those that lay material, and their trace. After a gap, say `forget`.

    A place that is not known is no number (NaN): every comparison with it is false, so it is never kept.
    """

    def __init__(self, trace: Trace | None = None) -> None:
        self.trace = trace
        self._low = [math.inf] * 3
        self._high = [-math.inf] * 3
        self._is_relative = self._is_relative_e = False
        self._unit = 1.0
        self._x = self._y = self._z = 0.0
        self._e = 0.0

    def forget(self) -> None:
        """Moves were left out: where the tool is, is unknown until it is told again."""
        self._x = self._y = self._z = math.nan
        self._e = math.inf

    def take(self, block: bytes) -> None:
        """Take in whole lines of G-code."""
        for line in block.split(b"\n"):
            if line[:3] in PLAIN:
                self._move(1, _words(line[3:]))
            elif line[:1] not in NOTHING:
                match = COMMAND.match(line)
                if match is not None:
                    self._obey(match[1] in b"Mm", int(match[2]), line[match.end() :])

    def _obey(self, is_m: bool, number: int, rest: bytes) -> None:
        if is_m:
            if number in (82, 83):
                self._is_relative_e = number == 83
        elif number in MOVES:
            self._move(number, _words(rest))
        elif number in (90, 91):
            self._is_relative = self._is_relative_e = number == 91
        elif number in (20, 21):
            self._unit = INCH if number == 20 else 1.0
        elif number == 92:
            self._set(_words(rest))
        elif number == 28:
            self._x = self._y = self._z = 0.0

    def _set(self, words: Words) -> None:
        self._e = words.get(E, self._e)
        unit = self._unit
        self._x, self._y = words.get(X, self._x / unit) * unit, words.get(Y, self._y / unit) * unit
        self._z = words.get(Z, self._z / unit) * unit

    def _move(self, number: int, words: Words) -> None:
        x0, y0, z0 = start = (self._x, self._y, self._z)
        unit, is_relative = self._unit, self._is_relative
        x, y, z = words.get(X), words.get(Y), words.get(Z)
        if x is not None:
            self._x = x0 + x * unit if is_relative else x * unit
        if y is not None:
            self._y = y0 + y * unit if is_relative else y * unit
        if z is not None:
            self._z = z0 + z * unit if is_relative else z * unit
        extruded = words.get(E)
        if extruded is None or not self._lays(extruded) or (x is None and y is None):
            return
        if number < 2 or (OFF_X not in words and OFF_Y not in words):
            self._lay(start, (self._x, self._y, self._z))
            return
        for place in _arc(number, words.get(OFF_X, 0.0) * unit, words.get(OFF_Y, 0.0) * unit, start, self._place):
            self._lay(start, place)
            start = place

    @property
    def _place(self) -> Size:
        return (self._x, self._y, self._z)

    def _lays(self, given: float) -> bool:
        if self._is_relative_e:
            return given > 0
        former, self._e = self._e, given
        return given > former

    def _lay(self, start: Size, end: Size) -> None:
        low, high = self._low, self._high
        for place in (start, end):
            for axis in AXES:
                value = place[axis]
                if value < low[axis] and value >= -LARGEST:
                    low[axis] = value
                if value > high[axis] and value <= LARGEST:
                    high[axis] = value
        if self.trace is not None:
            self.trace.stroke(start[0], start[1], end[0], end[1], end[2])

    @property
    def box(self) -> Box | None:
        """The box around what was laid; None when nothing was."""
        if any(self._low[axis] > self._high[axis] for axis in range(3)):
            return None
        low, high = (tuple(round(value, 2) for value in ends) for ends in (self._low, self._high))
        return Box((low[0], low[1], low[2]), (high[0], high[1], high[2]))

    @property
    def size(self) -> Size | None:
        """Width, depth, and height above the bed; None when no material was laid."""
        if self.box is None:
            return None
        x, y = (round(self._high[axis] - self._low[axis], 2) for axis in (0, 1))
        z = round(self._high[2], 2)
        return (x, y, z) if x > 0 and y > 0 and z > 0 else None


def _arc(number: int, off_x: float, off_y: float, start: Size, end: Size) -> list[Size]:
    """Places on the way along a circle, the last one is its end. 2 turns clockwise, 3 the other way."""
    (x0, y0, _z0), (x1, y1, z1) = start, end
    cx, cy = x0 + off_x, y0 + off_y
    radius = math.hypot(off_x, off_y)
    if not (0 < radius <= LARGEST and abs(cx) <= LARGEST and abs(cy) <= LARGEST and abs(x1) + abs(y1) < math.inf):
        return [end]
    first, last = math.atan2(y0 - cy, x0 - cx), math.atan2(y1 - cy, x1 - cx)
    turn = (first - last if number == 2 else last - first) % math.tau or math.tau
    steps = min(MOST_ARC_STEPS, max(1, math.ceil(turn / ARC_STEP)))
    step = (-turn if number == 2 else turn) / steps
    way = [first + step * count for count in range(1, steps)]
    return [*((cx + radius * math.cos(angle), cy + radius * math.sin(angle), z1) for angle in way), end]


def _words(text: bytes) -> Words:
    """Letters with their numbers; what is no number is left out."""
    if b";" in text:
        text = text.partition(b";")[0]
    try:
        return {part[0]: float(part[1:]) for part in text.split()}
    except (ValueError, IndexError):  # words without space between, or signs of another language
        return {name.upper()[0]: float(value) for name, value in WORD.findall(text)}
