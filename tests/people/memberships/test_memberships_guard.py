"""The database itself: one plan, one category of a family at a time; past all of the product's code, and at once."""

import sqlite3
from datetime import date
from functools import partial

import asyncpg
import pytest

from tests.people.memberships.test_credits_account import at_once
from tests.reservations.checks import ask
from tests.reservations.test_guard import change
from tests.support.clients import PARIS
from tierslieu.basics.errors import Conflict, Refused
from tierslieu.infra.transaction import Tx
from tierslieu.people.memberships import actions
from tierslieu.people.memberships.categories.actions import set_category
from tierslieu.people.memberships.categories.queries import categories_of
from tierslieu.people.memberships.plans.queries import plan_by_key
from tierslieu.people.memberships.quoting import Wish
from tierslieu.people.persons.actions import create_person

REFUSED = (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)
ADD = (
    "INSERT INTO membership (id, person_id, plan_id, terms_id, category, starts_at, ends_at, list_cents, price_cents,"
    " free_reason, sold_at, cancelled_at, cancel_reason)"
    " VALUES ({id}, {person}, {plan}, {terms}, 'habitant', {start}, {end}, 0, 0, '', 1, {cancelled}, '{why}')"
)
CATEGORY = (
    "INSERT INTO person_category (id, person_id, category, family, starts_at, until_at, how, checked_at)"
    " VALUES ({id}, {person}, 'habitant', 'status', {start}, {end}, 'declared', 1)"
)


class Somebody:
    """Two people without memberships, and a plan with its terms, in plain SQL."""

    def __init__(self, url: str) -> None:
        self.url = url
        found = ask(url, "SELECT id FROM person WHERE id <> 0 AND id NOT IN (SELECT person_id FROM membership)")
        self.person, self.other = int(found[0][0]), int(found[1][0])
        change(url, f"DELETE FROM person_category WHERE person_id IN ({self.person}, {self.other})")
        plan, terms = ask(url, "SELECT plan_id, min(id) FROM plan_terms GROUP BY plan_id ORDER BY plan_id")[0]
        self.plan, self.terms = int(plan), int(terms)

    def add(self, number: int, start: int, end: int, person: int = 0, why: str = "") -> None:
        cancelled = "1" if why else "NULL"
        values = {"person": person or self.person, "plan": self.plan, "terms": self.terms}
        change(self.url, ADD.format(id=number, start=start, end=end, cancelled=cancelled, why=why, **values))

    def set(self, number: int, start: int, end: int, person: int = 0) -> None:
        change(self.url, CATEGORY.format(id=number, person=person or self.person, start=start, end=end))


@pytest.mark.parametrize(
    ("start", "end"), [(100, 200), (50, 101), (199, 300), (120, 130), (50, 300), (100, 150), (150, 200)]
)
def test_no_second_one_gets_in(demo_url: str, start: int, end: int) -> None:
    rose = Somebody(demo_url)
    rose.add(1, 100, 200)
    rose.set(1, 100, 200)
    with pytest.raises(REFUSED):
        rose.add(2, start, end)
    with pytest.raises(REFUSED):
        rose.set(2, start, end)


def test_touching_cancelled_and_other_peoples_get_in(demo_url: str) -> None:
    rose = Somebody(demo_url)
    rose.add(1, 100, 200)
    rose.add(2, 200, 300)
    rose.add(3, 50, 100)
    rose.add(4, 100, 200, why="mistake")
    rose.add(5, 100, 200, person=rose.other)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE membership SET starts_at = 150 WHERE id = 2",
        "UPDATE membership SET starts_at = 100, ends_at = 300 WHERE id = 2",
        "UPDATE membership SET cancelled_at = NULL, cancel_reason = '' WHERE id = 3",
        "UPDATE person_category SET starts_at = 150 WHERE id = 2",
    ],
)
def test_none_is_moved_onto_another(demo_url: str, statement: str) -> None:
    rose = Somebody(demo_url)
    rose.add(1, 100, 200)
    rose.add(2, 200, 300)
    rose.add(3, 100, 200, why="asked")
    rose.set(1, 100, 200)
    rose.set(2, 200, 300)
    with pytest.raises(REFUSED):
        change(demo_url, statement)
    change(
        demo_url,
        "UPDATE membership SET ends_at = 190 WHERE id = 1",
        "UPDATE membership SET starts_at = 195 WHERE id = 2",
    )


