"""Opening hours in the notation of OpenStreetMap, for maps, directories and open data. Pure.

Rules are read from left to right and the last one that matches a day wins, so they are written from the general
to the particular: the week, the school holidays, public holidays, single days. School holidays are written as
dates: the notation has a word for them (SH) that programs do not know the dates of. Programs disagree about
nights that follow or precede a special day; where a night is open, each calendar day is written for itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from tierslieu.basics.hours import Opening, Period, Week
from tierslieu.basics.spans import Span, merged
from tierslieu.venue.school import BREAKS, SchoolBreak

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CLOSED: Final = "off"
MIDNIGHT: Final = 1440
NIGHTS_AHEAD: Final = 400
"""How many days are written one by one where nights are open."""


def opening_hours(opening: Opening, since: date, breaks: tuple[SchoolBreak, ...] = BREAKS) -> str:
    """The hours as one line of text. Holidays and single days before `since` are left out."""
    if _has_nights(opening):
        opening = _by_calendar_day(opening, since)
    rules = list(_week(opening.week, "")) or [CLOSED]
    if opening.break_week is not None:
        for one in breaks:
            if one.last >= since:
                days = _dates(one.first, one.last)
                rules += [f"{days} {CLOSED}", *_week(opening.break_week, f"{days} ")]
    if opening.holidays:
        rules.append(f"PH {CLOSED}")
    rules += _exceptions(opening.exceptions, since)
    return "; ".join(rules)


def _has_nights(opening: Opening) -> bool:
    days = (*opening.week, *(opening.break_week or ()), *opening.exceptions.values())
    return any(period.closes > MIDNIGHT for periods in days for period in periods)


def _by_calendar_day(opening: Opening, since: date) -> Opening:
    """The same hours without nights: what is open after midnight belongs to the day that has begun."""
    week = tuple(_calendar_day(opening.week[day - 1], opening.week[day]) for day in range(7))
    days = {}
    for step in range(NIGHTS_AHEAD):
        day = since + timedelta(days=step)
        periods = _calendar_day(opening.periods(day - timedelta(days=1)), opening.periods(day))
        if periods != week[day.weekday()]:
            days[day] = periods
    return Opening(week, days)


def _calendar_day(before: Iterable[Period], here: Iterable[Period]) -> tuple[Period, ...]:
    """What is open between two midnights, given the periods that begin the day before and on the day."""
    nights = [(period.opens - MIDNIGHT, period.closes - MIDNIGHT) for period in before]
    parts = [Span(max(0, opens), min(MIDNIGHT, closes)) for opens, closes in (*nights, *here)]
    return tuple(Period(*part) for part in merged(parts))


def _week(week: Week, before: str) -> Iterator[str]:
    """One rule for each set of days with the same periods; closed days are left out."""
    by_periods: dict[tuple[Period, ...], list[int]] = {}
    for weekday, periods in enumerate(week):
        if periods:
            by_periods.setdefault(periods, []).append(weekday)
    for periods, weekdays in by_periods.items():
        yield f"{before}{','.join(_ranges(weekdays))} {_periods(periods)}"


def _ranges(weekdays: Iterable[int]) -> Iterator[str]:
    """[1, 2, 3, 5] as Tu-Th, Sa."""
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and runs[-1][1] == weekday - 1:
            runs[-1][1] = weekday
        else:
            runs.append([weekday, weekday])
    for first, last in runs:
        yield DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"


def _periods(periods: Iterable[Period]) -> str:
    return ",".join(f"{_clock(period.opens)}-{_clock(period.closes)}" for period in periods) or CLOSED


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}"


def _dates(first: date, last: date) -> str:
    return _date(first) if first == last else f"{_date(first)}-{_date(last)}"


def _date(day: date) -> str:
    return f"{day.year} {MONTHS[day.month - 1]} {day.day:02d}"


def _exceptions(exceptions: Mapping[date, tuple[Period, ...]], since: date) -> Iterator[str]:
    """Days that follow each other and are alike are one rule."""
    runs: list[tuple[date, date, tuple[Period, ...]]] = []
    for day, periods in sorted(exceptions.items()):
        if day < since:
            continue
        if runs and runs[-1][1] == day - timedelta(days=1) and runs[-1][2] == periods:
            runs[-1] = (runs[-1][0], day, periods)
        else:
            runs.append((day, day, periods))
    for first, last, periods in runs:
        yield f"{_dates(first, last)} {_periods(periods)}"
