"""Jobs: work that left with a commit, leased, run, retried with back-off. The same on both databases.

A job is leased for a while; a process that dies leaves its lease to expire and another takes the job. Plain
handlers run in one transaction with the removal of the job (exactly once); async handlers may run again.
"""

import asyncio
import contextlib
import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, func, select, text, update

from tierslieu.basics.errors import DomainError
from tierslieu.infra.feature import Every, Feature, Handler, HouseHandler
from tierslieu.infra.logs import log
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of
from tierslieu.infra.tables import Job, Schedule
from tierslieu.infra.transaction import Listener, Reader, Tx

if TYPE_CHECKING:
    from tierslieu.infra.house import House

LEASE = 60
BATCH = 20
MAX_ATTEMPTS = 10
IDLE_SECONDS = 5.0
END_SECONDS = 2
TICK_SECONDS = 5
LOG = log("jobs")


class Due(msgspec.Struct, frozen=True):
    """A leased job."""

    id: int
    kind: str
    payload: str
    attempts: int


c, s = columns(Job), columns(Schedule)


def _lease(locking: str) -> str:
    return (
        "UPDATE job SET lease_until = :until, attempts = attempts + 1 WHERE id IN (SELECT id FROM job"  # noqa: S608
        " WHERE failed_at = 0 AND run_at <= :now AND lease_until <= :now ORDER BY run_at, id LIMIT :count"
        f"{locking}) RETURNING id, kind, payload, attempts"
    )


def _with_numbers(sql: str) -> Any:
    numbers = (bindparam(name, type_=BigInteger()) for name in ("until", "now", "count"))
    return text(sql).bindparams(*numbers)


TAKE: Query[Due] = Query(
    sqlite=_with_numbers(_lease("")), postgresql=_with_numbers(_lease(" FOR UPDATE SKIP LOCKED")), into=Due
)
DONE: Query[Any] = Query(delete(table_of(Job)).where(c.id == bindparam("id")))
AGAIN: Query[Any] = Query(
    update(table_of(Job))
    .where(c.id == bindparam("id"))
    .values(run_at=bindparam("at"), lease_until=0, failed_at=bindparam("failed"), last_error=bindparam("error"))
)
NEXT: Query[tuple[int | None]] = Query(
    select(func.min(c.run_at)).where(c.failed_at == 0, c.lease_until <= bindparam("now"))
)
WAITING: Query[tuple[int]] = Query(select(func.count()).where(c.failed_at == 0, c.run_at <= bindparam("now")))
MARK = insert_or_nothing(Schedule)
ADVANCE: Query[Any] = Query(
    update(table_of(Schedule))
    .where(s.kind == bindparam("which"), s.next_at <= bindparam("now"))
    .values(next_at=bindparam("then"))
)


def take(tx: Tx, count: int) -> list[Due]:
    """Lease up to `count` jobs that are due."""
    return tx.rows(TAKE, now=tx.now, until=tx.now + LEASE, count=count)


def next_due(reader: Reader) -> int | None:
    """The instant at which the next job is due, None when none waits."""
    found = reader.row(NEXT, now=reader.now)
    return found[0] if found else None


def waiting(reader: Reader) -> int:
    """How many jobs are due and not done."""
    found = reader.row(WAITING, now=reader.now)
    return found[0] if found else 0


def tick(tx: Tx, schedules: Sequence[Every]) -> None:
    """Queue the repeated jobs that are due; among many processes one moves the mark."""
    for schedule in schedules:
        tx.run(MARK, kind=schedule.kind, next_at=tx.now)
        if tx.run(ADVANCE, which=schedule.kind, now=tx.now, then=tx.now + schedule.seconds):
            tx.later(schedule.kind, {}, dedup=f"every:{schedule.kind}")


def retry(tx: Tx, job: Due, error: str) -> None:
    """Put a failed job back, later and later; after the last attempt it stays for staff to see."""
    is_over = job.attempts >= MAX_ATTEMPTS
    delay = min(10 * 2 ** (job.attempts - 1), 3600)
    tx.run(AGAIN, id=job.id, at=tx.now + delay, failed=tx.now if is_over else 0, error=error[:500])


