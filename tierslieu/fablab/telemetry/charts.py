"""Lines over time as drawing instructions: the template draws, the table behind holds the same figures. Pure."""

from collections.abc import Callable, Sequence

import msgspec

WIDTH, HEIGHT = 600, 150


class Line(msgspec.Struct, frozen=True):
    """One line; where nothing was measured it is broken. `kind` a or b: drawn whole or dashed, not only in colour."""

    name: str
    kind: str
    pieces: list[str]


class Chart(msgspec.Struct, frozen=True):
    """A chart and the table behind it. `top` and `foot` stand beside the axis, `marks` below it."""

    title: str
    sentence: str
    lines: list[Line]
    top: str
    foot: str
    marks: list[str]
    heads: list[str]
    rows: list[list[str]]


class Series(msgspec.Struct, frozen=True):
    """What one line shows: a value for each instant, None where there is none."""

    name: str
    values: Sequence[float | None]


def lines(instants: Sequence[int], series: Sequence[Series], start: int, end: int, step: int, top: float) -> list[Line]:
    """Each series as pieces of a polyline; `top` is the value at the upper edge, zero lies at the lower."""
    return [
        Line(one.name, "ab"[min(place, 1)], _pieces(instants, one.values, start, end, step, top))
        for place, one in enumerate(series)
        if any(value is not None for value in one.values)
    ]


def nice_top(series: Sequence[Series]) -> float:
    """A round number above all values."""
    most = max((value for one in series for value in one.values if value is not None), default=0.0)
    for power in (1, 10, 100, 1000, 10_000, 100_000):
        for digit in (1, 2, 3, 5):
            if most <= digit * power:
                return float(digit * power)
    return most


def marks(start: int, end: int, text: Callable[[int], str]) -> list[str]:
    """The beginning, the middle and the end of the time."""
    return [text(start), text((start + end) // 2), text(end)]


def _pieces(
    instants: Sequence[int], values: Sequence[float | None], start: int, end: int, step: int, top: float
) -> list[str]:
    pieces: list[list[str]] = []
    last: int | None = None
    for at, value in zip(instants, values, strict=True):
        if value is None:
            last = None
            continue
        if last is None or at - last > 2 * step:
            pieces.append([])
        x = (at - start) * WIDTH / max(1, end - start)
        y = HEIGHT - max(0.0, value) * HEIGHT / (top or 1.0)
        pieces[-1].append(f"{x:.1f},{y:.1f}")
        last = at
    return [" ".join(piece if len(piece) > 1 else [*piece, _beside(piece[0])]) for piece in pieces]


def _beside(point: str) -> str:
    """A lone point is drawn as a short stroke."""
    x, _, y = point.partition(",")
    return f"{float(x) + 1.5:.1f},{y}"
