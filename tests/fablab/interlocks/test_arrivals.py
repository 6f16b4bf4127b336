"""Checking in for a machine's reservation unlocks it where its venue decided so, and only when it is now."""

import pytest

from tests.fablab.interlocks.terminal_beds import KEY, Bed
from tests.fablab.reserving import OTHER, reserve_as
from tests.support.clients import MEMBER
from tierslieu.fablab.interlocks.rules import Policy
from tierslieu.reservations.actions import check_in


@pytest.mark.parametrize("resource", [KEY, OTHER])
def test_a_check_in_unlocks_the_reserved_machine_where_it_may(bed: Bed, resource: str) -> None:
    reserve_as(bed.house, KEY, resource)
    sofia = bed.person(MEMBER)
    caller = bed.house.sign_in(MEMBER)
    assert caller.reserve(resource, "2026-11-25T14:30", "2026-11-25T15:30").status_code == 201
    bed.house.write(check_in, sofia)
    bed.exchange()
    assert bed.session() is None, "off by default"
    bed.set_policy(Policy(starts_at_check_in=True))
    bed.house.is_at("2026-11-25T15:30")
    bed.look()
    bed.exchange()
    assert caller.reserve(resource, "2026-11-25T15:30", "2026-11-25T16:30").status_code == 201
    bed.house.write(check_in, sofia)
    bed.house.clock.instant += 120  # the house hears of it late: nobody may be there any more
    bed.look()
    bed.exchange()
    assert bed.session() is None
    bed.house.is_at("2026-11-25T16:30")
    bed.look()
    bed.exchange()
    assert caller.reserve(resource, "2026-11-25T16:30", "2026-11-25T17:00").status_code == 201
    bed.pins.is_estopped = True
    bed.look()
    bed.house.write(check_in, sofia)
    bed.exchange()
    assert bed.session() is None, "nothing is passed over"
    bed.pins.is_estopped = False
    bed.look()
    bed.house.is_at("2026-11-25T17:00")
    bed.look()
    bed.exchange()
    assert caller.reserve(resource, "2026-11-25T17:00", "2026-11-25T18:00").status_code == 201
    bed.house.write(check_in, sofia)
    bed.exchange()
    one = bed.session()
    assert one is not None
    assert (one.person_id, bed.pins.is_energised) == (sofia, True)
