"""Opening hours in the notation of OpenStreetMap: read by a library of others, hour by hour, for any rules."""

from datetime import date, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from tierslieu.basics.hours import ALWAYS_CLOSED, Opening, Period, Week
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.venue.osm import opening_hours
from tierslieu.venue.queries import public_holidays
from tierslieu.venue.school import BREAKS, SCHOOL_BREAKS

PARIS = Zone("Europe/Paris")
LUNCH = (Period(540, 750), Period(810, 1080))
FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)


def week(*days: tuple[Period, ...]) -> Week:
    return days + ((),) * (7 - len(days))


def test_the_hours_of_a_municipal_house() -> None:
    longer = (LUNCH[0], Period(810, 1140))
    opening = Opening(
        week((), LUNCH, longer, LUNCH, LUNCH, (Period(570, 750),)),
        {date(2026, 12, day): () for day in range(24, 32)} | {date(2026, 11, 11): (Period(600, 720),)},
        public_holidays(),
    )
    assert opening_hours(opening, date(2026, 11, 1)) == (
        "Tu,Th-Fr 09:00-12:30,13:30-18:00; We 09:00-12:30,13:30-19:00; Sa 09:30-12:30; PH off;"
        " 2026 Nov 11 10:00-12:00; 2026 Dec 24-2026 Dec 31 off"
    )


def test_school_holidays_are_written_as_dates() -> None:
    opening = Opening(week((), LUNCH), {}, frozenset(), week((), LUNCH, LUNCH), SCHOOL_BREAKS)
    text = opening_hours(opening, date(2028, 6, 1))
    assert text == (
        "Tu 09:00-12:30,13:30-18:00; 2028 Jul 04-2028 Aug 31 off; 2028 Jul 04-2028 Aug 31 Tu-We 09:00-12:30,13:30-18:00"
    )


def test_never_open_is_off_and_what_is_over_is_left_out() -> None:
    opening = Opening(exceptions={date(2026, 1, 5): LUNCH})
    assert opening_hours(opening, date(2026, 1, 6)) == "off"
    assert opening_hours(opening, date(2026, 1, 5)) == "off; 2026 Jan 05 09:00-12:30,13:30-18:00"


@st.composite
def days(draw: st.DrawFn, last: int) -> tuple[Period, ...]:
    """Up to three periods of a day, in order and apart, until the half-hour `last`."""
    marks = draw(st.lists(st.integers(0, last), min_size=0, max_size=6, unique=True))
    marks = sorted(marks)[: len(marks) // 2 * 2]
    return tuple(Period(a * 30, b * 30) for a, b in zip(marks[::2], marks[1::2], strict=True))


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    """Any hours; in every other case some go into the night."""
    one_day = days(draw(st.sampled_from((48, 60))))
    one_week = st.lists(one_day, min_size=7, max_size=7).map(tuple)
    holidays = public_holidays() if draw(st.booleans()) else frozenset[date]()
    others = draw(st.dictionaries(st.dates(FIRST, LAST), one_day, max_size=6))
    return Opening(draw(one_week), others, holidays, draw(st.none() | one_week), SCHOOL_BREAKS)


HOLIDAYS = sorted(day for day in public_holidays() if FIRST <= day <= LAST)


@settings(max_examples=60)
@given(openings(), st.lists(st.dates(FIRST, LAST), min_size=12, max_size=12))
@example(Opening((LUNCH,) * 7, {}, frozenset(), ALWAYS_CLOSED, SCHOOL_BREAKS), [one.first for one in BREAKS[5:11]])
@example(Opening((LUNCH,) * 7, {}, public_holidays()), HOLIDAYS)
@example(Opening(((Period(1200, 1560),),) * 7, {}, public_holidays()), HOLIDAYS)
def test_a_library_reads_what_we_mean(opening: Opening, looked_at: list[date]) -> None:
    text = opening_hours(opening, FIRST)
    read = OpeningHours(text, country="FR")
    for day in {near for one in (*looked_at, *opening.exceptions) for near in (one, one + timedelta(days=1))}:
        for half in range(48):
            moment = datetime.combine(day, datetime.min.time()) + timedelta(minutes=half * 30 + 15)
            instant = PARIS.instant(day, half * 30 + 15)
            is_open = opening.is_open_for(Span(instant, instant + 1), PARIS)
            assert read.is_open(moment) == is_open or _is_skipped(moment), (text, moment)


def _is_skipped(moment: datetime) -> bool:
    """An hour that the clocks leave out or go through twice is not one that a wall clock tells apart."""
    return (moment.date(), moment.hour) in {(date(2027, 3, 28), 2), (date(2026, 10, 25), 2)}
