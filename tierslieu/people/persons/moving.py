"""Moving the rows of a merge: one generic walk over what all features declare about persons.

Rows are named by the values of their table's key, the person's own column left out when it is part of it.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Table, and_, bindparam, func, select, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import SQLModel

from tierslieu.infra.personal import MOVE, Personal
from tierslieu.infra.statements import Query, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.tables import Person, PersonMerge, PersonWord

OWN_TABLES = (Person, PersonMerge, PersonWord)
"""What the merge itself takes care of."""
Key = tuple[Any, ...]
Rows = dict[str, list[Key]]


class Place(NamedTuple):
    """A column that holds persons, ready for statements. `others` are the person columns among `same`."""

    name: str
    table: Table
    column: str
    key: tuple[str, ...]
    same: tuple[str, ...]
    others: tuple[str, ...]
    title: str


def places(personal: Iterable[Personal]) -> list[Place]:
    """Where rows move, in the order of the declarations, each column once."""
    items = list(personal)
    people = {(item.table, item.column) for item in items}
    found = {
        (item.table, item.column): _place(item, people)
        for item in items
        if item.on_merge == MOVE and item.table not in OWN_TABLES
    }
    return list(found.values())


def _place(item: Personal, people: set[tuple[type[SQLModel], str]]) -> Place:
    core = table_of(item.table)
    key = tuple(column.name for column in core.primary_key if column.name != item.column)
    is_in_key = any(column.name == item.column for column in core.primary_key)
    same = tuple(dict.fromkeys((*item.same, *(key if is_in_key else ()))))
    others = tuple(name for name in item.same if (item.table, name) in people)
    is_alone = is_in_key and not key
    return Place(
        f"{core.name}.{item.column}", core, item.column, key, same or (("",) if is_alone else ()), others, item.title
    )


@cache
def _rows(place: Place) -> Query[tuple[Any, ...]]:
    core = place.table
    names = (*place.key, *(name for name in place.same if name))
    wanted = [core.c[name] for name in names] or [core.c[place.column]]
    mine = core.c[place.column] == bindparam("whose", type_=BigInteger())
    return Query(select(*wanted).where(mine).order_by(*(core.c[name] for name in place.key)))


@cache
def _count(place: Place) -> Query[tuple[int]]:
    core = place.table
    mine = core.c[place.column] == bindparam("whose", type_=BigInteger())
    return Query(select(func.count()).select_from(core).where(mine))


@cache
def _change(place: Place) -> Query[Any]:
    core = place.table
    named: list[ColumnElement[bool]] = [
        core.c[name] == bindparam(f"key_{name}", type_=core.c[name].type) for name in place.key
    ]
    mine = core.c[place.column] == bindparam("former", type_=BigInteger())
    return Query(update(core).where(and_(mine, *named)).values({place.column: bindparam("whose", type_=BigInteger())}))


def counted(reader: Reader, found: Sequence[Place], person_id: int) -> dict[str, int]:
    """How many rows of each title are a person's; titles without any are left out."""
    counts: dict[str, int] = {}
    for place in found:
        row = reader.row(_count(place), whose=person_id)
        if place.title and row and row[0]:
            counts[place.title] = counts.get(place.title, 0) + row[0]
    return counts


def move(tx: Tx, found: Sequence[Place], gone_id: int, kept_id: int) -> tuple[Rows, Rows]:
    """Give the rows of one person to another. Returns the keys that moved, and those that had to stay."""
    moved: Rows = {}
    stayed: Rows = {}
    for place in found:
        taken = {_sameness(place, row) for row in tx.rows(_rows(place), whose=kept_id)} if place.same else set()
        for row in tx.rows(_rows(place), whose=gone_id):
            key = row[: len(place.key)]
            must_stay = _sameness(place, row) in taken or _is_between(place, row, kept_id)
            if must_stay:
                stayed.setdefault(place.name, []).append(key)
            else:
                _give(tx, place, key, gone_id, kept_id)
                moved.setdefault(place.name, []).append(key)
    return moved, stayed


def move_back(tx: Tx, found: Sequence[Place], rows: Rows, gone_id: int, kept_id: int) -> dict[str, int]:
    """Give back what moved and is still there. Returns, for each place, how many rows are not: they changed since."""
    lost: dict[str, int] = {}
    for place in found:
        for key in rows.get(place.name, []):
            if not _give(tx, place, tuple(key), kept_id, gone_id):
                lost[place.name] = lost.get(place.name, 0) + 1
    return lost


def _give(tx: Tx, place: Place, key: Key, former: int, whose: int) -> int:
    named = {f"key_{name}": value for name, value in zip(place.key, key, strict=True)}
    return tx.run(_change(place), former=former, whose=whose, **named)


def _sameness(place: Place, row: Key) -> Key:
    """What must be unique beside the person; always the same for a table with one row a person."""
    return row[len(place.key) : len(place.key) + len(place.same)] if place.same != ("",) else ()


def _is_between(place: Place, row: Key, kept_id: int) -> bool:
    """True for a link between the two people: it would lead from somebody to themselves."""
    named = dict(zip(place.same, _sameness(place, row), strict=False))
    return any(named.get(name) == kept_id for name in place.others)
