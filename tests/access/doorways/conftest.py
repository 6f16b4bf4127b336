"""Fixtures of doors: one of the demonstration's house, on one database or on both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.doorways.door_beds import DoorBed
from tests.support.clients import HouseUnderTest


@pytest.fixture
def doorway(quick_nugue: HouseUnderTest, tmp_path: Path) -> Iterator[DoorBed]:
    """On SQLite."""
    bed = DoorBed(quick_nugue, tmp_path)
    yield bed
    bed.close()


@pytest.fixture
def both_doorways(nugue: HouseUnderTest, tmp_path: Path) -> Iterator[DoorBed]:
    """On both databases."""
    bed = DoorBed(nugue, tmp_path)
    yield bed
    bed.close()
