"""What moves the waiting list: time that is free again, offers that end, reservations that change, and a sweep."""

from tierslieu.basics.spans import DAY, Span
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.rights.events import Erased
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.events import Answered, Cancelled, Ended, Freed, Moved
from tierslieu.reservations.offers.events import OfferEnded
from tierslieu.reservations.offers.queries import offer
from tierslieu.reservations.offers.ways import ways_of
from tierslieu.reservations.waiting import actions, queries
from tierslieu.reservations.waiting.matching import give_turns

FARTHEST = 400 * DAY


async def offer_freed(house: House, event: Freed) -> None:
    """Time is free again: who waits for it is told. May run again: what was kept is not free any more."""
    window = Span(event.starts_at - DAY, event.ends_at)  # who begins before may need the first minutes of it
    await _give_all(house, window, frozenset(event.unit_ids))


async def sweep(house: House, _payload: object) -> None:
    """What no event tells: entries whose time is past, hours and rules that changed, a day that can be reserved now."""
    await house.db.write(expire)
    now = house.clock.now()
    await _give_all(house, Span(now, now + FARTHEST), frozenset())


async def _give_all(house: House, window: Span, units: frozenset[int]) -> None:
    after: int | None = 0
    while after is not None:
        after = await house.db.write(give_turns, ways_of(house), window, units, after)


def expire(tx: Tx) -> int:
    """End the entries whose time is past. Returns how many."""
    return sum(actions.leave(tx, one, "expired") for one in tx.rows(queries.OVER, now=tx.now))


async def follow_offer(house: House, event: OfferEnded) -> None:
    """An offer ended: its entry is settled or waits on. May run again: an entry that waits is left as it is."""
    await house.db.write(_follow_offer, event, house.settings.waiting.most_alerts)


def _follow_offer(tx: Tx, event: OfferEnded, most: int) -> None:
    ended = offer(tx, event.offer_id)
    entry = tx.row(queries.BY_ID, id=ended.cause_id)
    if entry is not None:
        actions.follow_offer(tx, entry, ended.state, most)


def follow_move(tx: Tx, event: Moved) -> None:
    """A reservation has another time."""
    actions.follow_move(tx, event.former_id, event.reservation_id)


def follow_end(tx: Tx, event: Cancelled | Ended | Answered) -> None:
    """A reservation that was to come earlier is over: nothing is wanted for it any more."""
    entry = queries.for_reservation(tx, event.reservation_id)
    if entry is not None and not reservations.stored(tx, event.reservation_id).is_active:
        actions.leave(tx, entry)


def forget(tx: Tx, event: Erased) -> None:
    """An erased person waits for nothing."""
    for entry in queries.open_of(tx, event.person_id):
        actions.leave(tx, entry)