def test_a_merge_keeps_what_both_had_and_can_be_undone(demo_url: str) -> None:
    rose = Somebody(demo_url)
    for table, add in (("membership", rose.add), ("person_category", rose.set)):
        add(1, 100, 200)
        add(2, 150, 250, rose.other)
        before = ask(demo_url, f"SELECT * FROM {table} ORDER BY id")
        change(demo_url, f"UPDATE {table} SET person_id = {rose.person} WHERE id = 2")
        assert ask(demo_url, f"SELECT count(*) FROM {table} WHERE person_id = {rose.person}")[0][0] == 2
        with pytest.raises(REFUSED):
            add(3, 240, 260)
        change(demo_url, f"UPDATE {table} SET person_id = {rose.other} WHERE id = 2")
        assert ask(demo_url, f"SELECT * FROM {table} ORDER BY id") == before


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE membership SET ends_at = starts_at",
        "UPDATE membership SET price_cents = price_cents + 1",
        "UPDATE membership SET price_cents = 0 WHERE list_cents > 0 AND free_reason = ''",
        "UPDATE membership SET cancel_reason = 'asked'",
        "UPDATE membership SET free_reason = 'because'",
        "UPDATE person_category SET how = 'guessed'",
        "UPDATE person_category SET until_at = starts_at",
        "UPDATE membership_suspension SET until_at = from_at - 1",
    ],
)
def test_rows_that_make_no_sense_are_refused(demo_url: str, wrong: str) -> None:
    with pytest.raises(REFUSED):
        change(demo_url, wrong)


def newcomer(url: str) -> int:
    found = at_once(url, lambda tx: create_person(tx, "Rose", "Petit"))[0]
    assert isinstance(found, int)
    return found


def test_twenty_sales_at_once_make_one_membership(demo_url: str) -> None:
    rose = newcomer(demo_url)
    results = at_once(demo_url, *(partial(_sell, rose) for _ in range(20)))
    assert sum(isinstance(one, int) for one in results) == 1, results
    assert {one.reasons[0].code for one in results if isinstance(one, Refused)} == {"already_member"}
    assert ask(demo_url, f"SELECT count(*) FROM membership WHERE person_id = {rose}")[0][0] == 1


def test_twenty_renewals_at_once_make_one(demo_url: str) -> None:
    rose = newcomer(demo_url)
    first = at_once(demo_url, partial(_sell, rose))[0]
    results = at_once(demo_url, *(partial(_renew, first) for _ in range(20)))
    assert sum(isinstance(one, int) for one in results) == 1, results
    assert ask(demo_url, f"SELECT count(*) FROM membership WHERE person_id = {rose}")[0][0] == 2


def test_categories_set_at_once_leave_one_in_force(demo_url: str) -> None:
    rose = newcomer(demo_url)
    keys = ("habitant", "association", "entreprise", "exterieur") * 5
    results = at_once(demo_url, *(partial(_set, rose, key) for key in keys))
    assert all(isinstance(one, int | Conflict) for one in results), results
    found = at_once(demo_url, lambda tx: categories_of(tx, rose, tx.now))[0]
    assert len([one for one in found if one.family == "status"]) == 1


def _sell(person_id: int, tx: Tx) -> int:
    return actions.sell(tx, PARIS, Wish(person_id, plan_by_key(tx, "adh-annuelle") or 0, _today(tx)))


def _renew(membership_id: int, tx: Tx) -> int:
    return actions.renew(tx, PARIS, membership_id)


def _set(person_id: int, key: str, tx: Tx) -> int:
    return set_category(tx, person_id, key, "declared", tx.now + 86_400)


def _today(tx: Tx) -> date:
    return PARIS.date(tx.now)
