"""Hours as staff type them: forgiving about signs, strict about sense."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.basics.errors import Invalid
from tierslieu.basics.hours import Period
from tierslieu.venue.reading import days_between, read_periods, written

LUNCH = (Period(540, 750), Period(810, 1080))


@pytest.mark.parametrize(
    "text",
    [
        "9:00-12:30, 13:30-18:00",
        "9 h – 12 h 30, 13 h 30 – 18 h",
        "9h-12h30 et 13h30-18h",
        "13 h 30 à 18 h ; 9 à 12 h 30",
        "  09:00-12:30 / 13:30-18:00 ",
        "9\u00a0h\u00a0–\u00a012\u202fh\u202f30, 13h30-18h00",
    ],
)
def test_people_write_hours_in_many_ways(text: str) -> None:
    assert read_periods(text) == LUNCH


@pytest.mark.parametrize("text", ["", "fermé", "Fermé", " - "])
def test_closed(text: str) -> None:
    assert read_periods(text) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("18h-9h", "closes_before_opens"),
        ("9h-9h", "closes_before_opens"),
        ("9h-12h, 11h-14h", "hours_overlap"),
        ("9h-12h, 12h-14h", "hours_overlap"),
        ("9h-12h75", "bad_hours"),
        ("le matin", "bad_hours"),
        ("9h", "bad_hours"),
        ("20h-49h", "bad_hours"),
        ("25h-27h", "bad_hours"),
        ("9h-10h," * 40, "bad_hours"),
    ],
)
def test_nonsense_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(Invalid) as found:
        read_periods(text)
    assert found.value.code == code


@given(st.lists(st.integers(0, 47), min_size=0, max_size=6, unique=True), st.integers(0, 12))
def test_what_is_written_is_read_back(marks: list[int], night: int) -> None:
    ends = sorted(marks)[: len(marks) // 2 * 2]
    periods = [Period(a * 30, b * 30) for a, b in zip(ends[::2], ends[1::2], strict=True)]
    if periods:
        periods[-1] = Period(periods[-1].opens, periods[-1].closes + night * 60)
    assert read_periods(written(periods)) == tuple(periods)


@given(st.text(max_size=130))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        periods = read_periods(text)
    except Invalid:
        return
    assert all(one.opens < one.closes for one in periods)


def test_runs_of_days() -> None:
    assert days_between(date(2026, 12, 31), date(2027, 1, 2)) == [
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 2),
    ]
    for first, last, code in (
        (date(2027, 1, 2), date(2027, 1, 1), "last_before_first"),
        (date(2027, 1, 1), date(2028, 6, 1), "too_many_days"),
    ):
        with pytest.raises(Invalid) as found:
            days_between(first, last)
        assert found.value.code == code
