"""Counting the statements that a request costs: an engine that counts and passes on."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.support.clients import HouseUnderTest
from tests.support.inside import stop_jobs
from tierslieu.infra.database import Engine
from tierslieu.infra.statements import Text_
from tierslieu.infra.transaction import Driver


class CountingDriver:
    """A driver that counts the statements passing through."""

    def __init__(self, inner: Driver, engine: "CountingEngine") -> None:
        self._inner = inner
        self._engine = engine
        self.dialect = inner.dialect

    def fetch(self, text: Text_, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Count and pass on."""
        self._engine.statements += 1
        return self._inner.fetch(text, params)

    def change(self, text: Text_, params: Mapping[str, Any]) -> int:
        """Count and pass on."""
        self._engine.statements += 1
        return self._inner.change(text, params)

    def notify(self, topics: set[str]) -> None:
        """Count and pass on (PostgreSQL only)."""
        self._engine.statements += len(topics)
        self._inner.notify(topics)  # type: ignore[attr-defined]


class CountingEngine:
    """An engine whose drivers count, but for the work of `others`: tasks that go on beside the requests."""

    def __init__(self, inner: Engine, others: frozenset["asyncio.Task[Any]"] = frozenset()) -> None:
        self._inner = inner
        self._others = others
        self.dialect = inner.dialect
        self.is_refused, self.is_broken = inner.is_refused, inner.is_broken
        self.statements = 0

    async def start(self) -> None:
        """Pass on."""
        await self._inner.start()

    async def stop(self) -> None:
        """Pass on."""
        await self._inner.stop()

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Pass on."""
        await self._inner.listen(heard)

    async def write(self, work: Callable[[Any], Any]) -> Any:
        """Pass on, with a driver that counts."""
        return await self._inner.write(self._counting(work))

    async def read(self, work: Callable[[Any], Any], **how: bool) -> Any:
        """Pass on, with a driver that counts."""
        return await self._inner.read(self._counting(work), **how)

    def _counting(self, work: Callable[[Any], Any]) -> Callable[[Any], Any]:
        if asyncio.current_task() in self._others:
            return work
        return lambda driver: work(CountingDriver(driver, self))


@contextmanager
def counted(house: HouseUnderTest) -> Iterator[CountingEngine]:
    """Count the statements of the requests inside the block, not those of what tells the bus meanwhile; no job runs."""
    stop_jobs(house)
    former, others = house.house.db.engine, house.client.blocking_portal.call(_at_work)
    house.house.db.engine = engine = CountingEngine(former, others)
    try:
        yield engine
    finally:
        house.house.db.engine = former


async def _at_work() -> frozenset["asyncio.Task[Any]"]:
    return frozenset(asyncio.all_tasks())
