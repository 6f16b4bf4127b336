"""Races on both databases: two trainers at once, the last seat taken by ten."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from tests.people.qualifications.workshop import add_skill, do, give, newcomer, skill, token
from tests.support.clients import HouseUnderTest
from tests.support.inside import read, write
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, DomainError, Refused
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Tx
from tierslieu.people.qualifications import actions, queries, training
from tierslieu.people.qualifications.schemas import NewSession, Wish

DESK = Actor(1, permissions=frozenset({actions.SEE_ALL}))


def together(*works: object) -> list[object]:
    """All at once; what each one answered or raised."""

    def run(work: object) -> object:
        try:
            return work()  # type: ignore[operator]
        except DomainError as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def session_of(house: HouseUnderTest, capacity: int) -> int:
    """A session of a qualification without age."""
    one = add_skill(house, "tour")
    facts = {"qualification": token(one.id), "date": "2026-12-01", "start": "18:00", "minutes": 60}
    return write(house, training.plan, NewSession(**facts, place="Atelier", capacity=capacity), one.id)


def test_two_trainers_who_saw_the_same_page(nugue: HouseUnderTest) -> None:
    who, vinyl = newcomer(nugue), skill(nugue, "decoupe-vinyle").id
    former = give(nugue, who, "decoupe-vinyle", "discovery")
    wishes = [Wish(who, vinyl, level, seen=former) for level in ("accompanied", "autonomous")]
    found = together(*(lambda wish=wish: write(nugue, actions.grant, wish) for wish in wishes))
    assert sorted(isinstance(one, int) for one in found) == [False, True]
    assert [one.code for one in found if isinstance(one, Conflict)] == ["grant_moved"]
    history = read(nugue, queries.grants_of, who)
    assert [one.end_reason for one in history] == [None, "replaced"]


def test_many_grants_at_once_leave_one_in_force(nugue: HouseUnderTest) -> None:
    who, vinyl = newcomer(nugue), skill(nugue, "decoupe-vinyle").id
    found = together(*[lambda: write(nugue, actions.grant, Wish(who, vinyl, "autonomous"))] * 8)
    assert all(isinstance(one, int) for one in found), found
    history = read(nugue, queries.grants_of, who)
    assert len(history) == 8
    assert sum(1 for one in history if one.ended_at is None) == 1


def test_ten_want_the_last_seat(nugue: HouseUnderTest) -> None:
    session = session_of(nugue, 3)
    for name in ("Ana", "Bo"):
        do(nugue, DESK, training.enrol, session, newcomer(nugue, name))
    people = [newcomer(nugue, f"N{number}") for number in range(10)]
    found = together(*(lambda one=one: do(nugue, DESK, training.enrol, session, one) for one in people))
    assert [one for one in found if isinstance(one, int)] == [3]
    refused = [one for one in found if isinstance(one, Refused)]
    assert len(refused) == 9
    assert {reason.code for one in refused for reason in one.reasons} == {"training_full"}
    assert [seat.seat for seat in read(nugue, training.seats, session)] == [1, 2, 3]


def test_one_person_twice_at_once_has_one_seat(nugue: HouseUnderTest) -> None:
    session, who = session_of(nugue, 5), newcomer(nugue)
    found = together(*[lambda: do(nugue, DESK, training.enrol, session, who)] * 4)
    assert len([one for one in found if isinstance(one, int)]) == 1
    assert len(read(nugue, training.seats, session)) == 1


def test_the_database_has_no_seat_beyond_the_capacity(nugue: HouseUnderTest) -> None:
    session, who = session_of(nugue, 2), newcomer(nugue)

    def take(tx: Tx, seat: int) -> None:
        tx.run(training.TAKE_SEAT, session_id=session, seat=seat, person_id=who, taken_by=None, taken_at=tx.now)

    for seat in (0, 3):
        with pytest.raises(Conflict):
            write(nugue, take, seat)
    write(nugue, take, 2)

    def shrink(tx: Tx) -> None:
        tx.run(Query(text(f"UPDATE training_session SET capacity = 1 WHERE id = {session}")))

    with pytest.raises(Conflict):
        write(nugue, shrink)
