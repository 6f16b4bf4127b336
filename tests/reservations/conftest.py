"""Who reserves in these tests: two members of the demonstration venue."""

import pytest

from tests.support.clients import MEMBER, OTHER_MEMBER, Caller, HouseUnderTest


@pytest.fixture
def sofia(quick_nugue: HouseUnderTest) -> Caller:
    return quick_nugue.sign_in(MEMBER)


@pytest.fixture
def thomas(quick_nugue: HouseUnderTest) -> Caller:
    return quick_nugue.sign_in(OTHER_MEMBER)
