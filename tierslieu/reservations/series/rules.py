"""How a reservation repeats: a part of RFC 5545, read, written and worked out. Pure.

A rule speaks of calendar days only. The hours of a series are of the wall clock, so that 14 h stays 14 h when
the clocks change.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final, Literal

import msgspec
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday

from tierslieu.basics.errors import Invalid, Reason
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone

MOST_DATES: Final = 60
LONGEST: Final = timedelta(days=366)
FREQUENCIES: Final[Mapping[str, Literal[1, 2, 3]]] = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY}
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
BYDAY: Final = re.compile(r"(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
UNTIL: Final = re.compile(r"(\d{8})(T\d{6}Z?)?")


class Rule(msgspec.Struct, frozen=True):
    """Every `interval` days, weeks (on `weekdays`, Monday is 0) or months, `count` times or up to a day.

    A month has one date: its `month_day` (-1 is its last), or the `nth` (-1: the last) of the one weekday.
    """

    freq: str
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int = 0
    nth: int = 0
    count: int = 0
    until: date | None = None


def read_rule(text: str) -> Rule:
    """The rule of an RRULE. Raises Invalid("bad_rule") for what is no rule, or none that is understood here."""
    parts = [part.partition("=") for part in text.strip().removeprefix("RRULE:").upper().split(";")]
    found = {name: value for name, _sign, value in parts}
    try:
        if len(found) != len(parts) or found.pop("WKST", "MO") != "MO":
            raise ValueError
        days = _read_days(found.pop("BYDAY", ""))
        rule = Rule(
            _known(found.pop("FREQ")),
            _number(found.pop("INTERVAL", "1"), 1, 12),
            tuple(day for _nth, day in days),
            _month_day(found.pop("BYMONTHDAY", "")),
            days[0][0] if days else 0,
            _number(found.pop("COUNT", "0"), 0, 1000),
            _read_until(found.pop("UNTIL", "")),
        )
    except (KeyError, ValueError) as error:
        raise Invalid("bad_rule", {"rule": "bad_rule"}) from error
    if found or not _is_sound(rule, days):
        raise Invalid("bad_rule", {"rule": "bad_rule"})
    return rule


def _known(text: str) -> str:
    if text not in FREQUENCIES:
        raise ValueError(text)
    return text


def _month_day(text: str) -> int:
    return -1 if text == "-1" else _number(text or "0", 0, 31)


def _number(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ValueError(text)
    return int(text)


def _read_days(text: str) -> list[tuple[int, int]]:
    """(which of the month, weekday) of each part of BYDAY, in order of the week."""
    found = [BYDAY.fullmatch(part) for part in text.split(",")] if text else []
    if not all(found):
        raise ValueError(text)
    return sorted({(int(one[1] or 0), WEEKDAYS.index(one[2])) for one in found if one})


def _read_until(text: str) -> date | None:
    """The last day; the hour of a moment is left aside, days are what a rule here speaks of."""
    if not text:
        return None
    found = UNTIL.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return datetime.strptime(found[1], "%Y%m%d").date()  # noqa: DTZ007  (a day, of no zone)


def _is_sound(rule: Rule, days: list[tuple[int, int]]) -> bool:
    if rule.count and rule.until:
        return False
    has_nth = any(nth for nth, _day in days)
    if rule.freq == "MONTHLY":
        by_day = len(days) == 1 and has_nth
        return (by_day or not days) and not (by_day and rule.month_day)
    return not has_nth and not rule.month_day and not (rule.freq == "DAILY" and days)


def write_rule(rule: Rule) -> str:
    """The rule as an RRULE that any calendar reads."""
    nth = str(rule.nth) if rule.nth else ""
    parts = {
        "FREQ": rule.freq,
        "INTERVAL": str(rule.interval) if rule.interval != 1 else "",
        "BYDAY": ",".join(nth + WEEKDAYS[day] for day in rule.weekdays),
        "BYMONTHDAY": str(rule.month_day) if rule.month_day else "",
        "COUNT": str(rule.count) if rule.count else "",
        "UNTIL": rule.until.strftime("%Y%m%d") if rule.until else "",
    }
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)


def dates(rule: Rule, first: date) -> tuple[date, ...]:
    """The days of a rule from a first day on: at most a year of them, and one more than is allowed."""
    last = min(rule.until or date.max, first + LONGEST + timedelta(days=1)) if first < date.max - 2 * LONGEST else first
    days = [weekday(day, rule.nth) if rule.nth else weekday(day) for day in rule.weekdays]
    found = rrule(
        FREQUENCIES[rule.freq],
        dtstart=datetime.combine(first, time()),
        interval=rule.interval,
        byweekday=days or None,
        bymonthday=rule.month_day or None,
        until=datetime.combine(last, time()),
        wkst=0,
    )
    return tuple(one.date() for one in islice(found, min(rule.count or MOST_DATES + 1, MOST_DATES + 1)))


def reasons_against(rule: Rule, first: date) -> tuple[Reason, ...]:
    """Why a rule cannot make a series; empty when it can."""
    if not rule.count and rule.until is None:
        return (Reason("series_without_end"),)
    found = dates(rule, first)
    if len(found) < 2:
        return (Reason("series_too_short"),)
    is_too_long = len(found) > MOST_DATES or found[-1] > first + LONGEST or len(found) < rule.count
    if is_too_long or (rule.until is not None and rule.until > first + LONGEST):
        return (Reason("series_too_long", {"count": MOST_DATES}),)
    return ()


def span_on(zone: Zone, day: date, from_minutes: int, to_minutes: int) -> Span:
    """The hours of a series on one of its days: those of the wall clock, whatever the season."""
    return Span(zone.instant(day, from_minutes), zone.instant(day, to_minutes))


def remaining(rule: Rule, first: date, day: date) -> Rule:
    """The rule of the dates from a day on, when the dates before go their own way."""
    if not rule.count:
        return rule
    return msgspec.structs.replace(rule, count=sum(1 for one in dates(rule, first) if one >= day))


def until_before(rule: Rule, day: date) -> Rule:
    """The rule of the dates before a day."""
    return msgspec.structs.replace(rule, count=0, until=day - timedelta(days=1))


def period_end(first: date, weeks: int) -> date:
    """The last day of a period of some weeks."""
    return first + timedelta(weeks=weeks) - timedelta(days=1)
