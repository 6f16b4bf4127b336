"""The loop that runs jobs: what is due is begun at once, what takes long goes on beside what comes after it."""

import asyncio
import contextlib
import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

from tierslieu.basics.errors import DomainError
from tierslieu.infra.feature import HouseHandler, InHouse
from tierslieu.infra.jobs import Due, Registry, finish, next_due, retry, run_and_finish, take, take_urgent, tick
from tierslieu.infra.logs import log

if TYPE_CHECKING:
    from tierslieu.infra.house import House

AT_ONCE: Final = 20
URGENT_BESIDE: Final = 10
"""Places that only urgent jobs take."""
PATIENCE: Final = 0.5
"""Seconds that a turn waits for its jobs: a slow mail server must not keep a door shut."""
IDLE_SECONDS: Final = 5.0
END_SECONDS: Final = 2
TICK_SECONDS: Final = 5
LOG = log("jobs")


class JobLoop:
    """Runs due jobs until stopped. `wake()` is called after a commit that queued some."""

    def __init__(self, house: "House", registry: Registry) -> None:
        self._house = house
        self._registry = registry
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._at_work: dict[int, asyncio.Task[None]] = {}
        self.last_turn = 0
        self._last_tick = 0
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
        await asyncio.wait({self._task, *self._at_work.values()}, timeout=END_SECONDS)
        left = {self._task, *self._at_work.values()}
        for one in left:
            one.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def run_due(self) -> int:
        """Run the jobs that are due now to their end, return how many were taken."""
        begun = await self._begin(AT_ONCE)
        await asyncio.gather(*begun)
        return len(begun)

    async def _run_forever(self) -> None:
        while not self._is_ending:
            self._wake.clear()
            try:
                while await self._turn() and not self._is_ending:
                    pass
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
        if abs(self._house.clock.now() - self._last_tick) >= TICK_SECONDS:  # also when the clock was put back
            await self._house.db.write(tick, self._registry.schedules)
            self._last_tick = self._house.clock.now()

    async def _turn(self) -> bool:
        """Begin what is due, as far as there is room, and give it a moment to end. False: no more waits."""
        await self._tick()
        room = AT_ONCE - len(self._at_work)
        if room > 0:
            begun = await self._begin(room)
        else:
            await self._begin_urgent(URGENT_BESIDE + room)
            begun = [*self._at_work.values()]
        if begun:
            await asyncio.wait(begun, timeout=PATIENCE, return_when="FIRST_COMPLETED" if room <= 0 else "ALL_COMPLETED")
        self.last_turn = self._house.clock.now()
        return room <= 0 or len(begun) == room

    async def _begin(self, count: int) -> list[asyncio.Task[None]]:
        """Lease jobs and begin them."""
        return self._work_on(await self._house.db.write(take, count))

    async def _begin_urgent(self, count: int) -> None:
        if count > 0:
            self._work_on(await self._house.db.write(take_urgent, count, self._registry.urgent))

    def _work_on(self, jobs: Sequence[Due]) -> list[asyncio.Task[None]]:
        """One that is still at work here had its lease renewed by being taken again."""
        for job in jobs:
            if job.id not in self._at_work:
                self._at_work[job.id] = asyncio.create_task(self._run(job))
        return [self._at_work[job.id] for job in jobs]

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

    async def _run(self, job: Due) -> None:
        try:
            await self._try(job)
        except DomainError as error:
            LOG.warning("job left to its lease", kind=job.kind, code=error.code)
        except Exception:
            LOG.exception("job left to its lease", kind=job.kind)
        finally:
            del self._at_work[job.id]

    async def _try(self, job: Due) -> None:
        """Do the job, or put it back for later. Raises what the database does when it is away."""
        handler = self._registry.handlers.get(job.kind)
        try:
            if handler is None:
                raise LookupError(f"no handler for {job.kind}")
            payload = self._registry.payload(job)
            handler = handler.within(self._house) if isinstance(handler, InHouse) else handler
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
