"""PostgreSQL through asyncpg. The domain stays plain: its calls run in a greenlet that waits for the driver.

Why asyncpg: the other fast driver is LGPL, and the runtime holds no copyleft. Why a greenlet and not a thread:
a plain function can then wait for an answer without blocking the loop and without a thread per transaction.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import asyncpg
from greenlet import getcurrent, greenlet

from tierslieu.basics.errors import Conflict, Invalid, Unavailable
from tierslieu.infra.statements import POSTGRESQL, Text_

if TYPE_CHECKING:
    Connection = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

TRIES = 5
RETRIED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.InvalidCachedStatementError)
"""What leaves no trace and is good the next time; the last says that a table changed since the statement was made."""
BROKEN = asyncpg.InternalClientError
"""What the driver says when the server hangs up in the very moment in which it is asked something."""
LOST = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    BROKEN,
)
"""What the driver says when the server went away: nobody knows whether a commit under way was kept."""
CLOSED = (OSError, TimeoutError, *LOST, asyncpg.TooManyConnectionsError)
"""What keeps one more connection from being opened: the same may be good a moment later."""
REFUSING = (asyncpg.DiskFullError, asyncpg.ReadOnlySQLTransactionError)
UNKEPT = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
"""What it says of a text with a NUL in it: no text column takes one."""
DAMAGED = (asyncpg.DataCorruptedError, asyncpg.IndexCorruptedError)
PATIENCE_SECONDS = 30.0
"""How long a statement may wait for others before its caller is told to try again."""
LINE_SECONDS = 10.0
"""How long to wait for a free connection."""
LISTEN_AGAIN_SECONDS = 1.0
CHANNEL = "tierslieu_live"
Work = Callable[["PostgresDriver"], Any]


def wait_for(awaitable: Awaitable[Any]) -> Any:
    """From inside plain code: wait for the driver's answer."""
    parent = getcurrent().parent
    if parent is None:
        raise RuntimeError("database call outside a transaction")
    return parent.switch(awaitable)


async def run_plain(work: Callable[..., Any], *args: Any) -> Any:
    """Run a plain function whose database calls are awaited here, on the loop."""
    worker = greenlet(work)
    worker.gr_context = getcurrent().gr_context
    step = worker.switch(*args)
    while not worker.dead:
        try:
            value = await step
        except BaseException as error:
            step = worker.throw(error)
        else:
            step = worker.switch(value)
    return step


def _is_there(connection: "Connection") -> bool:
    """True while a connection can be used; the pool takes a lost one away from whoever had it."""
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False


async def _keep_as_it_is(_connection: object) -> None:
    """Nothing of ours outlives its transaction on a connection (locks, settings, cursors): there is nothing to undo.

    The pool's own way asks the server to undo it all each time: one more round trip for every read and write.
    """


