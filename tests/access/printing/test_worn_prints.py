"""Every print that the house makes, measured on paper, then worn as prints are, and read by a decoder each time."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pytest
from reportlab.lib.units import mm

from devices.badges import codec
from tests.access.printing.wear import Camera, blotted, pages, texts, turned, wears
from tierslieu.access.badges import cards, tickets
from tierslieu.access.badges.cards import Card
from tierslieu.basics.zone import Zone
from tierslieu.http.assets import Assets, web_folder
from tierslieu.http.labels import FORMATS, Tag, draw
from tierslieu.http.paper import Paper
from tierslieu.http.prints import About, Box, CodeMark, Line, Sheet
from tierslieu.http.words import Words, spoken

ASSETS: Final = Assets(web_folder() / "dist")
ABOUT: Final = About("Essai", "Le Nugue", "fr")
NEAR: Final = 10.0
"""A code of 30 mm is 300 pixels wide: a card held at a hand's width from a tablet, or a label before a phone."""
TICKET: Final = 300 / 55
"""A ticket before the same tablet, a little further away."""
ADDRESS: Final = "https://tiers-lieu.ville.example/ici/k7w2m9xq4r"


def token(seed: int) -> str:
    return codec.encode(np.random.default_rng(seed).bytes(codec.SECRET_BYTES))


def guest(seed: int) -> str:
    letters = np.random.default_rng(seed).integers(0, 16, 152)
    return "TG" + "".join(codec.ALPHABET[letter] for letter in letters)


@pytest.fixture(scope="module")
def french() -> Words:
    return spoken("fr", Zone("Europe/Paris"))


Print = tuple[str, Callable[[Words], bytes], list[str], Camera, float, tuple[float, float]]
"""Its name, how it is drawn, what it says, the camera, how wide its codes are, and the size of its page."""


def card_prints(wanted: str, count: int, page: tuple[float, float]) -> Print:
    said = [token(seed) for seed in range(count)]
    found = [Card(text, codec.card_number(20_000 + at), "Sofia") for at, text in enumerate(said)]
    wide = cards.CODE * 33 / 41
    return f"card {wanted}", lambda _french: cards.draw(ASSETS, wanted, ABOUT, found), said, NEAR, wide, page


def tag_prints(wanted: str) -> Print:
    size = FORMATS[wanted]
    tags = [Tag(f"Bureau {at}", ADDRESS[:-2] + f"{at:02}", "Scannez pour arriver.", "Rez-de-chaussée") for at in (1, 2)]
    side = size.code or size.page[0] * 70 / 105
    said = [tag.address for tag in tags]
    camera = max(NEAR / 2, 300 / side)
    return wanted, lambda french: draw(ASSETS, size, ABOUT, tags, french), said, camera, side * 41 / 49, size.page


def ticket_prints(wanted: str, side: float, page: tuple[float, float]) -> Print:
    ticket = tickets.Ticket(guest(1), "Laissez-passer", ("Nadia", "Du mardi 24 novembre, 9 h", "Tout le lieu"))
    made: Callable[[Words], bytes] = lambda french: tickets.draw(ASSETS, wanted, ABOUT, ticket, french)  # noqa: E731
    return f"ticket {wanted}", made, [ticket.token], TICKET, side * 49 / 57, page


def slip(_french: Words) -> bytes:
    """A paper that flows, as attestations and receipts of jobs are."""
    paper = Paper(ASSETS, "Bon", "Le Nugue", "fr")
    paper.add(CodeMark(ADDRESS, 38 * mm))
    return paper.pdf()


PRINTS: Final = [
    ("slip", slip, [ADDRESS], NEAR, 38 * 41 / 49, (210, 297)),
    card_prints("a4", 2, (210, 297)),
    card_prints("card", 2, (85.6, 54)),
    card_prints("62mm", 2, cards.STICKER),
    ticket_prints("80mm", tickets.ROLL_CODE, (80, 128)),
    ticket_prints("a6", tickets.A6_CODE, (105, 148)),
    *(tag_prints(wanted) for wanted in FORMATS),
]