class Registry:
    """Which handler runs which kind of job, from the features' declarations."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.handlers: dict[str, Handler] = {}
        self.events: dict[str, type[msgspec.Struct]] = {}
        self._kinds: dict[type, tuple[Listener, ...]] = {}
        self.schedules: tuple[Every, ...] = tuple(every for feature in features for every in feature.schedules)
        for feature in features:
            self._add_jobs(feature.jobs)
            for reaction in feature.reactions:
                kind = f"{feature.name}.{reaction.name}"
                self._add_jobs({kind: reaction.handler})
                self.events[kind] = reaction.event
                listener = (kind, reaction.is_wanted)
                self._kinds[reaction.event] = (*self._kinds.get(reaction.event, ()), listener)

    def _add_jobs(self, jobs: Mapping[str, Handler]) -> None:
        for kind, handler in jobs.items():
            if kind in self.handlers:
                raise ValueError(f"two handlers for job {kind}")
            self.handlers[kind] = handler

    def kinds_for(self, event: object) -> tuple[Listener, ...]:
        """The kinds of the jobs that react to an event, each with whether it has anything to do."""
        return self._kinds.get(type(event), ())

    def payload(self, job: Due) -> Any:
        """The event or the dictionary that a job carries."""
        return msgspec.json.decode(job.payload, type=self.events.get(job.kind, dict))


class JobLoop:
    """Runs due jobs until stopped. `wake()` is called after a commit that queued some."""

    def __init__(self, house: "House", registry: Registry) -> None:
        self._house = house
        self._registry = registry
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.last_turn = 0
        self._next_tick = 0
        self._is_ending = False

    def wake(self) -> None:
        """There may be work."""
        self._wake.set()

    def start(self) -> None:
        """Begin to run jobs."""
        self._is_ending = False
        self._task = asyncio.create_task(self._run_forever())

    async def stop(self) -> None:
        """End between two turns, so that no lease outlives its job; what takes too long keeps it and runs again."""
        if self._task is None:
            return
        self._is_ending = True
        self.wake()
        await asyncio.wait({self._task}, timeout=END_SECONDS)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run_forever(self) -> None:
        while not self._is_ending:
            self._wake.clear()
            try:
                await self._tick()
                while await self.run_due() == BATCH and not self._is_ending:
                    pass
                self.last_turn = self._house.clock.now()
            except DomainError as error:
                LOG.warning("job loop waits", code=error.code)
            except Exception:
                LOG.exception("job loop stumbled")
            pause = await self._pause()
            if self._is_ending:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):  # wait_for may swallow the cancellation that ends this loop
                    await self._wake.wait()

    async def _tick(self) -> None:
        """Look at the schedules now and then, not after each commit."""
        if self._house.clock.now() >= self._next_tick:
            await self._house.db.write(tick, self._registry.schedules)
            self._next_tick = self._house.clock.now() + TICK_SECONDS

    async def _pause(self) -> float:
        """Seconds to sleep: until the next job is due, at most IDLE_SECONDS."""
        try:
            due = await self._house.db.read(next_due)
        except DomainError:
            return IDLE_SECONDS
        except Exception:
            LOG.exception("job loop stumbled")
            return IDLE_SECONDS
        if due is None:
            return IDLE_SECONDS
        return min(max(due - self._house.clock.now(), 0.2), IDLE_SECONDS)

    async def run_due(self) -> int:
        """Run the jobs that are due now, return how many were taken."""
        jobs = await self._house.db.write(take, BATCH)
        await asyncio.gather(*(self._run(job) for job in jobs))
        return len(jobs)

    async def _run(self, job: Due) -> None:
        handler = self._registry.handlers.get(job.kind)
        try:
            if handler is None:
                raise LookupError(f"no handler for {job.kind}")
            payload = self._registry.payload(job)
            if inspect.iscoroutinefunction(handler):
                await cast("HouseHandler", handler)(self._house, payload)
                await self._house.db.write(finish, job)
            else:
                await self._house.db.write(run_and_finish, handler, payload, job)
        except Exception as error:
            self._house.metrics.jobs.labels("failed").inc()
            LOG.warning("job failed", kind=job.kind, attempt=job.attempts, error=type(error).__name__)
            await self._house.db.write(retry, job, f"{type(error).__name__}: {error}")
        else:
            self._house.metrics.jobs.labels("done").inc()


def finish(tx: Tx, job: Due) -> None:
    """The job is done."""
    tx.run(DONE, id=job.id)


def run_and_finish(tx: Tx, handler: Any, payload: Any, job: Due) -> None:
    """Run a plain handler and remove its job, all or nothing. Does nothing when the job is gone already."""
    if tx.run(DONE, id=job.id):
        handler(tx, payload)
