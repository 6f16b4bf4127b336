"""All reads about rights."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, bindparam, func, select

from tierslieu.infra.personal import NOBODY, Personal
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.tables import Person
from tierslieu.people.rights import rules, statements
from tierslieu.people.rights.tables import ForgetWarning, RetentionRun

p, r, f = columns(Person), columns(RetentionRun), columns(ForgetWarning)


class FileOfPerson(msgspec.Struct, frozen=True):
    """The person's own file, as it is downloaded."""

    id: int
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    birth_year: int | None
    locale: str
    is_active: int
    created_at: int
    changed_at: int


class Part(msgspec.Struct, frozen=True):
    """What one table holds about a person: names of columns and rows of values."""

    table: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class Ran(msgspec.Struct, frozen=True):
    """A run of a retention rule, and what it removed."""

    rule: str
    at: int
    before: int
    removed: int


FILE = Query(
    select(
        p.id,
        p.first_name,
        p.last_name,
        p.email,
        p.phone,
        p.birth_year,
        p.locale,
        p.is_active,
        p.created_at,
        p.changed_at,
    ).where(p.id == bindparam("person")),
    into=FileOfPerson,
)
RUNS = Query(
    select(r.rule, r.at, r.before, r.removed)
    .where(r.removed >= bindparam("least", type_=Integer()))
    .order_by(r.id.desc())
    .limit(bindparam("most", type_=BigInteger())),
    into=Ran,
)
LAST_RUN: Query[tuple[int | None]] = Query(select(func.max(r.at)).where(r.rule == bindparam("which")))
CANDIDATES: Query[tuple[int, int, int | None]] = Query(
    select(p.id, p.changed_at, f.due_at)
    .select_from(Person)
    .outerjoin(ForgetWarning, f.person_id == p.id)
    .where(
        p.id > bindparam("after", type_=BigInteger()),
        p.id != NOBODY,
        p.merged_into.is_(None),
        p.erased_at == 0,
        p.changed_at <= bindparam("before", type_=BigInteger()),
    )
    .order_by(p.id)
    .limit(bindparam("most", type_=BigInteger()))
)
WARNED: Query[tuple[int, int]] = Query(select(f.person_id, f.due_at).order_by(f.due_at, f.person_id).limit(200))


def file_of(reader: Reader, person_id: int) -> FileOfPerson | None:
    """The person's own file, also when it is disabled."""
    return reader.row(FILE, person=person_id)


def parts(reader: Reader, personal: Iterable[Personal], person_id: int) -> list[Part]:
    """Everything that names the person and is theirs to read, table after table; empty ones are left out."""
    found = []
    for item in personal:
        if not item.shown:
            continue
        rows = reader.rows(statements.shown_rows(item), whose=person_id)
        if rows:
            found.append(Part(str(item.table.__tablename__), item.title, item.shown, rows))
    return found


def counts(reader: Reader, personal: Iterable[Personal], person_id: int) -> dict[str, int]:
    """How many rows each titled declaration holds about a person, by title; those with none are left out."""
    found: dict[str, int] = {}
    for item in personal:
        if item.title:
            row = reader.row(statements.count_rows(item), whose=person_id)
            if row and row[0]:
                found[item.title] = found.get(item.title, 0) + row[0]
    return found


def last_alive(reader: Reader, personal: Sequence[Personal], person_id: int, changed_at: int) -> int:
    """The instant of a person's last sign of life anywhere in the house."""
    latest = changed_at
    for item in personal:
        if item.moment:
            row = reader.row(statements.last_moment(item), whose=person_id)
            latest = max(latest, (row[0] if row else None) or 0)
    return latest


def candidates(reader: Reader, before: int, after: int, most: int) -> list[tuple[int, int, int | None]]:
    """Files untouched since an instant: id, last change, and when they are due if they were warned."""
    return reader.rows(CANDIDATES, before=before, after=after, most=most)


def days_overdue(reader: Reader) -> int:
    """For how many days nothing was kept no longer, 0 while that is no worry."""
    return rules.days_overdue(last_turn(reader), reader.now)


def warned(reader: Reader) -> list[tuple[int, int]]:
    """Who was warned, and when their account is forgotten, soonest first."""
    return reader.rows(WARNED)


def runs(reader: Reader, most: int = 100, least: int = 0) -> list[Ran]:
    """The latest runs that removed at least so many things, newest first."""
    return reader.rows(RUNS, most=most, least=least)


def last_turn(reader: Reader) -> int | None:
    """When every rule was applied last, None when they never were."""
    row = reader.row(LAST_RUN, which=rules.WHOLE_TURN)
    return row[0] if row else None


def last_runs(found: Iterable[Ran]) -> Mapping[str, Ran]:
    """The newest run of each rule."""
    newest: dict[str, Ran] = {}
    for run in found:
        newest.setdefault(run.rule, run)
    return newest
