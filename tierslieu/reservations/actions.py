"""All changes to reservations: reserve, move, cancel, end, check in."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, text, update

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Forbidden, NotFound, Reason, Refused, Remedy
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record, record_for
from tierslieu.people.persons.queries import known
from tierslieu.people.qualifications.actions import passed_over
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations import claims, queries, rules
from tierslieu.reservations.availability import Mine, claim_span
from tierslieu.reservations.events import Answered, Cancelled, CheckedIn, Ended, Moved, Reserved
from tierslieu.reservations.scene import Asker, Scene, facts
from tierslieu.reservations.schemas import Made, Stored
from tierslieu.reservations.tables import Reservation
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue

FOR_OTHERS = "reservations.manage"
ANSWER, CLOSE = "reservations.answer", "reservations.close"
"""ANSWER and CLOSE may hold in some spaces or sites only."""
r = columns(Reservation)
ADD: Query[Any] = Query(insert_into(Reservation))
SET_STATE: Query[Any] = Query(
    update(table_of(Reservation))
    .where(r.id == bindparam("which"), r.state == bindparam("former"))
    .values(
        state=bindparam("state"),
        changed_at=bindparam("now"),
        sequence=r.sequence + 1,
        ended_because=bindparam("because"),
    )
)
ONE_AT_A_TIME: Query[Any] = Query(
    postgresql=text("SELECT pg_advisory_xact_lock(:person)").bindparams(bindparam("person", type_=BigInteger()))
)
"""PostgreSQL: two requests of one person wait for each other, so that counts hold. SQLite has one writer anyway."""
ENDS = {
    "person": "cancelled",
    "house": "cancelled",
    "displaced": "cancelled",
    "series": "cancelled",
    "lapsed": "rejected",
    "lost": "rejected",
    "released": "missed",
    "left": "finished",
}
"""Why a reservation ends before its time, and the state in which it stays."""


class Request(msgspec.Struct, frozen=True):
    """What to reserve, for whom: resources by key, all or none, for one span.

    `exception` is why staff pass over the house's rules or a missing qualification; "" when nothing is passed over.
    `accepted` holds what is known about the neighbours and accepted. `hold_id` names what keeps the time for this
    person meanwhile (the id of the cause of a "hold" claim): it is given back first, in the same transaction.
    `is_promised`: the house itself proposed this very thing to this person, whatever its own rules say by now.
    """

    keys: tuple[str, ...]
    span: Span
    people: int
    person_id: int
    exception: str = ""
    accepted: frozenset[str] = frozenset()
    title: str = ""
    series_id: int | None = None
    hold_id: int = 0
    is_promised: bool = False


def reserve(tx: Tx, wish: Request) -> Made:
    """Reserve all the resources or none. Raises Refused with every reason, NotFound for unknown resources."""
    asker = _asker(tx, wish.person_id, is_promised=wish.is_promised)
    here = venue_for(tx, wish.person_id)
    resources = [here.resource(key) for key in wish.keys]
    tx.rows(ONE_AT_A_TIME, person=wish.person_id)
    if wish.hold_id:
        claims.give_back(tx, "hold", wish.hold_id, is_freed=False)
    bundle_id = tx.new_id()
    made: list[Stored] = []
    refused: list[Reason] = []
    for resource in resources:
        outcome = _decide(tx, here, asker, resource, wish, made)
        if isinstance(outcome, rules.Booking):
            made.append(_store(tx, resource, wish, outcome, bundle_id))
        else:
            refused.extend(outcome)
    if refused:
        raise Refused(tuple(refused))
    for one in made:
        tx.announce(Reserved(one.id, one.resource_id, one.state))
        record_for(tx, "reservations.reserve", wish.person_id, show(one.id))
    return Made([queries.view(here, one) for one in made])


def _asker(tx: Tx, person_id: int, *, is_promised: bool = False) -> Asker:
    """For whom the actor asks, and with what authority: what the house promised is decided as the house would.

    Raises Forbidden for somebody else's affairs.
    """
    if tx.by.may(FOR_OTHERS):
        if known(tx, person_id) is None:
            raise NotFound("no_such_person")
        return Asker(person_id, tx.by.person_id, has_authority=True)
    if not may_act_for(tx, tx.by.person_id, person_id, tx.now):
        raise Forbidden("not_allowed")
    return Asker(person_id, tx.by.person_id, has_authority=is_promised)


def _decide(
    tx: Tx, here: VenueMap, asker: Asker, resource: ResourceFacts, wish: Request, beside: Sequence[Stored] = ()
) -> rules.Booking | tuple[Reason, ...]:
    """The house's answer; what staff pass over is in the audit log. A refusal proposes other times and resources.

    `beside` was made by the same request.
    """
    asked = rules.Wish(resource, wish.span, wish.people, wish.accepted, wish.exception)
    known = facts(tx, asker, here, [resource], claim_span(resource, wish.span))
    if asker.has_authority and beside:  # a group's desks are reserved together, for the one who answers for it
        known = msgspec.structs.replace(known, mine=tuple(_beside(one, beside) for one in known.mine))
    found = Scene(known, asker, tx.now)
    against = found.against(tx, asked)
    if asker.has_authority and wish.exception and not wish.is_promised:
        against = passed_over(tx, wish.person_id, resource.key, wish.exception, against)
    outcome = rules.book(found.facts, asked, tx.now, against)
    if isinstance(outcome, rules.Booking) or not any(reason.code in rules.TAKEN for reason in outcome):
        return outcome
    others = [resource, *here.alternatives(resource)]
    until = max(here.zone.day(here.zone.date(wish.span.start)).end, wish.span.end)
    wider = facts(tx, asker, here, others, Span(wish.span.start, until))
    again = rules.book(wider, asked, tx.now, against, partial(Scene(wider, asker, tx.now).welcomes, tx))
    return outcome if isinstance(again, rules.Booking) else again


def _beside(one: Mine, beside: Sequence[Stored]) -> Mine:
    is_beside = any((one.resource_id, one.start, one.end) == (each.resource_id, *each.span) for each in beside)
    return msgspec.structs.replace(one, is_beside=is_beside)


def _store(tx: Tx, resource: ResourceFacts, wish: Request, booking: rules.Booking, bundle_id: int) -> Stored:
    """Write a decided booking: claims first, so that the database judges before anything else."""
    id_ = tx.new_id()
    one = Stored(
        id_,
        bundle_id,
        resource.id,
        wish.person_id,
        wish.span.start,
        wish.span.end,
        wish.people,
        booking.state,
        origin_id=id_,
        series_id=wish.series_id,
        title=wish.title,
        price_cents=booking.price_cents,
    )
    _write(tx, one, booking, wish.exception)
    return one


def _write(tx: Tx, one: Stored, booking: rules.Booking, exception: str, moved_from: int | None = None) -> None:
    claims.take(tx, booking.units, booking.claim, "reservation", one.id)
    tx.run(
        ADD,
        **msgspec.structs.asdict(one),
        booked_by=tx.by.person_id,
        created_at=tx.now,
        changed_at=tx.now,
        moved_from=moved_from,
    )
    if booking.passed:
        record(
            tx, "reservations.exception", one.person_id, show(one.id), reason=exception, passed=sorted(booking.passed)
        )


def move(tx: Tx, reservation_id: int, span: Span, key: str = "", *, is_promised: bool = False) -> Made:
    """Give a reservation another span, or another resource: a new one replaces it, at once or not at all.

    Staff who move pass over the house's rules: the audit log says that it was moved; so does what the house itself
    proposed (`is_promised`). Returns the new one.
    """
    former = _own(tx, reservation_id)
    asker = _asker(tx, former.person_id, is_promised=is_promised)
    here = venue_for(tx, former.person_id)
    reasons = rules.reasons_against_moving(
        former.starts_at, former.state, here.by_id[former.resource_id], tx.now, has_authority=asker.has_authority
    )
    if reasons:
        raise Refused(reasons)
    resource = here.resource(key) if key else here.by_id[former.resource_id]
    tx.rows(ONE_AT_A_TIME, person=former.person_id)
    if not _set(tx, former, "cancelled", "moved"):  # somebody moved or ended it meanwhile
        raise Refused((Reason("already_cancelled", {}, (Remedy("see_mine"),)),))
    claims.give_back(tx, "reservation", former.id)
    wish = Request(
        (resource.key,), span, former.people, former.person_id, "moved", accepted=rules.SOFT, is_promised=is_promised
    )
    outcome = _decide(tx, here, asker, resource, wish)
    if not isinstance(outcome, rules.Booking):
        raise Refused(outcome)
    one = msgspec.structs.replace(
        former,
        id=tx.new_id(),
        resource_id=resource.id,
        starts_at=span.start,
        ends_at=span.end,
        state=outcome.state,
        sequence=former.sequence + 1,
        price_cents=outcome.price_cents,
        ended_because="",
        late_until=0,
    )
    _write(tx, one, outcome, "moved", moved_from=former.id)
    tx.announce(Moved(one.id, former.id))
    record_for(tx, "reservations.move", one.person_id, show(one.id), former=show(former.id))
    return Made([queries.view(here, one)])


def cancel(tx: Tx, reservation_id: int, *, together: bool = False) -> None:
    """Cancel a reservation and free its time; with `together`, all that was reserved by the same request.

    Raises Refused when it is too late or done already: then nothing is cancelled.
    """
    one = _own(tx, reservation_id)
    asker = _asker(tx, one.person_id)
    here = venue_for(tx, one.person_id)
    others = [each for each in queries.bundle(tx, one.bundle_id) if each.is_active and each.id != one.id]
    for each in (one, *others) if together else (one,):
        reasons = rules.reasons_against_cancelling(
            each.starts_at,
            each.state,
            here.by_id[each.resource_id].cancel_minutes,
            tx.now,
            has_authority=asker.has_authority,
        )
        if reasons:
            raise Refused(reasons)
        is_by_house = asker.has_authority and tx.by.person_id != each.person_id
        if not end(tx, each, "house" if is_by_house else "person"):  # somebody did meanwhile
            raise Refused((Reason("already_cancelled", {}, (Remedy("see_mine"),)),))
        record_for(tx, "reservations.cancel", each.person_id, show(each.id))


def end(tx: Tx, one: Stored, because: str) -> bool:
    """End a reservation for one of ENDS: free its time and keep its history. Whether it may end was decided before.

    False when it had ended or changed meanwhile: then nothing is done.
    """
    state = ENDS[because]
    if not _set(tx, one, state, because):
        return False
    claims.give_back(tx, "reservation", one.id)
    if state == "cancelled":
        tx.announce(Cancelled(one.id, because != "person"))
    else:
        tx.announce(Answered(one.id) if state == "rejected" else Ended(one.id, because))
    return True


def _set(tx: Tx, one: Stored, state: str, because: str = "") -> bool:
    """Change the state unless somebody did meanwhile."""
    return bool(tx.run(SET_STATE, which=one.id, former=one.state, state=state, now=tx.now, because=because))


def _own(tx: Tx, reservation_id: int) -> Stored:
    one = queries.stored(tx, reservation_id)
    if not tx.by.may(FOR_OTHERS) and not may_act_for(tx, tx.by.person_id, one.person_id, tx.now):
        raise NotFound("no_such_reservation")
    return one


def answer_request(tx: Tx, reservation_id: int, is_granted: bool) -> None:
    """Grant a request, or not: then its time is free again. A request that held no time is judged again.

    Raises Refused when it no longer waits or its time was taken, Forbidden for a space that one does not answer for.
    """
    one = queries.stored(tx, reservation_id)
    require(tx.by, ANSWER, *rules.places(venue_for(tx, one.person_id).by_id[one.resource_id]))
    if is_granted:
        grant(tx, one)
        return
    if one.state != "requested" or not _set(tx, one, "rejected"):
        raise Refused((Reason("already_answered"),))
    claims.give_back(tx, "reservation", one.id)
    tx.announce(Answered(one.id))


def grant(tx: Tx, one: Stored) -> None:
    """Confirm a request; that the actor may was decided before. Raises Refused as answer_request does."""
    here = venue_for(tx, one.person_id)
    if one.state != "requested":
        raise Refused((Reason("already_answered"),))
    if not queries.is_held(tx, one.id):
        _take_now(tx, here, here.by_id[one.resource_id], one)
    if not _set(tx, one, "confirmed"):
        raise Refused((Reason("already_answered"),))
    tx.announce(Answered(one.id))


def _take_now(tx: Tx, here: VenueMap, resource: ResourceFacts, one: Stored) -> None:
    """Claim the time of a request that held none, as it is free now. Raises Refused("slot_taken")."""
    wish = Request((resource.key,), one.span, one.people, one.person_id, "arranged", accepted=rules.SOFT)
    outcome = _decide(tx, here, Asker(one.person_id, tx.by.person_id, has_authority=True), resource, wish)
    if not isinstance(outcome, rules.Booking):
        raise Refused(outcome)
    claims.take(tx, outcome.units, outcome.claim, "reservation", one.id)


def check_in_by_desk(tx: Tx, reservation_id: int) -> None:
    """Note by hand that somebody is here for their reservation. Raises Refused when it is not confirmed."""
    one = queries.stored(tx, reservation_id)
    if one.state != "confirmed" or not _set(tx, one, "checked_in"):
        raise Refused((Reason("not_confirmed"),))
    tx.announce(CheckedIn(reservation_id, one.resource_id, tx.now))
    record_for(tx, "reservations.check_in", one.person_id, show(reservation_id))


class Arrival(msgspec.Struct, frozen=True):
    """What somebody's arrival means: `kind` is checked_in, already, too_early or none; the reservation if any."""

    kind: str
    reservation: Stored | None = None
    resource: ResourceFacts | None = None


