"""A browser in front of a running house."""

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from tests.support.clients import TUESDAY_MORNING, at
from tests.support.databases import SqliteTemplates
from tierslieu.app import create_app
from tierslieu.basics.clock import SetClock
from tierslieu.demo import measures
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.settings import MqttSettings, Settings

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


class Served(uvicorn.Server):
    """uvicorn in a thread, which says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_open = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_open.set()


@pytest.fixture(scope="module")
def address(sqlite_templates: SqliteTemplates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration venue on a real port, on Tuesday 24 November 2026 at 8:00."""
    folder: Path = tmp_path_factory.mktemp("served")
    url = sqlite_templates.make("demo")
    asyncio.run(_measure(url))
    chosen = Settings(data_dir=folder, database_url=url, demo=True, mqtt=MqttSettings(url="off"))
    app = create_app(chosen, SetClock(at(TUESDAY_MORNING)))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Served(uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        assert server.is_open.wait(30), "the service did not start"
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


async def _measure(url: str) -> None:
    """Charts with lines: what machines measured until that morning."""
    db = Database(engine_for(url), SetClock(at(TUESDAY_MORNING)))
    await db.start()
    await db.write(measures.load)
    await db.stop()


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    """Chromium of this computer; tests that need it are left out where there is none.

    The house comes first: once Playwright runs in this thread, no other event loop can start in it.
    """
    if CHROMIUM is None:
        pytest.skip("no Chromium here: set CHROMIUM to its path")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()
