"""Jobs: run once done, retried with back-off, kept for staff after the last try, repeated on schedule by one runner."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import msgspec

from tests.reservations.checks import ask
from tierslieu.basics.clock import SetClock
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.feature import Every, Feature, InHouse, Reaction
from tierslieu.infra.house import House
from tierslieu.infra.job_loop import AT_ONCE, JobLoop
from tierslieu.infra.jobs import MAX_ATTEMPTS, Registry, tick, waiting
from tierslieu.infra.metrics import Metrics
from tierslieu.infra.transaction import Tx

START = 1_800_000_000


class SmallHouse:
    """A database, a clock and figures: all that the job loop needs."""

    def __init__(self, url: str) -> None:
        self.clock = SetClock(START)
        self.db = Database(engine_for(url), self.clock)
        self.metrics = Metrics()


def with_loop(url: str, feature: Feature, story: Callable[[SmallHouse, JobLoop], Awaitable[None]]) -> None:
    async def run() -> None:
        house = SmallHouse(url)
        await house.db.start()
        try:
            await story(house, JobLoop(cast(House, house), Registry([feature])))
        finally:
            await house.db.stop()

    asyncio.run(run())


def queue(tx: Tx, kind: str, dedup: str | None = None) -> None:
    tx.later(kind, {"n": 1}, dedup=dedup)


def test_a_failing_job_is_tried_later_and_later_then_kept_for_staff(empty_url: str) -> None:
    tries: list[int] = []

    async def fails(house: Any, _payload: object) -> None:
        tries.append(house.clock.now())
        raise RuntimeError("no luck")

    async def story(house: SmallHouse, loop: JobLoop) -> None:
        await house.db.write(queue, "t.fail")
        for _ in range(MAX_ATTEMPTS + 3):
            await loop.run_due()
            house.clock.instant += 3600

    with_loop(empty_url, Feature("t", jobs={"t.fail": fails}), story)
    assert len(tries) == MAX_ATTEMPTS
    assert ask(empty_url, "SELECT attempts, failed_at > 0, last_error FROM job") == [
        (MAX_ATTEMPTS, True, "RuntimeError: no luck")
    ]


def test_a_plain_job_and_its_removal_are_one_transaction(empty_url: str) -> None:
    def adds(tx: Tx, _payload: object) -> None:
        queue(tx, "t.other")

    async def story(house: SmallHouse, loop: JobLoop) -> None:
        await house.db.write(queue, "t.add")
        await loop.run_due()

    with_loop(empty_url, Feature("t", jobs={"t.add": adds}), story)
    assert [row[0] for row in ask(empty_url, "SELECT kind FROM job")] == ["t.other"]


def test_a_plain_job_that_looks_at_the_house_is_one_transaction_too(empty_url: str) -> None:
    def adds_and_fails(tx: Tx, payload: dict[str, int], house: House) -> None:
        queue(tx, f"t.{payload['n']}.{house.clock.now() - START}")
        if not seen:
            seen.append(1)
            raise RuntimeError("not yet")

    async def story(house: SmallHouse, loop: JobLoop) -> None:
        await house.db.write(queue, "t.add")
        await loop.run_due()
        house.clock.instant += 60
        await loop.run_due()

    seen: list[int] = []
    with_loop(empty_url, Feature("t", jobs={"t.add": InHouse(adds_and_fails)}), story)
    assert [row[0] for row in ask(empty_url, "SELECT kind FROM job")] == ["t.1.60"]


def test_a_lease_that_its_runner_left_is_taken_over(empty_url: str) -> None:
    done: list[int] = []

    async def works(_house: Any, _payload: object) -> None:
        done.append(1)

    async def story(house: SmallHouse, loop: JobLoop) -> None:
        from tierslieu.infra.jobs import LEASE, take

        await house.db.write(queue, "t.work")
        await house.db.write(take, 5)
        assert await loop.run_due() == 0
        house.clock.instant += LEASE
        assert await loop.run_due() == 1

    with_loop(empty_url, Feature("t", jobs={"t.work": works}), story)
    assert done == [1]


def test_the_same_dedup_key_waits_once(empty_url: str) -> None:
    async def story(house: SmallHouse, _loop: JobLoop) -> None:
        await house.db.write(queue, "t.work", "one")
        await house.db.write(queue, "t.work", "one")

    with_loop(empty_url, Feature("t"), story)
    assert ask(empty_url, "SELECT count(*) FROM job")[0][0] == 1


def test_a_repeated_job_is_queued_once_a_turn_whoever_asks(empty_url: str) -> None:
    done: list[int] = []

    async def works(house: Any, _payload: object) -> None:
        done.append(house.clock.now())

    schedules = (Every(60, "t.tidy"),)

    async def story(house: SmallHouse, loop: JobLoop) -> None:
        for _ in range(3):
            await asyncio.gather(*(house.db.write(tick, schedules) for _ in range(4)))
            await loop.run_due()
            house.clock.instant += 60

    with_loop(empty_url, Feature("t", jobs={"t.tidy": works}, schedules=schedules), story)
    assert done == [START, START + 60, START + 120]


def test_a_loop_that_ends_finishes_what_it_took(empty_url: str) -> None:
    begun, may_go_on, done = asyncio.Event(), asyncio.Event(), list[int]()

    async def slow(_house: Any, _payload: object) -> None:
        begun.set()
        await may_go_on.wait()
        done.append(1)

    async def story(house: SmallHouse, loop: JobLoop) -> None:
        await house.db.write(queue, "t.slow")
        loop.start()
        await begun.wait()
        ending = asyncio.create_task(loop.stop())
        await asyncio.sleep(0)
        may_go_on.set()
        await ending
        assert done == [1]
        assert await house.db.read(waiting) == 0

    with_loop(empty_url, Feature("t", jobs={"t.slow": slow}), story)


def test_a_fault_while_it_looks_ahead_does_not_end_the_loop(empty_url: str) -> None:
    done = asyncio.Event()

    async def works(_house: Any, _payload: object) -> None:
        done.set()

    async def story(house: SmallHouse, loop: JobLoop) -> None:
        looked, read = asyncio.Event(), house.db.read

        async def break_down(*_args: object, **_more: object) -> Any:
            looked.set()
            raise ZeroDivisionError

        house.db.read = cast(Any, break_down)  # type: ignore[method-assign]
        loop.start()
        async with asyncio.timeout(30):
            await looked.wait()
            house.db.read = read  # type: ignore[method-assign]
            await house.db.write(queue, "t.works")
            loop.wake()
            await done.wait()
        await loop.stop()

    with_loop(empty_url, Feature("t", jobs={"t.works": works}), story)


class Urgent(msgspec.Struct, frozen=True):
    """Somebody stands before a door."""


def test_jobs_that_take_long_hold_up_nobody(empty_url: str) -> None:
    """However many letters wait for a mail server, the order of a door leaves."""
    is_quick, is_answered = asyncio.Event(), asyncio.Event()
    at_work: list[int] = []

    async def slow(_house: Any, _payload: object) -> None:
        at_work.append(1)
        await is_answered.wait()

    async def quick(_house: Any, _event: Urgent) -> None:
        is_quick.set()

    def order(tx: Tx) -> None:
        tx.later("t.open", {})

    async def story(house: SmallHouse, loop: JobLoop) -> None:
        for _ in range(AT_ONCE + 5):
            await house.db.write(queue, "t.slow")
        loop.start()
        await house.db.write(order)
        await is_quick.wait()
        assert len(at_work) == AT_ONCE
        house.clock.instant += 30
        while loop.last_turn < house.clock.instant:  # noqa: ASYNC110  (it goes on while all its places are taken)
            await asyncio.sleep(0.01)
        is_answered.set()
        await loop.stop()
        while await loop.run_due():
            pass

    opens = Reaction(Urgent, "open", quick, is_urgent=True)
    with_loop(empty_url, Feature("t", jobs={"t.slow": slow}, reactions=(opens,)), story)
    assert len(at_work) == AT_ONCE + 5
    assert ask(empty_url, "SELECT count(*) FROM job")[0][0] == 0
