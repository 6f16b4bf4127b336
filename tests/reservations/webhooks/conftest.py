"""A house that may tell a receiver on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clients import HouseUnderTest, open_house
from tests.support.databases import SqliteTemplates
from tests.support.receivers import Receiver, receiving
from tierslieu.infra.settings import WebhookSettings

INNER = WebhookSettings(inner_networks="127.0.0.0/8")


@pytest.fixture
def telling(demo_url: str, tmp_path: Path) -> Iterator[HouseUnderTest]:
    """On both databases."""
    with open_house(demo_url, tmp_path, webhooks=INNER) as house:
        yield house


@pytest.fixture
def quick_telling(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[HouseUnderTest]:
    """On SQLite only."""
    with open_house(sqlite_templates.make("demo"), tmp_path, webhooks=INNER) as house:
        yield house


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes what it is told."""
    with receiving(Receiver()) as found:
        yield found
