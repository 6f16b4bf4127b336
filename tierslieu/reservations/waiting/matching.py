"""Who gets a time that is free again: the first in the order of arrival for whom the house would accept it.

Everything happens in one transaction of its own: the entry changes, the time is kept, the message is posted. So a
crash leaves either nothing or all of it.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, bindparam, text, update

from tierslieu.basics.spans import MINUTE, Span
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.queries import known
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.availability import claim_span, units_for
from tierslieu.reservations.offers import actions as offers
from tierslieu.reservations.offers import letters
from tierslieu.reservations.offers.queries import made_for
from tierslieu.reservations.offers.rules import kept_until
from tierslieu.reservations.offers.schemas import NewOffer
from tierslieu.reservations.offers.ways import Ways, is_told_by_wire
from tierslieu.reservations.room import own_claims, pieces, without
from tierslieu.reservations.rules import SOFT, Booking, Wish, move_minutes, reasons_against_moving
from tierslieu.reservations.scene import Asker, Scene, scene
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.reservations.waiting import queries, rules
from tierslieu.reservations.waiting.rules import Entry
from tierslieu.reservations.waiting.tables import WaitingEntry
from tierslieu.venue.map import ResourceFacts

SWEEP: Final = "reservations.waiting.sweep"
"""The job that looks at everything that is waited for."""
TRIES: Final = 40
"""How many times are judged for one entry at most."""
ALONE: Query[Any] = Query(postgresql=text("LOCK TABLE claim IN SHARE ROW EXCLUSIVE MODE"))
"""PostgreSQL: while turns are given nobody else gives any, and no time is taken or freed: what is freed between two
entries would go to the later one, and pass the earlier one over. SQLite has one writer anyway."""
w = columns(WaitingEntry)
OFFERED: Query[Any] = Query(
    update(table_of(WaitingEntry))
    .where(w.id == bindparam("which"), w.state == bindparam("former"))
    .values(
        state=bindparam("new_state"),
        alerts=w.alerts + 1,
        alerted_on=bindparam("today"),
        changed_at=bindparam("at", type_=BigInteger()),
    )
)


class Found(msgspec.Struct, frozen=True):
    """A time that somebody may have: what, when, and what must be claimed to keep it for them."""

    resource: ResourceFacts
    span: Span
    pieces: tuple[tuple[int, Span], ...]


def give_turns(tx: Tx, ways: Ways, window: Span, units: frozenset[int] = frozenset(), after: int = 0) -> int | None:
    """Offer free time in a window (on these units, if named) to those who wait for it.

    Returns the last entry looked at when there are more to look at, None when all had their turn.
    """
    tx.rows(ALONE)
    waiting = queries.waiting_in(tx, window, after)
    for entry in waiting:
        give_turn(tx, ways, entry, units)
    return waiting[-1].id if len(waiting) == queries.AT_ONCE else None


def give_turn(tx: Tx, ways: Ways, entry: Entry, units: frozenset[int] = frozenset()) -> bool:
    """Keep a time for one entry when there is one, and tell its person. False when there is none today."""
    today = ways.manners.zone.date(tx.now)
    if not rules.may_be_alerted(entry, today, ways.settings.waiting.most_alerts):
        return False
    if known(tx, entry.person_id) is None:
        return False
    earlier = _reservation(tx, entry)
    if entry.reservation_id is not None and earlier is None:
        return False
    seconds = _kept_for(tx, ways, entry)
    for found in free_for(tx, entry, units, earlier):
        last = found.span.start - found.resource.notice_minutes * MINUTE
        if earlier is not None:
            last = min(last, _last_move(tx, earlier))
        until = kept_until(ways.manners, tx.now, seconds, last)
        if until is None or _is_too_near(tx, ways, entry, found.resource, earlier):
            continue
        return _offer(tx, ways, entry, found, until, today.isoformat())
    return False


def _kept_for(reader: Reader, ways: Ways, entry: Entry) -> int:
    """Who has to be called gets longer: nobody waits beside their phone, and the desk has other things to do."""
    chosen = ways.settings.waiting
    minutes = chosen.hold_minutes if is_told_by_wire(reader, ways, entry.person_id) else chosen.call_minutes
    return minutes * MINUTE


def _is_too_near(reader: Reader, ways: Ways, entry: Entry, resource: ResourceFacts, earlier: Stored | None) -> bool:
    begins_at = earlier.starts_at if earlier is not None else 0
    return rules.is_too_near(entry, resource, begins_at, reader.now, ways.settings.waiting.quiet_days)


def _offer(tx: Tx, ways: Ways, entry: Entry, found: Found, until: int, today: str) -> bool:
    changed = tx.run(OFFERED, which=entry.id, former="waiting", new_state="offered", today=today, at=tx.now)
    if not changed:
        return False
    offer_id = offers.make(
        tx,
        NewOffer(
            entry.person_id,
            "waiting" if entry.reservation_id is None else "earlier",
            entry.id,
            found.resource,
            found.span,
            entry.people,
            until,
            found.pieces,
            replaces=entry.reservation_id,
            asked_by=entry.asked_by,
        ),
    )
    letters.tell(tx, ways, offer_id)
    return True


def free_for(
    reader: Reader, entry: Entry, units: frozenset[int] = frozenset(), earlier: Stored | None = None
) -> Iterator[Found]:
    """The times that the house would accept for an entry, soonest first; not what was declined before."""
    known_scene = scene_of(reader, entry, units)
    if known_scene is None:
        return
    own = own_claims(reader, earlier) if earlier is not None else {}
    if earlier is not None:
        known_scene = without(known_scene, earlier, own)
    resources = [
        one for one in rules.in_order(entry, known_scene.venue.resources) if one.id in known_scene.resource_ids
    ]
    wanted = rules.windows(known_scene.venue.zone, entry, reader.now)
    done = {(one.resource_id, one.starts_at) for one in made_for(reader, entry.id) if one.state == "declined"}
    candidates = sorted(
        (span, place)
        for place, one in enumerate(resources)
        for span in _some(known_scene, one, wanted, entry.minutes)
        if (one.id, span.start) not in done and (earlier is None or span.start < earlier.starts_at)
    )
    for span, place in candidates[:TRIES]:
        resource = resources[place]
        outcome = known_scene.judge(reader, Wish(resource, span, entry.people, SOFT))
        kept = units_for(resource, known_scene.facts.busy, span)
        if isinstance(outcome, Booking) and kept:
            yield Found(resource, span, pieces(kept, claim_span(resource, span), own))


def _some(known_scene: Scene, resource: ResourceFacts, wanted: list[Span], minutes: int) -> list[Span]:
    """The first times of one resource, enough to get past those that were declined."""
    runs = known_scene.free(resource, known_scene.window)
    found = rules.fits(known_scene.venue, resource, runs, wanted, minutes)
    return [span for _count, span in zip(range(TRIES), found, strict=False)]


def scene_of(reader: Reader, entry: Entry, units: frozenset[int] = frozenset()) -> Scene | None:
    """What there is to know about the times an entry asks for; None when there is nothing to look at."""
    here = venue_for(reader, entry.person_id)
    resources = [one for one in rules.in_order(entry, here.resources) if not units or not units.isdisjoint(one.units)]
    wanted = rules.windows(here.zone, entry, reader.now)
    if not resources or not wanted:
        return None
    asks = entry.asked_by if may_act_for(reader, entry.asked_by, entry.person_id, reader.now) else entry.person_id
    return scene(reader, Asker(entry.person_id, asks), resources, Span(wanted[0].start, wanted[-1].end))


def _last_move(reader: Reader, earlier: Stored) -> int:
    """The last instant at which a reservation may be moved: an offer to have it earlier ends with that."""
    resource = venue_for(reader, earlier.person_id).by_id[earlier.resource_id]
    return earlier.starts_at - move_minutes(resource) * MINUTE


def _reservation(reader: Reader, entry: Entry) -> Stored | None:
    """The reservation that is to come earlier, while it can still be moved."""
    if entry.reservation_id is None:
        return None
    one = reservations.stored(reader, entry.reservation_id)
    resource = venue_for(reader, one.person_id).by_id[one.resource_id]
    reasons = reasons_against_moving(one.starts_at, one.state, resource, reader.now, has_authority=False)
    return None if reasons or one.state not in ("requested", "confirmed") else one