class PostgresDriver:
    """Runs statements on one connection, in order."""

    dialect = POSTGRESQL

    def __init__(self, connection: "Connection") -> None:
        self.connection = connection

    def fetch(self, text: Text_, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a statement, as tuples."""
        return [tuple(row) for row in self._call(self.connection.fetch, text, params)]

    def change(self, text: Text_, params: Mapping[str, Any]) -> int:
        """Run a statement, return how many rows it changed."""
        status: str = self._call(self.connection.execute, text, params)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    def notify(self, topics: set[str]) -> None:
        """Tell all processes, at the commit, which live topics moved."""
        for topic in topics:
            wait_for(self.connection.execute("SELECT pg_notify($1, $2)", CHANNEL, topic))

    @staticmethod
    def _call(method: Callable[..., Awaitable[Any]], text: Text_, params: Mapping[str, Any]) -> Any:
        bound = text.bound(params)
        values = [list(bound[name]) if name in text.lists else bound[name] for name in text.names]
        try:
            return wait_for(method(text.sql, *values))
        except asyncpg.ExclusionViolationError as error:
            raise Conflict("slot_taken", constraint=error.constraint_name) from error
        except asyncpg.IntegrityConstraintViolationError as error:
            raise Conflict("constraint", constraint=error.constraint_name) from error
        except UNKEPT as error:
            raise Invalid("bad_text") from error
        except TimeoutError as error:
            raise Unavailable("database_busy") from error


class PostgresEngine:
    """A PostgreSQL database shared by any number of processes."""

    dialect = POSTGRESQL

    def __init__(self, url: str, size: int = 8) -> None:
        self._url = url
        self._size = size
        self.is_refused = False
        self.is_broken = False
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._listener: asyncpg.Connection[asyncpg.Record] | None = None
        self._heard: Callable[[str], None] | None = None
        self._listening: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the pool."""
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=self._size,
            statement_cache_size=500,
            command_timeout=PATIENCE_SECONDS,
            reset=_keep_as_it_is,
        )

    async def stop(self) -> None:
        """Close all connections."""
        self._heard = None
        if self._listening is not None:
            self._listening.cancel()
        if self._listener is not None:
            with contextlib.suppress(Exception):
                await self._listener.close(timeout=2)
        if self._pool is not None:
            await self._pool.close()

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Call `heard(topic)` for each live topic that any process touched, again after the server was away."""
        self._heard = heard
        await self._connect_listener()

    async def _connect_listener(self) -> None:
        self._listener = await asyncpg.connect(self._url)
        await self._listener.add_listener(CHANNEL, lambda _c, _pid, _channel, topic: self._tell(str(topic)))
        self._listener.add_termination_listener(lambda _connection: self._listen_again())

    def _tell(self, topic: str) -> None:
        if self._heard is not None:
            self._heard(topic)

    def _listen_again(self) -> None:
        if self._heard is not None:
            self._listening = asyncio.get_running_loop().create_task(self._reconnect_listener())

    async def _reconnect_listener(self) -> None:
        while self._heard is not None:
            try:
                await self._connect_listener()
                return
            except CLOSED:
                await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    def write(self, work: Work) -> "asyncio.Future[Any]":
        """Run one piece of work in its own transaction, to its end also when nobody waits for it any more.

        What RETRIED names is tried again, a bounded number of times.
        """
        return asyncio.shield(self._write(work))

    async def _write(self, work: Work) -> Any:
        for attempt in range(TRIES):
            try:
                async with self._acquire() as connection, connection.transaction():
                    found = await run_plain(work, PostgresDriver(connection))
                self.is_refused = False
                return found
            except RETRIED:
                await asyncio.sleep(0.01 * attempt)
            except REFUSING as error:
                self.is_refused = True
                raise Unavailable("storage_refuses") from error
        raise Unavailable("database_busy")

    async def read(self, work: Work, *, is_long: bool = False, is_apart: bool = False) -> Any:
        """Run a read: long ones in one consistent view, short ones statement by statement, as `is_apart` says."""
        async with self._acquire() as connection:
            if not is_long:
                return await run_plain(work, PostgresDriver(connection))
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return await run_plain(work, PostgresDriver(connection))

    @contextlib.asynccontextmanager
    async def _acquire(self) -> "Any":
        if self._pool is None:
            raise Unavailable("database_stopped")
        try:
            async with asyncio.timeout(LINE_SECONDS):  # the pool's own bound makes a task for each call
                connection = await self._pool.acquire()
        except CLOSED as error:
            raise Unavailable("database_away") from error
        try:
            yield connection
        except TimeoutError as error:  # of what is no statement of ours: to begin, to commit
            raise Unavailable("database_busy") from error
        except DAMAGED as error:
            self.is_broken = True
            raise Unavailable("database_broken") from error
        except LOST as error:
            if isinstance(error, asyncpg.InterfaceError) and _is_there(connection):
                raise  # the driver was used wrongly: that is ours to mend
            if isinstance(error, BROKEN):
                connection.terminate()
            raise Unavailable("database_away") from error
        finally:
            with contextlib.suppress(*LOST):  # what was done is done, also when the line breaks right after
                await self._pool.release(connection, timeout=LINE_SECONDS)