@pytest.mark.parametrize("one", PRINTS, ids=[one[0] for one in PRINTS])
def test_every_print_is_read_whatever_happened_to_it(one: Print, french: Words) -> None:
    name, drawn, said, camera, wide, size = one
    pdf = drawn(french)
    found = pages(pdf, camera)
    assert b"/Helvetica" not in pdf
    assert (b"/PrintScaling /None" in pdf) == (name != "slip")
    read: dict[str, list[str]] = {}
    for page in found:
        assert page.size == size
        assert len(page.boxes) == 1
        assert [code.ec_level for code in page.codes()] == ["Q" if "ticket" in name else "H"] * len(page.codes())
        assert all(abs(page.millimetres(code) - wide) < 0.6 for code in page.codes())
        page.keep_codes()
        for what, worn in wears(page):
            read.setdefault(what, []).extend(texts(worn(page.picture)))
    assert read == {what: sorted(said) for what in read}


def test_a_card_is_read_at_any_angle() -> None:
    (page,) = pages(cards.draw(ASSETS, "card", ABOUT, [Card(token(9), "123459")]), 6)
    assert [texts(turned(page.picture, angle)) for angle in range(0, 360, 10)] == [[token(9)]] * 36


def test_no_worn_card_is_read_as_another_one() -> None:
    (page,) = pages(cards.draw(ASSETS, "card", ABOUT, [Card(token(8), "123459")]), NEAR)
    codes = page.codes()
    for share in (0.1, 0.2, 0.3, 0.4, 0.6):
        for is_corner in (True, False):
            assert texts(blotted(page.picture, codes, share, is_corner=is_corner)) in ([], [token(8)])


def test_cards_lie_edge_to_edge_and_numbers_can_be_read() -> None:
    found = [Card(token(at), codec.card_number(30_000 + at), found="Carte trouvée ?") for at in range(11)]
    first, second = pages(cards.draw(ASSETS, "a4", ABOUT, found), 4)
    places = sorted((code.position.top_left.x / 4, code.position.top_left.y / 4) for code in first.codes())
    assert len(places) == 10
    assert len(second.codes()) == 1
    assert abs(places[9][0] - places[0][0] - cards.WIDTH) < 0.6
    assert abs(max(y for _x, y in places) - min(y for _x, y in places) - 4 * cards.HEIGHT) < 0.6
    assert codec.show_number(found[0].number).replace("\u00a0", " ") in first.words


def words_on(lines: list[Line], box: Box) -> str:
    sheet = Sheet(ASSETS, ABOUT, 62, 29)
    sheet.page()
    sheet.texts(box, lines)
    (page,) = pages(sheet.pdf(), 4)
    return page.words


def test_texts_shrink_then_give_up_the_last_ones() -> None:
    small = Box(2, 2, 20, 8)
    assert words_on([Line("Un nom", 8, True), Line("détail", 8)], small) == "Un nom détail"
    assert (
        words_on([Line("Un nom assez long", 14, True), Line("une ligne de trop " * 9, 12)], small)
        == "Un nom assez long"
    )
    assert words_on([Line("mot " * 200, 14)], small).endswith("…")
    assert words_on([Line("", 14)], small) == ""
    assert words_on([Line("<b>&amp; ", 10)], small) == "<b>&amp;"


def test_nothing_to_print_says_so(french: Words) -> None:
    (page,) = pages(draw(ASSETS, FORMATS["62mm"], ABOUT, [], french), 4)
    assert "Aucun code à imprimer" in page.words


def test_codes_keep_four_light_modules_around() -> None:
    (page,) = pages(cards.draw(ASSETS, "card", ABOUT, [Card(token(3), "123459")]), NEAR)
    (code,) = page.codes()
    at, module = code.position.top_left, page.millimetres(code) * NEAR / 33
    quiet = round(3.5 * module)
    assert page.picture[at.y - quiet : at.y - 2, at.x - quiet : at.x + quiet].min() == 255
    assert page.picture[at.y - quiet : at.y + quiet, at.x - quiet : at.x - 2].min() == 255
