"""Two approvals at once of requests for the same time: one is granted, the other is lost or refused, never both."""

import asyncio
from typing import Any

import pytest

from tests.reservations.approvals.asking import ask, keep_nothing, state
from tests.support.clients import MEMBER, OTHER_MEMBER, HouseUnderTest
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, DomainError, Refused
from tierslieu.basics.ids import read
from tierslieu.reservations.actions import ANSWER
from tierslieu.reservations.approvals.actions import answer

APPROVER = Actor(person_id=None, device="desk", permissions=frozenset({ANSWER}))


@pytest.mark.parametrize("is_held", [False, True])
def test_one_of_two_is_granted(nugue: HouseUnderTest, is_held: bool) -> None:
    sofia, thomas = nugue.sign_in(MEMBER), nugue.sign_in(OTHER_MEMBER)
    if is_held:
        first = ask(sofia)
        second = first
    else:
        keep_nothing(nugue)
        first, second = ask(sofia), ask(thomas, "grande-salle-cour", "11:00", "13:00")

    async def both() -> list[Any]:
        work = (nugue.house.db.write(answer, read(one), True, by=APPROVER) for one in (first, second))
        return await asyncio.gather(*work, return_exceptions=True)

    answers = nugue.client.blocking_portal.call(both)
    assert sum(one is None for one in answers) == 1
    refused = [one for one in answers if one is not None]
    assert all(isinstance(one, DomainError) for one in refused)
    assert all(isinstance(one, Refused | Conflict) for one in refused)
    if not is_held:
        states = [state(sofia, first), state(thomas, second)]
        assert sorted(states) in (["confirmed", "rejected"], ["confirmed", "requested"])
