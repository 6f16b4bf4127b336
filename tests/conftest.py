"""Fixtures that all tests share: databases of both kinds, a house under test."""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import postgres
from tests.support.clients import HouseUnderTest, open_house
from tests.support.databases import PostgresTemplates, SqliteTemplates
from tests.support.hashing import remember_hashes
from tests.support.memory import prefer_memory

gc.disable()  # until all tests are found: what is imported until then, stays
prefer_memory()
remember_hashes()
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("house")
IS_CI = bool(os.environ.get("CI"))
BOTH = ("sqlite", "postgresql")


LONG = ("reservations/storm", "reservations/test_race", "journeys/", "wheel/", "power_cut", "promises/", "web/")
"""Parts of the addresses of modules that take long: they begin first, or one processor waits for them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long modules first; the rest stays in its order."""
    items.sort(key=lambda item: not any(part in item.nodeid for part in LONG))


def pytest_collection_finish() -> None:
    """What is there now stays until the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """From here on the garbage collector works again, also in the process that only hands out tests."""
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI nothing may be skipped: a missing PostgreSQL, Mosquitto or Chromium is a failure there."""
    report = yield
    if IS_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplates:
    return SqliteTemplates(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgres_templates() -> Iterator[PostgresTemplates]:
    with postgres.server() as url:
        yield PostgresTemplates(url)


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest) -> str:
    """The kind of database: each test that asks for one runs on both."""
    return str(request.param)


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest) -> str:
    """A migrated database without data."""
    return _templates(engine, request).make("empty")


@pytest.fixture
def demo_url(engine: str, request: pytest.FixtureRequest) -> str:
    """A database with the demonstration venue; under `nugue`, one whose house was open already that morning."""
    return _templates(engine, request).make("open" if "nugue" in request.fixturenames else "demo")


@pytest.fixture
def open_url(engine: str, request: pytest.FixtureRequest) -> str:
    """A database whose house was open already that morning."""
    return _templates(engine, request).make("open")


@pytest.fixture
def bare_url(engine: str, request: pytest.FixtureRequest) -> str:
    """A database that knows no migration yet."""
    return _templates(engine, request).bare()


def _templates(engine: str, request: pytest.FixtureRequest) -> SqliteTemplates | PostgresTemplates:
    found: SqliteTemplates | PostgresTemplates = request.getfixturevalue(
        "sqlite_templates" if engine == "sqlite" else "postgres_templates"
    )
    return found


@pytest.fixture
def nugue(demo_url: str, tmp_path: Path) -> Iterator[HouseUnderTest]:
    """The demonstration venue, open to calls, on Tuesday 24 November 2026 at 8:00, on both databases."""
    with open_house(demo_url, tmp_path) as house:
        yield house


@pytest.fixture
def quick_nugue(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[HouseUnderTest]:
    """The same on SQLite only, for tests that do not look at the database."""
    with open_house(sqlite_templates.make("open"), tmp_path) as house:
        yield house
