"""Many at once: tries counted together, permissions and journeys used once, identities with one owner."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.people.pins.kiosks import with_pin
from tests.support.clients import MEMBER, OTHER_MEMBER, HouseUnderTest
from tests.support.inside import read, write
from tierslieu.basics.errors import DomainError
from tierslieu.infra.transaction import Tx
from tierslieu.people.federation import actions as federation
from tierslieu.people.federation.queries import identity
from tierslieu.people.federation.schemas import Facts, Visitor
from tierslieu.people.persons.queries import email_holder
from tierslieu.people.pins import actions
from tierslieu.people.pins.actions import Card, card_name
from tierslieu.people.pins.rules import PER_CARD_AND_KIOSK
from tierslieu.people.signin.throttle import TooMany

FACTS = Facts("https://provider.example", "sub", "Anne", "Lambert", "", False, 1, True)
VISITOR = Visitor("franceconnect", "https://provider.example", "sub", "Anne", "Lambert", "", 0, 1, 1, "/")


def together(house: HouseUnderTest, *calls: tuple[Callable[..., Any], tuple[Any, ...]]) -> list[Any]:
    """All calls at once, each in a transaction of its own: what they answered or refused."""

    async def all_of_them() -> list[Any]:
        work = (house.house.db.write(action, *given) for action, given in calls)
        return await asyncio.gather(*work, return_exceptions=True)

    found: list[Any] = house.client.blocking_portal.call(all_of_them)
    return found


def test_tries_at_the_same_time_find_no_more_room(nugue: HouseUnderTest) -> None:
    person = with_pin(nugue).badge.person_id
    card = Card(card_name(person), person, "kiosk-hall")
    found = together(nugue, *[(actions.begin, (card,))] * 20)
    refused = [one for one in found if isinstance(one, TooMany)]
    assert len(found) - len(refused) == PER_CARD_AND_KIOSK
    assert all(isinstance(one, TooMany | actions.Try) for one in found)


def test_a_permission_is_used_once(nugue: HouseUnderTest) -> None:
    person = with_pin(nugue).badge.person_id
    write(nugue, actions.allow, person)
    card = Card(card_name(person), person, "")
    found = together(nugue, *[(actions.choose, (card, f"$argon2id${number}")) for number in range(8)])
    assert sum(one is None for one in found) == 1
    assert {one.code for one in found if isinstance(one, DomainError)} == {"pin_not_awaited"}


def test_a_journey_is_taken_once(nugue: HouseUnderTest) -> None:
    write(nugue, federation.begin, "franceconnect", ("s" * 43, "n" * 43), "b" * 64, "/", "192.0.2.1")
    found = together(nugue, *[(federation.take, ("franceconnect", "s" * 43, "b" * 64))] * 8)
    assert sum(one is not None for one in found) == 1


@pytest.mark.parametrize("times", [1, 4])
def test_an_identity_goes_to_one_of_two_accounts(nugue: HouseUnderTest, times: int) -> None:
    sofia, thomas = read(nugue, email_holder, MEMBER), read(nugue, email_holder, OTHER_MEMBER)
    calls = [(federation.link, (VISITOR, "b" * 64, who)) for who in (sofia, thomas)] * times
    found = together(nugue, *calls)
    owner = read(nugue, identity, VISITOR.issuer, VISITOR.subject)
    assert owner is not None
    for (_action, given), one in zip(calls, found, strict=True):
        assert (one is None) is (given[2] == owner.person_id), one


def test_two_accounts_are_not_made_of_one_visitor(nugue: HouseUnderTest) -> None:
    def meet(tx: Tx) -> None:
        federation.meet(tx, "franceconnect", FACTS, "b" * 64, "/")

    write(nugue, meet)
    found = together(nugue, *[(federation.create_account, (VISITOR, "b" * 64, "Anne", "Lambert"))] * 6)
    assert sum(isinstance(one, int) for one in found) == 1
    assert {one.code for one in found if isinstance(one, DomainError)} == {"identity_taken"}
