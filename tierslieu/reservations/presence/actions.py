"""All changes about presence: arrive, say that one is late, leave, give an unclaimed place to others, pardon."""

import secrets
from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, select, update

from tierslieu.basics.errors import NotFound, Reason, Refused, Remedy
from tierslieu.basics.ids import show
from tierslieu.basics.spans import MINUTE, Span
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record, record_for
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations import actions as core
from tierslieu.reservations import claims
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.events import CheckedIn, Ended
from tierslieu.reservations.presence import holding, queries, rules
from tierslieu.reservations.presence.tables import Attendance, DoorCode
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.standing import actions as standing
from tierslieu.reservations.standing.queries import policy
from tierslieu.reservations.tables import Reservation
from tierslieu.venue.queries import venue

RELEASE = "reservations.presence.release"
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 12
TOPIC = "presence"
"""The live topic that moves when somebody comes or goes."""
r, a, d = columns(Reservation), columns(Attendance), columns(DoorCode)
KEEP_FOR: Query[Any] = Query(
    update(table_of(Reservation))
    .where(r.id == bindparam("which"), r.state == "confirmed")
    .values(late_until=bindparam("until"), changed_at=bindparam("now"))
)
FINISH: Query[Any] = Query(
    update(table_of(Reservation))
    .where(r.id == bindparam("which"), r.state == bindparam("former"))
    .values(
        state="finished",
        ends_at=bindparam("until"),
        changed_at=bindparam("now"),
        sequence=r.sequence + bindparam("steps"),
        ended_because=bindparam("because"),
    )
)
NOTE = insert_or_nothing(Attendance)
NOTED: Query[tuple[int]] = Query(select(a.arrived_at).where(a.reservation_id == bindparam("which")))
LEFT: Query[Any] = Query(
    update(table_of(Attendance)).where(a.reservation_id == bindparam("which")).values(left_at=bindparam("now"))
)
ADD_CODE: Query[Any] = Query(insert_into(DoorCode))
REVOKE: Query[Any] = Query(
    update(table_of(DoorCode))
    .where(d.resource_id == bindparam("which"), d.revoked_at == 0)
    .values(revoked_at=bindparam("now"))
)


def arrive(tx: Tx, reservation_id: int, how: str) -> None:
    """Somebody is here for a reservation and what was reserved with it; `how` is app, code or desk.

    Raises NotFound for somebody else's, Refused when it is too early, over, or has to be noted on the spot.
    """
    one, is_desk = _own(tx, reservation_id)
    if not is_desk:
        _require_arrivable(tx, one, how)
    came = [each for each in queries.together(tx, one) if _check_in(tx, each, "desk" if is_desk else how)]
    if one.id not in {each.id for each in came}:
        raise Refused((Reason("not_confirmed", {}, (Remedy("see_mine"),)),))


def arrive_at(tx: Tx, code: str) -> Stored:
    """The signed-in person stands before a resource whose code they read: note it. Raises as `arrive` does."""
    resource = queries.resource_of_code(tx, code)
    found = [one for one in queries.here_now(tx, tx.by.person_id or 0, resource) if one.state == "confirmed"]
    if not found:
        raise Refused((Reason("not_confirmed", {}, (Remedy("see_mine"),)),))
    arrive(tx, found[0].id, "code")
    return found[0]


def _own(tx: Tx, reservation_id: int) -> tuple[Stored, bool]:
    """The reservation, locked, and whether the desk acts for somebody else."""
    one = reservations.held(tx, reservation_id)
    if one.person_id == tx.by.person_id:
        return one, False
    if tx.by.may(core.FOR_OTHERS):
        return one, True
    if not may_act_for(tx, tx.by.person_id, one.person_id, tx.now):
        raise NotFound("no_such_reservation")
    return one, False


def _require_arrivable(tx: Tx, one: Stored, how: str) -> None:
    opens = one.starts_at - rules.CHECK_IN_EARLY
    if one.state == "confirmed" and tx.now < opens:
        raise Refused((Reason("arrival_too_early", {"start": opens}),))
    if not rules.can_arrive(one.state, one.span, tx.now):
        raise Refused((Reason("not_confirmed", {}, (Remedy("see_mine"),)),))
    if how == "app" and not policy(tx).app_check_in:
        raise Refused((Reason("arrive_on_the_spot", {}, (Remedy("ask_desk"),)),))


