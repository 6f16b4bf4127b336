"""A passage that should not have been is told to who looks after badges: once a day for each badge and kind."""

import pytest

from tests.access.doors import badge, plain
from tests.access.scanning.standing import ANYONE, at_zone, present, told
from tests.access.scanning.test_doubted_badges import kept
from tests.support.clients import RECEPTION, HouseUnderTest
from tests.support.inside import run_jobs, stop_jobs
from tierslieu.access.scanning.settling import open_count
from tierslieu.access.staff import KEEPERS, holding
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.basics.spans import HOUR
from tierslieu.people.messages.queries import newest

WHAT = {"conflict": "aurait refusé", "twice": "deux endroits", "passback": "sans être sorti"}


def written(house: HouseUnderTest) -> dict[str, int]:
    """How many letters there are by now, by what they tell; nobody is named."""
    run_jobs(house)
    letters = [one for one in house.read(newest) if one.kind == "passage_flagged"]
    assert not any("Sofia" in one.text for one in letters)
    found = {what: sum(words in plain(one.text) for one in letters) for what, words in WHAT.items()}
    return {what: count for what, count in found.items() if count}


@pytest.fixture
def house(quick_nugue: HouseUnderTest) -> HouseUnderTest:
    stop_jobs(quick_nugue)
    return quick_nugue


def test_each_kind_is_told_once_a_day_for_a_badge(house: HouseUnderTest) -> None:
    gate, other = (at_zone(house, name, "grande-salle", ZoneFacts("Salle"), *ANYONE) for name in ("Nord", "Sud"))
    card, each = badge(house).token, len(house.read(holding, KEEPERS))
    assert told(present(house, gate, card, 1)) == "granted"
    assert written(house) == {}
    house.clock.instant += 600
    assert told(present(house, gate, card, 2)) == "granted"
    assert written(house) == {"passback": each}
    house.clock.instant += 600
    assert told(present(house, gate, card, 3)) == "granted"
    assert written(house) == {"passback": each}, "once a day"
    present(house, other, card, 4, direction="out")
    assert written(house) == {"passback": each, "twice": each}
    house.clock.instant += 24 * HOUR
    assert kept(house, gate, badge(house).token, 5, house.clock.instant - 60, decided="granted") == "granted"
    before = written(house).get("conflict", 0)
    at_zone(house, "Est", "grande-salle", ZoneFacts("Salle"))
    assert kept(house, gate, badge(house).token, 6, house.clock.instant - 30, decided="denied") == "denied"
    assert written(house).get("conflict", 0) == before, "nobody came in who should not have"
    desk = house.sign_in(RECEPTION)
    assert f"{house.read(open_count)} à voir" in plain(desk.get("/gestion").text)
