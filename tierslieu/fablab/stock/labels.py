"""Labels for spools, sheets and boxes: number, material and a code that opens the item's page. A4, to print and cut."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table

from tierslieu.http.assets import Assets
from tierslieu.http.paper import STYLES, Paper, marked
from tierslieu.http.words import Words, _
from tierslieu.reservations.presence.labels import COLUMNS, GRID, INSIDE, SIDE, code

MOST: Final = 200


class Label(NamedTuple):
    """One label: the number, what it is, and the address of its page."""

    code: str
    name: str
    address: str


def sheet(assets: Assets, labels: Sequence[Label], venue: str, words: Words) -> bytes:
    """The labels as a PDF."""
    paper = Paper(assets, words.text(_("Étiquettes du stock")), venue, words.locale)
    cells: list[Flowable | str] = [_cell(one, words) for one in labels[:MOST]]
    if len(cells) % COLUMNS:
        cells.append("")
    rows = [cells[at : at + COLUMNS] for at in range(0, len(cells), COLUMNS)]
    if rows:
        paper.add(Table(rows, colWidths=[85 * mm] * COLUMNS, style=GRID))
    else:
        paper.text(words.text(_("Aucune étiquette à imprimer.")))
    return paper.pdf()


def _cell(label: Label, words: Words) -> Flowable:
    lines = [
        Paragraph(marked(label.code), STYLES["heading"]),
        Paragraph(marked(label.name), STYLES["text"]),
        Paragraph(marked(words.text(_("Lisez ce code pour charger, peser ou finir."))), STYLES["quiet"]),
    ]
    return Table([[code(label.address), lines]], colWidths=[SIDE + 2 * mm, 44 * mm], style=INSIDE)
