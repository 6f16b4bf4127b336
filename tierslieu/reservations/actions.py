"""All changes to reservations: reserve, move, cancel, check in, close."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, text, update

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Forbidden, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.persons.queries import known
from tierslieu.people.qualifications.actions import passed_over
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations import claims, queries, rules
from tierslieu.reservations.events import Answered, Cancelled, CheckedIn, Moved, Reserved
from tierslieu.reservations.schemas import ClosureView, Made, Stored
from tierslieu.reservations.tables import Closure, Reservation
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue

FOR_OTHERS = "reservations.manage"
ANSWER, CLOSE = "reservations.answer", "reservations.close"
"""ANSWER and CLOSE may hold in some spaces or sites only."""
r = columns(Reservation)
ADD: Query[Any] = Query(insert_into(Reservation))
ADD_CLOSURE: Query[Any] = Query(insert_into(Closure))
SET_STATE: Query[Any] = Query(
    update(table_of(Reservation))
    .where(r.id == bindparam("which"), r.state == bindparam("former"))
    .values(state=bindparam("state"), changed_at=bindparam("now"))
)
ONE_AT_A_TIME: Query[Any] = Query(
    postgresql=text("SELECT pg_advisory_xact_lock(:person)").bindparams(bindparam("person", type_=BigInteger()))
)
"""PostgreSQL: two requests of one person wait for each other, so that counts hold. SQLite has one writer anyway."""


class Request(msgspec.Struct, frozen=True):
    """What to reserve, for whom: resources by key, all or none, for one span.

    `exception` is why staff give a machine to somebody who lacks its qualification; "" when nothing is passed over.
    """

    keys: tuple[str, ...]
    span: Span
    people: int
    person_id: int
    exception: str = ""


def reserve(tx: Tx, wish: Request) -> Made:
    """Reserve all the resources or none. Raises Refused with every reason, NotFound for unknown resources."""
    has_authority = _require_own(tx, wish.person_id)
    here = venue(tx)
    resources = [here.resource(key) for key in wish.keys]
    tx.rows(ONE_AT_A_TIME, person=wish.person_id)
    bundle_id = tx.new_id()
    made: list[Stored] = []
    refused: list[Reason] = []
    for resource in resources:
        facts = _facts(tx, here, resource, wish, has_authority=has_authority)
        outcome = rules.book(facts, rules.Wish(resource, wish.span, wish.people), tx.now)
        if isinstance(outcome, rules.Booking):
            made.append(_store(tx, resource, wish, outcome, bundle_id))
        else:
            refused.extend(_with_alternatives(tx, facts, resource, wish, outcome))
    if refused:
        raise Refused(tuple(refused))
    for one in made:
        record_for(tx, "reservations.reserve", wish.person_id, show(one.id))
    return Made([queries.view(here, one) for one in made])


def _require_own(tx: Tx, person_id: int) -> bool:
    """True when the actor acts with the desk's authority; raises Forbidden for somebody else's affairs."""
    if tx.by.may(FOR_OTHERS):
        if known(tx, person_id) is None:
            raise NotFound("no_such_person")
        return True
    if not may_act_for(tx, tx.by.person_id, person_id, tx.now):
        raise Forbidden("not_allowed")
    return False


def _facts(tx: Tx, here: VenueMap, resource: ResourceFacts, wish: Request, *, has_authority: bool) -> rules.Facts:
    claim = rules.claim_span(resource, wish.span)
    busy = queries.busy(tx, resource.units, claim) if claim.is_real else {}
    upcoming = () if has_authority else queries.upcoming(tx, wish.person_id)
    against = queries.against_person(tx, resource, wish.person_id, wish.span, tx.by.person_id, is_staff=has_authority)
    if has_authority and wish.exception:
        against = passed_over(tx, wish.person_id, resource.key, wish.exception, against)
    return rules.Facts(here, busy, upcoming, has_authority, against)


def _with_alternatives(
    tx: Tx, facts: rules.Facts, resource: ResourceFacts, wish: Request, reasons: tuple[Reason, ...]
) -> tuple[Reason, ...]:
    """The same refusal, decided again with enough facts around it to propose other times and resources."""
    if not any(reason.code == "slot_taken" for reason in reasons):
        return reasons
    others = [resource, *facts.venue.alternatives(resource)]
    reach = 60 * max(one.buffer_before + one.buffer_after for one in others)
    window = Span(wish.span.start - reach, max(tomorrow(facts.venue, wish.span), wish.span.end) + reach)
    busy = queries.busy(tx, {unit for one in others for unit in one.units}, window)
    wider = msgspec.structs.replace(facts, busy=busy)
    again = rules.book(wider, rules.Wish(resource, wish.span, wish.people), tx.now)
    return reasons if isinstance(again, rules.Booking) else again


def tomorrow(here: VenueMap, span: Span) -> int:
    """The end of the day on which a span begins: other times are proposed until then."""
    return here.zone.day(here.zone.date(span.start)).end


def _store(tx: Tx, resource: ResourceFacts, wish: Request, booking: rules.Booking, bundle_id: int) -> Stored:
    """Write a decided booking: claims first, so that the database judges before anything else."""
    one = Stored(
        tx.new_id(), bundle_id, resource.id, wish.person_id, wish.span.start, wish.span.end, wish.people, booking.state
    )
    claims.take(tx, booking.units, booking.claim, "reservation", one.id)
    _add(tx, one, moved_from=None)
    tx.announce(Reserved(one.id))
    return one


def _add(tx: Tx, one: Stored, moved_from: int | None) -> None:
    tx.run(
        ADD,
        **msgspec.structs.asdict(one),
        booked_by=tx.by.person_id,
        created_at=tx.now,
        changed_at=tx.now,
        moved_from=moved_from,
    )


def move(tx: Tx, reservation_id: int, span: Span) -> Made:
    """Give a reservation another span: a new one replaces it, at once or not at all. Returns the new one."""
    former = _own(tx, reservation_id)
    has_authority = tx.by.may(FOR_OTHERS)
    here = venue(tx)
    resource = here.by_id[former.resource_id]
    _require_cancellable(tx, former, resource, has_authority=has_authority)
    claims.give_back(tx, "reservation", former.id)
    tx.run(SET_STATE, which=former.id, former=former.state, state="cancelled", now=tx.now)
    wish = Request((resource.key,), span, former.people, former.person_id, "moved")
    facts = _facts(tx, here, resource, wish, has_authority=has_authority)
    outcome = rules.book(facts, rules.Wish(resource, span, former.people), tx.now)
    if not isinstance(outcome, rules.Booking):
        raise Refused(_with_alternatives(tx, facts, resource, wish, outcome))
    one = Stored(
        tx.new_id(),
        former.bundle_id,
        resource.id,
        former.person_id,
        span.start,
        span.end,
        former.people,
        outcome.state,
    )
    claims.take(tx, outcome.units, outcome.claim, "reservation", one.id)
    _add(tx, one, moved_from=former.id)
    tx.announce(Moved(one.id, former.id))
    record_for(tx, "reservations.move", one.person_id, show(one.id), former=show(former.id))
    return Made([queries.view(here, one)])


def cancel(tx: Tx, reservation_id: int) -> None:
    """Cancel a reservation and free its time. Raises Refused when it is too late or done already."""
    one = _own(tx, reservation_id)
    has_authority = tx.by.may(FOR_OTHERS)
    resource = venue(tx).by_id[one.resource_id]
    _require_cancellable(tx, one, resource, has_authority=has_authority)
    end(tx, one, by_house=has_authority and tx.by.person_id != one.person_id)
    record_for(tx, "reservations.cancel", one.person_id, show(one.id))


def end(tx: Tx, one: Stored, *, by_house: bool) -> None:
    """Free its time and keep its history; whether it may be cancelled was decided before."""
    claims.give_back(tx, "reservation", one.id)
    tx.run(SET_STATE, which=one.id, former=one.state, state="cancelled", now=tx.now)
    tx.announce(Cancelled(one.id, by_house))


def _own(tx: Tx, reservation_id: int) -> Stored:
    one = queries.stored(tx, reservation_id)
    if not tx.by.may(FOR_OTHERS) and not may_act_for(tx, tx.by.person_id, one.person_id, tx.now):
        raise NotFound("no_such_reservation")
    return one


def _require_cancellable(tx: Tx, one: Stored, resource: ResourceFacts, *, has_authority: bool) -> None:
    reasons = rules.reasons_against_cancelling(
        one.starts_at, one.state, resource.cancel_minutes, tx.now, has_authority=has_authority
    )
    if reasons:
        raise Refused(reasons)


def answer_request(tx: Tx, reservation_id: int, is_granted: bool) -> None:
    """Grant a request, or not: then its time is free again. Raises Refused when it no longer waits, Forbidden for
    a space that one does not answer for."""
    one = queries.stored(tx, reservation_id)
    require(tx.by, ANSWER, *rules.places(venue(tx).by_id[one.resource_id]))
    if one.state != "requested":
        raise Refused((Reason("already_answered"),))
    if not is_granted:
        claims.give_back(tx, "reservation", one.id)
    state = "confirmed" if is_granted else "rejected"
    tx.run(SET_STATE, which=one.id, former="requested", state=state, now=tx.now)
    tx.announce(Answered(one.id))


def check_in_by_desk(tx: Tx, reservation_id: int) -> None:
    """Note by hand that somebody is here for their reservation. Raises Refused when it is not confirmed."""
    if not tx.run(SET_STATE, which=reservation_id, former="confirmed", state="checked_in", now=tx.now):
        raise Refused((Reason("not_confirmed"),))
    tx.announce(CheckedIn(reservation_id))
    record_for(tx, "reservations.check_in", queries.stored(tx, reservation_id).person_id, show(reservation_id))


class Arrival(msgspec.Struct, frozen=True):
    """What somebody's arrival means: `kind` is checked_in, already, too_early or none; the reservation if any."""

    kind: str
    reservation: Stored | None = None
    resource: ResourceFacts | None = None


