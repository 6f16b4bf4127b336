"""The paper pass of a guest: from the roll of a receipt printer, or on A6."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from tierslieu.access.badges.qr import paper_level
from tierslieu.http.assets import Assets
from tierslieu.http.prints import About, Box, Line, Sheet
from tierslieu.http.words import Words, _

ROLL_WIDTH: Final = 80
ROLL_PRINTS: Final = 72
"""What the head of an 80 mm receipt printer reaches."""
ROLL_CODE: Final = 64.19
"""Nine dots a module at 203 dots an inch."""
ROLL_HEIGHT: Final = 128
A6: Final = (105, 148)
A6_CODE: Final = 76
FORMATS: Final = {"80mm": _("Imprimante à tickets, rouleau de 80 mm"), "a6": _("Feuille A6")}


class Ticket(NamedTuple):
    """What is printed: the text of the code, what it is called, and what it is good for, line by line."""

    token: str
    title: str
    lines: Sequence[str]


def draw(assets: Assets, wanted: str, about: About, ticket: Ticket, spoken: Words) -> bytes:
    """The document, in one of FORMATS. Raises KeyError for another one."""
    how = spoken.text(_("Présentez ce code à la borne ou à la porte, bien à plat."))
    (width, height), side = {"80mm": ((ROLL_WIDTH, ROLL_HEIGHT), ROLL_CODE), "a6": (A6, A6_CODE)}[wanted]
    sheet = Sheet(assets, about, width, height)
    sheet.page()
    inside = ROLL_PRINTS if wanted == "80mm" else width - 14
    left = (width - inside) / 2
    head = [Line(about.venue, 11), Line(ticket.title, 17, True)]
    sheet.texts(Box(left, 4, inside, 20), head, is_centred=True)
    sheet.code(ticket.token, paper_level(ticket.token), (width - side) / 2, 24, side)
    told = [*(Line(text, 12, True) for text in ticket.lines), Line(how, 9.5)]
    sheet.texts(Box(left, 25 + side, inside, height - side - 29), told, is_centred=True, is_high=True)
    return sheet.pdf()
