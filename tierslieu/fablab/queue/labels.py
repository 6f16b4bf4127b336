"""The sheet of codes to stick on machines: name, code, what to do with it. A4, to print and cut."""

from collections.abc import Sequence
from typing import NamedTuple

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table

from tierslieu.http.assets import Assets
from tierslieu.http.paper import STYLES, Paper, marked
from tierslieu.http.words import Words, _
from tierslieu.reservations.presence.labels import COLUMNS, GRID, INSIDE, SIDE, code


class Label(NamedTuple):
    """One label: the machine's name, and the address that its code opens."""

    name: str
    address: str


def sheet(assets: Assets, labels: Sequence[Label], venue: str, words: Words) -> bytes:
    """The labels as a PDF."""
    paper = Paper(assets, words.text(_("Codes des machines")), venue, words.locale)
    cells: list[Flowable | str] = [_cell(one, words) for one in labels]
    cells += [""] * (-len(cells) % COLUMNS)
    rows = [cells[at : at + COLUMNS] for at in range(0, len(cells), COLUMNS)]
    if rows:
        paper.add(Table(rows, colWidths=[85 * mm] * COLUMNS, style=GRID))
    else:
        paper.text(words.text(_("Aucune machine.")))
    return paper.pdf()


def _cell(label: Label, words: Words) -> Flowable:
    lines = [
        Paragraph(marked(label.name), STYLES["heading"]),
        Paragraph(marked(words.text(_("Machine vidée ? Lisez ce code pour le dire."))), STYLES["text"]),
        Paragraph(marked(label.address), STYLES["quiet"]),
    ]
    return Table([[code(label.address), lines]], colWidths=[SIDE + 2 * mm, 44 * mm], style=INSIDE)
