"""SQLite: one writer thread that commits waiting work together, readers on their own connections.

Why one writer: many threads fighting for SQLite's lock starve each other, and each pays its own disk sync.
One thread that owns the only writing connection takes all waiting work, runs each piece under a savepoint,
commits once and only then answers. `synchronous=FULL`: an acknowledged write survives a power cut.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tierslieu.basics.errors import Conflict, Invalid, Unavailable
from tierslieu.infra.logs import log
from tierslieu.infra.statements import SQLITE, Text_, to_json

MOST_SECONDS = 0.003
"""After this long a commit takes no more work: who came first is not kept waiting by a crowd behind them, and yet a few
at once share a commit."""
MAX_BATCH = 256
BUSY_MS = 5000
LOG = log("database")
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
REFUSING = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
"""What SQLite says when the disk is full, may only be read, or fails."""
BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""What it says of pages that cannot be: nothing that is tried again will mend them."""
Work = Callable[["SqliteDriver"], Any]


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A configured connection. Readers can change nothing."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512, check_same_thread=False)
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-8000",
        "temp_store=MEMORY",
        "journal_size_limit=67108864",
        "wal_autocheckpoint=4000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    if read_only:
        connection.execute("PRAGMA query_only=ON")
    return connection


def conflict(error: sqlite3.IntegrityError) -> Conflict:
    """What a constraint refused, as a stable code."""
    text = str(error)
    return Conflict("slot_taken" if "double_booking" in text else "constraint", constraint=text)


def trouble(error: BaseException) -> BaseException:
    """What callers get for a failure: that of the database or its disk may be over soon, the same call may be good."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF if isinstance(error, sqlite3.Error) else 0
    if code in BUSY:
        return Unavailable("database_busy")
    if code in BROKEN:
        return Unavailable("database_broken")
    return Unavailable("storage_refuses") if code in REFUSING else error


class SqliteDriver:
    """Runs statements on one connection."""

    dialect = SQLITE

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def fetch(self, text: Text_, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows of a statement, as tuples."""
        try:
            return self.connection.execute(text.sql, self._bound(text, params)).fetchall()
        except sqlite3.IntegrityError as error:
            raise conflict(error) from error

    def change(self, text: Text_, params: Mapping[str, Any]) -> int:
        """Run a statement, return how many rows it changed."""
        try:
            return self.connection.execute(text.sql, self._bound(text, params)).rowcount
        except sqlite3.IntegrityError as error:
            raise conflict(error) from error

    def _bound(self, text: Text_, params: Mapping[str, Any]) -> Mapping[str, Any]:
        for value in params.values():
            if value.__class__ is str and "\0" in value:  # it would be kept here, and no other database takes it
                raise Invalid("bad_text")
        values = text.bound(params)
        if not text.lists:
            return values
        return {name: to_json(list(value)) if name in text.lists else value for name, value in values.items()}


class _Job:
    __slots__ = ("future", "outcome", "work")

    def __init__(self, work: Work, future: "asyncio.Future[Any]") -> None:
        self.work = work
        self.future = future
        self.outcome: tuple[Any, BaseException | None] = (None, None)


