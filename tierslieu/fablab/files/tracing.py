"""The way of the tool, layer by layer, small enough for a page whatever the file: the preview. Pure.

Straight runs become one stroke and fine detail goes first; when that is not enough, every second layer goes, then
every second of the rest. The bytes are little-endian: the head (HEAD: mark, layers kept, one layer kept of so many,
lowest x and y, highest x and y, layers seen), then for each layer its height in hundredths of a millimetre and how
many points it has, then all points as pairs of tenths of a millimetre. A pair that begins with UP lifts the pen.
"""

import struct
import sys
from array import array
from typing import Final

MOST_POINTS: Final = 66_000
MOST_LAYERS: Final = 2_000
MOST_BYTES: Final = 300_000
FINEST, COARSEST = 0.15, 1.2
LAYER: Final = 25
"""Heights are told apart by a 25th of a millimetre: a spiral has layers too."""
HIGHEST: Final = 2_000.0
FARTHEST: Final = 3_200.0
UP: Final = -32_768
MARK: Final = b"TLP1"
HEAD: Final = struct.Struct("<4sHHhhhhI")
ROW: Final = struct.Struct("<iI")


class Pen:
    """Draws strokes into points, merging those that go on in the same direction."""

    def __init__(self, points: "array[int]", tolerance: float) -> None:
        self.points, self.tolerance = points, tolerance
        self._from = self._to = (0.0, 0.0)
        self._way: tuple[float, float] | None = None
        self._is_down = False

    def stroke(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """From one place to another; a place that is not where the pen is lifts it first."""
        if not self._is_down or (x0, y0) != self._to:
            self.lift()
            self.points.extend((UP, 0, round(x0 * 10), round(y0 * 10)))
            self._from = self._to = (x0, y0)
            self._is_down = True
        fx, fy = self._from
        dx, dy = x1 - fx, y1 - fy
        if self._way is not None:
            wx, wy = self._way
            ahead = (x1 - self._to[0]) * wx + (y1 - self._to[1]) * wy
            if abs(dx * wy - dy * wx) > self.tolerance or ahead < 0:
                self._keep()
                fx, fy = self._from
                dx, dy = x1 - fx, y1 - fy
        self._to = (x1, y1)
        if self._way is None:
            length = (dx * dx + dy * dy) ** 0.5
            if length >= self.tolerance:
                self._way = (dx / length, dy / length)

    def lift(self) -> None:
        """Finish what was begun."""
        if self._is_down:
            if self._way is not None or self._to != self._from:
                self._keep()
            self._is_down = False

    def _keep(self) -> None:
        x, y = self._to
        self.points.extend((round(x * 10), round(y * 10)))
        self._from, self._way = self._to, None


class Trace:
    """Takes strokes in and keeps what a page can show."""

    def __init__(self) -> None:
        self._layers: dict[int, array[int]] = {}
        self._gone: set[int] = set()
        self._seen = 0
        self._every = 1
        self._tolerance = FINEST
        self._count = 0
        self._key: int | None = None
        self._pen: Pen | None = None

    def stroke(self, x0: float, y0: float, x1: float, y1: float, z: float) -> None:
        """Material is laid from one place to another at this height."""
        if not 0 <= z <= HIGHEST:
            return
        key = round(z * LAYER)
        if key != self._key:
            self._turn_to(key)
        if self._pen is not None and _is_near(x0, y0) and _is_near(x1, y1):
            self._pen.stroke(x0, y0, x1, y1)
            if self._count + len(self._pen.points) > 4 * MOST_POINTS:
                self._close()
                self._thin()

    def _turn_to(self, key: int) -> None:
        self._close()
        if len(self._layers) >= MOST_LAYERS:
            self._thin()
        self._key = key
        if key in self._gone:
            return
        points = self._layers.get(key)
        if points is None:
            self._seen += 1
            if (self._seen - 1) % self._every:
                self._gone.add(key)
                return
            points = self._layers[key] = array("h")
        self._count -= len(points)
        self._pen = Pen(points, self._tolerance)

    def _close(self) -> None:
        if self._pen is not None:
            self._pen.lift()
            self._count += len(self._pen.points)
        self._pen, self._key = None, None

    def _thin(self) -> None:
        """Coarser strokes, then fewer layers, until half of the room is free."""
        while self._count > 2 * MOST_POINTS or len(self._layers) >= MOST_LAYERS:
            if self._tolerance < COARSEST and len(self._layers) < MOST_LAYERS:
                self._tolerance *= 2
                self._layers = {key: _coarser(points, self._tolerance) for key, points in self._layers.items()}
            elif len(self._layers) > 1:
                self._every *= 2
                dropped = list(self._layers)[1::2]
                self._gone.update(dropped)
                for key in dropped:
                    del self._layers[key]
            else:  # one layer that fills everything: its beginning is shown
                for points in self._layers.values():
                    del points[2 * MOST_POINTS :]
            self._count = sum(len(points) for points in self._layers.values())

    def pack(self) -> bytes | None:
        """The preview; None when nothing was laid."""
        self._close()
        self._thin()
        rows = [(key, points) for key, points in sorted(self._layers.items()) if len(points) > 4]
        if not rows:
            return None
        xs, ys = _reach([points for _key, points in rows])
        head = HEAD.pack(MARK, len(rows), self._every, xs[0], ys[0], xs[1], ys[1], self._seen)
        table = b"".join(ROW.pack(key * 100 // LAYER, len(points) // 2) for key, points in rows)
        return head + table + b"".join(_little(points) for _key, points in rows)


def _is_near(x: float, y: float) -> bool:
    return -FARTHEST <= x <= FARTHEST and -FARTHEST <= y <= FARTHEST


def _coarser(points: "array[int]", tolerance: float) -> "array[int]":
    fresh: array[int] = array("h")
    pen = Pen(fresh, tolerance)
    last: tuple[float, float] | None = None
    for place in range(0, len(points), 2):
        if points[place] == UP:
            last = None
            pen.lift()
            continue
        here = (points[place] / 10, points[place + 1] / 10)
        if last is not None:
            pen.stroke(*last, *here)
        last = here
    pen.lift()
    return fresh


def _reach(layers: "list[array[int]]") -> tuple[tuple[int, int], tuple[int, int]]:
    """Lowest and highest of both axes."""
    xs = [value for points in layers for value in (points[place] for place in range(0, len(points), 2)) if value != UP]
    ys = [points[place + 1] for points in layers for place in range(0, len(points), 2) if points[place] != UP]
    return (min(xs), max(xs)), (min(ys), max(ys))


def _little(points: "array[int]") -> bytes:
    if sys.byteorder == "big":
        points = points[:]
        points.byteswap()
    return points.tobytes()
