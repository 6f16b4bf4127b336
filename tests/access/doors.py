"""What tests of the door share: a kiosk that is enrolled, badges of people, scans as a kiosk sends them."""

import re
from typing import Any

import httpx

from tests.support.clients import MEMBER, Caller, HouseUnderTest
from tierslieu.access import actions, queries
from tierslieu.access.kiosk import enrolment
from tierslieu.access.schemas import Issued
from tierslieu.basics.ids import read

FIELD = re.compile(r'name="(_csrf|scan_id|replace|badge)" value="([^"]*)"')


def kiosk(house: HouseUnderTest, name: str = "Entrée") -> Caller:
    """A kiosk in service."""
    code = house.write(enrolment.offer_code, name)
    return Caller(house.client, house.write(enrolment.enrol, code))


def person_id(house: HouseUnderTest, email: str = MEMBER) -> int:
    """The id of a person of the demonstration."""
    return read(house.sign_in(email).get("/api/v1/me").json()["id"])


def badge(house: HouseUnderTest, email: str = MEMBER) -> Issued:
    """A card just made for a person, in place of the one they may have."""
    without_card(house, email)
    issued: Issued = house.write(actions.issue_badge, person_id(house, email))
    return issued


def without_card(house: HouseUnderTest, email: str = MEMBER) -> int:
    """A person who has no card, or no longer; their id."""
    who = person_id(house, email)
    former = house.read(queries.active_badge, who, "card")
    if former is not None:
        house.write(actions.revoke_badge, former.id, "left")
    return who


def scan(house: HouseUnderTest, text: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    """A scan as a kiosk sends it; `number` makes it another one."""
    return {
        "scan_id": f"{number:032x}",
        "badge": text,
        "at_device": house.clock.instant,
        "device_seq": number,
        **changes,
    }


def present(house: HouseUnderTest, door: Caller, text: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    """Present a badge; the answer of the door."""
    answer = door.post("/api/v1/scans", scan(house, text, number, **changes))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def fields(answer: httpx.Response) -> dict[str, str]:
    """The hidden fields of a page's first form."""
    found: dict[str, str] = {}
    for name, value in FIELD.findall(answer.text):
        found.setdefault(name, value)
    return found


def submit(who: Caller, page: str, action: str = "", **typed: str) -> httpx.Response:
    """Open a page, send its form with what was typed."""
    hidden = fields(who.get(page))
    sent = {"_csrf": hidden["_csrf"], **typed}
    return who._client.post(action or page, data=sent, headers=who.headers, follow_redirects=False)


def plain(text: str) -> str:
    """Text with plain spaces, for comparison."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")
