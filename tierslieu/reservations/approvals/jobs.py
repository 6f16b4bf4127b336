"""What moves requests: those who answer are told and reminded, and nothing waits for ever."""

from collections.abc import Sequence

from tierslieu.basics.spans import MINUTE
from tierslieu.infra.house import House
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.persons.queries import known
from tierslieu.people.preferences.queries import words_for
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.actions import ANSWER
from tierslieu.reservations.approvals import actions, letters, queries, rules
from tierslieu.reservations.events import Answered, Cancelled, Moved, Reserved
from tierslieu.reservations.offers.queries import open_for
from tierslieu.reservations.offers.ways import Ways, ways_of
from tierslieu.reservations.schemas import Stored
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

TELL, SWEEP = "reservations.approvals.tell", "reservations.approvals.sweep"


def is_request(_reader: Reader, event: Reserved) -> bool:
    """True for what has to be answered."""
    return event.state == "requested"


async def note_request(house: House, event: Reserved | Moved) -> None:
    """A request was made, or moved: those who answer hear of it soon, with those that follow in the same minutes."""
    await house.db.write(note_in, event, house.settings.requests.digest_minutes)


def note_in(tx: Tx, event: Reserved | Moved, minutes: int) -> None:
    """Open its file, and queue one message for all that come meanwhile."""
    if isinstance(event, Moved):
        actions.call_off_proposal(tx, event.former_id)
    one = reservations.stored(tx, event.reservation_id)
    if one.state == "requested":
        actions.open_file(tx, one)
        tx.later(TELL, {}, at=tx.now + minutes * MINUTE, dedup=TELL)


async def tell_answerers(house: House, _payload: object) -> None:
    """Tell of the requests that nobody was told of. May run again: each is told once."""
    await house.db.write(tell_new, ways_of(house), house.permissions[ANSWER])


def tell_new(tx: Tx, ways: Ways, roles: frozenset[str]) -> int:
    """One message to each of those who answer, about all the new requests for their places. Returns how many."""
    new = [each.one for each in queries.waiting(tx) if not each.told_at]
    for one in new:
        actions.open_file(tx, one)
    fresh = [one for one in new if tx.run(actions.TOLD, which=one.id, at=tx.now)]
    return _tell(tx, ways, roles, fresh, is_reminder=False)


def _tell(tx: Tx, ways: Ways, roles: frozenset[str], ones: Sequence[Stored], *, is_reminder: bool) -> int:
    here = venue(tx)
    by_resource = {one.resource_id: queries.answerers(tx, roles, here.by_id[one.resource_id]) for one in ones}
    gathered: dict[int, list[Stored]] = {}
    for one in ones:
        for person_id in by_resource[one.resource_id]:
            if person_id != one.person_id:
                gathered.setdefault(person_id, []).append(one)
    for person_id, theirs in gathered.items():
        person = known(tx, person_id)
        if person is not None:
            words = words_for(tx, person_id, here.zone)
            post(tx, person_id, letters.digest(tx, person, theirs, ways.settings, words, is_reminder=is_reminder))
    return len(gathered)


async def sweep(house: House, _payload: object) -> None:
    """Remind those who answer, end what nobody answered. May run again."""
    ways, roles = ways_of(house), house.permissions[ANSWER]
    await house.db.write(remind, ways, roles)
    await house.db.write(end_unanswered, ways.settings)
    await house.db.write(tell_late, ways, roles)


def tell_late(tx: Tx, ways: Ways, roles: frozenset[str]) -> int:
    """Tell of requests that came just as a message was being made."""
    late = tx.now - ways.settings.requests.digest_minutes * MINUTE
    if any(not each.told_at and each.created_at <= late for each in queries.waiting(tx)):
        return tell_new(tx, ways, roles)
    return 0


def remind(tx: Tx, ways: Ways, roles: frozenset[str]) -> int:
    """Once, after some days on which the house was open."""
    here, days = venue(tx), ways.settings.requests.remind_days
    old = [
        each.one
        for each in queries.waiting(tx)
        if each.told_at and not each.reminded_at and _days_since(here, each.created_at, tx.now) >= days
    ]
    due = [one for one in old if tx.run(actions.REMINDED, which=one.id, at=tx.now)]
    return _tell(tx, ways, roles, due, is_reminder=True)


def _days_since(here: VenueMap, created_at: int, now: int) -> int:
    spaces = list(here.spaces.values())
    return rules.working_days(
        here.zone.date(created_at),
        here.zone.date(now),
        lambda day: any(here.open_spans(space, day) for space in spaces),
    )


def end_unanswered(tx: Tx, settings: Settings) -> int:
    """End the requests whose time to be answered is over, unless their person is deciding about a proposal."""
    here, found = venue(tx), queries.waiting(tx)
    proposed = open_for(tx, [each.one.id for each in found])
    ended = sum(actions.lapse(tx, one) for one in tx.rows(queries.PAST, now=tx.now))
    for each in found:
        resource = here.by_id[each.one.resource_id]
        at = queries.lapse_of(resource, each, settings)
        if tx.now >= at and each.one.id not in proposed:
            ended += actions.lapse(tx, each.one)
    return ended


def end_proposal(tx: Tx, event: Answered | Cancelled) -> None:
    """A request is over: what was proposed for it is free again."""
    actions.call_off_proposal(tx, event.reservation_id)
