"""Guessing pins: slow at each kiosk and for each card, counted in the database, without harm to the owner."""

from pathlib import Path

import pytest

from tests.access.doors import badge
from tests.people.pins.kiosks import PIN, at_kiosk, desk_page, enter, give_pin, with_pin
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, HouseUnderTest, open_house
from tests.support.inside import read, write
from tierslieu.access import actions as access
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.actions import create_person
from tierslieu.people.pins.queries import pin_of
from tierslieu.people.pins.rules import DAY, PER_CARD, PER_CARD_AND_KIOSK, PER_KIOSK, WINDOW
from tierslieu.people.signin import passwords

NEVER_MADE = "TCBBBCBDBFBGBHBJBKBLBNBPBRBSBTBVBXFRFK"


def guess(browser: Browser, card: str, pin: str) -> int:
    """One guess; the status of the answer."""
    return browser.submit("/kiosk/espace", {"badge": card, "pin": pin}).status_code


def people_with_cards(tx: Tx, count: int) -> list[str]:
    return [access.issue_badge(tx, create_person(tx, "Une", f"Personne {number}")).token for number in range(count)]


def test_a_hundred_cards_from_one_kiosk(nugue: HouseUnderTest) -> None:
    cards = write(nugue, people_with_cards, 100)
    kiosk = at_kiosk(nugue)
    kiosk.get("/kiosk/espace")
    answers = [guess(kiosk, card, PIN) for card in cards]
    assert answers == [422] * PER_KIOSK + [403] * (100 - PER_KIOSK)
    nugue.clock.instant += WINDOW
    assert guess(kiosk, cards[0], PIN) == 422


def test_the_sixth_try_of_a_card_waits_at_that_kiosk_only(nugue: HouseUnderTest) -> None:
    issued = with_pin(nugue)
    here, there = at_kiosk(nugue, "Ici"), at_kiosk(nugue, "Là")
    here.get("/kiosk/espace")
    assert [guess(here, issued.token, f"73916{n}") for n in range(PER_CARD_AND_KIOSK)] == [422] * PER_CARD_AND_KIOSK
    waiting = here.submit("/kiosk/espace", {"badge": issued.token, "pin": PIN})
    assert waiting.status_code == 403
    assert "Attendez 15" in waiting.text
    assert here.submit("/kiosk/espace", {"badge": issued.badge.card_number, "pin": PIN}).status_code == 403
    assert enter(there, issued.token, PIN).status_code == 303
    nugue.clock.instant += WINDOW
    assert enter(here, issued.token, PIN).status_code == 303


def test_one_card_from_three_kiosks_stops_until_the_desk_helps(nugue: HouseUnderTest) -> None:
    issued = with_pin(nugue)
    kiosks = [at_kiosk(nugue, name) for name in ("Ici", "Là", "Ailleurs")]
    for browser in kiosks:
        browser.get("/kiosk/espace")
    tried = 0
    while tried < PER_CARD:
        for browser in kiosks:
            tried += sum(guess(browser, issued.token, "739164") == 422 for _ in range(PER_CARD_AND_KIOSK))
        nugue.clock.instant += WINDOW
    pin = read(nugue, pin_of, issued.badge.person_id)
    assert pin is not None
    assert pin.blocked_at
    nugue.clock.instant += DAY
    refused = enter(kiosks[0], issued.token, PIN)
    assert refused.status_code == 422
    assert "ne convient pas" in refused.text

    owner = Browser(nugue)
    assert owner.sign_in(MEMBER).status_code == 303
    assert owner.get("/mes-reservations").status_code == 200

    desk, person = desk_page(nugue, issued.badge.person_id)
    assert "Arrêté après trop d’essais" in desk.get(person).text
    desk.submit(f"{person}/code/deblocage", {})
    assert enter(kiosks[0], issued.token, PIN).status_code == 303


