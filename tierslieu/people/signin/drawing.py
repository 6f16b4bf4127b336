"""A QR code as the path of an inline drawing: nothing is fetched, no style is written. Pure."""

from typing import NamedTuple

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4


class Drawing(NamedTuple):
    """The side of the drawing in modules, and its dark modules as one path."""

    side: int
    path: str


def qr_drawing(text: str) -> Drawing:
    """The QR code of a text, with its quiet zone."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(
        f"M{left + QUIET} {top + QUIET}h1v1h-1z"
        for top, row in enumerate(rows)
        for left, dark in enumerate(row)
        if dark
    )
    return Drawing(len(rows) + 2 * QUIET, path)