def check_in(tx: Tx, person_id: int) -> Arrival:
    """Somebody is here: check in what begins soon or runs now. Never raises: the door greets in any case."""
    here = venue(tx)
    today = here.zone.day(here.zone.date(tx.now))
    found = queries.around(tx, person_id, today)
    current = [one for one in found if one.starts_at - rules.CHECK_IN_EARLY <= tx.now < one.ends_at]
    to_check = [one for one in current if one.state == "confirmed"]
    for one in to_check:
        tx.run(SET_STATE, which=one.id, former="confirmed", state="checked_in", now=tx.now)
        tx.announce(CheckedIn(one.id))
    if to_check:
        return Arrival("checked_in", to_check[0], here.by_id[to_check[0].resource_id])
    if current:
        return Arrival("already", current[0], here.by_id[current[0].resource_id])
    later = [one for one in found if one.starts_at > tx.now]
    return Arrival("too_early", later[0], here.by_id[later[0].resource_id]) if later else Arrival("none")


def close(tx: Tx, key: str, span: Span, reason: str, *, displace: bool = False) -> ClosureView:
    """Take a resource out of use. Raises Refused("slot_taken") when reservations stand in the way, unless they
    are to be displaced: then they are cancelled by the house and their people told."""
    here = venue(tx)
    resource = here.resource(key)
    require(tx.by, CLOSE, *rules.places(resource))
    if not span.is_real:
        raise Refused((Reason("ends_before_it_starts"),))
    displaced = _displace(tx, resource, span) if displace else []
    closure_id = tx.new_id()
    _refuse_if_taken(tx, resource.units, span)
    claims.take(tx, resource.units, span, "closure", closure_id)
    tx.run(
        ADD_CLOSURE,
        id=closure_id,
        resource_id=resource.id,
        starts_at=span.start,
        ends_at=span.end,
        reason=reason,
        created_by=tx.by.person_id,
    )
    return ClosureView(show(closure_id), [show(one) for one in displaced])


def _refuse_if_taken(tx: Tx, units: Sequence[int], span: Span) -> None:
    taken = [claim for found in queries.busy(tx, units, span).values() for claim in found]
    if taken:
        raise Refused((Reason("slot_taken", {"start": taken[0].start, "end": taken[0].end}),))


def _displace(tx: Tx, resource: ResourceFacts, span: Span) -> list[int]:
    displaced = []
    for cause, cause_id in queries.causes(tx, resource.units, span):
        if cause == "reservation":
            end(tx, queries.stored(tx, cause_id), by_house=True)
            displaced.append(cause_id)
    return displaced
