"""The venue's clock: daylight saving nights, midnight, and the way back."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.basics.zone import Zone

PARIS = Zone("Europe/Paris")
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


def wall(day: date, minutes: int) -> str:
    return PARIS.wall(PARIS.instant(day, minutes)).strftime("%Y-%m-%d %H:%M %z")


def test_the_spring_night_has_no_half_past_two() -> None:
    assert wall(SPRING, 2 * 60 + 30) == "2027-03-28 03:00 +0200"
    assert PARIS.day(SPRING).seconds == 23 * 3600


def test_the_autumn_night_has_two_of_them_and_the_first_is_meant() -> None:
    assert wall(AUTUMN, 2 * 60 + 30) == "2027-10-31 02:30 +0200"
    assert PARIS.day(AUTUMN).seconds == 25 * 3600


def test_minutes_past_midnight_belong_to_the_next_day() -> None:
    assert wall(date(2026, 11, 24), 1440 + 90) == "2026-11-25 01:30 +0100"


def test_zones_of_one_name_are_the_same() -> None:
    assert {PARIS: 1}[Zone("Europe/Paris")] == 1
    assert Zone("Indian/Reunion") != PARIS


@pytest.mark.parametrize("day", [SPRING, AUTUMN, date(2026, 11, 24)])
def test_a_day_ends_where_the_next_begins(day: date) -> None:
    assert PARIS.day(day).end == PARIS.instant(day, 1440)


@given(st.dates(date(2024, 1, 1), date(2040, 1, 1)), st.integers(0, 1439))
def test_the_way_there_and_back(day: date, minutes: int) -> None:
    instant = PARIS.instant(day, minutes)
    back = PARIS.wall(instant)
    naive = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=PARIS.info)
    exists = datetime.fromtimestamp(naive.timestamp(), PARIS.info).replace(tzinfo=None) == naive.replace(tzinfo=None)
    assert not exists or (back.date() == day and PARIS.minutes(instant) == minutes)