def test_unknown_cards_those_without_pin_and_wrong_pins_look_the_same(nugue: HouseUnderTest) -> None:
    cards = with_pin(nugue).token, badge(nugue, OTHER_MEMBER).token, NEVER_MADE
    seen = []
    for number, card in enumerate(cards):
        kiosk = at_kiosk(nugue, f"Borne {number}")
        kiosk.get("/kiosk/espace")
        texts = []
        for _ in range(PER_CARD_AND_KIOSK + 1):
            asked = kiosk.submit("/kiosk/espace/carte", {"badge": card})
            answer = kiosk.submit("/kiosk/espace", {"badge": card, "pin": "739164"})
            texts.append((asked.status_code, answer.status_code, answer.text.replace(kiosk.token, "")))
        seen.append(texts)
    assert seen[0] == seen[1] == seen[2]


def test_the_same_work_for_every_card(nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """One slow hash, whatever was presented."""
    hashes: list[str] = []
    real = passwords.HASHER.verify

    class Counting:
        """The real hasher, counted."""

        check_needs_rehash = passwords.HASHER.check_needs_rehash
        hash = passwords.HASHER.hash

        def verify(self, stored: str, given: str) -> bool:
            hashes.append(stored)
            return real(stored, given)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    kiosk = at_kiosk(nugue)
    kiosk.get("/kiosk/espace")
    for card in (with_pin(nugue).token, badge(nugue, OTHER_MEMBER).token, NEVER_MADE):
        hashes.clear()
        assert guess(kiosk, card, "739164") == 422
        assert len(hashes) == 1


def test_a_revoked_card_is_refused_and_another_one_of_the_person_is_not(nugue: HouseUnderTest) -> None:
    issued = with_pin(nugue)
    again = write(nugue, access.replace_badge, issued.badge.id)
    kiosk = at_kiosk(nugue)
    assert enter(kiosk, issued.token, PIN).status_code == 422
    assert enter(kiosk, again.token, PIN).status_code == 303


def test_a_right_pin_counts_no_more(nugue: HouseUnderTest) -> None:
    card = with_pin(nugue).token
    kiosk = at_kiosk(nugue)
    for _ in range(PER_CARD_AND_KIOSK * 3):
        assert enter(kiosk, card, PIN).status_code == 303


def test_counts_outlive_a_restart(demo_url: str, tmp_path: Path) -> None:
    with open_house(demo_url, tmp_path) as house:
        issued = badge(house)
        give_pin(house, issued)
        kiosk = at_kiosk(house)
        kiosk.get("/kiosk/espace")
        assert {guess(kiosk, issued.token, "739164") for _ in range(PER_CARD_AND_KIOSK)} == {422}
        device = kiosk.cookies["device"]
    with open_house(demo_url, tmp_path) as house:
        kiosk = Browser(house)
        kiosk.cookies["device"] = device
        kiosk.get("/kiosk/espace")
        assert guess(kiosk, issued.token, PIN) == 403


def test_the_session_ends_after_a_minute_and_after_ten(nugue: HouseUnderTest) -> None:
    card = with_pin(nugue).token
    kiosk = at_kiosk(nugue)
    enter(kiosk, card, PIN)
    for _ in range(5):
        nugue.clock.instant += 50
        assert kiosk.get("/mon-espace").status_code == 200
    nugue.clock.instant += 61
    over = kiosk.get("/mon-espace")
    assert (over.status_code, over.headers["location"]) == (303, "/kiosk/espace?fin=1")
    assert "Votre temps à la borne est écoulé" in kiosk.get("/kiosk/espace?fin=1").text
    assert "kiosk" not in kiosk.cookies
    enter(kiosk, card, PIN)
    for _ in range(11):
        nugue.clock.instant += 55
        kiosk.get("/mon-espace")
    assert kiosk.get("/mon-espace").status_code == 303


def test_a_stolen_session_is_worth_nothing_away_from_a_kiosk(nugue: HouseUnderTest) -> None:
    card = with_pin(nugue).token
    kiosk = at_kiosk(nugue)
    enter(kiosk, card, PIN)
    thief = Browser(nugue)
    thief.cookies["kiosk"] = kiosk.cookies["kiosk"]
    assert thief.get("/mes-reservations").headers["location"].startswith("/connexion")
