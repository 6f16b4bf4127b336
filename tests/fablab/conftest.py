"""Fixtures of the FabLab's tests."""

import pytest

from tests.fablab.benches import Fablab
from tests.support.clients import HouseUnderTest


@pytest.fixture
def fablab(nugue: HouseUnderTest) -> Fablab:
    """The demonstration's FabLab on both databases."""
    return Fablab(nugue)


@pytest.fixture
def quick_fablab(quick_nugue: HouseUnderTest) -> Fablab:
    """The same on SQLite only, for tests that do not look at the database."""
    return Fablab(quick_nugue)
