"""All changes to the waiting list that people ask for, and what follows from offers and reservations."""

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, update

from tierslieu.basics.errors import Forbidden, Invalid, NotFound, Reason, Refused, Remedy
from tierslieu.basics.ids import show
from tierslieu.basics.spans import MINUTE, Span
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.persons.queries import known
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.offers import actions as offers
from tierslieu.reservations.offers.queries import open_for
from tierslieu.reservations.rules import SOFT, Wish, allowed_seconds
from tierslieu.reservations.scene import Scene
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.reservations.waiting import matching, queries, rules
from tierslieu.reservations.waiting.rules import Entry
from tierslieu.reservations.waiting.schemas import EarlierFields, WaitingFields
from tierslieu.reservations.waiting.tables import WaitingEntry
from tierslieu.venue.map import ResourceFacts, VenueMap

w = columns(WaitingEntry)
ADD = insert_or_nothing(WaitingEntry)
SET: Query[Any] = Query(
    update(table_of(WaitingEntry))
    .where(w.id == bindparam("which"), w.state == bindparam("former"))
    .values(state=bindparam("new_state"), changed_at=bindparam("at", type_=BigInteger()))
)
UNCOUNT: Query[Any] = Query(
    update(table_of(WaitingEntry)).where(w.id == bindparam("which"), w.alerts > 0).values(alerts=w.alerts - 1)
)
FOLLOW: Query[Any] = Query(
    update(table_of(WaitingEntry))
    .where(w.id == bindparam("which"))
    .values(reservation_id=bindparam("now_is", type_=BigInteger()), until_at=bindparam("until", type_=BigInteger()))
)


SEE_LIST = Remedy("see_waiting", {"href": "/attente"})


class Ask(NamedTuple):
    """What somebody wants, read and complete: days in ISO form, minutes of the wall clock."""

    person_id: int
    target: str
    first_day: str
    last_day: str
    from_minute: int
    to_minute: int
    minutes: int
    people: int
    reservation_id: int | None = None


def minutes_of(clock: str) -> int:
    """Wall clock minutes of "14:30"."""
    hour, _sign, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def ask_of(fields: WaitingFields, person_id: int) -> Ask:
    """The wish of a form. Raises Invalid naming the fields."""
    last = fields.last_day or fields.first_day
    start, end = minutes_of(fields.start), minutes_of(fields.end)
    wrong: dict[str, str] = {}
    if last < fields.first_day or (last - fields.first_day).days >= rules.MOST_DAYS:
        wrong["last_day"] = "too_many_days"
    if end <= start:
        wrong["to"] = "ends_before_it_starts"
    elif end - start < fields.minutes:
        wrong["minutes"] = "longer_than_window"
    if wrong:
        raise Invalid("form", wrong)
    days = fields.first_day.isoformat(), last.isoformat()
    return Ask(person_id, fields.what, *days, start, end, fields.minutes, fields.people)


def join(tx: Tx, ask: Ask, most: int) -> int:
    """Add somebody to the waiting list; `most` wishes at a time. Returns the entry's id.

    Raises Refused when it is free (then reserve it), when it never could be had, or is waited for already.
    """
    _require_own(tx, ask.person_id)
    here = venue_for(tx, ask.person_id)
    entry = _entry(tx, here, ask)
    reasons = _reasons_against(tx, here, entry)
    if queries.open_count(tx, ask.person_id) >= most:
        reasons = (*reasons, Reason("too_many_waiting", {"most": most}, (SEE_LIST,)))
    if reasons:
        raise Refused(reasons)
    found = next(matching.free_for(tx, entry), None)
    if found is not None:
        where = {"key": found.resource.key, "resource": found.resource.name}
        times = {"start": found.span.start, "end": found.span.end}
        raise Refused((Reason("free_already", {**where, **times}, (Remedy("next_free", {**where, **times}),)),))
    return _add(tx, entry)


def join_earlier(tx: Tx, reservation_id: int, fields: EarlierFields, most: int) -> int:
    """Ask for an earlier time for a reservation. Returns the entry's id. Raises NotFound, Refused like join."""
    one = reservations.stored(tx, reservation_id)
    if not tx.by.may(FOR_OTHERS) and not may_act_for(tx, tx.by.person_id, one.person_id, tx.now):
        raise NotFound("no_such_reservation")
    start, end = minutes_of(fields.start), minutes_of(fields.end)
    minutes = (one.ends_at - one.starts_at) // MINUTE
    if end - start < minutes:
        raise Invalid("form", {"to": "longer_than_window"})
    here = venue_for(tx, one.person_id)
    resource, today = here.by_id[one.resource_id], here.zone.date(tx.now)
    if not one.is_active or one.state == "checked_in" or one.starts_at <= tx.now:
        raise Refused((Reason("already_started"),))
    last = min(here.zone.date(one.starts_at), today + timedelta(days=120))
    target = (
        resource.key if fields.what == "same" else f"kind:{'desk' if resource.kind in rules.SEATS else resource.kind}"
    )
    days = today.isoformat(), last.isoformat()
    ask = Ask(one.person_id, target, *days, start, end, minutes, one.people, one.id)
    entry = _entry(tx, here, ask, latest=one.starts_at - 1)
    if queries.open_count(tx, one.person_id) >= most:
        raise Refused((Reason("too_many_waiting", {"most": most}, (SEE_LIST,)),))
    tx.later(matching.SWEEP, {}, dedup=f"waiting:{entry.id}")  # something may be free already
    return _add(tx, entry)


