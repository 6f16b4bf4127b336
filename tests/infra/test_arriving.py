"""Device messages on their way in: what is counted keeps its order and waits, what may be lost goes together."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from devices.wire import EVERY_MEASURE, EVERY_UP, Unreadable
from tierslieu.basics.clock import SetClock
from tierslieu.basics.errors import Unavailable
from tierslieu.infra import arriving
from tierslieu.infra.arriving import Arrivals
from tierslieu.infra.broker import outermost
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.feature import Inbox, Intake, Message
from tierslieu.infra.metrics import Metrics
from tierslieu.infra.quarantine import quarantine
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.tables import QuarantinedMessage
from tierslieu.infra.transaction import Reader, Tx

q = columns(QuarantinedMessage)
ASIDE: Query[tuple[str, str]] = Query(select(q.topic, q.reason).order_by(q.id))
DEADLINE_S = 20


def said(device: str, text: str) -> Message:
    return Message(f"tierslieu/v1/oasis/{device}/up/report", text.encode(), False)


class Scene:
    """Arrivals over a database of its own; what was stored and answered, in order."""

    def __init__(self, url: str) -> None:
        self.db = Database(engine_for(url), SetClock(1_795_300_000))
        self.metrics = Metrics()
        self.stored: list[str] = []
        self.answered: list[int] = []
        self.batches: list[int] = []
        self.away = 0

    async def __aenter__(self) -> "Scene":
        await self.db.start()
        self.arrivals = Arrivals(self.metrics, self.db, self._answer)
        self._tasks = [
            asyncio.create_task(self.arrivals.store_counted()),
            asyncio.create_task(self.arrivals.store_gathered()),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await self.db.stop()

    def _answer(self, mid: int, _qos: int) -> None:
        self.answered.append(mid)

    def handle(self, _tx: Tx, message: Message) -> None:
        text = message.payload.decode()
        if self.away and text == "b0":
            self.away -= 1
            raise Unavailable("database_away")
        if text == "bad":
            raise Unreadable("shape")
        if text == "bug":
            raise ZeroDivisionError
        self.stored.append(text)

    def handle_all(self, _tx: Tx, messages: Sequence[Message]) -> list[tuple[Message, str]]:
        texts = [message.payload.decode() for message in messages]
        if "bug" in texts:
            raise ZeroDivisionError
        self.batches.append(len(texts))
        self.stored += [text for text in texts if text != "bad"]
        return [(message, "shape") for message in messages if message.payload == b"bad"]

    async def until(self, look: Callable[[], Any]) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                if look():
                    return
                await asyncio.sleep(0.01)

    async def aside(self) -> list[tuple[str, str]]:
        def find(reader: Reader) -> list[tuple[str, str]]:
            return reader.rows(ASIDE)

        return await self.db.read(find)


def test_each_senders_messages_keep_their_order_and_are_answered_as_they_came(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "RETRY_SECONDS", 0.01)

    async def story() -> None:
        async with Scene(empty_url) as scene:
            scene.away = 3
            inbox = Inbox(EVERY_UP, scene.handle)
            for number in range(60):
                device = "abc"[number % 3]
                assert scene.arrivals.take(said(device, f"{device}{number // 3}"), inbox, number, 1)
            await scene.until(lambda: len(scene.answered) == 60)
            assert scene.answered == list(range(60))
            for device in "abc":
                own = [text for text in scene.stored if text.startswith(device)]
                assert own == [f"{device}{number}" for number in range(20)]
            assert scene.stored.index("b0") > scene.stored.index("a0"), "nobody waits for another sender"

    asyncio.run(story())


def test_what_cannot_be_read_or_stumbles_is_put_aside_and_answered(empty_url: str) -> None:
    async def story() -> None:
        async with Scene(empty_url) as scene:
            inbox = Inbox(EVERY_UP, scene.handle)
            for number, text in enumerate(("a", "bad", "bug", "b")):
                scene.arrivals.take(said("p3d-1", text), inbox, number, 1)
            await scene.until(lambda: len(scene.answered) == 4)
            assert scene.stored == ["a", "b"]
            assert [reason for _topic, reason in await scene.aside()] == ["shape", "bug:ZeroDivisionError"]

    asyncio.run(story())


def test_a_database_that_goes_away_while_something_is_put_aside_stops_nothing(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways in take the next message: the counted one is tried again, the one that may be lost is lost."""
    monkeypatch.setattr(arriving, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(arriving, "GATHER_SECONDS", 0.01)
    away = [True, True]

    def put_aside(tx: Tx, message: Message, reason: str) -> None:
        if away:
            away.pop()
            raise Unavailable("database_away")
        quarantine(tx, message, reason)

    monkeypatch.setattr(arriving, "quarantine", put_aside)

    async def story() -> None:
        async with Scene(empty_url) as scene:
            scene.arrivals.gather(Intake(EVERY_MEASURE, scene.handle_all), [said("p3d-1", "bug")])
            await scene.until(lambda: len(away) == 1)
            for number, text in enumerate(("bad", "b")):
                scene.arrivals.take(said("p3d-1", text), Inbox(EVERY_UP, scene.handle), number, 1)
            await scene.until(lambda: scene.answered == [0, 1])
            scene.arrivals.gather(Intake(EVERY_MEASURE, scene.handle_all), [said("p3d-1", "next")])
            await scene.until(lambda: scene.stored == ["b", "next"])
            assert [reason for _topic, reason in await scene.aside()] == ["shape"]

    asyncio.run(story())


def test_what_may_be_lost_is_stored_together_and_a_trap_costs_only_itself(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "GATHER_SECONDS", 0.01)

    async def story() -> None:
        async with Scene(empty_url) as scene:
            intake = Intake(EVERY_MEASURE, scene.handle_all)
            for number in range(0, 500, 5):
                lot = [said("p3d-1", str(one)) for one in range(number, number + 5)]
                assert scene.arrivals.gather(intake, lot) == 0
            await scene.until(lambda: len(scene.stored) == 500)
            assert len(scene.batches) == 1
            scene.arrivals.gather(intake, [said("p3d-1", text) for text in ("x", "bad", "bug", "y")])
            await scene.until(lambda: scene.stored[500:] == ["x", "y"])
            await scene.until(lambda: scene.metrics.messages.labels("quarantined")._value.get() == 2)
            assert [reason for _topic, reason in await scene.aside()] == ["shape", "bug:ZeroDivisionError"]
            assert scene.answered == []

    asyncio.run(story())


def test_too_much_is_lost_rather_than_kept_for_ever(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "GATHERED", 10)
    monkeypatch.setattr(arriving, "PATIENCE_SECONDS", 0)

    async def story() -> None:
        async with Scene(empty_url) as scene:
            intake = Intake(EVERY_MEASURE, scene.handle_all)
            lots = [[said("p3d-1", str(one)) for one in range(number, number + 4)] for number in range(0, 12, 4)]
            assert [scene.arrivals.gather(intake, lot) for lot in lots] == [0, 0, 2]
            await scene.until(lambda: len(scene.stored) == 10)

    asyncio.run(story())


def test_a_flood_waits_for_room_while_it_is_being_stored(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "GATHERED", 10)
    monkeypatch.setattr(arriving, "GATHER_SECONDS", 0)
    monkeypatch.setattr(arriving, "PATIENCE_SECONDS", DEADLINE_S)

    async def story() -> None:
        async with Scene(empty_url) as scene:
            intake = Intake(EVERY_MEASURE, scene.handle_all)
            for number in range(0, 200, 8):
                lot = [said("p3d-1", str(one)) for one in range(number, number + 8)]
                assert await asyncio.to_thread(scene.arrivals.gather, intake, lot) == 0
            await scene.until(lambda: scene.stored == [str(number) for number in range(200)])

    asyncio.run(story())


def test_a_filter_that_another_covers_is_not_asked_for_twice() -> None:
    assert outermost([EVERY_UP, EVERY_MEASURE, "homeassistant/status"]) == ("homeassistant/status", EVERY_UP)
    assert outermost([EVERY_UP, EVERY_UP]) == (EVERY_UP,)
