"""Opening hours: weeks, exceptions, holidays, nights."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tierslieu.basics.hours import Opening, Period, Week
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone

PARIS = Zone("Europe/Paris")
LUNCH = (Period(9 * 60, 12 * 60), Period(14 * 60, 18 * 60))
WEEKDAYS: Week = (LUNCH,) * 5 + ((), ())
NIGHT: Week = ((Period(20 * 60, 26 * 60),),) * 7


def at(day: date, hour: int, minute: int = 0) -> int:
    return PARIS.instant(day, hour * 60 + minute)


def test_lunch_closing_cuts_the_day() -> None:
    tuesday = date(2026, 11, 24)
    opening = Opening(WEEKDAYS)
    assert len(opening.spans(tuesday, PARIS)) == 2
    assert opening.is_open_for(Span(at(tuesday, 9), at(tuesday, 12)), PARIS)
    assert not opening.is_open_for(Span(at(tuesday, 11), at(tuesday, 15)), PARIS)


def test_an_exception_replaces_its_day_and_an_empty_one_closes_it() -> None:
    tuesday, saturday = date(2026, 11, 24), date(2026, 11, 28)
    opening = Opening(WEEKDAYS, {tuesday: (), saturday: (Period(600, 720),)})
    assert opening.spans(tuesday, PARIS) == []
    assert opening.is_open_for(Span(at(saturday, 10), at(saturday, 12)), PARIS)


def test_a_holiday_closes_unless_the_house_opens_exceptionally() -> None:
    armistice = date(2026, 11, 11)
    closed = Opening(WEEKDAYS, holidays=frozenset({armistice}))
    assert closed.spans(armistice, PARIS) == []
    opened = Opening(WEEKDAYS, {armistice: LUNCH}, frozenset({armistice}))
    assert len(opened.spans(armistice, PARIS)) == 2


def test_a_night_reaches_into_the_next_day() -> None:
    sunday = date(2026, 11, 29)
    opening = Opening(NIGHT)
    assert opening.is_open_for(Span(at(sunday, 1), at(sunday, 2)), PARIS)
    assert not opening.is_open_for(Span(at(sunday, 1), at(sunday, 3)), PARIS)


def test_a_night_over_the_change_of_clocks_lasts_until_the_clock_says_so() -> None:
    (spring,) = Opening(NIGHT).spans(date(2027, 3, 27), PARIS)
    assert (PARIS.wall(spring.end).strftime("%H:%M"), spring.seconds) == ("03:00", 6 * 3600)
    (autumn,) = Opening(((Period(20 * 60, 28 * 60),),) * 7).spans(date(2027, 10, 30), PARIS)
    assert (PARIS.wall(autumn.end).strftime("%H:%M"), autumn.seconds) == ("04:00", 9 * 3600)


PERIODS = st.lists(
    st.tuples(st.integers(0, 1700), st.integers(1, 900)).map(lambda p: Period(p[0], min(p[0] + p[1], 2880))), max_size=3
)


@given(st.lists(PERIODS, min_size=7, max_size=7), st.dates(date(2026, 3, 20), date(2026, 11, 5)), st.integers(1, 9))
def test_any_window_sees_the_same_open_minutes_as_its_days(week: list[list[Period]], day: date, length: int) -> None:
    opening = Opening(tuple(tuple(periods) for periods in week))
    window = Span(PARIS.day(day).start, PARIS.day(day + timedelta(days=length - 1)).end)
    whole = sum(span.seconds for span in opening.spans_within(window, PARIS))
    days = [PARIS.day(day + timedelta(days=step)) for step in range(length)]
    assert whole == sum(span.seconds for one in days for span in opening.spans_within(one, PARIS))


def test_school_holidays_have_a_week_of_their_own() -> None:
    wednesday, later = date(2026, 12, 16), date(2026, 12, 23)
    opening = Opening(WEEKDAYS, break_week=NIGHT, breaks=frozenset({later}))
    assert opening.periods(wednesday) == LUNCH
    assert opening.periods(later) == NIGHT[2]
    assert Opening(WEEKDAYS, breaks=frozenset({later})).periods(later) == LUNCH
    closed = Opening(WEEKDAYS, {}, frozenset({later}), NIGHT, frozenset({later}))
    assert closed.periods(later) == ()


@given(st.dates(date(2026, 9, 1), date(2027, 8, 31)), st.sets(st.dates(date(2026, 9, 1), date(2027, 8, 31))))
def test_a_week_of_its_own_holds_on_the_days_of_school_holidays_alone(day: date, breaks: set[date]) -> None:
    opening = Opening(WEEKDAYS, break_week=NIGHT, breaks=frozenset(breaks))
    assert opening.periods(day) == (NIGHT if day in breaks else WEEKDAYS)[day.weekday()]
