"""What tests of pins share: a kiosk's browser, people with a card, choosing and typing pins."""

import httpx

from tests.access.doors import badge, kiosk
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import write
from tierslieu.access.schemas import Issued
from tierslieu.basics.ids import show
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.actions import create_person
from tierslieu.people.pins.actions import Card, allow, card_name, choose
from tierslieu.people.signin import passwords

PIN = "280417"


def at_kiosk(house: HouseUnderTest, name: str = "Entrée") -> Browser:
    """The browser of a kiosk in service; it waits before anybody comes."""
    browser = Browser(house)
    browser.cookies["device"] = kiosk(house, name).headers["authorization"].removeprefix("Bearer ")
    browser.get("/kiosk")
    return browser


def enter(browser: Browser, card: str, pin: str) -> httpx.Response:
    """Card, then pin, as the pages ask."""
    browser.get("/kiosk/espace")
    asked = browser.submit("/kiosk/espace/carte", {"badge": card})
    assert asked.status_code == 200, asked.text
    return browser.submit("/kiosk/espace", {"badge": card, "pin": pin})


def give_pin(house: HouseUnderTest, issued: Issued, pin: str = PIN) -> None:
    """A pin for the person of a badge, without the pages."""
    write(house, _give, issued.badge.person_id, passwords.make(pin))


def with_pin(house: HouseUnderTest, email: str = MEMBER, pin: str = PIN) -> Issued:
    """A card just made for somebody who has a pin."""
    issued = badge(house, email)
    give_pin(house, issued, pin)
    return issued


def without_address(house: HouseUnderTest) -> int:
    """Somebody without e-mail or phone, born in 1951."""
    return write(house, _nobody_online)


def desk_page(house: HouseUnderTest, person_id: int) -> tuple[Browser, str]:
    """The reception's browser, and the path of a person's page."""
    desk = Browser(house)
    desk.sign_in(RECEPTION)
    return desk, f"/personnes/{show(person_id)}"


def _give(tx: Tx, person_id: int, pin_hash: str) -> None:
    allow(tx, person_id)
    choose(tx, Card(card_name(person_id), person_id, ""), pin_hash)


def _nobody_online(tx: Tx) -> int:
    return create_person(tx, "Rose", "Garnier", birth_year=1951)
