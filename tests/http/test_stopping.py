"""The house closes when it is told to, even at the very moment when work arrives."""

import asyncio
from pathlib import Path

import pytest

from tests.support.clients import TUESDAY_MORNING, at
from tests.support.databases import SqliteTemplates
from tierslieu.app import create_app
from tierslieu.basics.clock import SetClock
from tierslieu.infra.settings import MqttSettings, Settings

TURNS_TO_REST = 300
"""Turns after which the job loop of a house where nothing happens is at rest."""

PATIENCE = 5
"""Seconds after which the end is held to be lost: it takes none."""


@pytest.mark.parametrize("turns", range(6))
def test_work_that_arrives_while_closing_does_not_hold_it_up(
    sqlite_templates: SqliteTemplates, tmp_path: Path, turns: int
) -> None:
    """The end is asked for each number of turns of the loop after the job loop was woken."""
    url = sqlite_templates.make("demo")
    app = create_app(
        Settings(data_dir=tmp_path, database_url=url, mqtt=MqttSettings(url="off")), SetClock(at(TUESDAY_MORNING))
    )

    async def story() -> None:
        async with app.lifespan():
            jobs = app.state.house.jobs
            while not jobs.last_turn:  # noqa: ASYNC110  (the loop says nothing of its first turn)
                await asyncio.sleep(0)
            for _ in range(200):
                await asyncio.sleep(0.001)
            jobs.wake()
            for _ in range(turns):
                await asyncio.sleep(0)
            ending = asyncio.ensure_future(jobs.stop())
            done, _waiting = await asyncio.wait({ending}, timeout=PATIENCE)
            assert done, "the job loop goes on although it was told to end"

    asyncio.run(story())
