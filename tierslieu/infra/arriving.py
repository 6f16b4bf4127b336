"""Device messages on their way from the broker's thread into the database.

What is counted (QoS 1) waits in one line per sender and is answered for only when it is stored; lines of different
senders go side by side, so that they share commits. What may be lost is gathered for a moment and stored together:
one transaction for a thousand measures instead of a thousand transactions.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

from devices.wire import Unreadable
from tierslieu.basics.errors import DomainError, Unavailable
from tierslieu.infra.database import Database
from tierslieu.infra.feature import Inbox, Intake, Message
from tierslieu.infra.logs import log
from tierslieu.infra.metrics import Metrics
from tierslieu.infra.quarantine import quarantine
from tierslieu.infra.transaction import Tx

WAITING = 2000
"""So many counted messages wait here; the others wait at the broker, unacknowledged."""
TOGETHER = 64
SIDE_BY_SIDE = 4
"""PostgreSQL: so many connections are used at once, so that people keep theirs."""
GATHERED = 20_000
AT_ONCE = 2000
GATHER_SECONDS = 0.25
PATIENCE_SECONDS = 0.5
"""So long the broker's thread waits for room before what may be lost is lost."""
RETRY_SECONDS = 1
SENDER_LEVELS = 4
LOG = log("broker")


class Arrived(NamedTuple):
    """A message that is counted, with what stores it and what the broker calls it."""

    message: Message
    handle: Callable[..., object]
    mid: int
    qos: int

    @property
    def sender(self) -> list[str]:
        """Whose messages keep their order: the first levels of the topic."""
        return self.message.topic.split("/", SENDER_LEVELS)[:SENDER_LEVELS]


class Bell:
    """Wakes one task of the loop from another thread; rung again before it woke, it rings once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._event = asyncio.Event()
        self._is_rung = False

    def ring(self) -> None:
        """From any thread, after the news was put where the task looks."""
        if not self._is_rung and not self._loop.is_closed():
            self._is_rung = True
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        """Until it rings. Look for news after this, not before."""
        await self._event.wait()
        self._event.clear()
        self._is_rung = False


class Arrivals:
    """The two ways in. `take` and `gather` are called by the broker's thread, the rest by the loop."""

    def __init__(self, metrics: Metrics, db: Database, answer: Callable[[int, int], object]) -> None:
        """`answer(mid, qos)` tells the broker that a message is stored."""
        self._metrics, self._db, self._answer = metrics, db, answer
        loop = asyncio.get_running_loop()
        self._counted: deque[Arrived] = deque()
        self._room = threading.BoundedSemaphore(WAITING)
        self._gathered: deque[tuple[Intake, Message]] = deque()
        self._has_room = threading.Event()
        self._bells = Bell(loop), Bell(loop)
        is_embedded = db.engine.dialect == "sqlite"
        self._lines = asyncio.Semaphore(TOGETHER if is_embedded else SIDE_BY_SIDE)

    def take(self, message: Message, inbox: Inbox, mid: int, qos: int) -> bool:
        """Queue a message; False when there is no room. A counted one waits for room: the broker sends no more."""
        if not self._room.acquire(blocking=qos > 0, timeout=30 if qos else None):
            return False
        self._counted.append(Arrived(message, inbox.handle, mid, qos))
        self._bells[0].ring()
        return True

    def gather(self, intake: Intake, messages: Sequence[Message]) -> int:
        """Put messages to the others that may be lost; returns how many are lost now: the last of them.

        When there is no room, a moment is waited: the broker keeps meanwhile what comes next.
        """
        if len(self._gathered) + len(messages) > GATHERED:
            self._has_room.clear()
            self._bells[1].ring()
            self._has_room.wait(PATIENCE_SECONDS)
        kept = messages[: max(GATHERED - len(self._gathered), 0)]
        if kept:
            self._gathered.extend((intake, message) for message in kept)
            self._bells[1].ring()
        return len(messages) - len(kept)

    # -- counted -------------------------------------------------------------------------------------

    async def store_counted(self) -> None:
        """Store what comes, for ever."""
        while True:
            await self._bells[0].wait()
            while self._counted:
                batch = [self._counted.popleft() for _ in range(min(TOGETHER, len(self._counted)))]
                self._room.release(len(batch))
                lines = groupby(sorted(batch, key=lambda one: one.sender), key=lambda one: one.sender)
                await asyncio.gather(*(self._store_line(list(line)) for _sender, line in lines))
                for one in batch:  # in the order in which they came
                    self._answer(one.mid, one.qos)

    async def _store_line(self, line: Sequence[Arrived]) -> None:
        async with self._lines:
            for one in line:
                while True:
                    if await self._store(one):
                        break
                    await asyncio.sleep(RETRY_SECONDS)  # the database is away: the message waits, unacknowledged

    async def _store(self, arrived: Arrived) -> bool:
        """Take one message in; False when it must be tried again."""
        try:
            outcome = await self._take_one(arrived)
        except Unavailable:  # also while it was put aside
            return False
        self._metrics.messages.labels(outcome).inc()
        return True

    async def _take_one(self, arrived: Arrived) -> str:
        """What became of one message. Raises Unavailable, and nothing else, whatever it says."""
        try:
            await self._db.write(arrived.handle, arrived.message)
        except Unavailable:
            raise
        except Unreadable as error:
            await self._db.write(quarantine, arrived.message, str(error))
            return "quarantined"
        except DomainError as error:
            LOG.info("device message refused", topic=arrived.message.topic, code=error.code)
            return "refused"
        except Exception as error:
            LOG.exception("device message stumbled", topic=arrived.message.topic)
            await self._db.write(quarantine, arrived.message, f"bug:{type(error).__name__}")
            return "quarantined"
        return "stored"

    # -- gathered ------------------------------------------------------------------------------------

    async def store_gathered(self) -> None:
        """Store what may be lost, some moments after it came, for ever."""
        while True:
            await self._bells[1].wait()
            await asyncio.sleep(GATHER_SECONDS)
            while self._gathered:
                batch = [self._gathered.popleft() for _ in range(min(AT_ONCE, len(self._gathered)))]
                self._has_room.set()
                for intake in {id(one): one for one, _ in batch}.values():
                    await self._store_all(intake, [message for one, message in batch if one is intake])

    async def _store_all(self, intake: Intake, messages: list[Message]) -> None:
        try:
            aside = await self._take_all(intake, messages)
        except Unavailable:
            self._metrics.messages.labels("dropped").inc(len(messages))
            await asyncio.sleep(RETRY_SECONDS)
            return
        except Exception:  # one of them is a trap: the others are stored without it
            for message in messages:
                await self._store_all(intake, [message])
            return
        self._metrics.messages.labels("stored").inc(len(messages) - aside)
        self._metrics.messages.labels("quarantined").inc(aside)

    async def _take_all(self, intake: Intake, messages: list[Message]) -> int:
        """How many were put aside. One alone raises nothing but Unavailable, whatever it says."""
        try:
            return await self._db.write(_take_in, intake, messages)
        except Unavailable:
            raise
        except Exception as error:
            if len(messages) > 1:
                raise
            LOG.exception("device message stumbled", topic=messages[0].topic)
            await self._db.write(quarantine, messages[0], f"bug:{type(error).__name__}")
            return 1


def _take_in(tx: Tx, intake: Intake, messages: Sequence[Message]) -> int:
    """Store them in one transaction; returns how many nobody could read."""
    aside = intake.handle(tx, messages)
    for message, reason in aside:
        quarantine(tx, message, reason)
    return len(aside)
