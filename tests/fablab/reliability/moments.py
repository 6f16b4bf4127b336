"""The disk of a server as a power cut would leave it: behind each commit, and behind each order that left.

SQLite appends each commit to its log; the log cut off behind the n-th one is what a server leaves that is killed
there. Its memory, its tasks and an open transaction are not there for the next one: for the rows and for the world,
this is the whole of a SIGKILL, at a hundredth of its price. That a real one does the same, test_real_kills.py shows.
"""

import copy
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from litestar.testing import TestClient

from tests.fablab.reliability.outside import Outside
from tests.support.clients import HouseUnderTest, borrowed_frame
from tests.support.failing import writing
from tierslieu.app import furnish
from tierslieu.basics.clock import SetClock
from tierslieu.infra.broker import Broker
from tierslieu.infra.house import House
from tierslieu.infra.settings import MqttSettings, Settings


class Moment(NamedTuple):
    """Right behind `what`, in this step of the story: how long the log was, what time it was, what the world knew."""

    what: str
    step: int
    log_bytes: int
    now: int
    outside: Outside


class Wire(Broker):
    """What leaves for the printer reaches it. `on_sent` is called behind each order."""

    def __init__(self, house: House, outside: Outside) -> None:
        super().__init__(house.metrics)
        self._outside, self._clock, self.is_up = outside, house.clock, True
        self.on_sent: Callable[[], None] = lambda: None

    def publish(self, topic: str, payload: bytes, qos: int = 1, retain: bool = False) -> None:
        if topic.endswith("/down/cmd"):
            assert not retain, "an order is never kept for later"
            self._outside.hear(msgspec.json.decode(payload), self._clock.now())
            self.on_sent()


@contextmanager
def server(disk: Path, folder: Path, now: int, outside: Outside) -> Iterator[HouseUnderTest]:
    """A server on this disk from an instant on. It does what is due at its start, then what it is told to."""
    clock = SetClock(now)
    url = f"sqlite:///{disk}"
    chosen = Settings(data_dir=folder, database_url=url, demo=True, mqtt=MqttSettings(url="off"))
    with borrowed_frame(chosen.upload_limit) as frame:
        app = furnish(frame, chosen, clock)
        app.state.house.broker = Wire(app.state.house, outside)
        with TestClient(app, raise_server_exceptions=False) as client:
            house = HouseUnderTest(client, clock)
            house.run_jobs()
            client.blocking_portal.call(app.state.house.jobs.stop)
            yield house


@dataclass
class Recording:
    """The moments of one undisturbed run, and the disk behind them."""

    disk: Path
    step: int = 0
    moments: list[Moment] = field(default_factory=list)
    _whole: tuple[bytes, bytes] = (b"", b"")

    def begin(self, house: HouseUnderTest, outside: Outside) -> None:
        """From here on each commit and each order is a moment."""
        engine: Any = house.house.db.engine
        wire: Any = house.house.broker
        commit, acted = engine._commit_together, list[str]()

        def note(what: str) -> None:
            size = _log_of(self.disk).stat().st_size
            self.moments.append(Moment(what, self.step, size, house.clock.instant, copy.deepcopy(outside)))

        def committing(*given: Any) -> int:
            acted.clear()
            before = _log_of(self.disk).stat().st_size
            done: int = commit(*given)
            if _log_of(self.disk).stat().st_size != before:
                note("+".join(acted))
            return done

        def step(name: str) -> None:
            where, _, action = name.partition(":")
            if where == "before_commit":
                acted.append(action)

        engine._commit_together = committing
        wire.on_sent = functools.partial(note, "sent")
        house.house.db.write = functools.partial(writing(step), house.house.db)  # type: ignore[method-assign]

    def keep(self) -> None:
        """Keep the disk, before its server tidies it up at its end."""
        self._whole = self.disk.read_bytes(), _log_of(self.disk).read_bytes()

    def cut(self, moment: Moment, disk: Path) -> Path:
        """The disk as it was then."""
        whole, log = self._whole
        disk.write_bytes(whole)
        _log_of(disk).write_bytes(log[: moment.log_bytes])
        return disk


def _log_of(disk: Path) -> Path:
    return disk.with_name(f"{disk.name}-wal")
