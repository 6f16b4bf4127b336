"""Nights on which a clock hour is lost or doubled: a zone opens, closes and asks no second too long."""

import pytest

from devices.badges.decide import Rule
from tests.access.doors import badge
from tests.access.scanning.standing import at_zone, present, told
from tests.support.clients import HouseUnderTest, at
from tests.support.inside import stop_jobs, write
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.basics.hours import Period
from tierslieu.basics.spans import HOUR
from tierslieu.infra.transaction import Tx
from tierslieu.venue.opening import set_hours
from tierslieu.venue.queries import venue


def by_night(tx: Tx) -> int:
    """A space that is open from six in the evening until half past two."""
    space = min(venue(tx).spaces)
    week = tuple((day, Period(18 * 60, 26 * 60 + 30)) for day in range(7))
    set_hours(tx, space, week, None, closes_on_holidays=False)
    return space


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [
        ("2027-03-27T18:00", "2027-03-28T03:00", 8.0),
        ("2027-10-30T18:00", "2027-10-31T02:30", 8.5),
        ("2026-11-24T18:00", "2026-11-25T02:30", 8.5),
    ],
)
def test_a_zone_open_until_half_past_two(quick_nugue: HouseUnderTest, opens: str, closes: str, hours: float) -> None:
    house = quick_nugue
    stop_jobs(house)
    facts = ZoneFacts("Nuit", space_id=write(house, by_night))
    house.is_at(opens)
    door, card = at_zone(house, "Nuit", "coworking", facts, Rule("anyone", when="open")), badge(house)
    assert at(closes) - at(opens) == hours * HOUR
    house.clock.instant = at(opens) - 2
    assert told(present(house, door, card.token)) == "closed"
    assert told(present(house, door, card.token, 2)) == "granted"
    house.clock.instant = at(closes) - 2
    assert told(present(house, door, card.token, 3, direction="out")) == "granted"
    house.clock.instant = at(closes) - 2
    assert told(present(house, door, card.token, 4)) == "granted"
    assert told(present(house, door, card.token, 5)) == "closed"
    assert told(present(house, door, card.token, 6, direction="out")) == "granted"