def _check_in(tx: Tx, one: Stored, how: str) -> bool:
    """Change the state unless somebody did meanwhile."""
    if not tx.run(core.SET_STATE, which=one.id, former="confirmed", state="checked_in", now=tx.now, because=""):
        return False
    _note(tx, one, how)
    tx.announce(CheckedIn(one.id))
    tx.touch(TOPIC)
    record_for(tx, "reservations.check_in", one.person_id, show(one.id))
    return True


def _note(tx: Tx, one: Stored, how: str) -> None:
    tx.run(
        NOTE,
        reservation_id=one.id,
        arrived_at=tx.now,
        how=how,
        left_at=0,
        booked_until=one.ends_at,
        noted_by=tx.by.person_id if how == "desk" else None,
    )


def note_at_kiosk(tx: Tx, one: Stored) -> None:
    """Keep when somebody came, noted by a kiosk or a door."""
    _note(tx, one, "kiosk")


def is_to_note(reader: Reader, event: CheckedIn) -> bool:
    """True when nobody kept yet when they came."""
    return not event.is_noted and reader.row(NOTED, which=event.reservation_id) is None


def note_arrival(tx: Tx, event: CheckedIn) -> None:
    """Somebody came by another way than these acts (the kiosk): keep when."""
    one = reservations.held(tx, event.reservation_id)
    if one.state == "checked_in":
        _note(tx, one, "kiosk")


def be_late(tx: Tx, reservation_id: int, delay: int) -> int | None:
    """Somebody comes `delay` minutes late: their place is kept so much longer. Returns until when (None: always).

    Raises Refused when the delay is longer than the house allows, or when it is too late to say so.
    """
    one, _is_desk = _own(tx, reservation_id)
    if delay not in rules.delays(policy(tx)):
        raise Refused((Reason("delay_too_long", {"minutes": policy(tx).most_late_minutes}),))
    kept = queries.kept_until(tx, one)
    if not rules.can_be_late(one.state, one.span, kept, tx.now):
        raise Refused((Reason("too_late_to_be_late", {}, (Remedy("see_mine"),)),))
    grace = queries.resource_of(tx, one).grace_minutes
    until = max(rules.late_until(one.span, grace, delay), one.late_until)
    for each in queries.together(tx, one):
        tx.run(KEEP_FOR, which=each.id, until=until, now=tx.now)
    tx.touch(TOPIC)
    record_for(tx, "reservations.late", one.person_id, show(one.id), minutes=delay)
    return until if kept is not None else None


def leave(tx: Tx, reservation_id: int) -> None:
    """Somebody who was here goes: the rest of the time is free again, clean-up time stays. Raises Refused, NotFound."""
    one, _is_desk = _own(tx, reservation_id)
    if not rules.can_leave(one.state, one.span, tx.now):
        raise Refused((Reason("not_here", {}, (Remedy("see_mine"),)),))
    for each in queries.together(tx, one):
        _leave(tx, each)
    tx.touch(TOPIC)
    record_for(tx, "reservations.leave", one.person_id, show(one.id))


def leave_at_kiosk(tx: Tx, person_id: int, resources: Collection[int]) -> int:
    """Somebody says at a kiosk that they go: what they have there now is free again. Returns how many that were."""
    now = Span(tx.now, tx.now + 1)
    mine = [
        one
        for one in reservations.around(tx, person_id, now)
        if one.resource_id in resources and rules.can_leave(one.state, one.span, tx.now)
    ]
    for one in mine:
        _leave(tx, one)
    if mine:
        tx.touch(TOPIC)
    return len(mine)


def _leave(tx: Tx, one: Stored) -> None:
    until = rules.left_at(one.span, tx.now)
    if not tx.run(FINISH, which=one.id, former="checked_in", until=until, now=tx.now, steps=1, because="left"):
        return
    tx.run(LEFT, which=one.id, now=tx.now)
    if tx.now <= one.starts_at:
        claims.give_back(tx, "reservation", one.id)
    else:
        clean_up = queries.resource_of(tx, one).buffer_after * MINUTE
        claims.shorten(tx, "reservation", one.id, until + clean_up)
    tx.announce(Ended(one.id, "left"))


