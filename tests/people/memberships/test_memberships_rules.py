"""Periods, prices, states, chains and reminders, over any day and any price."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clients import PARIS
from tierslieu.basics.spans import Span
from tierslieu.people.memberships.credits.rules import Lot, taken
from tierslieu.people.memberships.rules import (
    ANCHORS,
    MONTHS,
    REMINDERS,
    Stretch,
    add_months,
    best_price,
    followers,
    part,
    period,
    price_of_period,
    pulled,
    pushed,
    reminder_due,
    share,
    state_at,
)

DAYS = st.dates(date(2025, 1, 1), date(2060, 12, 31))
CENTS = st.integers(0, 10_000_000)


@pytest.mark.parametrize(
    ("first", "months", "end"),
    [
        ("2026-01-15", 1, "2026-02-15"),
        ("2026-01-31", 1, "2026-03-01"),
        ("2026-01-29", 1, "2026-03-01"),
        ("2026-01-28", 1, "2026-02-28"),
        ("2028-01-29", 1, "2028-02-29"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-08-31", 1, "2026-10-01"),
        ("2028-02-29", 12, "2029-03-01"),
        ("2028-02-28", 12, "2029-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-11-24", 12, "2027-11-24"),
    ],
)
def test_months_and_years(first: str, months: int, end: str) -> None:
    assert add_months(date.fromisoformat(first), months) == date.fromisoformat(end)


@given(DAYS, st.integers(1, 48))
def test_nobody_gets_less_than_the_months_they_paid(first: date, months: int) -> None:
    end = add_months(first, months)
    assert end > first
    assert end.day == first.day or (end.day == 1 and first.day > 28)
    assert add_months(first + timedelta(days=1), months) >= end


@given(DAYS, st.sampled_from(sorted(MONTHS)), st.sampled_from(ANCHORS))
def test_a_period_holds_its_first_day_and_is_part_of_a_whole(first: date, unit: str, anchor: str) -> None:
    found = period(unit, anchor, first)
    assert found.start == first
    assert found.whole_start <= first < found.end
    assert 1 <= found.days <= found.whole_days <= 366
    if anchor and unit == "year":
        assert found.whole_start.isoformat()[5:] == found.end.isoformat()[5:] == anchor
    if not anchor:
        assert found.days == found.whole_days


@given(CENTS, st.integers(1, 366), st.data())
def test_the_parts_of_a_period_add_up_to_its_price(cents: int, whole: int, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, max(whole - 1, 1)), max_size=6)))
    edges = [0, *(cut for cut in cuts if cut < whole), whole]
    parts = [part(cents, first, last, whole) for first, last in pairwise(edges)]
    assert sum(parts) == cents
    assert all(one >= 0 for one in parts)


@given(CENTS, st.integers(1, 366), st.data())
def test_a_share_is_the_nearest_cent_half_up(cents: int, whole: int, data: st.DataObject) -> None:
    days = data.draw(st.integers(0, whole))
    found = share(cents, days, whole)
    assert -whole < 2 * (cents * days - found * whole) <= whole or 2 * (found * whole - cents * days) == whole
    assert share(cents, whole, whole) == cents
    assert share(cents, 0, whole) == 0


def test_half_a_cent_goes_up() -> None:
    assert share(1, 1, 2) == 1
    assert part(1, 0, 1, 2) + part(1, 1, 2, 2) == 1


def test_joining_in_the_middle_of_a_season() -> None:
    found = period("year", "09-01", date(2026, 11, 24))
    assert (found.whole_start, found.end, found.days) == (date(2026, 9, 1), date(2027, 9, 1), 281)
    assert price_of_period(1500, found) == 1155


@given(st.dictionaries(st.sampled_from("abcd"), CENTS), st.lists(st.sampled_from("abcde")), st.sampled_from("abcde"))
def test_the_best_allowed_price(prices: dict[str, int], held: list[str], default: str) -> None:
    found = best_price(prices, held, default)
    mine = [prices[key] for key in held if key in prices]
    if mine:
        assert found is not None
        assert found.cents == min(mine)
        assert found.category in held
    else:
        assert (found is None) == (default not in prices)


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 50), st.none() | st.integers(0, 150))
def test_one_state_at_each_instant(now: int, start: int, length: int, cancelled: int | None) -> None:
    span = Span(start, start + length)
    found = state_at(span, cancelled, [Span(start + 2, start + 4)], now)
    assert (found == "cancelled") == (cancelled is not None and now >= cancelled)
    if found in ("in_force", "suspended"):
        assert span.holds(now)
        assert (found == "suspended") == (start + 2 <= now < start + 4)


def test_the_last_day_is_included_even_in_the_night_of_the_change_of_hour() -> None:
    for last in (date(2026, 11, 24), date(2026, 10, 25), date(2026, 3, 29)):
        end = PARIS.instant(last + timedelta(days=1), 0)
        span = Span(PARIS.instant(last, 0) - 40 * 86_400, end)
        assert state_at(span, None, [], end - 1) == "in_force"
        assert state_at(span, None, [], end) == "ended"
        assert PARIS.date(end - 1) == last


CHAINS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 400)), max_size=5)


def chain(pairs: list[tuple[int, int]], begin: int) -> list[Stretch]:
    found = []
    for number, (gap, length) in enumerate(pairs):
        found.append(Stretch(number, Span(begin + gap, begin + gap + length)))
        begin += gap + length
    return found


@given(CHAINS, st.integers(0, 400))
def test_what_follows_makes_room_and_keeps_its_length(pairs: list[tuple[int, int]], longer: int) -> None:
    later = chain(pairs, 1000)
    moved = {one.id: one.span for one in pushed(1000 + longer, later)}
    result = [moved.get(one.id, one.span) for one in later]
    assert [one.seconds for one in result] == [one.span.seconds for one in later]
    assert all(new.start >= old.span.start for new, old in zip(result, later, strict=True))
    assert all(left.end <= right.start for left, right in pairwise([Span(0, 1000 + longer), *result]))
    assert [one.id for one in pushed(1000 + longer, later)] == sorted(moved, reverse=True)


@given(CHAINS, st.integers(0, 400))
def test_what_followed_without_a_gap_follows_again(pairs: list[tuple[int, int]], shorter: int) -> None:
    later = chain(pairs, 1000)
    moved = {one.id: one.span for one in pulled(1000, 1000 - shorter, later)}
    result = [moved.get(one.id, one.span) for one in later]
    edges = [(Span(0, 1000), Span(0, 1000 - shorter)), *zip((one.span for one in later), result, strict=True)]
    for (old, new), (next_old, next_new) in pairwise(edges):
        assert next_new.start >= new.end
        if next_old.start == old.end and new.end != old.end:
            assert next_new.start == new.end


@given(CHAINS, st.integers(1, 400))
def test_a_suspension_taken_back_puts_a_chain_without_gaps_back(pairs: list[tuple[int, int]], days: int) -> None:
    later = chain([(0, length) for _gap, length in pairs], 1000)
    moved = pushed(1000 + days, later)[::-1]
    back = {one.id: one.span for one in pulled(1000 + days, 1000, followers(1000 + days, moved))}
    assert [back[one.id] for one in later] == [one.span for one in later]


@given(DAYS, st.integers(1, 800), st.integers(-5, 800))
def test_reminders(first: date, length: int, passed: int) -> None:
    end, now = first + timedelta(days=length), first + timedelta(days=passed)
    found = reminder_due(first, end, now)
    left = length - passed
    if found is None:
        assert not any(0 < left <= days and length >= 2 * days for days in REMINDERS)
    else:
        assert 0 < left <= found
        assert not (found == 30 and left <= 7)


def test_a_month_is_not_recalled_from_its_start() -> None:
    first, end = date(2026, 11, 1), date(2026, 12, 1)
    assert reminder_due(first, end, date(2026, 11, 5)) is None
    assert reminder_due(first, end, date(2026, 11, 24)) == 7
    assert reminder_due(first, end, end) is None


LOTS = st.lists(st.tuples(st.none() | st.integers(1, 50), st.integers(0, 30)), max_size=6)


@given(LOTS, st.integers(1, 120))
def test_what_expires_first_is_taken_first(pairs: list[tuple[int | None, int]], amount: int) -> None:
    lots = [Lot(number, expires, left) for number, (expires, left) in enumerate(pairs)]
    found = taken(lots, amount)
    if found is None:
        assert sum(lot.left for lot in lots) < amount
        return
    took = dict(found)
    assert sum(took.values()) == amount
    assert all(0 < took[lot.id] <= lot.left for lot in lots if lot.id in took)
    for lot in lots:
        if took.get(lot.id, 0) < lot.left:
            later = [o for o in lots if o.id in took and (o.expires_at or 99, o.id) > (lot.expires_at or 99, lot.id)]
            assert later == []
