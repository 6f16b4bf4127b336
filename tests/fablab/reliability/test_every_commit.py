"""The server is killed behind every commit and every order of a job's life: in the end everything happened once."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from devices.wire import Outcome
from tests.fablab.reliability.job_life import NOT_GOOD, OVER, PLACE, STOPPED, TWO_COPIES, Life, Step, judged
from tests.fablab.reliability.moments import Moment, Recording, server
from tests.fablab.reliability.outside import Outside
from tests.fablab.requests.wishes import put_prices
from tests.support.clients import FAB_MANAGER, MEMBER, TUESDAY_MORNING, at
from tests.support.databases import SqliteTemplates
from tierslieu.fablab.telemetry.actions import set_price

SOON, LATE = 3, 61
"""Seconds without a server. After the many of them, work that was under way is taken up at once, and orders are too
old; after the few, orders still leave, and work that was under way waits, while people go on."""
KILOWATT_HOUR: Final = 1_000_000
STORIES: Final[dict[Outcome, tuple[Step, ...]]] = {
    Outcome.OK: TWO_COPIES,
    Outcome.FAILED: NOT_GOOD,
    Outcome.CANCELLED: STOPPED,
    Outcome.UNKNOWN: NOT_GOOD,
}


class Story:
    """One run that nobody disturbed, and the rest of it on another server, from any of its moments on."""

    def __init__(self, disk: Path, folder: Path, outcome: Outcome) -> None:
        self._folder, self._outcome, self._steps = folder, outcome, STORIES[outcome]
        self._recording, self._count = Recording(disk), 0
        outside = Outside()
        with server(disk, folder / "first", at(TUESDAY_MORNING), outside) as house:
            callers = (house.sign_in(MEMBER), house.sign_in(FAB_MANAGER))
            self._tokens = tuple(one.headers["authorization"].removeprefix("Bearer ") for one in callers)
            life = Life(house, outside, self._tokens, outcome)
            prepare(life)
            self._recording.begin(house, outside)
            for number, step in enumerate(self._steps):
                self._recording.step = number
                step(life)
            self.wanted = house.read(judged)
            self._recording.keep()
        self.begun = len(outside.begun)

    def moments(self) -> Iterator[tuple[Moment, int]]:
        """All of them; of a story that ends otherwise, those of its end. With the seconds until the server is back."""
        first = 0 if self._steps is TWO_COPIES else len(self._steps) - len(OVER) - 2
        for one in self._recording.moments:
            is_order = one.what in ("dispatch", "steer", "sent")
            if one.step >= first and (is_order or one.what == "take"):
                yield one, SOON
            if one.step >= first and one.what != "take":
                yield one, LATE

    def after(self, moment: Moment, seconds: int) -> tuple[dict[str, Any], Outside]:
        """How it ends when the server is killed there, and is back after so long."""
        self._count += 1
        home = self._folder / str(self._count)
        home.mkdir()
        (home / "files").symlink_to(self._folder / "first" / "files")
        disk = self._recording.cut(moment, home / "house.sqlite3")
        outside = copy.deepcopy(moment.outside)
        with server(disk, home, moment.now + seconds, outside) as house:
            life = Life(house, outside, self._tokens, self._outcome)
            life.printer.say_all_again()
            for step in self._steps[moment.step :]:
                step(life)
            return house.read(judged), outside


def prepare(life: Life) -> None:
    """Making things has a price, and what is made has a place to wait at."""
    life.house.write(put_prices)
    life.house.write(set_price, 0, KILOWATT_HOUR)
    life.ask(life.manager, "shelf/places", {"code": PLACE}, key="place")
    life.printer.wake()


@pytest.mark.parametrize("outcome", STORIES, ids=str)
def test_killed_behind_every_commit_it_happened_once_all_the_same(
    outcome: Outcome, sqlite_templates: SqliteTemplates, tmp_path: Path
) -> None:
    """One job, one start for each copy, one bill, one use of the spool, one letter of each sort; nobody starts more."""
    url = sqlite_templates.make("open")
    story = Story(Path(url.removeprefix("sqlite:///")), tmp_path, outcome)
    seen = 0
    for moment, seconds in story.moments():
        found, outside = story.after(moment, seconds)
        assert found == story.wanted, (moment.what, moment.step, seconds)
        assert len(outside.begun) == story.begun, (moment.what, moment.step, seconds)
        assert len(outside.starts_ordered) <= len(outside.starts_wanted), "each start was somebody's gesture"
        seen += 1
    assert seen > (100 if outcome is Outcome.OK else 20), "the story has that many moments"
