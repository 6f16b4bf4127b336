"""Checking in at the very instant at which the place is given to others: one of the two wins, on both databases."""

import asyncio

from tests.reservations.presence.rooms import claims, reserved, state, with_grace
from tests.support.clients import MEMBER, HouseUnderTest
from tests.support.inside import run_jobs
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Refused
from tierslieu.basics.ids import read
from tierslieu.reservations.actions import check_in
from tierslieu.reservations.presence import actions

DAY = "2026-11-24T"
TURNS = 6


def test_release_and_arrival_at_once(nugue: HouseUnderTest) -> None:
    with_grace(nugue, "bureau-1", 15)
    sofia = nugue.sign_in(MEMBER)
    who = read(sofia.get("/api/v1/me").json()["id"])
    for turn in range(TURNS):
        hour = 9 + turn
        nugue.is_at(f"{DAY}{hour:02d}:00")
        mine = reserved(sofia, "bureau-1", f"{DAY}{hour:02d}:00", f"{DAY}{hour + 1:02d}:00")
        nugue.is_at(f"{DAY}{hour:02d}:15")
        outcomes = nugue.client.blocking_portal.call(_both, nugue, read(mine), who, turn % 2 == 0)
        found = state(sofia, mine)
        assert found in ("missed", "checked_in")
        assert (found == "checked_in") == bool(outcomes[1])
        assert found == "missed" or not outcomes[0]
        assert bool(claims(nugue, mine)) == (found == "checked_in")
        if found == "checked_in":
            assert sofia.post(f"/api/v1/reservations/{mine}/departure").status_code == 204
    run_jobs(nugue)


async def _both(house: HouseUnderTest, which: int, person_id: int, by_kiosk: bool) -> list[object]:
    """Both at once: whether the place was given away, whether the arrival was noted."""
    db = house.house.db
    me = Actor(person_id, None, frozenset({"reservations.make"}))

    async def arrive() -> bool:
        if by_kiosk:
            return (await db.write(check_in, person_id)).kind == "checked_in"
        try:
            await db.write(actions.arrive, which, "app", by=me)
        except Refused:
            return False
        return True

    async def release() -> bool:
        return await db.write(actions.release_if_due, which) is not None

    found = await asyncio.gather(release(), arrive())
    return list(found)
