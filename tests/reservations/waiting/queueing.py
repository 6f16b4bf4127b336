"""What tests of the waiting list share: joining, cancelling, and what is in the letters."""

import re
from typing import Any

from tests.support.clients import Caller, HouseUnderTest
from tests.support.inside import read
from tierslieu.basics.ids import show
from tierslieu.people.signin.queries import account
from tierslieu.reservations.offers import queries as offers
from tierslieu.reservations.offers.schemas import Offer

LINK = re.compile(r"https?://[^/\s]+(/propositions/\S+)")
ROOM, DAY = "visio-1", "2026-11-26"


def wish(**changes: Any) -> dict[str, Any]:
    """The small room on Thursday from 10 to 12."""
    usual = {"what": ROOM, "first_day": DAY, "from": "10:00", "to": "12:00", "minutes": 120, "people": 1}
    return {**usual, **changes}


def join(who: Caller, **changes: Any) -> dict[str, Any]:
    """Join the list; the entry."""
    answer = who.post("/api/v1/waiting", wish(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def take(who: Caller, resource: str = ROOM, start: str = "10:00", end: str = "12:00", day: str = DAY) -> str:
    """Reserve; the id."""
    answer = who.reserve(resource, f"{day}T{start}", f"{day}T{end}")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["reservations"][0]["id"])


def cancel(who: Caller, made: str) -> None:
    """Cancel a reservation."""
    answer = who.delete(f"/api/v1/reservations/{made}")
    assert answer.status_code == 204, answer.text


def mine(who: Caller) -> list[dict[str, Any]]:
    """What somebody waits for now."""
    found: list[dict[str, Any]] = who.get("/api/v1/waiting").json()
    return found


def links(house: HouseUnderTest, address: str) -> list[str]:
    """The links of offers in the letters to somebody, the first sent first."""
    letters: Any = house.house.mail
    return [found[1] for one in letters.letters if one.to == address for found in LINK.finditer(one.text)]


def open_offers(house: HouseUnderTest) -> list[Offer]:
    """What is kept for anybody."""
    return read(house, offers.all_open)


def person_id(house: HouseUnderTest, email: str) -> str:
    """The shown id of somebody."""
    found = read(house, account, email)
    assert found is not None
    return show(found.id)
