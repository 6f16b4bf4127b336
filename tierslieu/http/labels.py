"""Labels and plates: things with a code that opens their page, in the sizes that offices and workshops print.

A tag is what stands on one: the same for a door, a machine or a spool, whatever the size.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from litestar import Response

from tierslieu.http.assets import Assets
from tierslieu.http.guards import house
from tierslieu.http.pages import AnyRequest, words
from tierslieu.http.prints import About, Box, Line, Sheet, answer
from tierslieu.http.words import Words, _

MOST: Final = 240
"""Tags in one document: ten sheets of the smallest."""
PLATE_WIDTH: Final = 105
"""Plates are laid out on A6, and grow with their page."""


class Tag(NamedTuple):
    """What a label says: a name, the address that its code opens, what reading it is good for, one more fact."""

    name: str
    address: str
    hint: str = ""
    detail: str = ""


class Format(NamedTuple):
    """A size: the page, how many cells on it and where the first one begins, the code's side and the cell's margin."""

    title: str
    page: tuple[float, float]
    grid: tuple[int, int] = (1, 1)
    cell: tuple[float, float] = (0, 0)
    first: tuple[float, float] = (0, 0)
    code: float = 0
    margin: float = 0

    @property
    def is_plate(self) -> bool:
        """True for one large tag a page."""
        return not self.code


A4: Final = (210, 297)
FORMATS: Final = {
    "a4-10": Format(_("Feuille A4 à découper, 10 par page"), A4, (2, 5), (90, 54), (15, 13.5), 40, 5),
    "a4-24": Format(_("Planche d’étiquettes A4, 24 de 70 × 37 mm"), A4, (3, 8), (70, 37), (0, 0.5), 29, 4),
    "62mm": Format(_("Rouleau de 62 mm, étiquettes de 62 × 29 mm"), (62, 29), (1, 1), (62, 29), (0, 0), 26, 1.5),
    "a6": Format(_("Plaque A6"), (105, 148)),
    "a5": Format(_("Plaque A5"), (148, 210)),
}
LABELS: Final = ("a4-10", "a4-24", "62mm")


def house_address(request: AnyRequest) -> str:
    """Where the house is found: its public address, else the one that was asked."""
    return house(request).settings.public_url or str(request.base_url).rstrip("/")


async def print_tags(request: AnyRequest, title: str, tags: Sequence[Tag], name: str) -> Response[bytes]:
    """The tags as a PDF of the format that the address names (`format`), else as a sheet to cut."""
    spoken, home = words(request), house(request)
    wanted = FORMATS.get(request.query_params.get("format", ""), FORMATS["a4-10"])
    about = About(title, home.settings.venue_name, spoken.locale)
    body = await asyncio.to_thread(draw, request.app.state.assets, wanted, about, tags[:MOST], spoken)
    return answer(body, name)


def draw(assets: Assets, wanted: Format, about: About, tags: Sequence[Tag], spoken: Words) -> bytes:
    """The document."""
    sheet = Sheet(assets, about, *wanted.page)
    if not tags:
        sheet.page()
        nothing = Line(spoken.text(_("Aucun code à imprimer. Créez d’abord les codes.")), 12)
        sheet.texts(Box(4, 4, sheet.width - 8, sheet.height - 8), [nothing])
    elif wanted.is_plate:
        for tag in tags:
            _plate(sheet, tag, about.venue, spoken)
    else:
        for tag, (x, y) in zip(tags, _places(sheet, wanted), strict=False):
            _label(sheet, wanted, tag, x, y)
    return sheet.pdf()


def _places(sheet: Sheet, wanted: Format) -> Iterator[tuple[float, float]]:
    """The corners of cells, page after page."""
    (columns, rows), (width, height), (left, top) = wanted.grid, wanted.cell, wanted.first
    while True:
        sheet.page()
        if left and top:
            cut_marks(sheet, Box(left, top, width * columns, height * rows), columns, rows)
        for at in range(columns * rows):
            yield left + at % columns * width, top + at // columns * height


def cut_marks(sheet: Sheet, area: Box, columns: int, rows: int) -> None:
    """Short lines around the cells, outside of them: where to lay the ruler."""
    right, bottom = area.x + area.width, area.y + area.height
    for column in range(columns + 1):
        x = area.x + area.width * column / columns
        sheet.stroke(x, area.y - 7, x, area.y - 2)
        sheet.stroke(x, bottom + 2, x, bottom + 7)
    for row in range(rows + 1):
        y = area.y + area.height * row / rows
        sheet.stroke(area.x - 7, y, area.x - 2, y)
        sheet.stroke(right + 2, y, right + 7, y)


def _label(sheet: Sheet, wanted: Format, tag: Tag, x: float, y: float) -> None:
    width, height = wanted.cell
    side, margin = wanted.code, wanted.margin
    sheet.code(tag.address, "H", x + margin, y + (height - side) / 2, side)
    text_x = x + margin + side + 1
    box = Box(text_x, y + margin, x + width - margin - text_x, height - 2 * margin)
    sheet.texts(box, [Line(tag.name, 13, True), Line(tag.detail, 10), Line(tag.hint, 9), Line(tag.address, 6.5)])


def _plate(sheet: Sheet, tag: Tag, venue: str, spoken: Words) -> None:
    """Hint, code and name from top to bottom, and a ring for a raised dot: hands find the code by it."""
    sheet.page()
    k = sheet.width / PLATE_WIDTH
    inside, side = (PLATE_WIDTH - 14) * k, 70 * k
    sheet.texts(Box(7 * k, 6 * k, inside, 23 * k), [Line(tag.hint, 17 * k, True)], is_centred=True)
    left, top = (sheet.width - side) / 2, 29 * k
    sheet.code(tag.address, "H", left, top, side)
    sheet.circle(left / 2, top + side / 2, 5 * k)
    lines = [Line(tag.name, 24 * k, True), Line(tag.detail, 13 * k)]
    sheet.texts(Box(7 * k, top + side, inside, 27 * k), lines, is_centred=True)
    relief = spoken.text(_("Rond à gauche : collez-y un point en relief, pour trouver le code du bout des doigts."))
    foot = [Line(venue, 9 * k), Line(tag.address, 7.5 * k), Line(relief, 6.5 * k)]
    sheet.texts(Box(7 * k, top + side + 29 * k, inside, 16 * k), foot, is_centred=True)
