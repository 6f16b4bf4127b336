"""« Impression » : what staff choose on one page, what the documents hold, and what never leaves by them."""

import re
from typing import Any

from devices.badges import codec
from tests.access.doors import badge, kiosk, person_id, plain, present, submit, without_card
from tests.access.printing.wear import Printed, pages
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read, write
from tierslieu.access import queries
from tierslieu.access.passes import actions as passes
from tierslieu.basics.ids import show
from tierslieu.people.groups.actions import GroupFacts, add_member, create_group

CAMERA = 10
FORM = re.compile(r'<form class="stack" method="get" action="([^"]+)"')
TOKEN = re.compile(r'name="token" value="(TC[A-Z]{36})"')


def printed(answer: Any) -> list[Printed]:
    """The pages of a document that was answered."""
    assert answer.status_code == 200, answer.text[:400]
    assert answer.headers["content-type"] == "application/pdf"
    assert "no-store" in answer.headers["cache-control"]
    return pages(answer.content, CAMERA)


def test_everything_with_a_code_is_printed_from_one_page(quick_nugue: HouseUnderTest) -> None:
    desk = quick_nugue.sign_in(RECEPTION)
    submit(desk, "/accueil/codes")
    page = desk.get("/impression").text
    paths = FORM.findall(page)
    assert paths[:2] == ["/accueil/codes/etiquettes.pdf", "/fablab/etiquettes.pdf"]
    assert "/fablab/retraits/etageres.pdf" in paths
    (room,) = printed(desk.get("/accueil/codes/etiquettes.pdf?format=a6&espace=bureau-1"))
    assert room.size == (105.0, 148.0)
    assert [code.text.rpartition("/")[0][-4:] for code in room.codes()] == ["/ici"]
    (machine,) = printed(desk.get("/fablab/etiquettes.pdf?format=a5&machine=laser-1"))
    assert (machine.size, [code.text.rpartition("/")[2] for code in machine.codes()]) == ((148.0, 210.0), ["laser-1"])
    lucie = quick_nugue.sign_in(FAB_MANAGER)
    (spool,) = printed(lucie.get("/fablab/stock/etiquettes.pdf?format=62mm&n=3"))
    assert (spool.size, spool.codes()[0].text.rpartition("/")[2]) == ((62.0, 29.0), "3")
    assert submit(lucie, "/fablab/retraits", "/fablab/retraits/etageres", code="Z9").status_code == 303
    (shelf,) = printed(lucie.get("/fablab/retraits/etageres.pdf?format=a4-24&etagere=Z9"))
    (code,) = shelf.codes()
    shown = lucie.get("/" + code.text.split("/", 3)[3])
    assert "Ce qui attend sur l’étagère Z9" in shown.text
    assert desk.get("/accueil/codes/etiquettes.pdf?format=rien&espace=bureau-1").status_code == 200
    assert quick_nugue.sign_in(MEMBER).get("/impression").status_code == 403


def test_a_card_is_printed_from_the_page_that_shows_its_code(quick_nugue: HouseUnderTest) -> None:
    desk = quick_nugue.sign_in(RECEPTION)
    page = f"/personnes/{show(without_card(quick_nugue, MEMBER))}/badge"
    made = submit(desk, page)
    (token,) = TOKEN.findall(made.text)
    wish = {"token": token, "format": "card"}
    (card,) = printed(submit(desk, page, "/impression/carte", **wish))
    number = codec.show_number(read(quick_nugue, queries.badges_now, person_id(quick_nugue))[0].card_number)
    assert [code.text for code in card.codes()] == [token]
    assert plain(number) in plain(card.words)
    assert "Carte trouvée" in card.words
    assert "Sofia" not in card.words
    (named,) = printed(submit(desk, page, "/impression/carte", **{**wish, "format": "62mm", "with_name": "1"}))
    assert "Sofia" in named.words
    assert token not in desk.get(page).text
    assert submit(desk, page, "/impression/carte", **{**wish, "token": codec.encode(bytes(16))}).status_code == 404
    assert submit(desk, page, "/impression/carte", **{**wish, "token": "hello"}).status_code == 404
    assert submit(desk, page, "/impression/carte", **{**wish, "format": "a0"}).status_code == 422
    assert submit(desk, page, replace=show(read(quick_nugue, queries.badges_now, person_id(quick_nugue))[0].id)).text
    assert submit(desk, page, "/impression/carte", **wish).status_code == 409


def test_cards_of_the_house_are_made_in_a_batch(quick_nugue: HouseUnderTest) -> None:
    desk = quick_nugue.sign_in(RECEPTION)
    wrong = submit(desk, "/impression", "/impression/cartes-du-jour", count="999", format="card")
    assert (wrong.status_code, 'value="999"' in wrong.text, "trop grand" in wrong.text) == (422, True, True)
    first, second = printed(submit(desk, "/impression", "/impression/cartes-du-jour", count="12", format="a4"))
    assert (len(first.codes()), len(second.codes())) == (10, 2)
    assert first.words.count("Prêtée pour la journée") == 10


def test_a_class_gets_new_cards_and_the_old_ones_stop(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    desk, door, page = house.sign_in(RECEPTION), kiosk(house), "/impression"
    former = badge(house).token
    group = write(house, create_group, GroupFacts("school_class", "Sixième B"))
    wish = {"group": show(group), "format": "a4", "agreed": "1"}
    assert "Personne n’est noté" in submit(desk, page, f"{page}/groupe", **wish).text
    for email in (MEMBER, OTHER_MEMBER):
        write(house, add_member, group, person_id(house, email))
    assert "Sixième B (2)" in desk.get(page).text
    assert submit(desk, page, f"{page}/groupe", **{**wish, "agreed": ""}).status_code == 422
    cards, handed_out = printed(submit(desk, page, f"{page}/groupe", **wish))
    first = [code.text for code in cards.codes()]
    assert ("Sofia" in cards.words, "Sofia" in handed_out.words) == (False, True)
    named, _list = printed(submit(desk, page, f"{page}/groupe", **wish, with_name="1"))
    second = [code.text for code in named.codes()]
    assert "Sofia " in named.words
    assert len({former, *first, *second}) == 5
    assert [present(house, door, text, at)["reason"] for at, text in enumerate((former, *first))] == [
        "badge_revoked"
    ] * 3
    greeted = {present(house, door, text, 10 + at)["first_name"] for at, text in enumerate(second)}
    assert greeted == {"Sofia", "Thomas"}
    assert submit(desk, page, f"{page}/groupe", **{**wish, "group": show(1)}).status_code == 404


def test_a_guest_takes_a_paper_pass_along(quick_nugue: HouseUnderTest) -> None:
    desk = quick_nugue.sign_in(RECEPTION)
    guest = write(quick_nugue, passes.issue_guest, "Nadia", 0, quick_nugue.clock.instant, 240)
    path = f"/impression/laissez-passer/{show(guest.id)}"
    (ticket,) = printed(desk.get(path))
    (sheet,) = printed(desk.get(f"{path}?format=a6"))
    assert (ticket.size, sheet.size) == ((80.0, 128.0), (105.0, 148.0))
    assert [code.text for code in ticket.codes()] == [code.text for code in sheet.codes()]
    assert "Nadia" in ticket.words
    write(quick_nugue, passes.revoke_guest, guest.id)
    assert desk.get(path).status_code == 409