class SqliteEngine:
    """The embedded database of one process. Several processes may share the file; each has its own writer."""

    dialect = SQLITE

    def __init__(self, path: Path, long_readers: int = 2) -> None:
        self.path = path
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._write_forever, name="sqlite-writer", daemon=True)
        self._pool = ThreadPoolExecutor(long_readers, thread_name_prefix="sqlite-reader")
        self._local = threading.local()
        self._reader: SqliteDriver | None = None
        self._opened: list[sqlite3.Connection] = []
        self.is_refused = False
        self.is_broken = False

    async def start(self) -> None:
        """Open the connections and the writer thread."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._loop = asyncio.get_running_loop()
        self._reader = SqliteDriver(self._open())
        self._thread.start()

    async def stop(self) -> None:
        """Let waiting work finish, then close everything."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        self._pool.shutdown()
        for connection in self._opened:
            connection.close()
        self._opened.clear()

    def write(self, work: Work) -> "asyncio.Future[Any]":
        """Run one piece of work in its own transaction; answers only after a durable commit. It is in line at once."""
        loop = self._loop
        if loop is None:
            raise Unavailable("database_stopped")
        job = _Job(work, loop.create_future())
        self._queue.put(job)
        return job.future

    async def read(self, work: Work, *, is_long: bool = False, is_apart: bool = False) -> Any:
        """Run a read. Short indexed reads run at once; long ones in a thread, so that nobody waits for them.

        `is_apart`: each statement sees what is stored by then, without the two more that make one view of them all.
        """
        try:
            if is_long:
                return await asyncio.get_running_loop().run_in_executor(self._pool, self._read_in_thread, work)
            if self._reader is None:
                raise Unavailable("database_stopped")
            return work(self._reader) if is_apart else self._read(self._reader, work)
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
                raise  # a query that writes: a fault of ours, not of the disk
            failure = trouble(error)
            self._note_broken([failure])
            raise failure from error

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Live news between processes: the embedded database serves one process, there is nothing to hear."""

    def _read_in_thread(self, work: Work) -> Any:
        driver = getattr(self._local, "driver", None)
        if driver is None:
            driver = self._local.driver = SqliteDriver(self._open())
        return self._read(driver, work)

    def _open(self) -> sqlite3.Connection:
        connection = connect(self.path, read_only=True)
        self._opened.append(connection)
        return connection

    @staticmethod
    def _read(driver: SqliteDriver, work: Work) -> Any:
        driver.connection.execute("BEGIN")
        try:
            return work(driver)
        finally:
            driver.connection.execute("COMMIT")

    def _write_forever(self) -> None:
        connection = connect(self.path, read_only=False)
        driver = SqliteDriver(connection)
        try:
            while (first := self._queue.get()) is not None:
                batch, is_last = self._gather(first)
                while batch:
                    done = self._commit_together(driver, batch)
                    self._answer(batch[:done])
                    batch = batch[done:]
                if is_last:
                    return
        finally:
            connection.close()

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        """All the work that waits now, up to a bound."""
        batch = [first]
        while len(batch) < MAX_BATCH:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _commit_together(self, driver: SqliteDriver, batch: list[_Job]) -> int:
        """Run and commit the first of a batch, as many as fit in a moment: the first must not wait for the last.

        Returns how many.
        """
        connection, done = driver.connection, 0
        before = connection.total_changes
        try:
            connection.execute("BEGIN IMMEDIATE")
            until = time.monotonic() + MOST_SECONDS
            for job in batch:
                self._run_one(driver, job)
                done += 1
                if time.monotonic() > until:
                    break
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):  # what a full disk has undone already cannot be undone again
                connection.execute("ROLLBACK")
            failure = trouble(error)
            done = done or len(batch)
            for job in batch[:done]:
                job.outcome = (None, job.outcome[1] or failure)
        self._note([job.outcome[1] for job in batch[:done]], wrote=connection.total_changes > before)
        return done

    def _note(self, failures: list[BaseException | None], *, wrote: bool) -> None:
        """Remember whether the disk takes what is written; say so when that changes. `wrote`: something was."""
        self._note_broken(failures)
        is_refused = any(isinstance(one, Unavailable) and one.code == "storage_refuses" for one in failures)
        if is_refused == self.is_refused or (not is_refused and not (wrote and None in failures)):
            return
        self.is_refused = is_refused
        if is_refused:
            LOG.error("disk refuses writes")
        else:
            LOG.warning("disk takes writes again")

    def _note_broken(self, failures: list[BaseException | None]) -> None:
        """Remember, until the next start, that there are pages which cannot be read."""
        if not self.is_broken and any(
            isinstance(one, Unavailable) and one.code == "database_broken" for one in failures
        ):
            self.is_broken = True
            LOG.error("database is damaged: stop the service, run tierslieu check")

    @staticmethod
    def _run_one(driver: SqliteDriver, job: _Job) -> None:
        execute = driver.connection.execute
        execute("SAVEPOINT work")
        try:
            job.outcome = (job.work(driver), None)
        except BaseException as error:  # the caller gets it; the others of the batch are not touched
            job.outcome = (None, trouble(error))
            if isinstance(error, sqlite3.Error) and not driver.connection.in_transaction:
                raise  # a full disk has undone the whole transaction
            execute("ROLLBACK TO work")
        execute("RELEASE work")

    def _answer(self, batch: list[_Job]) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(_settle, batch)


def _settle(batch: list[_Job]) -> None:
    for job in batch:
        value, error = job.outcome
        if job.future.cancelled():
            continue
        if error is not None:
            job.future.set_exception(error)
        else:
            job.future.set_result(value)
