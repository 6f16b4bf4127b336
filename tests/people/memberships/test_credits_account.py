"""Credits: a ledger that only grows, never goes below zero, follows its person through merges; both databases."""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.people.memberships.desk import BOOK, balances, lots_below_zero, newcomer, person, sell
from tests.reservations.checks import ask
from tests.reservations.test_guard import change
from tests.support.clients import HouseUnderTest, at
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.clock import SystemClock
from tierslieu.basics.errors import Conflict, DomainError, Invalid, NotFound, Refused
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.transaction import Tx
from tierslieu.people.memberships.credits.actions import expire_due, give, reverse, spend
from tierslieu.people.memberships.credits.queries import accounts, balance, lines
from tierslieu.people.persons.actions import create_person

REFUSED = (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)
KIND = "half_day"


@pytest.fixture
def house(nugue: HouseUnderTest) -> HouseUnderTest:
    """The demonstration venue on both databases."""
    return nugue


def left(house: HouseUnderTest, person_id: int) -> int:
    return read(house, balance, person_id, KIND)


def test_a_pass_gives_credits_that_are_spent_one_by_one(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    sell(house, rose, BOOK, "2026-11-24")
    assert left(house, rose) == 10
    assert write(house, spend, rose, KIND, 3, "reservation", "r-1") is True
    assert left(house, rose) == 7
    assert [(one.amount, one.reason) for one in read(house, lines, rose)] == [(-3, "reservation"), (10, "bought")]
    sell(house, rose, BOOK, "2026-11-24")
    assert left(house, rose) == 17


def test_the_same_spending_counts_once(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    write(house, give, rose, KIND, 5)
    assert write(house, spend, rose, KIND, 2, "reservation", "r-1") is True
    assert write(house, spend, rose, KIND, 2, "reservation", "r-1") is False
    assert write(house, spend, rose, KIND, 2, "workshop", "r-1") is True
    assert left(house, rose) == 1
    assert write(house, give, rose, KIND, 5, "given", "once") is not None
    assert write(house, give, rose, KIND, 5, "given", "once") is None
    assert left(house, rose) == 6


def test_too_little_takes_nothing_and_says_what_is_left(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    write(house, give, rose, KIND, 2)
    with pytest.raises(Refused) as refused:
        write(house, spend, rose, KIND, 3, "reservation", "r-1")
    assert [(one.code, one.facts["left"]) for one in refused.value.reasons] == [("credit_too_low", 2)]
    assert left(house, rose) == 2
    assert write(house, spend, rose, KIND, 2, "reservation", "r-1") is True


def test_what_expires_first_goes_first_and_the_rest_is_written_off_once(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    write(house, give, rose, KIND, 4)
    write(house, give, rose, KIND, 4, "given", "", at("2026-12-01T00:00"))
    write(house, spend, rose, KIND, 3, "reservation", "r-1")
    house.is_at("2026-12-01T00:00")
    assert left(house, rose) == 4
    for _ in range(2):
        write(house, expire_due)
        assert [one.amount for one in read(house, lines, rose) if one.reason == "expired"] == [-1]
    assert left(house, rose) == 4


def test_the_job_of_the_house_writes_off(house: HouseUnderTest) -> None:
    camille = person(house, "u14")
    assert left(house, camille) == 2
    house.is_at("2026-12-24T08:00")
    run_jobs(house)
    assert left(house, camille) == 0
    assert read(house, lines, camille)[0].reason == "expired"


def test_a_mistake_is_undone_by_its_opposite_once(house: HouseUnderTest) -> None:
    rose, other = newcomer(house), newcomer(house, "Ange")
    write(house, give, rose, KIND, 5)
    write(house, give, rose, KIND, 5, "given", "", at("2026-12-01T00:00"))
    write(house, spend, rose, KIND, 7, "used", "x")
    spent = read(house, lines, rose)[0].move_id
    with pytest.raises(Refused):
        write(house, reverse, other, spent)
    write(house, reverse, rose, spent)
    assert left(house, rose) == 10
    with pytest.raises(Refused) as refused:
        write(house, reverse, rose, spent)
    assert refused.value.reasons[0].code == "already_reversed"
    with pytest.raises(Refused) as refused:
        write(house, reverse, rose, read(house, lines, rose)[0].move_id)
    assert refused.value.reasons[0].code == "not_reversible"


def test_what_was_given_and_spent_cannot_be_taken_back(house: HouseUnderTest) -> None:
    rose = newcomer(house)
    write(house, give, rose, KIND, 5)
    given = read(house, lines, rose)[0].move_id
    write(house, spend, rose, KIND, 1, "used", "x")
    with pytest.raises(Refused) as refused:
        write(house, reverse, rose, given)
    assert refused.value.reasons[0].code == "credit_too_low"
    assert left(house, rose) == 4


@pytest.mark.parametrize("amount", [0, -1, 1_000_001])
def test_amounts_that_make_no_sense(house: HouseUnderTest, amount: int) -> None:
    rose = newcomer(house)
    for act in (partial(give, reason="given"), partial(spend, reason="used", about="x")):
        with pytest.raises(Invalid):
            write(house, act, rose, KIND, amount)


def test_nobody_has_no_account(house: HouseUnderTest) -> None:
    with pytest.raises(NotFound):
        write(house, give, 1, KIND, 5)
    with pytest.raises(Conflict):
        write(house, give, newcomer(house), "gold", 5)


# --- the database itself ---------------------------------------------------------------------------------------


def an_account(url: str) -> tuple[int, int]:
    """(person, lot) of the demonstration with 7 half-days left."""
    row = ask(url, "SELECT l.person_id, l.id FROM credit_lot l JOIN pass_sale s ON s.lot_id = l.id")[0]
    return int(row[0]), int(row[1])


def move(url: str, number: int, lot_id: int, amount: int) -> None:
    change(
        url,
        f"INSERT INTO credit_move (id, reason, about, at) VALUES ({number}, 'used', 'm{number}', 1)",
        f"INSERT INTO credit_entry (move_id, lot_id, amount) VALUES ({number}, {lot_id}, {amount})",
    )


def test_the_database_refuses_less_than_nothing(demo_url: str) -> None:
    _owner, lot_id = an_account(demo_url)
    with pytest.raises(REFUSED):
        move(demo_url, 1, lot_id, -8)
    move(demo_url, 2, lot_id, -7)
    with pytest.raises(REFUSED):
        move(demo_url, 3, lot_id, -1)
    assert lots_below_zero(demo_url) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE credit_entry SET amount = 100",
        "UPDATE credit_entry SET lot_id = 1",
        "DELETE FROM credit_entry",
        "UPDATE credit_move SET at = 1",
        "DELETE FROM credit_move",
        "UPDATE credit_lot SET expires_at = NULL",
        "UPDATE credit_lot SET person_id = person_id, kind = 'day'",
        "DELETE FROM credit_lot",
        "UPDATE pass_sale SET price_cents = 1, list_cents = 1",
        "DELETE FROM pass_sale",
        "UPDATE plan_terms SET name = 'x'",
        "DELETE FROM plan_price",
        "UPDATE plan_price SET cents = 0",
    ],
)
def test_what_was_written_stays(demo_url: str, statement: str) -> None:
    before = balances(demo_url)
    with pytest.raises(REFUSED):
        change(demo_url, statement)
    assert balances(demo_url) == before


def test_a_merge_and_its_undoing_keep_every_sum(demo_url: str) -> None:
    """Two files become one: lots follow. Spendings since the merge stay with the lots they took from."""
    sofia, lot_id = an_account(demo_url)
    other = int(ask(demo_url, "SELECT person_id FROM credit_lot WHERE kind = 'euro'")[0][0])
    before = balances(demo_url)
    change(demo_url, f"UPDATE credit_lot SET person_id = {other} WHERE person_id = {sofia}")
    assert balances(demo_url) == {**{k: v for k, v in before.items() if k[0] != sofia}, (other, KIND): 7}
    move(demo_url, 4, lot_id, -5)
    change(demo_url, f"UPDATE credit_lot SET person_id = {sofia} WHERE id = {lot_id}")
    assert balances(demo_url) == {**before, (sofia, KIND): 2}
    assert lots_below_zero(demo_url) == 0
    change(demo_url, "UPDATE credit_move SET by_id = NULL")


# --- many at once -----------------------------------------------------------------------------------------------

TWO_POOLS = 2


def at_once(url: str, *acts: Callable[[Tx], Any]) -> list[Any]:
    """Run acts at the same moment, spread over two processes' worth of connections; errors are results."""

    async def run() -> list[Any]:
        houses = [Database(engine_for(url), SystemClock()) for _ in range(TWO_POOLS)]
        for db in houses:
            await db.start()
        try:
            work = [houses[number % TWO_POOLS].write(act) for number, act in enumerate(acts)]
            return await asyncio.gather(*work, return_exceptions=True)
        finally:
            for db in houses:
                await db.stop()

    return asyncio.run(run())


def rose_with(url: str, *amounts: int) -> int:
    def make(tx: Tx) -> int:
        person_id = create_person(tx, "Rose", "Petit")
        for amount in amounts:
            give(tx, person_id, KIND, amount)
        return person_id

    found = at_once(url, make)[0]
    assert isinstance(found, int), found
    return found


def test_twenty_spendings_at_once_take_what_there_is(empty_url: str) -> None:
    rose = rose_with(empty_url, 3, 4)
    acts = [partial(_spend, rose, 1, f"a{number}") for number in range(20)]
    results = at_once(empty_url, *acts)
    assert results.count(True) == 7
    assert all(isinstance(one, Refused) for one in results if one is not True), results
    assert balances(empty_url) == {(rose, KIND): 0}
    assert lots_below_zero(empty_url) == 0


def test_spendings_over_several_lots_do_not_wait_for_each_other(empty_url: str) -> None:
    rose = rose_with(empty_url, 3, 3, 3)
    results = at_once(empty_url, *(partial(_spend, rose, 4, f"b{number}") for number in range(20)))
    assert results.count(True) == 2
    assert all(isinstance(one, Refused) for one in results if one is not True), results
    assert balances(empty_url) == {(rose, KIND): 1}


def test_the_same_spending_twenty_times_at_once_counts_once(empty_url: str) -> None:
    rose = rose_with(empty_url, 10)
    results = at_once(empty_url, *(partial(_spend, rose, 2, "same") for _ in range(20)))
    assert sorted(results) == [False] * 19 + [True]
    assert balances(empty_url) == {(rose, KIND): 8}


def test_past_the_actions_the_database_still_refuses(empty_url: str) -> None:
    """Entries written without looking first: the guard alone decides, one after the other."""
    rose = rose_with(empty_url, 5)
    lot_id = int(ask(empty_url, "SELECT id FROM credit_lot")[0][0])
    results = at_once(empty_url, *(partial(_raw, lot_id, f"c{number}") for number in range(20)))
    assert results.count(True) == 5
    assert all(isinstance(one, DomainError) for one in results if one is not True), results
    assert balances(empty_url) == {(rose, KIND): 0}


def _spend(person_id: int, amount: int, about: str, tx: Tx) -> bool:
    return spend(tx, person_id, KIND, amount, "used", about)


def _raw(lot_id: int, about: str, tx: Tx) -> bool:
    from tierslieu.people.memberships.credits import actions

    move_id = actions._begin(tx, "used", about)
    actions._write(tx, move_id or 0, [(lot_id, -1)])
    return True


def test_accounts_of_the_demonstration(nugue: HouseUnderTest, tmp_path: Path) -> None:
    found = read(nugue, accounts, person(nugue, "u05"))
    assert [(one.kind, one.left) for one in found] == [(KIND, 7)]
