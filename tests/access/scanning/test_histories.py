"""After any history of scans, faults and late news, what was promised holds: on both kinds of database."""

import os

import pytest

from tests.access.scanning.histories import History, judge
from tests.support.clients import HouseUnderTest

STEPS = int(os.environ.get("TIERSLIEU_HISTORY_STEPS", "60"))
"""How long a history is; give thousands to look further than a test run does."""
SEEDS = range(int(os.environ.get("TIERSLIEU_HISTORIES", "1")))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_history(nugue: HouseUnderTest, seed: int) -> None:
    history = History(nugue, seed)
    for _ in range(4):
        history.run(STEPS // 4)
        nugue.read(judge, history)
