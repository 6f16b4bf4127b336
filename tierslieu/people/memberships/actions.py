"""All changes of memberships: sell, renew, suspend, resume, cancel.

Every act first locks the person's row: on PostgreSQL two acts on one person's memberships follow each other,
SQLite has one writer anyway.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, update

from tierslieu.basics.errors import Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.memberships.credits.actions import sell_pass
from tierslieu.people.memberships.noting import note
from tierslieu.people.memberships.queries import Held, Suspension, held, of_plan, state_of, suspensions
from tierslieu.people.memberships.quoting import Quote, Wish, quote, renewal, today
from tierslieu.people.memberships.rules import LONGEST_SUSPENSION, Stretch, followers, pulled, pushed
from tierslieu.people.memberships.tables import Membership, MembershipSuspension
from tierslieu.people.persons.tables import Person

m, s, p = columns(Membership), columns(MembershipSuspension), columns(Person)
LOCK: Query[tuple[int]] = Query(select(p.id).where(p.id == bindparam("person")).with_for_update(key_share=True))
ADD: Query[Any] = Query(insert_into(Membership))
MOVE: Query[Any] = Query(
    update(table_of(Membership))
    .where(m.id == bindparam("which"))
    .values(starts_at=bindparam("first"), ends_at=bindparam("last"))
)
CANCEL: Query[Any] = Query(
    update(table_of(Membership))
    .where(m.id == bindparam("which"))
    .values(cancelled_at=bindparam("now"), cancel_reason=bindparam("why"))
)
ADD_SUSPENSION: Query[Any] = Query(insert_into(MembershipSuspension))
END_SUSPENSION: Query[Any] = Query(
    update(table_of(MembershipSuspension)).where(s.id == bindparam("which")).values(until_at=bindparam("ends"))
)


def sell(tx: Tx, zone: Zone, wish: Wish) -> int:
    """Somebody takes a plan: a membership, or the lot of a pass. Returns its id. Raises Refused with every reason."""
    tx.rows(LOCK, person=wish.person_id)
    found = quote(tx, zone, wish)
    if found.chosen is None or found.ends_at is None:
        return sell_pass(tx, wish.person_id, found, wish.free_reason)
    return _add(tx, wish, found, found.ends_at)


def renew(tx: Tx, zone: Zone, membership_id: int, free_reason: str = "", cents: int | None = None) -> int:
    """The same plan again, at today's terms, without a gap when the former one still runs. Returns the new id."""
    tx.rows(LOCK, person=held(tx, membership_id).person_id)
    return sell(tx, zone, renewal(tx, zone, membership_id, free_reason, cents))


def _add(tx: Tx, wish: Wish, found: Quote, ends_at: int) -> int:
    membership_id = tx.new_id()
    tx.run(
        ADD,
        id=membership_id,
        person_id=wish.person_id,
        plan_id=wish.plan_id,
        terms_id=found.offer.terms.id,
        category=found.category,
        starts_at=found.starts_at,
        ends_at=ends_at,
        list_cents=found.list_cents,
        price_cents=found.price_cents,
        free_reason=wish.free_reason,
        follows=wish.follows,
        sold_at=tx.now,
        sold_by=tx.by.person_id,
        cancelled_at=None,
        cancel_reason="",
    )
    act = "people.memberships.sell" if wish.follows is None else "people.memberships.renew"
    facts = {"plan": found.offer.terms.key, "category": found.category, "cents": found.price_cents}
    note(tx, act, wish.person_id, show(membership_id), **facts, free=wish.free_reason)
    return membership_id