def check_in(
    tx: Tx,
    person_id: int,
    known: Sequence[Stored] | None = None,
    note: Callable[[Tx, Stored], None] | None = None,
    *,
    is_sure: bool = True,
) -> Arrival:
    """Somebody is here: check in what begins soon or runs now. Never raises: the door greets in any case.

    `known` are the person's active reservations around today, for a caller that has read them. `note` keeps when they
    came, at once: without it that is left to whoever hears of the check-in. `is_sure` False: they only said who they
    are, so that nothing unlocks for them.
    """
    here = venue(tx)
    today = here.zone.day(here.zone.date(tx.now))
    around = queries.around(tx, person_id, today) if known is None else known
    found = [one for one in around if one.starts_at < today.end and one.ends_at > today.start]
    current = [one for one in found if one.starts_at - rules.CHECK_IN_EARLY <= tx.now < one.ends_at]
    came = [one for one in current if one.state == "confirmed" and _set(tx, one, "checked_in")]
    for one in came:
        if note is not None:
            note(tx, one)
        tx.announce(CheckedIn(one.id, one.resource_id, tx.now if is_sure else 0, is_noted=note is not None))
    if came:
        return Arrival("checked_in", came[0], here.by_id[came[0].resource_id])
    before = [one for one in current if one.state != "confirmed"]  # a confirmed one was given to others just now
    if before:
        return Arrival("already", before[0], here.by_id[before[0].resource_id])
    later = [one for one in found if one.starts_at > tx.now]
    return Arrival("too_early", later[0], here.by_id[later[0].resource_id]) if later else Arrival("none")
