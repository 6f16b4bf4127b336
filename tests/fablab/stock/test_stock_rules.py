"""Amounts as pure functions: nothing is invented, nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.fablab.stock import rules

PLA = ("PLA", None, None)
LENGTHS = st.floats(0.0, 500_000.0)


def test_a_metre_of_pla_weighs_about_three_grams() -> None:
    assert rules.mg_of_length(1_000, "pla", None, None) == pytest.approx(2_983, abs=1)
    assert rules.mg_of_length(1_000, "pla", None, 2.85) == pytest.approx(7_910, abs=1)
    assert rules.mg_of_length(1_000, "Mystère", None, None) is None
    assert rules.mg_of_length(1_000, "Mystère", 1.0, None) is not None


@given(st.lists(st.tuples(LENGTHS, LENGTHS), min_size=1, max_size=5), st.floats(1, 900_000))
def test_what_the_machine_measured_is_shared_and_nothing_is_lost(
    sliced: list[tuple[float, float]], real: float
) -> None:
    loaded = dict.fromkeys(range(len(sliced)), PLA)
    found = rules.taken(real, sliced, None, loaded)
    if sum(mm for mm, _g in sliced) > 1 and all(mm > 0.001 for mm, g in sliced if mm or g):
        whole = rules.mg_of_length(real, *PLA)
        assert whole is not None
        assert sum(one.amount or 0 for one in found) == pytest.approx(whole, abs=len(sliced))
        assert {one.source for one in found} == {"machine"}


@given(st.lists(st.tuples(st.none() | LENGTHS, st.none() | LENGTHS), max_size=4), st.none() | st.floats(0, 1))
def test_unknown_never_becomes_nothing(sliced: list[tuple[float | None, float | None]], part: float | None) -> None:
    for one in rules.taken(None, sliced, part, {0: PLA, 1: PLA}):
        mm, grams = sliced[one.tool] if one.tool < len(sliced) else (None, None)
        if part is None or not (mm or grams):
            assert one.amount is None


def test_only_what_lay_on_a_tool_pays() -> None:
    found = rules.taken(None, [(1_000, 3.0), (500, 1.5)], 1.0, {1: PLA})
    assert [(one.tool, one.amount) for one in found] == [(1, 1_500)]
    assert rules.taken(None, [], 1.0, {0: PLA, 1: PLA}) == []


@given(st.integers(0, 10**9), st.integers(0, 10**6))
def test_prices_are_rounded_to_the_cent_and_unknown_stays_unknown(amount: int, cents: int) -> None:
    found = rules.price("filament", amount, cents)
    assert found is not None
    assert abs(found - amount * cents / 1_000_000) <= 0.5
    assert rules.price("filament", amount, None) is None


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_short_is_what_falls_under_the_threshold(on_hand: int, promised: int, threshold: int) -> None:
    assert rules.is_low(on_hand, promised, threshold) == (threshold > 0 and on_hand - promised < threshold)


def test_a_failed_job_is_measured_by_its_time() -> None:
    assert rules.part_done("good", None, None) == 1.0
    assert rules.part_done("failed", 30, 60) == 0.5
    assert rules.part_done("failed", 90, 60) == 1.0
    assert rules.part_done("failed", None, 60) is None
    assert rules.part_done("failed", 30, None) is None
