"""Cards on paper: the size of a bank card, ten on A4 with cut marks, one for a card printer, or a sticker from a roll.

A card bears its code, its number, the venue and what to do when it is found. A name only if its person wants one.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from devices.badges.codec import show_number
from tierslieu.access.badges.qr import paper_level
from tierslieu.http.assets import Assets
from tierslieu.http.labels import A4, cut_marks
from tierslieu.http.prints import About, Box, Line, Sheet
from tierslieu.http.words import Words, _

WIDTH, HEIGHT = 85.6, 54.0
COLUMNS, ROWS = 2, 5
LEFT, TOP = (A4[0] - COLUMNS * WIDTH) / 2, (A4[1] - ROWS * HEIGHT) / 2
CODE: Final = 38.18
"""The side of a card's code, in millimetres: eleven dots a module at 300 dots an inch, so that edges stay sharp."""
EDGE: Final = 3
STICKER: Final = (62, 42)
FORMATS: Final = {
    "a4": _("Feuille A4 à découper, 10 cartes"),
    "card": _("Imprimante de cartes, 85,6 × 54 mm"),
    "62mm": _("Étiquette de 62 mm, à coller sur une carte"),
}


class Card(NamedTuple):
    """What is printed: the text of the code, the public number, and a name when one is wanted.

    `found` is what to do with a card that lies somewhere.
    """

    token: str
    number: str
    name: str = ""
    found: str = ""


def found_text(venue: str, town: str, phone: str, spoken: Words) -> str:
    """The line for whoever finds a card."""
    told = _("Carte trouvée ? Déposez-la à l’accueil : {venue}, {town}, {phone}. Merci.")
    return spoken.text(told, venue=venue, town=town, phone=phone)


def draw(assets: Assets, wanted: str, about: About, cards: Sequence[Card]) -> bytes:
    """The document, in one of FORMATS. Raises KeyError for another one."""
    return {"a4": _sheets, "card": _one_a_page, "62mm": _on_roll}[wanted](assets, about, cards)


def _sheets(assets: Assets, about: About, cards: Sequence[Card]) -> bytes:
    sheet = Sheet(assets, about, *A4)
    on_sheets(sheet, about.venue, cards)
    return sheet.pdf()


def on_sheets(sheet: Sheet, venue: str, cards: Sequence[Card]) -> None:
    """Ten cards a page, edge to edge, with cut marks around them."""
    for at, card in enumerate(cards):
        place = at % (COLUMNS * ROWS)
        if place == 0:
            sheet.page(*A4)
            cut_marks(sheet, Box(LEFT, TOP, COLUMNS * WIDTH, ROWS * HEIGHT), COLUMNS, ROWS)
        draw_card(sheet, card, venue, LEFT + place % COLUMNS * WIDTH, TOP + place // COLUMNS * HEIGHT)


def _one_a_page(assets: Assets, about: About, cards: Sequence[Card]) -> bytes:
    sheet = Sheet(assets, about, WIDTH, HEIGHT)
    for card in cards:
        sheet.page()
        draw_card(sheet, card, about.venue, 0, 0)
    return sheet.pdf()


def _on_roll(assets: Assets, about: About, cards: Sequence[Card]) -> bytes:
    width, height = STICKER
    sheet = Sheet(assets, about, width, height)
    for card in cards:
        sheet.page()
        sheet.code(card.token, paper_level(card.token), 1.5, (height - CODE) / 2, CODE)
        box = Box(CODE + 2, 2, width - CODE - 3.5, height - 4)
        sheet.texts(box, [Line(show_number(card.number), 14, True), Line(card.name, 10), Line(about.venue, 8)])
    return sheet.pdf()


def draw_card(sheet: Sheet, card: Card, venue: str, x: float, y: float) -> None:
    """One card, its top left corner there."""
    sheet.code(card.token, paper_level(card.token), x + EDGE, y + (HEIGHT - 10 - CODE) / 2 + 1, CODE)
    left = x + EDGE + CODE + 2
    lines = [Line(venue, 13, True), Line(card.name, 15), Line(show_number(card.number), 19, True)]
    sheet.texts(Box(left, y + EDGE, WIDTH - EDGE - (left - x), HEIGHT - 13 - EDGE), lines)
    sheet.texts(Box(x + EDGE + 1, y + HEIGHT - 12, WIDTH - 2 * EDGE - 2, 9.5), [Line(card.found, 7.5)])
