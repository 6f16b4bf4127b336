"""Transactions as the domain sees them: plain calls, no commit, no driver.

`Reader` answers queries. `Tx` also changes things, makes ids, announces events (as jobs that leave with the
commit) and names the live topics that its commit touches.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

import msgspec

from tierslieu.basics.actor import SYSTEM, Actor
from tierslieu.basics.ids import Ids
from tierslieu.infra.statements import SQLITE, Query, Text_, insert_or_nothing, to_json
from tierslieu.infra.tables import Job

V = TypeVar("V")
ADD_JOB = insert_or_nothing(Job)


class Driver(Protocol):
    """One connection inside one transaction. Values go in and out as integers, text, floats, bytes, None."""

    dialect: str

    def fetch(self, text: Text_, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a statement, as tuples."""
        ...

    def change(self, text: Text_, params: Mapping[str, Any]) -> int:
        """Run a statement, return how many rows it changed. Raises Conflict when a constraint refuses."""
        ...


class Texts:
    """The text of every query for one kind of database, and what one database remembers of slow facts."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.memory: dict[str, tuple[object, Any]] = {}

    def of(self, query: Query[Any]) -> Text_ | None:
        """The text of a query, None when this database has nothing to do for it."""
        return query.text(self.dialect)


Listener = tuple[str, Callable[["Reader", Any], bool] | None]
Listeners = Callable[[object], tuple[Listener, ...]]
"""Given an event, the kinds of the jobs that react to it, each with whether it has anything to do."""


class Reader:
    """Answers questions inside one consistent view. `now` is the instant at which it began."""

    __slots__ = ("_driver", "_memo", "_texts", "now")

    def __init__(self, driver: Driver, texts: Texts, now: int) -> None:
        self._driver = driver
        self._texts = texts
        self._memo: dict[str, Any] = {}
        self.now = now

    def rows(self, query: Query[V], **params: Any) -> list[V]:
        """All rows, as the query's struct (or tuples)."""
        text = self._texts.of(query)
        if text is None:
            return []
        found = self._driver.fetch(text, params)
        into: Any = query.into
        return [into(*row) for row in found] if into is not None else found  # type: ignore[return-value]

    def remembered(self, name: str, revision: object, build: Callable[[], V]) -> V:
        """A value built from slow facts, kept in this process as long as its revision is the same."""
        known = self._texts.memory.get(name)
        if known is not None and known[0] == revision:
            value: V = known[1]
            return value
        value = build()
        self._texts.memory[name] = (revision, value)
        return value

    def once(self, name: str, ask: Callable[[], V]) -> V:
        """A value that is asked for once in this view; `forget` it when this transaction changes it."""
        if name not in self._memo:
            self._memo[name] = ask()
        value: V = self._memo[name]
        return value

    def forget(self, name: str) -> None:
        """Ask anew next time."""
        self._memo.pop(name, None)

    def row(self, query: Query[V], **params: Any) -> V | None:
        """The first row or None."""
        found = self.rows(query, **params)
        return found[0] if found else None


class Tx(Reader):
    """One write transaction, by one actor. Everything in it happens or nothing does."""

    __slots__ = ("_ids", "_listeners", "by", "has_jobs", "topics")

    def __init__(
        self, driver: Driver, texts: Texts, now: int, by: Actor = SYSTEM, *, ids: Ids, listeners: Listeners
    ) -> None:
        super().__init__(driver, texts, now)
        self.by = by
        self._ids = ids
        self._listeners = listeners
        self.topics: set[str] = set()
        self.has_jobs = False

    @property
    def is_alone(self) -> bool:
        """True where nobody else writes meanwhile (SQLite): what was read holds until the commit."""
        return self._texts.dialect == SQLITE

    def run(self, query: Query[Any], **params: Any) -> int:
        """Change rows, return how many. Raises Conflict when a constraint of the database refuses."""
        text = self._texts.of(query)
        return 0 if text is None else self._driver.change(text, params)

    def new_id(self) -> int:
        """A fresh id, ordered by time."""
        return self._ids.new()

    def announce(self, event: msgspec.Struct) -> None:
        """Tell the house what happened: one job per reaction that is wanted, stored by this same transaction."""
        for kind, is_wanted in self._listeners(event):
            if is_wanted is None or is_wanted(self, event):
                self.later(kind, event)

    def later(self, kind: str, payload: object, at: int | None = None, dedup: str | None = None) -> None:
        """Queue a job for `at` (now when None). A job whose `dedup` key already waits is not queued twice."""
        self.has_jobs = True
        self.run(
            ADD_JOB,
            id=self.new_id(),
            kind=kind,
            payload=to_json(payload),
            run_at=self.now if at is None else at,
            lease_until=0,
            attempts=0,
            dedup=dedup,
            failed_at=0,
            last_error=None,
        )

    def touch(self, topic: str) -> None:
        """Name a live topic whose watchers must look again after the commit."""
        self.topics.add(topic)
