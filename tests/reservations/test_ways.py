"""Nobody gets lost: every page of reservations is reached by links, for members and for each of the team."""

import re

import pytest

from tests.support.browsers import Browser
from tests.support.clients import ADMINISTRATOR, MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read
from tierslieu.basics.ids import show
from tierslieu.people.persons.queries import by_key

HREF = re.compile(r'href="(/[^"#]*)')
STAFF_PAGES = {
    "/planning",
    "/planning/programme",
    "/accueil/presences",
    "/demandes",
    "/accueil/attente",
    "/series/a-garder",
    "/fermetures",
    "/agendas-importes",
    "/accueil/visio",
    "/accueil/codes",
    "/personnes",
}
ADMINISTRATORS_PAGES = {"/gestion/lieu", "/gestion/plans", "/regles", "/gestion/webhooks"}


def links(browser: Browser, path: str) -> set[str]:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return {found.partition("?")[0] for found in HREF.findall(answer.text)}


def signed_in(house: HouseUnderTest, email: str) -> Browser:
    browser = Browser(house)
    browser.sign_in(email)
    return browser


@pytest.mark.parametrize(
    ("email", "least", "never"),
    [(RECEPTION, STAFF_PAGES, ADMINISTRATORS_PAGES), (ADMINISTRATOR, STAFF_PAGES | ADMINISTRATORS_PAGES, set())],
)
def test_management_leads_everywhere_one_may_go(
    quick_nugue: HouseUnderTest, email: str, least: set[str], never: set[str]
) -> None:
    browser = signed_in(quick_nugue, email)
    found = links(browser, "/gestion")
    assert least <= found
    assert not never & found
    for path in sorted(least):
        assert browser.get(path).status_code == 200, path


def test_management_is_for_the_team(quick_nugue: HouseUnderTest) -> None:
    member = signed_in(quick_nugue, MEMBER)
    assert "/gestion" not in links(member, "/")
    assert member.get("/gestion").status_code == 403


def test_a_member_finds_every_page_from_the_first_one(quick_nugue: HouseUnderTest) -> None:
    member = signed_in(quick_nugue, MEMBER)
    assert {"/recherche", "/reserver", "/plan", "/espaces", "/fermetures", "/aide"} <= links(member, "/")
    assert {"/recherche", "/plan", "/semaine"} <= links(member, "/reserver")
    assert {"/series", "/attente", "/mes-agendas", "/mon-badge"} <= links(member, "/mes-reservations")
    assert {"/recherche", "/mes-reservations", "/mes-agendas"} <= links(member, "/mon-espace")


def test_a_reservation_tells_what_to_do_on_the_spot_and_how_to_come_earlier(quick_nugue: HouseUnderTest) -> None:
    made = quick_nugue.sign_in().reserve("visio-1", "2026-11-26T14:00", "2026-11-26T15:00").json()
    id_ = made["reservations"][0]["id"]
    member = signed_in(quick_nugue, MEMBER)
    page = member.get(f"/mes-reservations/{id_}").text
    assert "La télécommande est dans le tiroir." in page
    assert f"/mes-reservations/{id_}" in links(member, "/mes-reservations")
    assert f"/attente/plus-tot/{id_}" in links(member, f"/mes-reservations/{id_}")
    assert (
        member.submit(f"/attente/plus-tot/{id_}", {"what": "same", "from": "08:00", "to": "20:00"}).status_code == 303
    )
    assert "Cette réservation reste à vous" in member.get(f"/mes-reservations/{id_}").text
    member.submit(f"/mes-reservations/{id_}/annuler", {})
    assert "La télécommande" not in member.get(f"/mes-reservations/{id_}").text


def test_who_acts_for_somebody_goes_on_acting_for_them(quick_nugue: HouseUnderTest) -> None:
    person = read(quick_nugue, by_key, "u13")
    assert person is not None
    whom = show(person.id)
    desk = quick_nugue.sign_in(RECEPTION)
    made = desk.reserve("visio-1", "2026-11-26T14:00", "2026-11-26T15:00", person=whom).json()
    id_ = made["reservations"][0]["id"]
    claire = signed_in(quick_nugue, RECEPTION)
    page = claire.get(f"/mes-reservations/{id_}").text
    assert f"Vous agissez pour {person.first_name}" in page
    assert f'href="/mes-reservations?pour={whom}"' in page
    assert re.search(rf'href="/series/nouvelle\?[^"]*pour={whom}"', page)
    assert f'name="pour" value="{whom}"' in page
    assert f"Vous agissez pour {person.first_name}" in claire.get(f"/attente/plus-tot/{id_}").text
    back = claire.submit(f"/mes-reservations/{id_}/annuler", {"pour": whom})
    assert back.headers["location"] == f"/mes-reservations?pour={whom}"
