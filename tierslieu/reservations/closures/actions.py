"""All changes to closures: close, lift, end earlier. Whom a closure displaces is offered something else at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from tierslieu.basics.errors import Reason, Refused
from tierslieu.basics.ids import read, show
from tierslieu.basics.spans import DAY, Span, minus
from tierslieu.infra.statements import Query, among, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.reservations import claims
from tierslieu.reservations.actions import CLOSE, end
from tierslieu.reservations.availability import claim_span, units_for
from tierslieu.reservations.closures import queries, rules
from tierslieu.reservations.closures.displacing import Why, free_holds, offer_again, offer_instead
from tierslieu.reservations.closures.schemas import Closed, Closing, StoredClosure
from tierslieu.reservations.offers.actions import HOLD
from tierslieu.reservations.queries import STORED, busy
from tierslieu.reservations.queries import claims as claims_on
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.tables import Closure, Reservation
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

RESERVATION = "reservation"
MOST = 300
"""So many reservations are displaced in one transaction at most: what is more follows at once, in others."""
DISPLACE_REST = "reservations.closures.displace_rest"
r, c = columns(Reservation), columns(Closure)
ADD: Query[Any] = Query(insert_into(Closure))
LOCKED = Query(
    sqlite=select(*STORED).where(among(r.id, "ids")).order_by(r.starts_at, r.id),
    postgresql=select(*STORED).where(among(r.id, "ids")).order_by(r.starts_at, r.id).with_for_update(),
    into=Stored,
)
SET_END: Query[Any] = Query(
    update(table_of(Closure))
    .where(c.id == bindparam("which"), c.lifted_at == 0)
    .values(ends_at=bindparam("until"), lifted_at=bindparam("lifted"))
)


def close(tx: Tx, wish: Closing) -> Closed:
    """Take something out of use; the reservations in the way are displaced, or refuse it.

    Raises Forbidden unless the actor may close all of the place, NotFound, Refused with every reason.
    """
    rules.require_right(tx.by, venue(tx), wish.place, CLOSE)
    return close_now(tx, wish)


def close_now(tx: Tx, wish: Closing) -> Closed:
    """The same for who was asked for another right already: whoever mends a machine closes it too."""
    here = venue(tx)
    units = sorted({unit for one in rules.covered(here, wish.place) for unit in one.units})
    _require_span(wish.span, tx.now)
    standing, holds = _in_the_way(tx, units, rules.ahead(wish.span, tx.now))
    if standing and not wish.displace:
        raise Refused((Reason("slot_taken", {"start": standing[0].starts_at, "end": standing[0].ends_at}),))
    first, rest = standing[:MOST], standing[MOST:]
    lost = _ended(tx, here, first, units)
    again = free_holds(tx, holds)
    closure = _add(tx, here, wish)
    _cover(tx, units, closure)
    why = Why(wish.kind, wish.reason, closure.id, wish.hold_seconds)
    for row in again:
        offer_again(tx, row, wish.hold_seconds)
    for one in lost:
        offer_instead(tx, one, why)
    if rest:
        tx.later(DISPLACE_REST, {"closure": show(closure.id), "hold_seconds": wish.hold_seconds})
    gone = tuple(one.id for one in (*lost, *rest))
    record(tx, "reservations.close", None, show(closure.id), displaced=len(gone), kept=len(standing) - len(gone))
    return Closed(closure, gone, len(standing) - len(gone))


def displace_rest(tx: Tx, payload: dict[str, Any]) -> None:
    """What a large closure could not displace at once: the next ones, and so on until nothing stands in its way."""
    closure, here = queries.stored(tx, read(str(payload["closure"]))), venue(tx)
    if closure.lifted_at or closure.ends_at <= tx.now:
        return
    units = sorted(rules.units_of(here, queries.place_of(here, closure)))
    standing, _holds = _in_the_way(tx, units, rules.ahead(closure.span, tx.now))
    lost = _ended(tx, here, standing[:MOST], units)
    _cover(tx, units, closure)
    why = Why(closure.kind, closure.reason, closure.id, int(payload["hold_seconds"]))
    for one in lost:
        offer_instead(tx, one, why)
    if len(standing) > MOST:
        tx.later(DISPLACE_REST, payload)


def _ended(tx: Tx, here: VenueMap, standing: Iterable[Stored], units: Sequence[int]) -> list[Stored]:
    """End what cannot take place elsewhere in its own pool. Returns what ended, as it stood."""
    lost = [one for one in standing if not _seated_elsewhere(tx, here, one, units)]
    for one in lost:
        end(tx, one, "displaced")
    return lost


def _require_span(span: Span, now: int) -> None:
    reasons = []
    if not span.is_real:
        reasons.append(Reason("ends_before_it_starts"))
    if span.end <= now:
        reasons.append(Reason("in_the_past"))
    if span.seconds > rules.LONGEST_DAYS * DAY:
        reasons.append(Reason("too_long_closed", {"count": rules.LONGEST_DAYS}))
    if reasons:
        raise Refused(tuple(reasons))


def _in_the_way(tx: Tx, units: Sequence[int], span: Span) -> tuple[list[Stored], list[int]]:
    """The reservations in the way, nobody changing them meanwhile, and what is held for somebody.

    A reservation that only has its cleaning inside stands: the closure begins after it.
    """
    found = dict.fromkeys((cause, cause_id) for *_when, cause, cause_id in claims_on(tx, units, span))
    ids = [cause_id for cause, cause_id in found if cause == RESERVATION]
    locked = tx.rows(LOCKED, ids=ids) if ids else []
    standing = [one for one in locked if one.is_active and one.span.overlaps(span)]
    return standing, [cause_id for cause, cause_id in found if cause == HOLD]


def _seated_elsewhere(tx: Tx, here: VenueMap, one: Stored, closed: Iterable[int]) -> bool:
    """Who reserved any desk keeps it when another desk of the pool is clear: nothing changes for them."""
    resource = here.by_id[one.resource_id]
    wanted = claim_span(resource, one.span)
    own = {(unit, start) for unit, start, _end in tx.rows(claims.HELD, cause=RESERVATION, cause_id=one.id)}
    clear = {
        unit: [claim for claim in found if (unit, claim.start) not in own]
        for unit, found in busy(tx, resource.units, wanted).items()
    }
    clear.update({unit: [wanted] for unit in closed if unit in clear})
    units = units_for(resource, clear, one.span)
    if not units:
        return False
    claims.give_back(tx, RESERVATION, one.id, is_freed=False)
    claims.take(tx, units, wanted, RESERVATION, one.id)
    return True


def _add(tx: Tx, here: VenueMap, wish: Closing) -> StoredClosure:
    is_one = wish.place.startswith(rules.RESOURCE)
    closure = StoredClosure(
        tx.new_id(),
        here.resource(wish.place.removeprefix(rules.RESOURCE)).id if is_one else None,
        wish.span.start,
        wish.span.end,
        wish.reason,
        tx.by.person_id,
        "" if is_one else wish.place,
        wish.kind,
        wish.source,
        tx.now,
        0,
    )
    tx.run(ADD, **{name: getattr(closure, name) for name in StoredClosure.__struct_fields__})
    return closure


def _cover(tx: Tx, units: Iterable[int], closure: StoredClosure) -> None:
    """Claim for a closure whatever is clear of its time; what something else still holds stays as it is."""
    span = rules.ahead(closure.span, tx.now)
    for unit, taken in sorted(busy(tx, units, span).items()) if span.is_real else ():
        for gap in minus([span], taken):
            claims.take(tx, (unit,), gap, closure.kind, closure.id)


def lift(tx: Tx, closure_id: int) -> None:
    """End a closure now: its time is free again. Raises Forbidden, NotFound, Refused when it is over."""
    _reopen(tx, _own(tx, closure_id), tx.now)


def shorten(tx: Tx, closure_id: int, until: int) -> None:
    """Let a closure end earlier. Raises Refused when it would end before it starts, or not earlier than it does."""
    one = _own(tx, closure_id)
    if until >= one.ends_at:
        raise Refused((Reason("not_shorter", {"start": one.starts_at, "end": one.ends_at}),))
    if until <= max(one.starts_at, tx.now):
        raise Refused((Reason("lift_instead"),))
    _reopen(tx, one, until)


def lift_of(tx: Tx, source: str) -> int:
    """End what a source keeps closed (a machine is mended). Returns how many closures that were."""
    found = queries.of_source(tx, source)
    for one in found:
        _reopen(tx, one, tx.now)
    return len(found)


def _own(tx: Tx, closure_id: int) -> StoredClosure:
    one, here = queries.stored(tx, closure_id), venue(tx)
    rules.require_right(tx.by, here, queries.place_of(here, one), CLOSE)
    if one.lifted_at or one.ends_at <= tx.now:
        raise Refused((Reason("closure_over"),))
    return one


def _reopen(tx: Tx, one: StoredClosure, until: int) -> None:
    """Free the time from an instant on; a closure that has not begun by then never was, and keeps its days."""
    is_lifted = until <= one.starts_at
    end, lifted = (one.ends_at, tx.now) if is_lifted else (until, 0)
    if not tx.run(SET_END, which=one.id, until=end, lifted=lifted):
        raise Refused((Reason("closure_over"),))
    units = claims.give_back(tx, one.kind, one.id)
    keep_closed(tx, units, one.span)
    record(tx, "reservations.reopen", None, show(one.id))


def keep_closed(tx: Tx, units: Iterable[int], span: Span) -> None:
    """Time became free: what lies inside a closure in force is closed by it."""
    freed, here = set(units), venue(tx)
    for one in queries.touching(tx, span):
        mine = rules.units_of(here, queries.place_of(here, one))
        _cover(tx, mine & freed, one)
