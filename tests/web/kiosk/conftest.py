"""One Chromium for all that happens at the kiosk, and a house for each file of tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.databases import SqliteTemplates
from tests.web.conftest import CHROMIUM, FLAGS
from tests.web.kiosk.entrances import Entrance


@pytest.fixture(scope="module")
def house(sqlite_templates: SqliteTemplates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entrance]:
    """The house, open."""
    found = Entrance(sqlite_templates.make("demo"), tmp_path_factory.mktemp("entrance"))
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="package")
def chromium(sqlite_templates: SqliteTemplates) -> Iterator[Browser]:
    """The browser. The demonstration is filled first: once Playwright runs in this thread, no other loop can."""
    sqlite_templates.make("demo")
    if CHROMIUM is None:
        pytest.skip("no Chromium here: set CHROMIUM to its path")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def entrance(house: Entrance) -> Iterator[Entrance]:
    """The entrance with no kiosk yet, some minutes later: time never goes back."""
    house.clock.instant += 300
    yield house
    house.close()