def release_if_due(tx: Tx, reservation_id: int) -> Stored | None:
    """Give an unclaimed place to others once its time has come; answers the reservation when that was done.

    When it is kept longer by now (somebody is late), the job comes back then. While the house keeps people out nothing
    is given away. Whoever checks in at the same instant either was first, or is told so: one of the two wins.
    """
    if holding.held(tx).holds(tx.now):
        return None
    one = reservations.held(tx, reservation_id)
    kept = queries.kept_until(tx, one) if one.state == "confirmed" else None
    if kept is None:
        return None
    if tx.now < kept:
        plan_release(tx, one, kept)
        return None
    if not core.end(tx, one, "released"):
        return None
    tx.touch(TOPIC)
    return one


def plan_release(tx: Tx, one: Stored, at: int) -> None:
    """Look again at an instant whether somebody came."""
    tx.later(RELEASE, {"id": one.id}, at=at, dedup=f"release:{one.id}")


def finish_ended(tx: Tx, one: Stored) -> bool:
    """Close a reservation whose end has passed, as the rules say. True when it changed.

    Nobody has missed what they could not come to, because the house kept people out.
    """
    state = rules.ends_as(one.state, one.ends_at, queries.resource_of(tx, one).grace_minutes, policy(tx), tx.now)
    if state == "missed" and not holding.held(tx).overlaps(one.span):
        return core.end(tx, one, "released")
    if state is None:
        return False
    return _finish(tx, one)


def _finish(tx: Tx, one: Stored) -> bool:
    return bool(tx.run(FINISH, which=one.id, former=one.state, until=one.ends_at, now=tx.now, steps=0, because=""))


def was_here(tx: Tx, reservation_id: int, *, came: bool) -> None:
    """Staff say afterwards whether somebody came. Raises Refused unless it is over and nobody knew."""
    one = reservations.held(tx, reservation_id)
    if one.state != "confirmed" or tx.now < one.ends_at:
        raise Refused((Reason("presence_known"),))
    if came:
        _finish(tx, one)
    else:
        core.end(tx, one, "released")
    record(tx, "reservations.tell_presence", one.person_id, show(one.id), came=came)


def miss(tx: Tx, reservation_id: int) -> None:
    """Staff see that somebody does not come: the place is free at once. Raises Refused before it began."""
    one = reservations.held(tx, reservation_id)
    if one.state != "confirmed" or tx.now < one.starts_at:
        raise Refused((Reason("not_begun"),))
    core.end(tx, one, "released")
    tx.touch(TOPIC)
    record(tx, "reservations.miss", one.person_id, show(one.id))


def pardon(tx: Tx, reservation_id: int) -> None:
    """A no-show does not count any more. Raises Refused when it is none."""
    one = reservations.held(tx, reservation_id)
    if one.state != "missed" or not standing.pardon(tx, one.id):
        raise Refused((Reason("not_missed"),))
    record(tx, "reservations.pardon", one.person_id, show(one.id))


def make_codes(tx: Tx) -> int:
    """A code for each resource that can be reserved and has none. Returns how many were made."""
    known = queries.codes(tx)
    missing = [one for one in venue(tx).resources if one.is_bookable and one.id not in known]
    for one in missing:
        _add_code(tx, one.id)
    return len(missing)


def renew_code(tx: Tx, key: str) -> None:
    """A new code for a resource: the one printed before leads nowhere from now on. Raises NotFound."""
    resource = venue(tx).resource(key)
    tx.run(REVOKE, which=resource.id, now=tx.now)
    _add_code(tx, resource.id)
    record(tx, "reservations.renew_code", None, key)


def _add_code(tx: Tx, resource_id: int) -> None:
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    tx.run(ADD_CODE, code=code, resource_id=resource_id, created_at=tx.now, created_by=tx.by.person_id, revoked_at=0)
