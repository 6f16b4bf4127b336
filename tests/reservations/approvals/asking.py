"""What tests of requests share: asking for the hall, requests that hold no time, and what the letters say."""

from typing import Any

from sqlalchemy import update

from tests.support.clients import Caller, HouseUnderTest
from tests.support.inside import write
from tierslieu.infra.statements import Query, columns, one_of, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.venue.actions import changed
from tierslieu.venue.tables import Resource

HALL, DAY = "grande-salle", "2026-12-04"
HALVES = ("grande-salle-jardin", "grande-salle-cour")
HOLD_NOTHING: Query[Any] = Query(
    update(table_of(Resource)).where(one_of(columns(Resource).key, (HALL, *HALVES))).values(holds_requests=0)
)


def ask(who: Caller, resource: str = HALL, start: str = "09:00", end: str = "12:00", **more: Any) -> str:
    """Ask for a room that is given by approval; the request's id."""
    answer = who.reserve(resource, f"{DAY}T{start}", f"{DAY}T{end}", **more)
    assert answer.status_code == 201, answer.text
    (made,) = answer.json()["reservations"]
    assert made["state"] == "requested"
    return str(made["id"])


def keep_nothing(house: HouseUnderTest) -> None:
    """From now on requests for the hall hold no time."""

    def change(tx: Tx) -> None:
        tx.run(HOLD_NOTHING)
        changed(tx)

    write(house, change)


def state(who: Caller, made: str) -> str:
    """The state of one's reservation."""
    return str(who.get(f"/api/v1/reservations/{made}").json()["state"])


def coming(who: Caller) -> list[dict[str, Any]]:
    """One's own reservations to come."""
    found: list[dict[str, Any]] = who.get("/api/v1/reservations").json()["items"]
    return found


def texts(house: HouseUnderTest, address: str) -> list[str]:
    """What was written to somebody, the first first."""
    letters: Any = house.house.mail
    return [one.text.replace("\u00a0", " ").replace("\u202f", " ") for one in letters.letters if one.to == address]
