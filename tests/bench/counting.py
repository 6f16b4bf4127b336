"""How many statements a request costs, and how the week's question grows with the history: asked in this process.

Neither may depend on the number of reservations that are stored.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from litestar import Litestar
from litestar.testing import TestClient

from tests.bench import scene
from tests.bench.scenarios import SCENARIOS, Scenario
from tests.support.counting import CountingEngine
from tierslieu.app import create_app
from tierslieu.basics.clock import SetClock
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.settings import MqttSettings, Settings
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import queries
from tierslieu.reservations.api import week_of
from tierslieu.reservations.scene import Asker
from tierslieu.reservations.scene import scene as load_scene
from tierslieu.venue.queries import venue

OPENINGS, TURNS = 15, 5
FIRST_NUMBER = 4000
"""Well after the numbers that a run over HTTP used."""


def statements(url: str, folder: Path) -> dict[str, int | None]:
    """Scenario to the statements of one request, session included; None when its address is not there."""
    settings = Settings(data_dir=folder, database_url=url, log_level="warning", mqtt=MqttSettings(url="off"))
    app = create_app(settings, SetClock(scene.NOW))
    house = app.state.house
    engine = house.db.engine = CountingEngine(house.db.engine)
    with TestClient(app) as client:
        client.blocking_portal.call(house.jobs.stop)  # what follows a request is not counted with it
        return {scenario.name: _of(client, engine, scenario) for scenario in SCENARIOS}


def _of(client: TestClient[Litestar], engine: CountingEngine, scenario: Scenario) -> int | None:
    """The second request: the first one may read what the process then remembers."""
    _send(client, scenario.request(FIRST_NUMBER))
    before = engine.statements
    status = _send(client, scenario.request(FIRST_NUMBER + 1))
    if status not in (404, scenario.status):
        raise AssertionError(f"{scenario.name} answered {status}")
    return None if status == 404 else engine.statements - before


def _send(client: TestClient[Litestar], request: str) -> int:
    """Send the text of a request through the client of this process."""
    head, _, body = request.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    method, path, _version = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines if not line.startswith(("host", "content-length")))
    return client.request(method, path, content=body or None, headers=headers).status_code


class Availability(NamedTuple):
    """What it costs to know all free times of all resources in a week."""

    resources: int
    runs: int
    statements: int
    milliseconds: float


def availability(url: str) -> Availability:
    """The free times of every resource in WEEK, for a member: the best of a few turns."""
    return asyncio.run(_availability(url))


async def _availability(url: str) -> Availability:
    database = Database(engine_for(url), SetClock(scene.NOW))
    engine = database.engine = CountingEngine(database.engine)
    await database.start()
    try:
        found = []
        for _ in range(TURNS):
            before, began = engine.statements, time.perf_counter()
            resources, runs = await database.read(_free_of_all)
            spent = 1000 * (time.perf_counter() - began)
            found.append(Availability(resources, runs, engine.statements - before, spent))
        return min(found[1:], key=lambda one: one.milliseconds)
    finally:
        await database.stop()


def _free_of_all(reader: Reader) -> tuple[int, int]:
    window = week_of(scene.WEEK, scene.PARIS)
    wanted = [one for one in venue(reader).resources if one.is_bookable]
    seen = load_scene(reader, Asker(scene.person_id(0)), wanted, window)
    return len(wanted), sum(len(seen.free(one, window)) for one in wanted)


def week_of_all(urls: Sequence[str]) -> list[float]:
    """Milliseconds to read the week of all 60 desks from each database: medians of turns taken one after the other."""
    return asyncio.run(_week_of_all(urls))


async def _week_of_all(urls: Sequence[str]) -> list[float]:
    times: list[list[float]] = [[] for _ in urls]
    for _ in range(OPENINGS):
        for url, found in zip(urls, times, strict=True):
            found.extend(await _turns(url))
    return [median(found) for found in times]


async def _turns(url: str) -> list[float]:
    """A few turns on a connection of their own: PostgreSQL may choose another plan from the sixth turn on."""
    database = Database(engine_for(url), SetClock(scene.NOW))
    await database.start()
    times = []
    try:
        for _ in range(TURNS):
            began = time.perf_counter()
            assert await database.read(_week) >= len(scene.DESKS)
            times.append(1000 * (time.perf_counter() - began))
    finally:
        await database.stop()
    return times[1:]


def _week(reader: Reader) -> int:
    """How many stretches of the full week are taken."""
    desks = [venue(reader).resource(key) for key in scene.DESKS]
    found = queries.week(reader, desks, week_of(scene.WEEK, scene.PARIS))
    return sum(len(one.taken) for one in found.resources)
