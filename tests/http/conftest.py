"""What the tests of the edge share: compiled translations, a house behind HTTPS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clients import HouseUnderTest, open_house
from tests.support.databases import SqliteTemplates
from web.frontend import compile_words


@pytest.fixture(scope="session", autouse=True)
def _compiled_words() -> None:
    """English is read from compiled catalogues: make them as the build does."""
    compile_words()


@pytest.fixture
def demo_house_over_https(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[HouseUnderTest]:
    """The demonstration venue as people reach it through a reverse proxy with HTTPS."""
    with open_house(sqlite_templates.make("demo"), tmp_path, public_url="https://testserver.local") as house:
        yield house


@pytest.fixture(scope="module")
def steady_nugue(
    sqlite_templates: SqliteTemplates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HouseUnderTest]:
    """One house for all tests of a file: for those that must change nothing, and are many."""
    with open_house(sqlite_templates.make("demo"), tmp_path_factory.mktemp("house")) as house:
        yield house
