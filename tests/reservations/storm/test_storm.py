"""A storm of everything that takes time: reservations, composites, series, requests, waiting lists, closures.

The power is cut in the middle, and the database's own server ends and starts again: nothing overlaps, nothing that
was acknowledged is lost, nothing stands for what is not there.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.reservations.checks import count_orphans, count_overlaps, count_stray, states
from tests.reservations.crowd import Member, make_crowd
from tests.reservations.storm.acts import Someone
from tests.reservations.storm.history import UNKNOWN, History
from tests.support.service import Service, running
from tierslieu.basics.actor import SYSTEM
from tierslieu.basics.clock import SystemClock
from tierslieu.basics.ids import read
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.transaction import Tx
from tierslieu.reservations.terms.actions import draft_with, put_in_force
from tierslieu.reservations.terms.rules import Line

CLIENTS, STEPS, CUT_AFTER, CRASH_AFTER = 12, 70, 200, 350
ACTIVE = {"requested", "confirmed", "checked_in"}
WAITS = "bureau-1"
"""Requests for this keep no time: others may win it meanwhile."""
RULES = (
    Line(WAITS, "", "needs_approval", 1),
    Line(WAITS, "", "holds_requests", 0),
    Line("", "", "count_ahead", 60),
    Line("", "", "one_at_a_time", 0),
)


class Weather(NamedTuple):
    """A service over a database, and the people who will call it."""

    url: str
    service: Service
    crash: Callable[[], None] | None
    reservers: list[Member]
    staff: list[Member]
    members: list[Member]


@pytest.fixture(params=["sqlite", "postgresql"])
def weather(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Weather]:
    templates = request.getfixturevalue("sqlite_templates" if request.param == "sqlite" else "postgres_templates")
    url = templates.make("demo")
    crowds = [asyncio.run(make_crowd(url, CLIENTS, role)) for role in ("receptionist", "receptionist", "member")]
    asyncio.run(set_rules(url))
    crash = None if request.param == "sqlite" else templates.server.crash
    env = {"TIERSLIEU_DATABASE_URL": url, "TIERSLIEU_MQTT__URL": "off", "TIERSLIEU_WAITING__MOST_ENTRIES": "50"}
    with running(tmp_path / "a", **env) as service:
        yield Weather(url, service, crash, *crowds)


async def set_rules(url: str) -> None:
    db = Database(engine_for(url), SystemClock())
    await db.start()
    try:
        await db.write(_set_rules, by=SYSTEM)
    finally:
        await db.stop()


def _set_rules(tx: Tx) -> None:
    put_in_force(tx, draft_with(tx, "Tempête", RULES))


def trouble(weather: Weather, history: History, ends: threading.Event) -> None:
    """Once enough was answered: kill the service without farewell and start it again; later, its database."""
    for _ in iter(lambda: ends.wait(0.02), True):
        if history.cuts == 0 and history.answers >= CUT_AFTER:
            weather.service.kill()
            weather.service.start()
            history.cuts += 1
        elif history.cuts == 1 and history.answers >= CRASH_AFTER:
            if weather.crash is not None:
                weather.crash()
            history.cuts += 1
            return


def test_after_the_storm_nothing_overlaps_and_nothing_acknowledged_is_missing(weather: Weather) -> None:
    history, ends = History(), threading.Event()
    breaker = threading.Thread(target=trouble, args=(weather, history, ends))
    breaker.start()
    with ThreadPoolExecutor(CLIENTS) as pool:
        people = zip(weather.reservers, weather.staff, weather.members, strict=True)
        runs = [
            pool.submit(storm, Someone(weather.service.port, *who, history, seed)) for seed, who in enumerate(people)
        ]
        for run in runs:
            run.result(300)
    ends.set()
    breaker.join(60)
    check(weather.url, history)


def storm(someone: Someone) -> None:
    """One client's random acts."""
    for _ in range(STEPS):
        someone.step()
    someone.close()


def check(url: str, history: History) -> None:
    """The story that was told to the clients is the story that the database tells."""
    found = states(url)
    assert count_overlaps(url) == 0
    assert count_orphans(url) == 0
    assert count_stray(url) == {}
    assert not {status for status in history.statuses if status >= 500 and status not in UNKNOWN}, history.statuses
    assert history.cuts == 2
    for act in ("reserve", "together", "composite", "series", "close", "ask", "answer", "wait"):
        assert history.done[act] > 0, (act, history.done)
    for one, resource in history.kept.items():
        state = found.get(read(one))
        assert state is not None, f"acknowledged {one} is missing"
        if one in history.unsure or resource in history.unsure_resources or resource == WAITS:
            continue
        assert (state in ACTIVE) == (one not in history.gone), (one, resource, state)
