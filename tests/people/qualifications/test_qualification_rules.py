"""Rules of qualifications: levels, months, midnights, what is missing, circles. Pure, over many cases."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clients import PARIS, at
from tierslieu.people.qualifications import rules
from tierslieu.people.qualifications.rules import LEVELS, Held, Needs, Skill
from tierslieu.people.relations.rules import Standing as Age

level = st.sampled_from(LEVELS)
instant = st.integers(at("2025-01-01T00:00"), at("2031-12-31T23:00"))
months = st.integers(1, 60)


def skill(**facts: object) -> Skill:
    return Skill(**{"id": 1, "key": "laser", "name": "Laser", "description": "", "levels": LEVELS, **facts})  # type: ignore[arg-type]


def held(**facts: object) -> Held:
    known = {
        "id": 9,
        "person_id": 5,
        "qualification_id": 1,
        "level": "autonomous",
        "granted_at": at("2026-01-15T10:00"),
    }
    return Held(**{**known, "valid_until": None, **facts})  # type: ignore[arg-type]


@given(level, level, level)
def test_levels_are_in_one_order(a: str, b: str, c: str) -> None:
    assert rules.reaches(a, b) or rules.reaches(b, a)
    assert rules.reaches(a, a)
    if rules.reaches(a, b) and rules.reaches(b, c):
        assert rules.reaches(a, c)
    assert not rules.reaches("", a)


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_months_later(day: date, count: int, then: date) -> None:
    assert rules.months_later(day, count) == then


@given(instant, months)
def test_a_grant_ends_at_a_midnight_after_its_months(granted: int, count: int) -> None:
    """Also on nights when the clock changes: the last day is whole."""
    end = rules.end_after(PARIS, granted, count)
    assert end is not None
    assert PARIS.minutes(end) == 0
    last = PARIS.date(end - 1)
    assert last == rules.months_later(PARIS.date(granted), count)
    assert rules.level_at(skill(), held(valid_until=end), PARIS, end - 1) == "autonomous"
    assert rules.level_at(skill(), held(valid_until=end), PARIS, end) == ""


@pytest.mark.parametrize("granted", ["2026-03-29T12:00", "2025-10-26T12:00"])
def test_days_of_23_and_25_hours_are_whole_days(granted: str) -> None:
    end = rules.end_after(PARIS, at(granted), 12)
    assert end is not None
    assert (PARIS.wall(end).hour, PARIS.date(end - 1).day) == (0, int(granted[8:10]))


@given(instant, months, months, st.integers(0, 90 * 86_400))
def test_use_prolongs_never_beyond_age(granted: int, age: int, rest: int, later: int) -> None:
    one = skill(valid_months=age, unused_months=rest)
    until = rules.end_after(PARIS, granted, age)
    without = rules.ends_at(one, held(granted_at=granted, valid_until=until), PARIS)
    used = rules.ends_at(one, held(granted_at=granted, valid_until=until, used_at=granted + later), PARIS)
    assert without is not None
    assert used is not None
    assert until is not None
    assert without <= used <= until
    assert rules.ends_at(skill(), held(), PARIS) is None


@given(level)
def test_only_autonomous_and_above_work_alone(given_level: str) -> None:
    one = skill()
    found, _end, missing = rules.standing_of(one, {1: one}, {1: held(level=given_level)}, PARIS, at("2026-06-01T10:00"))
    assert found == given_level
    assert ([] if rules.reaches(given_level, "autonomous") else ["qualification_too_low"]) == [r.code for r in missing]


def test_all_reasons_come_at_once() -> None:
    base = skill(id=2, key="base", name="Base")
    one = skill(needs=(Needs(2, "base", "Base", "accompanied"),), valid_months=1)
    until = rules.end_after(PARIS, at("2026-01-15T10:00"), 1)
    catalogue = {1: one, 2: base}
    for mine, codes in (
        ({}, ["qualification_missing", "prerequisite_missing"]),
        ({1: held(valid_until=until)}, ["qualification_expired", "prerequisite_missing"]),
        ({1: held(level="discovery")}, ["qualification_too_low", "prerequisite_missing"]),
        ({1: held(), 2: held(level="discovery")}, ["prerequisite_missing"]),
        ({1: held(), 2: held(level="accompanied")}, []),
    ):
        _level, _end, missing = rules.standing_of(one, catalogue, mine, PARIS, at("2026-06-01T10:00"))
        assert [reason.code for reason in missing] == codes
        assert all(reason.remedies for reason in missing)


def test_rest_and_age_are_told_apart() -> None:
    one = skill(valid_months=24, unused_months=6)
    until = rules.end_after(PARIS, at("2026-01-15T10:00"), 24)
    mine = held(valid_until=until)
    for when, code in (("2026-08-01T10:00", "qualification_unused"), ("2028-02-01T10:00", "qualification_expired")):
        used = at("2027-12-31T10:00") if code == "qualification_expired" else None
        mine = held(valid_until=until, used_at=used)
        _level, end, missing = rules.standing_of(one, {1: one}, {1: mine}, PARIS, at(when))
        assert end is None
        assert [reason.code for reason in missing] == [code]


@pytest.mark.parametrize(
    ("age", "least", "code"),
    [
        (Age(2010), 16, None),
        (Age(2011), 16, "too_young_to_train"),
        (Age(2008), 18, "too_young_to_train"),
        (Age(2008, "adult"), 18, None),
        (Age(2007), 18, None),
        (Age(), 16, "birth_year_unknown"),
        (Age(None, "adult"), 16, None),
        (Age(2020), None, None),
    ],
)
def test_ages_are_the_house_ages(age: Age, least: int | None, code: str | None) -> None:
    """16 counts from 1 January of the year, 18 for certain: as families/ decides both."""
    found = rules.reason_of_age("too_young_to_train", least, age, 2026)
    assert (found.code if found else None) == code


@given(st.dictionaries(st.integers(0, 7), st.sets(st.integers(0, 7), max_size=3), max_size=8))
def test_circles_are_found(needs: dict[int, set[int]]) -> None:
    def leads_back(start: int) -> bool:
        seen: set[int] = set()
        front = set(needs.get(start, ()))
        while front:
            if start in front:
                return True
            seen |= front
            front = {other for one in front for other in needs.get(one, ())} - seen
        return False

    assert rules.has_cycle(needs) == any(leads_back(one) for one in needs)


def test_who_may_give_what() -> None:
    def codes(wanted: str, *, is_manager: bool, is_own: bool = False, **facts: object) -> list[str]:
        found = rules.reasons_against_level(skill(**facts), wanted, is_manager=is_manager, is_own=is_own)
        return [reason.code for reason in found]

    assert codes("autonomous", is_manager=False) == []
    assert codes("trainer", is_manager=False) == ["only_managers_name_trainers"]
    assert codes("trainer", is_manager=True) == []
    assert codes("autonomous", is_manager=True, is_own=True) == ["not_to_oneself"]
    assert codes("discovery", is_manager=True, levels=("autonomous",), is_active=False) == [
        "qualification_closed",
        "level_not_used",
    ]