def suspend(tx: Tx, zone: Zone, membership_id: int, first: date, back: date, reason: str) -> int:
    """A membership does not count from `first` to `back` (not included). Returns the suspension's id.

    When the plan says so the end moves by as many days, and what follows with it.
    """
    one = _locked(tx, membership_id)
    known = suspensions(tx, membership_id)
    _require_running(tx, one, known)
    reasons = _faults(tx, zone, one, known, first, back)
    if reasons:
        raise Refused(reasons)
    if one.is_prolonged:
        _prolong(tx, zone, one, (back - first).days)
    suspension_id = tx.new_id()
    tx.run(
        ADD_SUSPENSION,
        id=suspension_id,
        membership_id=membership_id,
        from_at=zone.instant(first, 0),
        until_at=zone.instant(back, 0),
        reason=reason,
        noted_at=tx.now,
        noted_by=tx.by.person_id,
    )
    note(tx, "people.memberships.suspend", one.person_id, show(membership_id), reason=reason)
    return suspension_id


def _faults(tx: Tx, zone: Zone, one: Held, known: Sequence[Suspension], first: date, back: date) -> tuple[Reason, ...]:
    reasons = []
    if first < max(today(tx, zone), zone.date(one.starts_at)) or first >= zone.date(one.ends_at):
        reasons.append(Reason("suspension_outside"))
    if not 0 < (back - first).days <= LONGEST_SUSPENSION:
        reasons.append(Reason("suspension_length", {"days": LONGEST_SUSPENSION}))
    if any(each.until_at > zone.instant(today(tx, zone), 0) and each.span.is_real for each in known):
        reasons.append(Reason("already_suspended"))
    return tuple(reasons)


def resume(tx: Tx, zone: Zone, membership_id: int) -> None:
    """The membership counts again from today; the days that were not used come back off its end."""
    one = _locked(tx, membership_id)
    now = zone.instant(today(tx, zone), 0)
    known = suspensions(tx, membership_id)
    _require_running(tx, one, known)
    found = next((each for each in known if each.until_at > now and each.span.is_real), None)
    if found is None:
        raise Refused((Reason("not_suspended"),))
    ends = max(found.from_at, now)
    tx.run(END_SUSPENSION, which=found.id, ends=ends)
    if one.is_prolonged:
        _prolong(tx, zone, one, -(zone.date(found.until_at) - zone.date(ends)).days)
    note(tx, "people.memberships.resume", one.person_id, show(membership_id))


def cancel(tx: Tx, membership_id: int, reason: str) -> None:
    """A membership stops now, or never begins. What was paid is the cash office's affair."""
    one = _locked(tx, membership_id)
    _require_running(tx, one, suspensions(tx, membership_id))
    tx.run(CANCEL, which=membership_id, now=tx.now, why=reason)
    note(tx, "people.memberships.cancel", one.person_id, show(membership_id), reason=reason)


def _locked(tx: Tx, membership_id: int) -> Held:
    tx.rows(LOCK, person=held(tx, membership_id).person_id)
    return held(tx, membership_id)


def _require_running(tx: Tx, one: Held, known: Sequence[Suspension]) -> None:
    if state_of(one, known, tx.now) in ("cancelled", "ended"):
        raise Refused((Reason("membership_over"),))


def _prolong(tx: Tx, zone: Zone, one: Held, days: int) -> None:
    """Move the end by whole days; what follows makes room, or follows again."""
    others = [each for each in of_plan(tx, one.person_id, one.plan_id, one.ends_at) if each.id != one.id]
    old_end = zone.date(one.ends_at).toordinal()
    later = followers(old_end, [Stretch(each.id, _in_days(zone, each.span)) for each in others])
    itself = Stretch(one.id, Span(_in_days(zone, one.span).start, old_end + days))
    before, after = pushed(old_end + days, later), pulled(old_end, old_end + days, later)
    for move in (
        [*before, itself] if days > 0 else [itself, *after]
    ):  # in an order that never lets two of them share a day
        first, last = (zone.instant(date.fromordinal(day), 0) for day in move.span)
        tx.run(MOVE, which=move.id, first=first, last=last)


def _in_days(zone: Zone, span: Span) -> Span:
    return Span(zone.date(span.start).toordinal(), zone.date(span.end).toordinal())
