"""Draws the code of a badge as SVG: black on white, four quiet modules around, level Q, one size for all cards."""

from html import escape
from itertools import groupby
from typing import Final

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode

VERSION: Final = 3
QUIET_MODULES: Final = 4
MODULES: Final = 4 * VERSION + 17
SIDE: Final = MODULES + 2 * QUIET_MODULES


def matrix(text: str) -> list[list[bool]]:
    """The modules of the code with its quiet zone, True for black, row by row."""
    code: QRCode = QRCode(version=VERSION, error_correction=ERROR_CORRECT_Q, border=QUIET_MODULES)  # type: ignore[type-arg]
    code.add_data(text)
    code.make(fit=False)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def outline(modules: list[list[bool]]) -> str:
    """One path for all black runs: lines one module thick through the middle of each row."""
    steps = []
    for y, row in enumerate(modules):
        x = 0
        for is_black, run in groupby(row):
            length = len(list(run))
            if is_black:
                steps.append(f"M{x} {y}.5h{length}")
            x += length
    return "".join(steps)


def svg(text: str, label: str) -> str:
    """A drawing of any size (give it one in the style sheet); `label` says what it is to those who do not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" role="img" aria-label="{escape(label)}" '
        f'class="badge-code" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{SIDE}v{SIDE}H0z"/>'
        f'<path stroke="#000" d="{outline(matrix(text))}"/></svg>'
    )
