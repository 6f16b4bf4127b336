"""Badges at the desk: codes are shown once, hashes are kept, what replaces a card stops it."""

import re

import numpy as np
import pytest
import zxingcpp
from sqlalchemy import select

from devices.badges.codec import read as read_token
from devices.badges.codec import stored
from tests.access.doors import badge, fields, kiosk, person_id, plain, present, submit, without_card
from tests.access.test_badge_qr import rasterise
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tierslieu.access import actions
from tierslieu.access.tables import Badge
from tierslieu.basics.errors import Conflict
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns

ALL: Query[tuple[str]] = Query(select(columns(Badge).secret_sha256))
SVG = re.compile(r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 37 37".*?</svg>', re.S)


def code_of(page: str) -> str:
    """The text of the code that a page shows."""
    found = SVG.search(page)
    assert found is not None, "no code on the page"
    (code,) = zxingcpp.read_barcodes(np.ascontiguousarray(rasterise(found.group())))
    return str(code.text)


def desk_page(house: HouseUnderTest, email: str = MEMBER) -> str:
    return f"/personnes/{show(without_card(house, email))}/badge"


def test_the_desk_makes_a_card_that_opens(nugue: HouseUnderTest) -> None:
    claire, page = nugue.sign_in(RECEPTION), desk_page(nugue)
    made = submit(claire, page)
    assert made.status_code == 200
    assert present(nugue, kiosk(nugue), code_of(made.text))["first_name"] == "Sofia"


def test_the_code_is_shown_once(nugue: HouseUnderTest) -> None:
    claire, page = nugue.sign_in(RECEPTION), desk_page(nugue)
    submit(claire, page)
    assert SVG.search(claire.get(page).text) is None


def test_a_second_card_must_replace_the_first(nugue: HouseUnderTest) -> None:
    claire, page, door = nugue.sign_in(RECEPTION), desk_page(nugue), kiosk(nugue)
    first = code_of(submit(claire, page).text)
    refused = submit(claire, page)
    assert refused.status_code == 409
    assert "a déjà un badge" in refused.text
    second = code_of(submit(claire, page, replace=fields(claire.get(page))["replace"]).text)
    assert present(nugue, door, first, 1)["reason"] == "badge_revoked"
    assert present(nugue, door, second, 2)["outcome"] == "granted"


def test_replacing_twice_by_a_reload_makes_one_card(nugue: HouseUnderTest) -> None:
    claire, page = nugue.sign_in(RECEPTION), desk_page(nugue)
    submit(claire, page)
    former = fields(claire.get(page))["replace"]
    assert submit(claire, page, replace=former).status_code == 200
    assert submit(claire, page, replace=former).status_code == 409


def test_a_lost_card_is_stopped(nugue: HouseUnderTest) -> None:
    claire, page, door = nugue.sign_in(RECEPTION), desk_page(nugue), kiosk(nugue)
    token = code_of(submit(claire, page).text)
    which = fields(claire.get(page))["badge"]
    assert present(nugue, door, token)["outcome"] == "granted"
    assert submit(claire, page, f"{page}/arret", badge=which, reason="lost").status_code == 303
    assert present(nugue, door, token, 2)["reason"] == "badge_revoked"
    assert submit(claire, page, f"{page}/arret", badge=which, reason="lost").status_code == 409


def test_a_badge_is_stopped_only_on_its_own_persons_page(nugue: HouseUnderTest) -> None:
    claire, token = nugue.sign_in(RECEPTION), badge(nugue, OTHER_MEMBER)
    page = desk_page(nugue)
    wrong = submit(claire, page, f"{page}/arret", badge=show(token.badge.id), reason="lost")
    assert wrong.status_code == 404
    right = f"/personnes/{show(person_id(nugue, OTHER_MEMBER))}/badge"
    assert submit(claire, right, f"{right}/arret", badge=show(token.badge.id), reason="lost").status_code == 303


def test_members_have_no_desk(nugue: HouseUnderTest) -> None:
    page = desk_page(nugue)
    assert nugue.sign_in(FAB_MANAGER).get(page).status_code == 200
    assert nugue.sign_in(MEMBER).get(page).status_code == 403
    assert nugue.sign_in(MEMBER).post(page).status_code == 403
    assert nugue.stranger.get(page).status_code in (200, 303)
    assert "Badge de" not in nugue.stranger.get(page).text


def test_an_unknown_person_has_no_page(quick_nugue: HouseUnderTest) -> None:
    claire = quick_nugue.sign_in(RECEPTION)
    assert claire.get(f"/personnes/{show(12345)}/badge").status_code == 404
    assert claire.get("/personnes/nobody/badge").status_code == 422


def test_the_database_keeps_no_secret(nugue: HouseUnderTest) -> None:
    issued = badge(nugue)
    with pytest.raises(Conflict):
        nugue.write(actions.issue_badge, person_id(nugue))
    assert issued.token not in repr(issued.badge)
    rows = nugue.read(lambda reader: reader.rows(ALL))
    assert stored(read_token(issued.token).secret) in [row[0] for row in rows]


def test_numbers_of_cards_are_shown_with_a_space(nugue: HouseUnderTest) -> None:
    claire, page = nugue.sign_in(RECEPTION), desk_page(nugue)
    number = badge(nugue).badge.card_number
    assert f"{number[:3]} {number[3:]}" in plain(claire.get(page).text)
