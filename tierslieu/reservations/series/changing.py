"""Changing a series: one date, that one and those after it, or all. A change that a date cannot have leaves it be."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, literal_column, select, update

from tierslieu.basics.errors import Reason, Refused
from tierslieu.basics.ids import read, show
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, among, columns, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.reservations import actions as core
from tierslieu.reservations.availability import Mine
from tierslieu.reservations.rules import SOFT, Booking, reasons_against_moving
from tierslieu.reservations.scene import Asker
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.series import queries, rules
from tierslieu.reservations.series.actions import in_scope
from tierslieu.reservations.series.events import SeriesTold
from tierslieu.reservations.series.judging import Judge, Terms, judge, window_of
from tierslieu.reservations.series.schemas import Left, Occurrence, Outcome, Scope, StoredSeries
from tierslieu.reservations.series.storing import ADD, locked, origin_of, put_date, save
from tierslieu.reservations.series.tables import SeriesDate
from tierslieu.reservations.tables import Claim, Reservation
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import VenueMap

r, c, d = columns(Reservation), columns(Claim), columns(SeriesDate)
SET_TITLE: Query[Any] = Query(
    update(table_of(Reservation)).where(among(r.id, "ids")).values(title=bindparam("new_title"))
)
TO_SERIES: Query[Any] = Query(
    update(table_of(Reservation))
    .where(r.series_id == bindparam("former"), among(r.origin_id, "origins"))
    .values(series_id=bindparam("new_series", type_=BigInteger()))
)
DATES_TO_SERIES: Query[Any] = Query(
    update(table_of(SeriesDate))
    .where(d.series_id == bindparam("former"), d.day >= bindparam("from_day"))
    .values(series_id=bindparam("new_series", type_=BigInteger()))
)
HELD: Query[tuple[int, int, int, int]] = Query(
    select(c.cause_id, c.unit_id, c.starts_at, c.ends_at).where(
        among(c.cause_id, "ids"), c.cause == literal_column("'reservation'")
    )
)


class Change(msgspec.Struct, frozen=True):
    """What is to be different, for which dates; None stays as it is."""

    scope: Scope
    day: date | None = None
    key: str | None = None
    from_minutes: int | None = None
    to_minutes: int | None = None
    on: date | None = None
    """For one date only: the day to which it goes."""
    title: str | None = None


def change(tx: Tx, series_id: int, wish: Change, version: int | None = None) -> Outcome:
    """Change dates of a series that are still to come; the series itself too, unless one date only is meant.

    « This one and the following » makes them a series of their own, led back to the former one. Dates whose change
    is refused stay as they are, with their reservation, and are listed. Raises Refused when one date alone is meant
    and cannot have it, Invalid for a date that is none of the series, NotFound, Conflict.
    """
    one, asker = locked(tx, series_id, version)
    found = queries.occurrences(tx, one.id)
    meant = in_scope(found, wish.scope, wish.day, tx.now)
    here = venue_for(tx, one.person_id)
    changes = _changes(here, one, wish)
    left: list[Left] = []
    if wish.scope == "one":
        _move_one(tx, here, meant[0], wish)
        one = save(tx, one)
    else:
        one = save(tx, _split(tx, one, found, wish), **changes)
        left = _move_all(tx, asker, here, one, meant, wish)
    if wish.title is not None:
        days = {each.day for each in meant}
        now = [each for each in queries.occurrences(tx, one.id) if each.day in days and each.reservation is not None]
        tx.run(SET_TITLE, ids=[each.reservation.id for each in now if each.reservation], new_title=wish.title)
    record_for(tx, "series.change", one.person_id, show(one.id), scope=wish.scope)
    return Outcome(one.id, left)


def _changes(here: VenueMap, one: StoredSeries, wish: Change) -> dict[str, Any]:
    """The values of the series that change. Raises Refused when its hours would end before they begin."""
    start = one.from_minutes if wish.from_minutes is None else wish.from_minutes
    end = one.to_minutes if wish.to_minutes is None else wish.to_minutes
    if start >= end:
        raise Refused((Reason("ends_before_it_starts"),))
    return {
        "resource_id": here.resource(wish.key).id if wish.key else one.resource_id,
        "from_minutes": start,
        "to_minutes": end,
        "title": one.title if wish.title is None else wish.title,
    }


def _split(tx: Tx, one: StoredSeries, found: Sequence[Occurrence], wish: Change) -> StoredSeries:
    """The series of the dates that are meant: itself, or a new one when dates before them stay as they are."""
    day = wish.day
    if wish.scope == "all" or day is None or all(each.day >= day for each in found):
        return one
    rule, first = rules.read_rule(one.rule), date.fromisoformat(one.first_day)
    new = msgspec.structs.replace(
        one,
        id=tx.new_id(),
        first_day=day.isoformat(),
        rule=rules.write_rule(rules.remaining(rule, first, day)),
        version=1,
        former_id=one.id,
        created_by=tx.by.person_id,
        created_at=tx.now,
        changed_at=tx.now,
    )
    tx.run(ADD, **msgspec.structs.asdict(new))
    tx.run(DATES_TO_SERIES, former=one.id, new_series=new.id, from_day=day.isoformat())
    origins = [origin_of(each.reservation) for each in found if each.day >= day and each.reservation is not None]
    tx.run(TO_SERIES, former=one.id, new_series=new.id, origins=origins)
    before = rules.write_rule(rules.until_before(rule, day))
    save(tx, one, rule=before, kept_until="", asked_at=0, deadline=0)
    return new


def _goal(here: VenueMap, one: Stored, wish: Change) -> tuple[str, Span]:
    """Where a date goes. What the wish leaves open stays as it is for this very date."""
    zone = here.zone
    first = zone.date(one.starts_at)
    nights = (zone.date(one.ends_at) - first).days
    start = zone.minutes(one.starts_at) if wish.from_minutes is None else wish.from_minutes
    end = zone.minutes(one.ends_at) + nights * 1440 if wish.to_minutes is None else wish.to_minutes
    return wish.key or here.by_id[one.resource_id].key, rules.span_on(zone, wish.on or first, start, end)


def _is_there(here: VenueMap, one: Stored, goal: tuple[str, Span]) -> bool:
    return goal == (here.by_id[one.resource_id].key, one.span)


def _move_one(tx: Tx, here: VenueMap, meant: Occurrence, wish: Change) -> None:
    one = meant.reservation
    if one is None or not meant.is_alive:
        raise Refused((Reason("series_date_not_reserved"),))
    key, span = goal = _goal(here, one, wish)
    if not _is_there(here, one, goal):
        core.move(tx, one.id, span, key)


def _move_all(
    tx: Tx, asker: Asker, here: VenueMap, series: StoredSeries, meant: Sequence[Occurrence], wish: Change
) -> list[Left]:
    """Move each date that can be had; note the others as unchanged. Answers these, with why."""
    goals = [
        (each, each.reservation, _goal(here, each.reservation, wish))
        for each in meant
        if each.reservation is not None and each.is_alive
    ]
    goals = [one for one in goals if not _is_there(here, one[1], one[2])]
    if not goals:
        return []
    claims = _claims(tx, [one.id for _each, one, _goal in goals])
    resources = {key: here.resource(key) for _each, _one, (key, _span) in goals}
    window = window_of([span for _each, one, (_key, goal) in goals for span in (one.span, goal)])
    bench = judge(tx, asker, resources.values(), window, Terms(series.people, SOFT, "moved"))
    left: list[Left] = []
    moved: list[int] = []
    for each, one, (key, span) in goals:
        reasons = _reasons_against(bench, here, one, (key, span), claims.get(one.id, []), tx.now)
        if not reasons:
            made = core.move(tx, one.id, span, key).reservations[0]
            moved.append(read(made.id))
        else:
            left.append(Left(each.day.isoformat(), [reason.code for reason in reasons]))
        put_date(tx, series.id, each.day, "unchanged" if reasons else "kept", origin_of(one))
    if len(moved) > 1:
        tx.announce(SeriesTold(series.id, series.version, "moved", tuple(moved)))
    return left


def _reasons_against(
    bench: Judge, here: VenueMap, one: Stored, goal: tuple[str, Span], claims: list[tuple[int, Span]], now: int
) -> tuple[Reason, ...]:
    """Why a date cannot go to its goal, once its own time is given back."""
    key, span = goal
    resource = here.by_id[one.resource_id]
    reasons = reasons_against_moving(one.starts_at, one.state, resource, now, bench.scene.asker.has_authority)
    if reasons:
        return reasons
    before = bench.release(claims, Mine(one.resource_id, one.starts_at, one.ends_at, one.state))
    answer = bench.ask(here.resource(key), span)
    if isinstance(answer, Booking):
        return ()
    bench.keep(before)
    return answer


def _claims(tx: Tx, ids: list[int]) -> dict[int, list[tuple[int, Span]]]:
    found: dict[int, list[tuple[int, Span]]] = {}
    for id_, unit, start, end in tx.rows(HELD, ids=ids):
        found.setdefault(id_, []).append((unit, Span(start, end)))
    return found
