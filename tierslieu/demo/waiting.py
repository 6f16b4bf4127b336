"""Who waits in the demonstration: two for a room that is taken tomorrow, and one for whom a time is kept now."""

from datetime import timedelta

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import DomainError
from tierslieu.basics.ids import read
from tierslieu.basics.spans import Span
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import by_key
from tierslieu.reservations.actions import Request, cancel, reserve
from tierslieu.reservations.waiting.actions import Ask, join
from tierslieu.venue.queries import venue

MOST = 5
WAITING = (("u07", "visio-1", 9, 12, 120), ("u14", "visio-1", 9, 12, 60), ("u05", "bureau-1", 10, 11, 60))
GIVEN_BACK = ("u20", "bureau-1", 9, 12)
"""Reserved, waited for, then cancelled: the first who waits is told."""


async def begin(house: House, who: Actor) -> None:
    """Tomorrow's waiting list. The jobs of the house do the rest."""
    try:
        made = await house.db.write(_reserve, by=who)
        for one in WAITING:
            await house.db.write(_join, one, by=who)
        await house.db.write(cancel, made, by=who)
    except DomainError:
        return  # somebody was quicker: the demonstration is open to all


def _reserve(tx: Tx) -> int:
    person, key, start, end = GIVEN_BACK
    zone = venue(tx).zone
    day = zone.date(tx.now) + timedelta(days=1)
    span = Span(zone.instant(day, start * 60), zone.instant(day, end * 60))
    found = by_key(tx, person)
    wish = Request((key,), span, 1, found.id if found else 0, exception="arranged")
    made = reserve(tx, wish)
    return read(made.reservations[0].id)


def _join(tx: Tx, one: tuple[str, str, int, int, int]) -> None:
    person, key, start, end, minutes = one
    found = by_key(tx, person)
    day = (venue(tx).zone.date(tx.now) + timedelta(days=1)).isoformat()
    if found is not None:
        join(tx, Ask(found.id, key, day, day, start * 60, end * 60, minutes, 1), MOST)
