"""The service as a child process in which the power goes at a named step. None of it is in the product.

Steps: `before_commit:<action>` (written, not yet stored), `after_commit:<action>` (stored, nobody was told),
`before_send:<channel>` and `after_send:<channel>` (an order on its way to a device). Actions that run a job bear its
kind: `before_commit:finish:<kind>` lies between the effect of a job and the mark that it is done.

What leaves for devices is noted in a file that outlives the process. Children are forked from one that has the product
in its memory already: a start costs a fraction of what it costs a person.
"""

import asyncio
import functools
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final

from litestar import Litestar

from tests.reservations.checks import ask
from tests.support.postgres import free_port
from tests.support.waiting import until
from tierslieu import asgi
from tierslieu.app import frame, furnish
from tierslieu.basics.clock import Clock, SystemClock
from tierslieu.basics.errors import Unavailable
from tierslieu.features import FEATURES
from tierslieu.infra.broker import Broker
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.jobs import LEASE, finish, run_and_finish
from tierslieu.infra.settings import MqttSettings, Settings

CUT: Final = 77
"""How a process ends at its step."""
PATIENCE: Final = 60
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload([__name__])
FRAME: Final = frame(FEATURES, Settings().upload_limit)


class FrailService:
    """One installation, ended at named steps and started again later by the clock on its wall.

    With a broker its orders really leave, and what devices say reaches it; without, it believes that they leave.
    """

    def __init__(self, url: str, folder: Path, begins: int, broker: str = "off") -> None:
        self.port = free_port()
        self._url = url
        self._folder = folder
        self._broker = broker
        self._offset = begins - int(time.time())
        self._process: ForkServerProcess | None = None

    @property
    def sent(self) -> list[str]:
        """Every order that ever left for a device: its topic, a space, its text."""
        path = self._folder / "sent"
        return path.read_text().splitlines() if path.exists() else []

    def start(self, later: int = 0) -> None:
        """Start it and wait until it serves, `later` seconds after now."""
        self._offset += later
        heard, told = FORKED.Pipe(duplex=False)
        given = (self._url, self._folder, self._broker, self.port, self._offset, told)
        self._process = FORKED.Process(target=live, args=given, daemon=True)
        self._process.start()
        told.close()
        assert heard.poll(PATIENCE), "the service did not start"
        heard.recv()

    @property
    def now(self) -> int:
        """The time of the clock on its wall."""
        return int(time.time()) + self._offset

    def cut_at(self, step: str) -> None:
        """The power will go at this step."""
        (self._folder / "armed").write_text(step)

    def is_cut(self) -> bool:
        """Wait for the end: True when it came at the step."""
        assert self._process is not None
        self._process.join(PATIENCE)
        return self._process.exitcode == CUT

    def rest(self, what: str) -> None:
        """Wait until nothing is due or under way. What a service that died had begun is taken up when its lease ends,
        by the clock on the wall: a minute after it began."""
        waiting = "SELECT count(*) FROM job WHERE failed_at = 0 AND run_at <="
        until(lambda: ask(self._url, f"{waiting} {self.now}") == [(0,)], what, LEASE + PATIENCE)

    def stop(self) -> None:
        """End it as Ctrl-C would not: at once. Everything it answered must be there all the same."""
        if self._process is not None:
            self._process.kill()
            self._process.join(PATIENCE)


def live(url: str, folder: Path, broker: str, port: int, offset: int, told: Connection) -> None:
    """The child: serve until the step comes."""
    with (folder / "service.log").open("a") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    weaken(folder, is_wired=broker != "off")
    settings = Settings(
        data_dir=folder, database_url=url, port=port, clock_offset=offset, mqtt=MqttSettings(url=broker), demo=True
    )
    sys.exit(asgi.run_service(settings, on_ready=told.send))


def weaken(folder: Path, *, is_wired: bool) -> None:
    """Put the steps into this process. `is_wired`: there is a broker."""

    def step(name: str) -> None:
        armed = folder / "armed"
        if armed.exists() and armed.read_text() == name:
            armed.unlink()
            os._exit(CUT)

    if not is_wired:
        Broker.is_up = property(lambda _broker: True, lambda _broker, _is_up: None)  # type: ignore[assignment]
    for place, name, stand_in in (
        (Database, "write", writing(step)),
        (Broker, "publish", _publishing(step, folder / "sent")),
        (asgi, "create_app", _furnished),
    ):
        setattr(place, name, stand_in)  # for the rest of this process, which ends with the test


def _furnished(settings: Settings, **_given: Any) -> Litestar:
    return furnish(FRAME, settings)


def writing(step: Callable[[str], None]) -> Any:
    """`Database.write` that tells `step` before and after each commit; the former in the thread that commits."""
    write = Database.write

    async def stepping(db: Database, action: Any, *args: Any, **more: Any) -> Any:
        name = _name(action, args)

        @functools.wraps(_plain(action))
        def acting(tx: Any, *given: Any, **named: Any) -> Any:
            found = action(tx, *given, **named)
            step(f"before_commit:{name}")
            return found

        found = await write(db, acting, *args, **more)
        step(f"after_commit:{name}")
        return found

    return stepping


def _publishing(step: Callable[[str], None], sent: Path) -> Any:
    def publish(broker: Broker, topic: str, payload: bytes, qos: int = 1, retain: bool = False) -> None:
        if retain:
            return  # a state, said anew whenever somebody listens
        channel = topic.rpartition("/")[2]
        step(f"before_send:{channel}")
        if not broker.is_up:
            raise Unavailable("broker_away")
        if broker._client is not None:
            broker._client.publish(topic, payload, qos).wait_for_publish(PATIENCE)
        with sent.open("a") as file:
            file.write(f"{topic} {payload.decode()}\n")
        step(f"after_send:{channel}")

    return publish


def _plain(action: Any) -> Any:
    while isinstance(action, functools.partial):
        action = action.func
    return action


def _name(action: Any, args: tuple[Any, ...]) -> str:
    name = getattr(_plain(action), "__name__", "")
    return f"{name}:{args[-1].kind}" if action in (finish, run_and_finish) else name


def change(url: str, action: Any, clock: Clock | None = None) -> Any:
    """Change a database without the service."""

    async def run() -> Any:
        db = Database(engine_for(url), clock or SystemClock())
        await db.start()
        try:
            return await db.write(action)
        finally:
            await db.stop()

    return asyncio.run(run())
