"""Sheets of codes to print and stick on doors and desks: name, code, what to do with it. A4, ten to a page."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import HexColor, black
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from tierslieu.http.assets import Assets
from tierslieu.http.paper import STYLES, Paper, marked
from tierslieu.http.words import Words, _

COLUMNS: Final = 2
SIDE: Final = 34 * mm
QUIET_MODULES: Final = 4
CUT: Final = HexColor("#9AA39E")
GRID: Final = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, CUT),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
    ]
)
INSIDE: Final = TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (-1, -1), 4)])


class Label(NamedTuple):
    """One label: the name of a place, and the address that its code opens."""

    name: str
    address: str


def sheet(assets: Assets, labels: Sequence[Label], venue: str, words: Words) -> bytes:
    """The labels as a PDF to print and cut."""
    paper = Paper(assets, words.text(_("Codes des espaces")), venue, words.locale)
    cells = [_cell(label, words) for label in labels]
    rows = [cells[at : at + COLUMNS] for at in range(0, len(cells), COLUMNS)]
    if rows:
        rows[-1] += [""] * (COLUMNS - len(rows[-1]))
        paper.add(Table(rows, colWidths=[85 * mm] * COLUMNS, style=GRID))
    else:
        paper.text(words.text(_("Aucun code à imprimer. Créez d’abord les codes.")))
    return paper.pdf()


def _cell(label: Label, words: Words) -> Flowable:
    lines = [
        Paragraph(marked(label.name), STYLES["heading"]),
        Paragraph(marked(words.text(_("Arriver, réserver, partir : lisez ce code."))), STYLES["text"]),
        Paragraph(marked(label.address), STYLES["quiet"]),
    ]
    return Table([[code(label.address), lines]], colWidths=[SIDE + 2 * mm, 44 * mm], style=INSIDE)


def code(text: str) -> Drawing:
    """The code of an address, black on white, with its quiet zone."""
    drawn: QRCode = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_MODULES)  # type: ignore[type-arg]
    drawn.add_data(text)
    drawn.make(fit=True)
    rows = drawn.get_matrix()
    module = SIDE / len(rows)
    drawing = Drawing(SIDE, SIDE)
    for y, row in enumerate(rows):
        for x, is_black in enumerate(row):
            if is_black:
                place = (x * module, SIDE - (y + 1) * module, module, module)
                drawing.add(Rect(*place, fillColor=black, strokeColor=None, strokeWidth=0))
    return drawing