def withdraw(tx: Tx, entry_id: int) -> None:
    """Leave the waiting list; what was kept meanwhile is free again. Raises NotFound, Refused when it is over."""
    entry = queries.entry(tx, entry_id)
    if not tx.by.may(FOR_OTHERS) and not may_act_for(tx, tx.by.person_id, entry.person_id, tx.now):
        raise NotFound("no_such_entry")
    if not leave(tx, entry):
        raise Refused((Reason("waiting_over", {}, (SEE_LIST,)),))
    record_for(tx, "reservations.waiting.withdraw", entry.person_id, show(entry.id))


def leave(tx: Tx, entry: Entry, state: str = "withdrawn") -> bool:
    """End an open entry and what is kept for it. False when it was over."""
    if not entry.is_open or not tx.run(SET, which=entry.id, former=entry.state, new_state=state, at=tx.now):
        return False
    kept = open_for(tx, [entry.id]).get(entry.id)
    if kept is not None:
        offers.call_off(tx, kept)
    return True


def follow_offer(tx: Tx, entry: Entry, outcome: str, most: int) -> None:
    """An offer for an entry ended: it is settled, or waits on."""
    state = rules.after_offer(entry, outcome, most)
    if tx.run(SET, which=entry.id, former="offered", new_state=state, at=tx.now) and outcome == "void":
        tx.run(UNCOUNT, which=entry.id)


def follow_move(tx: Tx, former_id: int, reservation_id: int) -> None:
    """A reservation that was to come earlier has another time: its entry goes on with the new one."""
    entry = queries.for_reservation(tx, former_id)
    if entry is not None:
        one = reservations.stored(tx, reservation_id)
        tx.run(FOLLOW, which=entry.id, now_is=one.id, until=min(entry.until_at, one.starts_at - 1))


def _require_own(tx: Tx, person_id: int) -> None:
    if tx.by.may(FOR_OTHERS):
        if known(tx, person_id) is None:
            raise NotFound("no_such_person")
    elif not may_act_for(tx, tx.by.person_id, person_id, tx.now):
        raise Forbidden("not_allowed")


def _entry(tx: Tx, here: VenueMap, ask: Ask, latest: int | None = None) -> Entry:
    """The entry of a wish. Raises Refused when its time is past, NotFound for a resource that is not."""
    if ":" not in ask.target:
        here.resource(ask.target)
    draft = Entry(0, ask.person_id, tx.by.person_id, *ask[1:], 0, 0, "waiting", 0, "", tx.now)
    spans = rules.windows(here.zone, draft, tx.now)
    if not spans:
        raise Refused((Reason("in_the_past"),))
    until = spans[-1].end - ask.minutes * MINUTE
    until = until if latest is None else min(until, latest)
    return Entry(tx.new_id(), ask.person_id, tx.by.person_id, *ask[1:], spans[0].start, until, "waiting", 0, "", tx.now)


def _add(tx: Tx, entry: Entry) -> int:
    fields = {name: getattr(entry, name) for name in Entry.__struct_fields__}
    if not tx.run(ADD, **fields, changed_at=tx.now):
        raise Refused((Reason("already_waiting", {}, (SEE_LIST,)),))
    record_for(tx, "reservations.waiting.join", entry.person_id, show(entry.id))
    return entry.id


def _reasons_against(reader: Reader, here: VenueMap, entry: Entry) -> tuple[Reason, ...]:
    """Why waiting would be in vain: reasons that hold for every resource that suits, and that time does not lift."""
    if not any(entry.target in one.targets or entry.target == "kind:desk" for one in here.resources):
        raise NotFound("unknown_resource")
    known_scene = matching.scene_of(reader, entry)
    if known_scene is None:
        return (Reason("nothing_suits", {"count": entry.people}),)
    found: tuple[Reason, ...] = ()
    for resource in rules.in_order(entry, known_scene.venue.resources):
        reasons = _lasting(reader, known_scene, resource, entry)
        if not reasons:
            return ()
        found = found or reasons
    return found


def _lasting(reader: Reader, known_scene: Scene, resource: ResourceFacts, entry: Entry) -> tuple[Reason, ...]:
    """What speaks against one resource whoever else uses it, at the first time at which it is open as wished."""
    here, seconds = known_scene.venue, allowed_seconds(resource, entry.minutes * MINUTE)
    for window in rules.windows(here.zone, entry, reader.now):
        for opened in here.hours(resource, here.zone.date(window.start)):
            common = opened.within(window)
            if common.seconds >= seconds:
                latest = Span(common.end - seconds, common.end)
                outcome = known_scene.judge(reader, Wish(resource, latest, entry.people, SOFT))
                reasons = outcome if isinstance(outcome, tuple) else ()
                return tuple(one for one in reasons if one.code not in rules.PASSING | {"off_grid"})
    return (Reason("never_open_then", {"resource": resource.name}),)
