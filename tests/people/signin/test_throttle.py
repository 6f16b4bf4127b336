"""Guessing is slowed by counts in the database: compared with a plain list, and under many tries at once."""

import asyncio
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.support.clients import HouseUnderTest
from tests.support.inside import read, write
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.signin.origins import network
from tierslieu.people.signin.tables import Attempt
from tierslieu.people.signin.throttle import (
    PER_ACCOUNT,
    PER_ORIGIN,
    WINDOW,
    Limit,
    TooMany,
    attempt,
    failed,
    forget,
    password_limits,
    require_room,
    tidy,
    withdraw,
)

ALL: Query[tuple[str]] = Query(select(columns(Attempt).name))
SERIES = count()
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(0, WINDOW + 5), st.just("")),
        st.tuples(st.sampled_from("ab"), st.integers(1, 12), st.sampled_from("xy")),
    ),
    max_size=12,
)


def has_room(reader: Reader, *limits: Limit) -> bool:
    try:
        require_room(reader, *limits)
    except TooMany:
        return False
    return True


def is_open(house: HouseUnderTest, *limits: Limit) -> bool:
    found: bool = read(house, has_room, *limits)
    return found


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_room_is_as_counted(quick_nugue: HouseUnderTest, steps: list[tuple[str, int, str]]) -> None:
    series, failures = next(SERIES), []
    for who, number, origin in steps:
        if who == "wait":
            quick_nugue.clock.instant += number
            continue
        limits = password_limits(f"{who}{series}", f"{origin}{series}")
        for _number in range(number):
            write(quick_nugue, failed, *limits)
        failures += [(quick_nugue.clock.instant, who, origin)] * number
    recent = [(who, origin) for at, who, origin in failures if at > quick_nugue.clock.instant - WINDOW]
    for who in "ab":
        for origin in "xy":
            is_full = recent.count((who, origin)) >= PER_ACCOUNT
            is_full = is_full or sum(1 for _who, place in recent if place == origin) >= PER_ORIGIN
            assert is_open(quick_nugue, *password_limits(f"{who}{series}", f"{origin}{series}")) != is_full


def test_what_is_withdrawn_does_not_count(nugue: HouseUnderTest) -> None:
    limit = Limit("some", 2)
    first = write(nugue, attempt, limit)
    write(nugue, attempt, limit)
    assert not is_open(nugue, limit)
    write(nugue, withdraw, first)
    assert is_open(nugue, limit)
    write(nugue, attempt, limit)
    with pytest.raises(TooMany):
        write(nugue, attempt, limit)
    write(nugue, forget, limit)
    assert is_open(nugue, limit)


def test_old_tries_are_removed(nugue: HouseUnderTest) -> None:
    def rows(reader: Reader) -> int:
        return len(reader.rows(ALL))

    write(nugue, failed, Limit("some", 5), Limit("other", 5, 60))
    assert read(nugue, rows) == 2
    nugue.clock.instant += 61
    write(nugue, tidy, None)
    assert read(nugue, rows) == 1
    nugue.clock.instant += WINDOW
    write(nugue, failed, Limit("third", 5))
    assert read(nugue, rows) == 1


def test_no_name_is_kept(nugue: HouseUnderTest) -> None:
    write(nugue, failed, *password_limits("sofia.moreau@example.org", "192.0.2.7"))
    assert "sofia" not in str(read(nugue, lambda reader: reader.rows(ALL)))


def test_many_at_once_find_no_more_room_than_one_by_one(nugue: HouseUnderTest) -> None:
    limits = password_limits("somebody@example.org", "192.0.2.7")

    async def storm() -> list[Any]:
        tries = [nugue.house.db.write(attempt, *limits) for _number in range(20)]
        return await asyncio.gather(*tries, return_exceptions=True)

    answers = nugue.client.blocking_portal.call(storm)
    assert sum(1 for one in answers if not isinstance(one, Exception)) == PER_ACCOUNT
    assert all(isinstance(one, TooMany) for one in answers if isinstance(one, Exception))


def test_a_known_browser_has_its_own_room(nugue: HouseUnderTest) -> None:
    def many(tx: Tx) -> None:
        for _number in range(PER_ORIGIN):
            failed(tx, *password_limits("a@example.org", "192.0.2.7"))

    write(nugue, many)
    assert not is_open(nugue, *password_limits("a@example.org", "192.0.2.7"))
    assert is_open(nugue, *password_limits("a@example.org", "192.0.2.7", "its-browser"))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
        ("x" * 500, "x" * 100),
    ],
)
def test_an_ipv6_household_is_one_origin(host: str, expected: str) -> None:
    assert network(host) == expected
