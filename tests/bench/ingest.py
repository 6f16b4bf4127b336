"""What a thousand machines cost that measure each second, and how many measures a second the service can store."""

import asyncio
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import text

from tests.bench import flood
from tests.bench.processes import milliseconds, spent
from tests.bench.serving import pid_of, serving
from tests.support.service import Service
from tests.support.waiting import until
from tierslieu.basics.clock import SystemClock
from tierslieu.fablab import storing
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.migrations import migrate

WARM_SECONDS, PACED_SECONDS = 3, 20
BURST_TURNS, ROUNDS = 80, 3
POLL_SECONDS, STILL_SECONDS = 0.1, 1.5
"""Each look costs the service time: seldom enough, and no later than this the count is known."""
STORED = re.compile(r'^tierslieu_device_messages_total\{outcome="stored"\} ([0-9.e+]+)$', re.MULTILINE)
COUNT = Query[tuple[int]](text("SELECT count(*) FROM machine_sample"))
READY = Query[tuple[int]](
    text("UPDATE machine SET boot_id = 'boot-1', is_online = 1, state = 'running' WHERE site = 'oasis'")
)


class Paced(NamedTuple):
    """`share` of one core while the machines speak; how many messages were sent and stored."""

    share: float
    sent: int
    stored: int


class Burst(NamedTuple):
    """Messages a second: stored by the service, and received by an empty subscriber."""

    stored: float
    received: float

    @property
    def share(self) -> float:
        """Of what an empty subscriber receives."""
        return self.stored / self.received


def prepare(url: str) -> None:
    """A house with a thousand machines."""
    migrate(url)

    def fill(tx: Tx) -> None:
        for number in range(flood.MACHINES):
            storing.add_machine(tx, storing.NewMachine(flood.key(number), flood.SITE, f"M{number}", "printer_3d"))
        tx.run(READY)

    asyncio.run(_with(url, lambda db: db.write(fill)))


def ingest(folder: Path, url: str, *, is_quick: bool) -> tuple[Paced, Burst]:
    """Run a service on a broker of its own and let the machines speak."""
    folder.mkdir(parents=True, exist_ok=True)
    prepare(url)
    with flood.mosquitto(folder) as port:
        mqtt = f"mqtt://127.0.0.1:{port}"
        with serving(folder, url, int(time.time()), TIERSLIEU_MQTT__URL=mqtt) as service:
            until(lambda: "tierslieu_broker_up 1.0" in _metrics(service), "broker", 20)
            paced = _paced(service, port, url, PACED_SECONDS // (2 if is_quick else 1))
            pairs = [Burst(_burst(service, port), _received(port)) for _ in range(1 if is_quick else ROUNDS)]
    return paced, sorted(pairs, key=lambda pair: pair.share)[len(pairs) // 2]


def _paced(service: Service, port: int, url: str, seconds: int) -> Paced:
    flood.paced(port, WARM_SECONDS)
    before_rows = _rows(url)
    before, began = spent(pid_of(service)), time.perf_counter()
    sent = flood.paced(port, seconds)
    used = milliseconds(before, spent(pid_of(service)))
    share = used / (time.perf_counter() - began) / 1000
    _settle(service)
    return Paced(share, sent, _rows(url) - before_rows)


def _burst(service: Service, port: int) -> float:
    """Messages that were stored in each second of a flood."""
    packets, before = flood.prepared(BURST_TURNS), _stored(service)
    began = flood.burst(port, packets)
    last, at = _settle(service)
    return (last - before) / (at - began)


def _received(port: int) -> float:
    command = [sys.executable, "-m", "tests.bench.empty_subscriber", str(port), str(BURST_TURNS * flood.MACHINES)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    child.stdout.readline()
    flood.burst(port, flood.prepared(BURST_TURNS, flood.ELSEWHERE))
    seen, seconds = child.stdout.readline().split()
    child.wait(20)
    return int(seen) / float(seconds)


def _settle(service: Service) -> tuple[float, float]:
    """Wait until nothing is stored any more; the count, and when it was reached."""
    count, at = _stored(service), time.perf_counter()
    while time.perf_counter() - at < STILL_SECONDS:
        time.sleep(POLL_SECONDS)
        if (now := _stored(service)) != count:
            count, at = now, time.perf_counter()
    return count, at


def _stored(service: Service) -> float:
    found = STORED.search(_metrics(service))
    return float(found.group(1)) if found else 0.0


def _metrics(service: Service) -> str:
    with urllib.request.urlopen(f"{service.url}/metrics", timeout=20) as answer:
        return str(answer.read().decode())


def _rows(url: str) -> int:
    def count(reader: Reader) -> int:
        found = reader.row(COUNT)
        return found[0] if found else 0

    return int(asyncio.run(_with(url, lambda db: db.read(count))))


async def _with(url: str, use: Callable[[Database], Awaitable[Any]]) -> Any:
    db = Database(engine_for(url), SystemClock())
    await db.start()
    try:
        return await use(db)
    finally:
        await db.stop()
