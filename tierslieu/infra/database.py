"""The database as the house uses it: `db.write(action, ...)`, `db.read(query, ...)`. Only this commits."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from tierslieu.basics.actor import SYSTEM, Actor
from tierslieu.basics.clock import Clock
from tierslieu.basics.ids import Ids
from tierslieu.infra.once import CURRENT
from tierslieu.infra.sqlite_engine import SqliteEngine
from tierslieu.infra.transaction import Driver, Listener, Listeners, Reader, Texts, Tx

P = ParamSpec("P")
R = TypeVar("R")


class Engine(Protocol):
    """What a kind of database must offer."""

    dialect: str
    is_refused: bool
    """True while the disk takes nothing: full, failing or read-only."""
    is_broken: bool
    """True when something stored could not be read: damaged, until a person has looked."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def write(self, work: Callable[[Any], Any]) -> Awaitable[Any]:
        """One piece of work that is done whether or not its caller still waits."""
        ...

    async def read(self, work: Callable[[Any], Any], *, is_long: bool = False, is_apart: bool = False) -> Any: ...
    async def listen(self, heard: Callable[[str], None]) -> None: ...


def engine_for(url: str) -> Engine:
    """The engine behind a database URL: `sqlite:///path` or `postgresql://user@host/name`."""
    if url.startswith("sqlite:///"):
        return SqliteEngine(Path(url.removeprefix("sqlite:///")))
    from tierslieu.infra.postgres_engine import PostgresEngine  # optional part: imported only where it is used

    return PostgresEngine(url)


def _nobody_listens(_event: object) -> tuple[Listener, ...]:
    return ()


class Database:
    """Runs plain functions of a transaction. `on_commit(topics, has_jobs)` is called after each commit."""

    def __init__(self, engine: Engine, clock: Clock, ids: Ids | None = None) -> None:
        self.engine = engine
        self.clock = clock
        self.ids = ids or Ids()
        self.listeners: Listeners = _nobody_listens
        self.on_commit: Callable[[set[str], bool], None] = lambda _topics, _has_jobs: None
        self._texts = Texts(engine.dialect)
        self._shares_topics = engine.dialect != "sqlite"

    async def start(self) -> None:
        """Open the database."""
        await self.engine.start()

    async def stop(self) -> None:
        """Close it after the work under way."""
        await self.engine.stop()

    async def write(self, action: Callable[..., R], *args: Any, by: Actor = SYSTEM, **kwargs: Any) -> R:
        """Run `action(tx, *args)` as one durable transaction. Domain errors roll it back and come out here.

        In a request that its caller may send again, an action that was done already is not done twice (once.py).
        """
        opened: list[Tx] = []
        once = CURRENT.get()
        act = action if once is None else once.around(action)

        def work(driver: Driver) -> R:
            tx = Tx(driver, self._texts, self.clock.now(), by, ids=self.ids, listeners=self.listeners)
            opened[:] = [tx]
            result = act(tx, *args, **kwargs)
            if self._shares_topics and tx.topics:
                driver.notify(tx.topics)  # type: ignore[attr-defined]
            return result

        result: R = await self.engine.write(work)
        if once is not None:
            once.note_done()
        tx = opened[0]
        if tx.topics or tx.has_jobs:
            self.on_commit(tx.topics, tx.has_jobs)
        return result

    async def read(self, query: Callable[Concatenate[Reader, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `query(reader, *args)`: short, indexed questions."""
        result: R = await self.engine.read(
            lambda driver: query(Reader(driver, self._texts, self.clock.now()), *args, **kwargs)
        )
        return result

    async def look(self, query: Callable[Concatenate[Reader, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Like `read`, for a question that is one statement, or whose statements need not see the same instant."""
        result: R = await self.engine.read(
            lambda driver: query(Reader(driver, self._texts, self.clock.now()), *args, **kwargs), is_apart=True
        )
        return result

    async def read_long(self, query: Callable[Concatenate[Reader, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Like `read`, for reports and exports: never holds up the others."""
        result: R = await self.engine.read(
            lambda driver: query(Reader(driver, self._texts, self.clock.now()), *args, **kwargs), is_long=True
        )
        return result
