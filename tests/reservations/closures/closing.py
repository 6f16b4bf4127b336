"""What the tests of closures share: somebody who reserves, a closure, what is offered."""

from tests.support.clients import HouseUnderTest, at
from tests.support.doors import Someone, someone
from tests.support.inside import read, write
from tierslieu.basics.actor import Actor
from tierslieu.basics.spans import Span
from tierslieu.infra.transaction import Tx
from tierslieu.reservations import actions as reservations
from tierslieu.reservations.closures import actions, queries
from tierslieu.reservations.closures.schemas import Closed, Closing
from tierslieu.reservations.offers.queries import among_ids
from tierslieu.reservations.offers.schemas import Offer

DAY = "2026-11-25"


def people(house: HouseUnderTest, count: int) -> list[Someone]:
    """Members of a test."""
    return [someone(house, "member", name=f"Essai {number}") for number in range(count)]


def span(start: str, end: str, day: str = DAY) -> Span:
    """Between two wall clock times of a day."""
    return Span(at(f"{day}T{start}"), at(f"{day}T{end}"))


def reserve(house: HouseUnderTest, who: Someone, key: str, wanted: Span) -> str:
    """Reserve as that person; the id as shown."""

    def act(tx: Tx) -> str:
        tx.by = Actor(person_id=who.id, permissions=frozenset({"reservations.make"}))
        made = reservations.reserve(tx, reservations.Request((key,), wanted, 1, who.id))
        return made.reservations[0].id

    return write(house, act)


def close(house: HouseUnderTest, place: str, wanted: Span, **more: object) -> Closed:
    """Close as the house itself."""
    return write(house, actions.close, Closing(place, wanted, "Travaux", **more))  # type: ignore[arg-type]


def offers(house: HouseUnderTest, closure_id: int) -> list[Offer]:
    """What the people whom a closure displaced are offered."""
    rows = read(house, queries.displaced_by, closure_id)
    found = read(house, among_ids, [row.offer_id for row in rows if row.offer_id is not None])
    return sorted(found.values(), key=lambda one: one.id)
