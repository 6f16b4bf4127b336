"""Many at once, and cut in the middle: a hold is taken once, and never stands without its offer."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from tests.reservations.waiting.queueing import DAY, cancel, join, mine, open_offers, take
from tests.support.clients import MEMBER, OTHER_MEMBER, Caller, HouseUnderTest
from tests.support.doors import someone
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, DomainError, Refused
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.reservations import claims
from tierslieu.reservations.offers import actions as offers
from tierslieu.reservations.offers.ways import ways_of
from tierslieu.reservations.waiting.matching import give_turns
from tierslieu.reservations.waiting.queries import open_of

STRAY: Query[tuple[int]] = Query(
    text(
        "SELECT count(*) FROM claim WHERE cause = 'hold' AND cause_id NOT IN"
        " (SELECT id FROM offer WHERE state = 'open')"
    )
)
EMPTY: Query[tuple[int]] = Query(
    text(
        "SELECT count(*) FROM offer WHERE state = 'open' AND id NOT IN"
        " (SELECT cause_id FROM claim WHERE cause = 'hold')"
    )
)
LOST: Query[tuple[int]] = Query(
    text(
        "SELECT count(*) FROM waiting_entry WHERE (state = 'offered') <> (id IN"
        " (SELECT cause_id FROM offer WHERE state = 'open'))"
    )
)


def together(house: HouseUnderTest, *calls: tuple[Actor, Callable[..., Any], tuple[Any, ...]]) -> list[Any]:
    """All calls at once, each in a transaction of its own: what they answered or refused."""

    async def all_of_them() -> list[Any]:
        work = (house.house.db.write(action, *given, by=by) for by, action, given in calls)
        return await asyncio.gather(*work, return_exceptions=True)

    found: list[Any] = house.client.blocking_portal.call(all_of_them)
    return found


def disagreements(house: HouseUnderTest) -> list[int]:
    """Holds without an offer, offers without a hold, entries and offers that do not agree."""

    def count(reader: Reader) -> list[int]:
        return [reader.rows(query)[0][0] for query in (STRAY, EMPTY, LOST)]

    return read(house, count)


@pytest.fixture
def offered(nugue: HouseUnderTest) -> tuple[Caller, int, int]:
    """Sofia, and what is kept for somebody else: the offer, and its person."""
    sofia = nugue.sign_in(MEMBER)
    made, other = take(sofia), someone(nugue, "member")
    join(Caller(nugue.client, other.token))
    cancel(sofia, made)
    run_jobs(nugue)
    (offer,) = open_offers(nugue)
    return sofia, offer.id, other.id


def test_an_offer_is_taken_once(nugue: HouseUnderTest, offered: tuple[Caller, int, int]) -> None:
    _sofia, offer, person = offered
    by = Actor(person_id=person)
    answers = together(nugue, *[(by, offers.accept, (offer,))] * 6, (by, offers.decline, (offer,)))
    done = [one for one in answers if not isinstance(one, BaseException)]
    assert len(done) == 1
    assert {type(one) for one in answers if isinstance(one, BaseException)} == {Conflict}
    run_jobs(nugue)
    assert disagreements(nugue) == [0, 0, 0]


def test_at_the_instant_of_the_lapse_one_of_both_is_true(
    nugue: HouseUnderTest, offered: tuple[Caller, int, int]
) -> None:
    sofia, offer, person = offered
    nugue.clock.instant = open_offers(nugue)[0].until_at
    late = together(
        nugue,
        (Actor(person_id=person), offers.accept, (offer,)),
        (Actor(device="system"), offers.lapse, ({"id": offer},)),
    )
    assert isinstance(late[0], Conflict)
    assert late[0].code == "offer_lapsed"
    assert late[1] is True
    run_jobs(nugue)
    assert disagreements(nugue) == [0, 0, 0]
    assert sofia.reserve("visio-1", f"{DAY}T10:00", f"{DAY}T12:00").status_code == 201


def test_just_before_the_lapse_it_is_theirs(nugue: HouseUnderTest, offered: tuple[Caller, int, int]) -> None:
    sofia, offer, person = offered
    nugue.clock.instant = open_offers(nugue)[0].until_at - 1
    found = together(
        nugue,
        (Actor(person_id=person), offers.accept, (offer,)),
        (Actor(device="system"), offers.lapse, ({"id": offer},)),
    )
    assert not isinstance(found[0], BaseException)
    assert found[1] is False
    assert sofia.reserve("visio-1", f"{DAY}T10:00", f"{DAY}T12:00").status_code == 409


def test_turns_given_at_the_same_time_pass_nobody_over(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in(MEMBER)
    made = [take(sofia), take(nugue.sign_in(OTHER_MEMBER), start="12:00", end="14:00")]
    people = [someone(nugue, "member", name=f"N{number}") for number in range(4)]
    for one in people:
        join(Caller(nugue.client, one.token), to="14:00")
    cancel(sofia, made[0])
    cancel(nugue.sign_in(OTHER_MEMBER), made[1])
    ways, window = ways_of(nugue.house), Span(nugue.clock.instant, nugue.clock.instant + 7 * 86_400)
    system = Actor(device="system")
    answers = together(nugue, *[(system, give_turns, (ways, window))] * 4)
    assert not [one for one in answers if isinstance(one, BaseException) and not isinstance(one, DomainError)]
    run_jobs(nugue)
    states = [read(nugue, open_of, one.id)[0].state for one in people]
    kept = len(open_offers(nugue))
    assert kept == 2
    assert states == ["offered"] * kept + ["waiting"] * (len(people) - kept)
    assert disagreements(nugue) == [0, 0, 0]


class Cut(Exception):
    """The power goes in the middle of a transaction."""


def test_a_cut_leaves_nothing_half_done_and_the_sweep_goes_on(nugue: HouseUnderTest) -> None:
    sofia, other = nugue.sign_in(MEMBER), someone(nugue, "member")
    made = take(sofia)
    join(Caller(nugue.client, other.token))
    cancel(sofia, made)
    ways, window = ways_of(nugue.house), Span(nugue.clock.instant, nugue.clock.instant + 7 * 86_400)

    def cut(tx: Tx) -> None:
        give_turns(tx, ways, window)
        raise Cut

    with pytest.raises(Cut):
        write(nugue, cut)
    assert disagreements(nugue) == [0, 0, 0]
    run_jobs(nugue)
    assert mine(Caller(nugue.client, other.token))[0]["state"] == "offered"


def test_a_hold_that_somebody_gave_away_is_mended(nugue: HouseUnderTest, offered: tuple[Caller, int, int]) -> None:
    sofia, offer, person = offered
    write(nugue, claims.give_back, "hold", offer, is_freed=False)
    assert sofia.reserve("visio-1", f"{DAY}T10:00", f"{DAY}T12:00").status_code == 201
    (refused,) = together(nugue, (Actor(person_id=person), offers.accept, (offer,)))
    assert isinstance(refused, Refused)
    assert disagreements(nugue) == [0, 1, 0]
    write(nugue, offers.mend)
    run_jobs(nugue)
    assert disagreements(nugue) == [0, 0, 0]
    assert read(nugue, open_of, person)[0].alerts == 0
