"""Fixtures of terminals: the laser of the demonstration behind one."""

from pathlib import Path

import pytest

from tests.fablab.interlocks.terminal_beds import Bed
from tests.support.clients import FAB_MANAGER, MEMBER, HouseUnderTest


def _ready(house: HouseUnderTest, folder: Path) -> Bed:
    bed = Bed(house, folder)
    bed.accept_sheet(MEMBER, FAB_MANAGER)
    bed.wake()
    return bed


@pytest.fixture
def bed(quick_nugue: HouseUnderTest, tmp_path: Path) -> Bed:
    """On SQLite."""
    return _ready(quick_nugue, tmp_path)


@pytest.fixture
def both_beds(nugue: HouseUnderTest, tmp_path: Path) -> Bed:
    """On both databases."""
    return _ready(nugue, tmp_path)
