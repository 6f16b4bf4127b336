"""Statements over the declarations of personal columns, built once for each."""

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Table, bindparam, delete, func, null, select, update
from sqlalchemy.sql.elements import ColumnElement

from tierslieu.infra.personal import DELETE, NOBODY, UNLINK, Personal
from tierslieu.infra.statements import Query, table_of


def _is_theirs(item: Personal) -> ColumnElement[bool]:
    column = table_of(item.table).c[item.column]
    return column == bindparam("whose", type_=BigInteger())


@cache
def shown_rows(item: Personal) -> Query[tuple[Any, ...]]:
    """The columns a person may download, oldest first. "resource_id.name" follows a foreign key."""
    table = table_of(item.table)
    source: Any = table
    chosen = []
    for place, name in enumerate(item.shown):
        own, _, far = name.partition(".")
        if far:
            other, key = _referred(table, own, place)
            source = source.outerjoin(other, table.c[own] == other.c[key])
            chosen.append(other.c[far])
        else:
            chosen.append(table.c[own])
    return Query(select(*chosen).select_from(source).where(_is_theirs(item)).order_by(*table.primary_key.columns))


def _referred(table: Table, name: str, place: int) -> tuple[Any, str]:
    key = next(iter(table.c[name].foreign_keys))
    return key.column.table.alias(f"far_{place}"), key.column.name


@cache
def count_rows(item: Personal) -> Query[tuple[int]]:
    """How many rows name the person."""
    return Query(select(func.count()).select_from(table_of(item.table)).where(_is_theirs(item)))


@cache
def last_moment(item: Personal) -> Query[tuple[int | None]]:
    """The latest instant at which the person was seen there."""
    table = table_of(item.table)
    return Query(select(func.max(table.c[item.moment])).where(_is_theirs(item)))


@cache
def erasures(item: Personal) -> tuple[Query[Any], ...]:
    """What erasing does to these rows, in order: empty the typed texts, then delete or unlink."""
    table = table_of(item.table)
    steps: list[Query[Any]] = []
    if item.on_erase == DELETE:
        return (Query(delete(table).where(_is_theirs(item))),)
    if item.blank:
        steps.append(Query(update(table).where(_is_theirs(item)).values(dict.fromkeys(item.blank, ""))))
    if item.on_erase == UNLINK:
        nobody: Any = null() if table.c[item.column].nullable else NOBODY
        steps.append(Query(update(table).where(_is_theirs(item)).values({item.column: nobody})))
    return tuple(steps)
