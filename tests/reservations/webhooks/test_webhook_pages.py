"""« Avis aux autres logiciels »: an administrator links a system, tries it, pauses it, sends again, without scripts."""

import re

import pytest

from tests.support.browsers import Browser
from tests.support.clients import ADMINISTRATOR, MEMBER, RECEPTION, HouseUnderTest
from tests.support.receivers import Receiver, until_told

HOME = "/gestion/webhooks"


@pytest.fixture
def ines(quick_telling: HouseUnderTest) -> Browser:
    browser = Browser(quick_telling)
    browser.sign_in(ADMINISTRATOR)
    return browser


def link(browser: Browser, receiver: Receiver) -> str:
    """The page of a system that was just linked."""
    browser.get(f"{HOME}/nouveau")
    wish = {"title": "Écran du hall", "url": receiver.url, "reservation.reserved": "1", "time.freed": "1"}
    answer = browser.submit(HOME, wish)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


def test_linking_trying_pausing_and_taking_away(
    ines: Browser, quick_telling: HouseUnderTest, receiver: Receiver
) -> None:
    page = link(ines, receiver)
    shown = ines.get(f"{page}?fait=relie").text
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", shown)
    assert secret is not None
    assert "Réservation faite" in shown
    assert ines.submit(f"{page}/essai", {}).status_code == 303
    until_told(quick_telling, lambda: "Reçu" in ines.get(page).text, "the trial was taken")
    assert receiver.calls[0].is_signed_with(secret[0])
    quick_telling.clock.instant += 600
    assert "whsec_" not in ines.get(page).text
    ines.submit(f"{page}/pause", {})
    assert "En pause, à votre demande" in ines.get(page).text
    ines.submit(f"{page}/reprise", {})
    assert "Relié" in ines.get(page).text
    ines.submit(f"{page}/secret", {})
    assert secret[0] not in ines.get(page).text
    delivery = receiver.calls[0].id.removeprefix("msg_")
    assert ines.submit(f"{page}/avis/{delivery}/renvoi", {}).status_code == 303
    until_told(quick_telling, lambda: len(receiver.calls) == 2, "sent again")
    ines.get(page)
    assert ines.submit(f"{page}/renvoi", {"since": "2026-11-24"}).status_code == 303
    until_told(quick_telling, lambda: len(receiver.calls) == 3, "all of it again")
    assert {call.id for call in receiver.calls} == {receiver.calls[0].id}
    ines.get(page)
    assert ines.submit(f"{page}/retrait", {}).headers["location"] == f"{HOME}?fait=retire"
    assert "Écran du hall" not in ines.get(HOME).text


def test_changing_keeps_what_was_typed_when_it_is_refused(ines: Browser, receiver: Receiver) -> None:
    page = link(ines, receiver)
    assert 'value="Écran du hall"' in ines.get(f"{page}/changer").text
    wrong = ines.submit(f"{page}/changer", {"title": "Autre nom", "url": "http://example.org/", "time.freed": "1"})
    assert wrong.status_code == 422
    assert 'value="Autre nom"' in wrong.text
    assert "https://" in wrong.text
    good = ines.submit(f"{page}/changer", {"title": "Autre nom", "url": receiver.url, "time.freed": "1"})
    assert good.status_code == 303
    assert "Autre nom" in ines.get(HOME).text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "à remplir"),
        ({"url": "pas une adresse"}, "pas lisible"),
        ({"url": "https://10.0.0.1/"}, "réseau intérieur"),
        ({"reservation.reserved": None}, "au moins un avis"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(ines: Browser, change: dict[str, str | None], said: str) -> None:
    ines.get(f"{HOME}/nouveau")
    wish = {"title": "Écran", "url": "https://example.org/avis", "reservation.reserved": "1", **change}
    answer = ines.submit(HOME, {name: value for name, value in wish.items() if value is not None})
    assert answer.status_code == 422
    assert said in answer.text


def test_the_list_says_what_waits_and_what_was_lost(
    ines: Browser, quick_telling: HouseUnderTest, receiver: Receiver
) -> None:
    page, receiver.status = link(ines, receiver), 500
    ines.get(page)
    ines.submit(f"{page}/essai", {})
    until_told(quick_telling, lambda: "Non reçu" in ines.get(page).text, "the trial failed")
    shown = ines.get(page).text
    assert "Réponse 500" in shown
    assert "1 avis non reçu" in ines.get(HOME).text
    ines.submit(f"{page}/pause", {})
    assert quick_telling.sign_in(MEMBER).reserve("D01", "2026-11-26T10:00", "2026-11-26T11:00").status_code == 201
    until_told(quick_telling, lambda: "Gardé" in ines.get(page).text, "it is held")
    assert "1 avis à envoyer" in ines.get(HOME).text


def test_a_day_that_is_none_is_said(ines: Browser, receiver: Receiver) -> None:
    page = link(ines, receiver)
    ines.get(page)
    assert ines.submit(f"{page}/renvoi", {"since": "demain"}).status_code == 422


def test_staff_without_the_right_do_not_see_it(quick_telling: HouseUnderTest) -> None:
    claire = Browser(quick_telling)
    claire.sign_in(RECEPTION)
    assert claire.get(HOME).status_code == 403
