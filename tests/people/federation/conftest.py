"""Houses with providers, for tests of federation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people.federation.journeys import Federated, federated
from tests.support.databases import SqliteTemplates


@pytest.fixture
def both(demo_url: str, tmp_path: Path) -> Iterator[Federated]:
    """The demonstration venue with FranceConnect and ProConnect, on both databases."""
    with federated(demo_url, tmp_path, proconnect={"sirets": "21770475200015 11000001700018"}) as found:
        yield found


@pytest.fixture
def quick(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[Federated]:
    """The same on SQLite only."""
    with federated(sqlite_templates.make("demo"), tmp_path) as found:
        yield found
