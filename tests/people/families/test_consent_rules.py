"""Consents and age rules decided purely: who must agree, until when, what minors may use and when."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clients import at
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.people.families import rules
from tierslieu.people.families.rules import Ages, DayPart, Given, Paper, Visit
from tierslieu.people.relations.rules import Link, Standing

PARIS = Zone("Europe/Paris")
DAYS = st.dates(date(2025, 1, 1), date(2060, 12, 31))
CHILD, TEEN, ADULT = Standing(2013), Standing(2009), Standing(1990)
TODAY = date(2026, 11, 24)
MOTHER, FATHER, FOSTER = 10, 11, 12


def links(standing: Standing, **kinds: str) -> list[Link]:
    ids = {"mother": MOTHER, "father": FATHER, "foster": FOSTER}
    return [Link(1, 1, ids[who], kind, 1, 1, standing.birth_year, "") for who, kind in kinds.items()]


def signed(scope: str, *who: int, is_agreed: int = 1, until: str = "2027-08-31") -> list[Given]:
    return [Given(number, 1, one, scope, is_agreed, "2026-09-01", until) for number, one in enumerate(who)]


def is_given(scope: str, standing: Standing, known: list[Link], given_: list[Given], day: date = TODAY) -> bool:
    return rules.is_given(scope, 1, standing, known, given_, day)


@given(DAYS)
def test_a_consent_lasts_between_three_and_fifteen_months(day: date) -> None:
    until = rules.default_until(day)
    assert (until.month, until.day) == (8, 31)
    assert timedelta(days=90) <= until - day <= rules.LONGEST


def test_one_guardian_is_enough_for_daily_acts_and_two_parents_for_a_picture() -> None:
    both = links(CHILD, mother="parent", father="parent")
    assert is_given("machines", CHILD, both, signed("machines", MOTHER))
    assert not is_given("photo_web", CHILD, both, signed("photo_web", MOTHER))
    assert is_given("photo_web", CHILD, both, signed("photo_web", MOTHER, FATHER))
    assert is_given("photo_web", CHILD, links(CHILD, mother="parent"), signed("photo_web", MOTHER))
    assert not is_given("photo_web", CHILD, [], [])
    assert not is_given("photo_press", CHILD, both, signed("photo_web", MOTHER, FATHER))


def test_a_foster_family_agrees_to_outings_not_to_pictures_nor_accounts() -> None:
    foster = links(CHILD, foster="foster")
    assert is_given("outing", CHILD, foster, signed("outing", FOSTER))
    for scope in ("photo_web", "account"):
        assert not is_given(scope, CHILD, foster, signed(scope, FOSTER))


def test_an_account_needs_parent_and_child_below_15_and_nobody_after() -> None:
    mother = links(CHILD, mother="parent")
    assert is_given("account", CHILD, mother, signed("account", MOTHER))
    assert not is_given("account", CHILD, mother, signed("account", MOTHER, is_agreed=0))
    assert is_given("account", TEEN, links(TEEN, mother="parent"), [])


def test_a_consent_ends_with_its_last_day_and_with_the_link() -> None:
    mother, paper = links(CHILD, mother="parent"), signed("machines", MOTHER, until="2026-11-24")
    assert is_given("machines", CHILD, mother, paper, TODAY)
    assert not is_given("machines", CHILD, mother, paper, TODAY + timedelta(days=1))
    assert not is_given("machines", CHILD, mother, paper, date(2026, 8, 31))
    assert not is_given("machines", CHILD, [], paper)


def test_adults_decide_alone_but_their_picture_is_their_own() -> None:
    assert is_given("machines", ADULT, [], [])
    assert not is_given("photo_web", ADULT, [], [])
    assert is_given("photo_web", ADULT, [], signed("photo_web", 1))
    assert not is_given("photo_web", ADULT, [], signed("photo_web", MOTHER))


def told(paper: Paper, standing: Standing, known: list[Link]) -> list[str]:
    return [one.code for one in rules.reasons_against_consent(paper, 1, standing, known, TODAY)]


def test_papers_that_may_not_be_noted() -> None:
    mother, end = links(CHILD, mother="parent", foster="foster"), date(2027, 8, 31)
    assert told(Paper(MOTHER, "machines", TODAY, end), CHILD, mother) == []
    assert told(Paper(99, "machines", TODAY, end), CHILD, mother) == ["not_their_guardian"]
    assert told(Paper(FOSTER, "photo_web", TODAY, end), CHILD, mother) == ["needs_parental_authority"]
    assert told(Paper(MOTHER, "account", TODAY, end), CHILD, mother) == ["child_must_agree"]
    assert told(Paper(1, "machines", TODAY, end), ADULT, []) == ["adults_need_none"]
    assert told(Paper(2, "photo_web", TODAY, end), ADULT, []) == ["adults_sign_themselves"]
    assert told(Paper(MOTHER, "machines", TODAY + timedelta(days=1), end), CHILD, mother) == ["bad_paper_date"]
    assert told(Paper(MOTHER, "machines", date(2025, 9, 1), end), CHILD, mother) == [
        "bad_paper_date",
        "bad_consent_end",
    ]
    assert told(Paper(MOTHER, "machines", TODAY, TODAY - timedelta(days=1)), CHILD, mother) == ["bad_consent_end"]
    assert told(Paper(MOTHER, "machines", TODAY, date(2029, 8, 31)), CHILD, mother) == ["bad_consent_end"]


LASER = Ages("laser-1", min_age=16, min_age_alone=18, needs_consent="machines")
HOURS = Ages("", school_from=960, school_to=1140, free_from=540, free_to=1140)
BREAK = [("2026-12-19", "2027-01-03")]


def codes(standing: Standing, known: list[Ages], start: str, end: str, **visit: bool) -> list[str]:
    parts = tuple(rules.day_parts(PARIS, Span(at(start), at(end))))
    given_ = {"machines": visit.pop("consent", True)}
    return [one.code for one in rules.reasons_against(standing, known, Visit(parts, **visit), given_, BREAK)]


def test_each_reason_against_a_minor_is_said_once_and_all_together() -> None:
    tuesday = ("2026-11-24T09:00", "2026-11-24T10:00")
    assert codes(ADULT, [LASER, HOURS], *tuesday, consent=False) == []
    assert codes(CHILD, [LASER, HOURS], *tuesday, consent=False) == [
        "minor_too_young",
        "minor_needs_consent",
        "minor_outside_hours",
    ]
    assert codes(TEEN, [LASER, LASER, HOURS], *tuesday) == ["minor_not_alone", "minor_outside_hours"]
    assert codes(TEEN, [LASER, HOURS], *tuesday, is_accompanied=True) == ["minor_outside_hours"]
    assert codes(TEEN, [LASER, HOURS], *tuesday, is_staff_judging=True) == []
    assert codes(CHILD, [LASER], *tuesday, is_staff_judging=True, consent=False) == [
        "minor_too_young",
        "minor_needs_consent",
    ]


@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [
        ("2026-11-24T16:00", "2026-11-24T19:00", True),
        ("2026-11-24T15:30", "2026-11-24T17:00", False),
        ("2026-11-24T18:00", "2026-11-24T19:30", False),
        ("2026-11-25T09:00", "2026-11-25T12:00", True),
        ("2026-11-28T09:00", "2026-11-28T19:00", True),
        ("2026-12-22T09:00", "2026-12-22T12:00", True),
        ("2027-01-05T09:00", "2027-01-05T12:00", False),
        ("2026-11-25T18:00", "2026-11-26T00:00", False),
    ],
)
def test_school_days_and_other_days_have_their_hours(start: str, end: str, fits: bool) -> None:
    assert (codes(TEEN, [HOURS], start, end) == []) == fits


def test_the_narrowest_of_all_hours_counts() -> None:
    parts = tuple(rules.day_parts(PARIS, Span(at("2026-11-25T09:00"), at("2026-11-25T18:00"))))
    both = [HOURS, Ages("x", free_from=600, free_to=1000)]
    (reason,) = rules.reasons_against(TEEN, both, Visit(parts), {}, BREAK)
    assert reason.facts["periods"] == [(600, 1000)]


def test_the_houses_own_ages_count_from_the_first_of_january() -> None:
    for birth_year, reached in ((2010, True), (2011, False)):
        assert rules.has_reached(Standing(birth_year), 16, 2026) == reached
    assert not rules.has_reached(Standing(2008), 18, 2026)
    assert rules.has_reached(Standing(2008, "adult"), 18, 2026)
    assert not rules.has_reached(Standing(None, "minor"), 3, 2026)


@given(st.integers(at("2026-01-01T00:00"), at("2027-12-31T00:00")), st.integers(60, 4 * 86_400))
def test_day_parts_cover_the_span_and_nothing_else(start: int, seconds: int) -> None:
    parts = rules.day_parts(PARIS, Span(start - start % 60, start - start % 60 + seconds - seconds % 60))
    assert parts[0].day == PARIS.date(start)
    for before, after in itertools.pairwise(parts):
        assert (before.last, after.first, after.day) == (1440, 0, before.day + timedelta(days=1))
    for part in parts:
        assert 0 <= part.first < 1440
        assert 0 < part.last <= 1440


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
def test_on_daylight_saving_nights_the_wall_clock_counts(night: str) -> None:
    parts = rules.day_parts(PARIS, Span(at(f"{night}T00:00"), at(f"{night}T10:00")))
    assert parts == [DayPart(date.fromisoformat(night), 0, 600)]
