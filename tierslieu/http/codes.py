"""QR codes: the modules of a text, and a light drawing of them. Pure; every code of the house is drawn here.

A run is a row of neighbouring dark modules. Drawings merge the modules of a run, and move by relative steps, so that
a card's code takes two kilobytes instead of the ten that a square a module would take.
"""

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Final, Literal, NamedTuple

from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode

QUIET_MODULES: Final = 4
"""Light modules around a code: decoders need them when the ground is dark."""
Level = Literal["M", "Q", "H"]
"""How much of a code may be lost: 15, 25 or 30 % of its words. The more, the smaller its modules at a given size."""
LEVELS: Final = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}
Modules = list[list[bool]]


class Run(NamedTuple):
    """Dark modules side by side: the first one's column and row, and how many."""

    x: int
    y: int
    length: int


class Drawing(NamedTuple):
    """The side of a drawing in modules, and its dark runs as one path to be stroked."""

    side: int
    path: str


def modules(text: str, level: Level = "M") -> Modules:
    """The smallest code of a text with its quiet zone, True for dark, row by row.

    Texts of capitals and digits take the denser alphanumeric mode by themselves.
    """
    code: QRCode = QRCode(error_correction=LEVELS[level], border=QUIET_MODULES)  # type: ignore[type-arg]
    code.add_data(text)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def runs(rows: Modules) -> Iterator[Run]:
    """The dark runs, from top to bottom and from left to right."""
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run in groupby(row):
            length = len(list(run))
            if is_dark:
                yield Run(x, y, length)
            x += length


def path(rows: Modules) -> str:
    """One path for all runs: strokes one module thick, through the middle of each row."""
    steps, at_x, at_y = ["M0 .5"], 0, 0
    for x, y, length in runs(rows):
        steps.append(f"m{x - at_x} {y - at_y}h{length}")
        at_x, at_y = x + length, y
    return "".join(steps)


def qr_drawing(text: str, level: Level = "M") -> Drawing:
    """The code of a text, for a template that draws it inline."""
    rows = modules(text, level)
    return Drawing(len(rows), path(rows))


def svg(text: str, label: str, level: Level = "M") -> str:
    """A drawing of any size (give it one in the style sheet); `label` says what it is to those who do not see it."""
    side, steps = qr_drawing(text, level)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="{escape(label)}" '
        f'class="badge-code" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path stroke="#000" d="{steps}"/></svg>'
    )
