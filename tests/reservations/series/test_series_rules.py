"""The dates of a series are those of its RRULE, and its hours stay on the wall clock."""

import contextlib
from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clients import PARIS
from tierslieu.basics.errors import Invalid
from tierslieu.reservations.series.rules import (
    LONGEST,
    MOST_DATES,
    Rule,
    dates,
    read_rule,
    reasons_against,
    remaining,
    span_on,
    until_before,
    write_rule,
)

DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
ENDS = st.one_of(
    st.builds(lambda count: {"count": count}, st.integers(1, MOST_DATES)),
    st.builds(lambda until: {"until": until}, st.dates(date(2026, 6, 1), date(2031, 12, 31))),
)
WEEKDAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found)))
RANKS = st.sampled_from((-1, 1, 2, 3, 4, 5))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any rule that is understood."""
    interval, end = draw(st.integers(1, 12)), draw(ENDS)
    kind = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY")))
    if kind == "WEEKLY":
        return Rule(kind, interval, draw(st.one_of(st.just(()), WEEKDAYS)), **end)
    if kind == "MONTHLY" and draw(st.booleans()):
        return Rule(kind, interval, (draw(st.integers(0, 6)),), nth=draw(RANKS), **end)
    month_day = draw(st.sampled_from((-1, 0, 1, 15, 29, 31))) if kind == "MONTHLY" else 0
    return Rule(kind, interval, month_day=month_day, **end)


@given(rules(), DAYS)
def test_the_dates_are_those_of_the_rrule(rule: Rule, first: date) -> None:
    assert read_rule(write_rule(rule)) == rule
    independent = rrulestr(write_rule(rule), dtstart=datetime.combine(first, time()))
    end = datetime.combine(first + LONGEST, time())
    within = [one.date() for one in independent.between(datetime.combine(first, time()), end, inc=True)]
    assert [day for day in dates(rule, first) if day <= first + LONGEST] == within[: MOST_DATES + 1]


@given(rules(), DAYS, st.integers(0, 1439), st.integers(1, 600))
def test_the_wall_clock_stays_the_same(rule: Rule, first: date, start: int, length: int) -> None:
    for day in dates(rule, first):
        span = span_on(PARIS, day, start, start + length)
        walls = [PARIS.wall(instant) for instant in span]
        expected = [datetime.combine(day, time()) + timedelta(minutes=at) for at in (start, start + length)]
        for wall, wanted in zip(walls, expected, strict=True):
            if wanted.hour != 2:  # the hour that spring nights skip
                assert wall.replace(tzinfo=None) == wanted


@given(rules(), DAYS, st.integers(0, MOST_DATES))
def test_a_split_loses_no_date(rule: Rule, first: date, place: int) -> None:
    found = dates(rule, first)
    if reasons_against(rule, first) or place >= len(found):
        return
    day = found[place]
    before, after = dates(until_before(rule, day), first), dates(remaining(rule, first, day), day)
    assert before + after == found


@pytest.mark.parametrize(
    ("first", "clocks"),
    [
        ("2027-03-23", ["2027-03-23T10:00+01:00", "2027-03-30T10:00+02:00"]),
        ("2027-10-26", ["2027-10-26T10:00+02:00", "2027-11-02T10:00+01:00"]),
    ],
    ids=["spring, 2027-03-28", "autumn, 2027-10-31"],
)
def test_ten_stays_ten_when_the_clocks_change(first: str, clocks: list[str]) -> None:
    days = dates(read_rule("FREQ=WEEKLY;COUNT=2"), date.fromisoformat(first))
    spans = [span_on(PARIS, day, 600, 720) for day in days]
    assert [one.start for one in spans] == [int(datetime.fromisoformat(text).timestamp()) for text in clocks]
    assert {one.seconds for one in spans} == {7200}


def test_the_very_night_of_the_change() -> None:
    """A skipped hour begins when the clock does; a repeated one means its first passage, and lasts as it is read."""
    spring, autumn = date(2027, 3, 28), date(2027, 10, 31)
    assert PARIS.minutes(span_on(PARIS, spring, 150, 240).start) == 180
    assert span_on(PARIS, spring, 60, 240).seconds == 2 * 3600
    assert span_on(PARIS, autumn, 60, 240).seconds == 4 * 3600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "weekly",
        "FREQ=YEARLY;COUNT=2",
        "FREQ=WEEKLY;COUNT=2;UNTIL=20270101",
        "FREQ=WEEKLY;BYDAY=2MO;COUNT=3",
        "FREQ=MONTHLY;BYDAY=MO,TU;COUNT=3",
        "FREQ=MONTHLY;BYDAY=2MO;BYMONTHDAY=3;COUNT=3",
        "FREQ=DAILY;BYDAY=MO;COUNT=3",
        "FREQ=DAILY;COUNT=3;COUNT=4",
        "FREQ=DAILY;COUNT=3;BYHOUR=9",
        "FREQ=DAILY;COUNT=-3",
        "FREQ=DAILY;INTERVAL=0;COUNT=3",
        "FREQ=DAILY;UNTIL=20271301",
        "FREQ=DAILY;UNTIL=tomorrow",
        "FREQ=MONTHLY;BYMONTHDAY=32;COUNT=3",
        "FREQ=WEEKLY;BYDAY=XX;COUNT=3",
        "FREQ=WEEKLY;WKST=SU;COUNT=3",
        "FREQ=WEEKLY;COUNT=٣",
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_rule(text)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text: str) -> None:
    with contextlib.suppress(Invalid):
        assert read_rule(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FREQ=WEEKLY", "series_without_end"),
        ("FREQ=WEEKLY;COUNT=1", "series_too_short"),
        ("FREQ=DAILY;UNTIL=20250101", "series_too_short"),
        ("FREQ=DAILY;COUNT=61", "series_too_long"),
        ("FREQ=MONTHLY;COUNT=20", "series_too_long"),
        ("FREQ=MONTHLY;UNTIL=20281231", "series_too_long"),
    ],
)
def test_a_series_has_an_end_and_at_most_sixty_dates(text: str, code: str) -> None:
    assert [one.code for one in reasons_against(read_rule(text), date(2026, 11, 25))] == [code]


def test_calendars_write_rules_in_more_than_one_way() -> None:
    rule = read_rule("RRULE:freq=weekly;byday=th,tu;until=20270101T225959Z;wkst=MO")
    assert rule == Rule("WEEKLY", 1, (1, 3), until=date(2027, 1, 1))
    assert write_rule(rule) == "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270101"
