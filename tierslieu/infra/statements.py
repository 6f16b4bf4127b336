"""Statements: SQLAlchemy Core over the tables, written once per module, run as plain SQL text.

A query is built once, compiled once per kind of database, and its rows become frozen structs. No type
processor runs between the driver and the struct, which is why columns hold only integers, text, floats and
bytes (times are seconds since the epoch, truth is 0 or 1, structured values are JSON text).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import msgspec
from sqlalchemy import BigInteger, Table, Text, bindparam, insert, literal_column, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import ClauseElement
from sqlmodel import SQLModel

V = TypeVar("V")
SQLITE, POSTGRESQL = "sqlite", "postgresql"
DIALECTS = {SQLITE: sqlite.dialect(paramstyle="named"), POSTGRESQL: asyncpg_dialect.dialect()}  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Text_:
    """SQL text ready for a driver.

    `names` is the order of positional parameters (PostgreSQL only), `lists` those that take many values,
    `constants` the values written in the statement itself.
    """

    sql: str
    names: tuple[str, ...]
    lists: frozenset[str]
    constants: Mapping[str, Any]

    def bound(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """All values by name, the lists still as lists."""
        if not self.lists and not self.constants:
            return params
        return {
            **self.constants,
            **{f"{name}__list" if f"{name}__list" in self.lists else name: v for name, v in params.items()},
        }


class Query(Generic[V]):
    """One statement and the struct its rows become.

    Give one Core statement for both databases, or one for each with `sqlite=` and `postgresql=` (text is
    allowed there; None means that this database has nothing to do).
    """

    __slots__ = ("_by_dialect", "_texts", "into")

    def __init__(
        self,
        statement: ClauseElement | None = None,
        *,
        into: type[V] | None = None,
        sqlite: ClauseElement | None = None,
        postgresql: ClauseElement | None = None,
    ) -> None:
        self.into = into
        self._by_dialect = {SQLITE: sqlite, POSTGRESQL: postgresql}
        if statement is not None:
            self._by_dialect = {SQLITE: statement, POSTGRESQL: statement}
        self._texts: dict[str, Text_ | None] = {}

    def text(self, dialect: str) -> Text_ | None:
        """The SQL for one kind of database, None when there is nothing to do. Compiled at first use."""
        try:
            return self._texts[dialect]
        except KeyError:
            self._texts[dialect] = text = self._compile(dialect)
            return text

    def _compile(self, dialect: str) -> Text_ | None:
        statement = self._by_dialect[dialect]
        if statement is None:
            return None
        compiled = cast(SQLCompiler, statement.compile(dialect=DIALECTS[dialect]))
        values = compiled.construct_params(_check=False)
        lists = frozenset(name for name in values if name.endswith("__list"))
        constants = {name: value for name, value in values.items() if value is not None}
        return Text_(str(compiled), tuple(compiled.positiontup or ()), lists, constants)


def columns(table: type[SQLModel]) -> ReadOnlyColumnCollection[str, Any]:
    """The columns of a table class, for use in statements."""
    return cast(Table, table.__table__).c  # type: ignore[attr-defined]


def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a table class."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


class among(ColumnElement[bool]):
    """`column IN (any number of values)` as one cached statement: pass a list under the parameter's name."""

    inherit_cache = False

    def __init__(self, column: Any, name: str, is_text: bool = False) -> None:
        self.column = column
        self.parameter = bindparam(f"{name}__list", type_=Text() if is_text else BigInteger())
        self.is_text = is_text


@compiles(among, "sqlite")
def _among_sqlite(element: among, compiler: Any, **kw: Any) -> str:
    left = compiler.process(element.column, **kw)
    return f"{left} IN (SELECT value FROM json_each({compiler.process(element.parameter, **kw)}))"  # noqa: S608


@compiles(among, "postgresql")
def _among_postgresql(element: among, compiler: Any, **kw: Any) -> str:
    kind = "TEXT[]" if element.is_text else "BIGINT[]"
    parameter = compiler.process(element.parameter, **kw).split("::")[0]
    return f"{compiler.process(element.column, **kw)} = ANY({parameter}::{kind})"


class joined(ColumnElement[str]):
    """The values of a text column of many rows as one text, with commas between; NULL when there are none."""

    inherit_cache = False

    def __init__(self, column: Any) -> None:
        self.column = column
        self.type = Text()


@compiles(joined, "sqlite")
def _joined_sqlite(element: joined, compiler: Any, **kw: Any) -> str:
    return f"group_concat({compiler.process(element.column, **kw)}, ',')"


@compiles(joined, "postgresql")
def _joined_postgresql(element: joined, compiler: Any, **kw: Any) -> str:
    return f"string_agg({compiler.process(element.column, **kw)}, ',')"


def one_of(column: Any, values: tuple[str, ...]) -> ColumnElement[bool]:
    """`column` is one of these constant values (the plain IN of Core cannot be compiled ahead).

    They stand in the text itself: SQLite plans a statement anew at each run whose parameter a partial index speaks of.
    """
    quoted = (value.replace("'", "''") for value in values)
    return or_(*(column == literal_column(f"'{value}'") for value in quoted))


def insert_into(model: type[SQLModel], *names: str, is_quiet: bool = False) -> ClauseElement:
    """INSERT with one parameter per column (all columns unless some are named).

    `is_quiet` (PostgreSQL only): a row that a constraint refuses is left out and the transaction goes on; the
    count of rows tells.
    """
    values = _parameters(model, names)
    if is_quiet:
        return postgresql.insert(table_of(model)).values(values).on_conflict_do_nothing()
    return insert(table_of(model)).values(values)


def insert_or_nothing(model: type[SQLModel], *names: str) -> Query[Any]:
    """INSERT that does nothing when a unique key exists already; the count of rows tells (1 or 0)."""
    values = _parameters(model, names)
    return Query(
        sqlite=sqlite.insert(table_of(model)).values(values).on_conflict_do_nothing(),
        postgresql=postgresql.insert(table_of(model)).values(values).on_conflict_do_nothing(),
    )


def upsert(model: type[SQLModel], key: tuple[str, ...], *names: str) -> Query[Any]:
    """INSERT, or UPDATE of all the other named columns when the key exists."""
    values = _parameters(model, names)
    statements = []
    for module in (sqlite, postgresql):
        statement = module.insert(table_of(model)).values(values)
        changed = {name: statement.excluded[name] for name in values if name not in key}
        statements.append(statement.on_conflict_do_update(index_elements=list(key), set_=changed))
    return Query(sqlite=statements[0], postgresql=statements[1])


def _parameters(model: type[SQLModel], names: tuple[str, ...]) -> Mapping[str, Any]:
    table = table_of(model)
    return {name: bindparam(name, type_=table.c[name].type) for name in (names or table.c.keys())}


ONE: ColumnElement[int] = literal_column("1")


def to_json(value: object) -> str:
    """Structured values are stored as JSON text."""
    return msgspec.json.encode(value).decode()
