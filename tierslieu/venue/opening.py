"""Changing hours: the usual week, the week of the school holidays, single days, a resource's own hours."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete, update

from tierslieu.basics.hours import Period
from tierslieu.infra.statements import Query, among, columns, insert_into, table_of, to_json, upsert
from tierslieu.infra.tables import Table
from tierslieu.infra.transaction import Tx
from tierslieu.venue.actions import PUT_CLOSURE, WeeklyPeriods, changed
from tierslieu.venue.tables import BreakPeriod, ClosureDay, OpeningPeriod, ResourceDay, ResourcePeriod, Space


def _of(table: type[Table], owner: str) -> Query[Any]:
    return Query(delete(table_of(table)).where(columns(table)[owner] == bindparam("owner")))


sp, cd, rd = columns(Space), columns(ClosureDay), columns(ResourceDay)
DROP_WEEK, DROP_BREAK_WEEK = _of(OpeningPeriod, "space_id"), _of(BreakPeriod, "space_id")
DROP_RESOURCE_WEEK = _of(ResourcePeriod, "resource_id")
ADD_PERIOD: Query[Any] = Query(insert_into(OpeningPeriod))
ADD_BREAK_PERIOD: Query[Any] = Query(insert_into(BreakPeriod))
ADD_RESOURCE_PERIOD: Query[Any] = Query(insert_into(ResourcePeriod))
MARK_SPACE: Query[Any] = Query(
    update(table_of(Space))
    .where(sp.id == bindparam("space"))
    .values(closes_on_holidays=bindparam("holidays"), has_break_week=bindparam("breaks"))
)
PUT_RESOURCE_DAY = upsert(ResourceDay, ("resource_id", "day"))
DROP_DAYS: Query[Any] = Query(
    delete(table_of(ClosureDay)).where(cd.space_id == bindparam("space"), among(cd.day, "days", is_text=True))
)
DROP_RESOURCE_DAYS: Query[Any] = Query(
    delete(table_of(ResourceDay)).where(rd.resource_id == bindparam("resource"), among(rd.day, "days", is_text=True))
)


def set_hours(
    tx: Tx, space_id: int, week: WeeklyPeriods, break_week: WeeklyPeriods | None, *, closes_on_holidays: bool
) -> None:
    """Replace the weeks of a space. Without `break_week` the school holidays change nothing."""
    tx.run(DROP_WEEK, owner=space_id)
    tx.run(DROP_BREAK_WEEK, owner=space_id)
    for weekday, period in week:
        tx.run(ADD_PERIOD, id=tx.new_id(), space_id=space_id, weekday=weekday, opens=period.opens, closes=period.closes)
    for weekday, period in break_week or ():
        tx.run(
            ADD_BREAK_PERIOD,
            id=tx.new_id(),
            space_id=space_id,
            weekday=weekday,
            opens=period.opens,
            closes=period.closes,
        )
    tx.run(MARK_SPACE, space=space_id, holidays=int(closes_on_holidays), breaks=int(break_week is not None))
    changed(tx)


def set_days(tx: Tx, space_ids: Iterable[int], days: Iterable[str], periods: tuple[Period, ...], reason: str) -> None:
    """Replace the week of spaces on these days (ISO): no periods closes them."""
    text, listed = to_json([list(period) for period in periods]), list(days)
    for space_id in space_ids:
        for day in listed:
            tx.run(PUT_CLOSURE, space_id=space_id, day=day, periods=text, reason=reason)
    changed(tx)


def clear_days(tx: Tx, space_id: int, days: Iterable[str]) -> None:
    """These days follow the week again."""
    tx.run(DROP_DAYS, space=space_id, days=list(days))
    changed(tx)


def set_resource_week(tx: Tx, resource_id: int, week: WeeklyPeriods) -> None:
    """The hours of a resource inside those of its space; without any it follows its space."""
    tx.run(DROP_RESOURCE_WEEK, owner=resource_id)
    for weekday, period in week:
        tx.run(
            ADD_RESOURCE_PERIOD,
            id=tx.new_id(),
            resource_id=resource_id,
            weekday=weekday,
            opens=period.opens,
            closes=period.closes,
        )
    changed(tx)


def set_resource_days(tx: Tx, resource_id: int, days: Iterable[str], periods: tuple[Period, ...], reason: str) -> None:
    """Other hours of a resource on these days (ISO), or none at all: an absence."""
    text = to_json([list(period) for period in periods])
    for day in days:
        tx.run(PUT_RESOURCE_DAY, resource_id=resource_id, day=day, periods=text, reason=reason)
    changed(tx)


def clear_resource_days(tx: Tx, resource_id: int, days: Iterable[str]) -> None:
    """These days follow the resource's week again."""
    tx.run(DROP_RESOURCE_DAYS, resource=resource_id, days=list(days))
    changed(tx)
