"""Hours as staff type them, and written back for a form: « 9 h - 12 h 30, 13 h 30 - 18 h ». Pure."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from tierslieu.basics.errors import Invalid
from tierslieu.basics.hours import Period

CLOSED = frozenset({"", "fermé", "ferme", "closed", "-", "–", "—"})
HOUR = r"(\d{1,2})\s*(?:h|:)?\s*(\d{2})?"
RANGE = re.compile(rf"{HOUR}\s*(?:-|–|—|à|to)\s*{HOUR}")
BETWEEN = re.compile(r"\s*(?:,|;|\bet\b|\band\b|/)\s*")
SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009"), " ")
LAST_MINUTE = 2880
MOST_PERIODS = 6
LONGEST_RUN = 370
LONGEST = 120


def read_periods(text: str) -> tuple[Period, ...]:
    """The periods of a day, in order; none for « fermé » or nothing.

    After midnight the hours go on counting: « 20 h - 26 h » ends at 2 in the morning. Raises Invalid: bad_hours,
    closes_before_opens, hours_overlap.
    """
    plain = text.translate(SPACES).strip().lower()
    if plain in CLOSED:
        return ()
    parts = BETWEEN.split(plain)
    if len(text) > LONGEST or len(parts) > MOST_PERIODS:
        raise Invalid("bad_hours")
    periods = tuple(sorted(_period(part) for part in parts))
    if any(before.closes >= after.opens for before, after in pairwise(periods)):
        raise Invalid("hours_overlap")
    return periods


def _period(text: str) -> Period:
    found = RANGE.fullmatch(text)
    if found is None:
        raise Invalid("bad_hours")
    minutes = [int(one or 0) for one in found.groups()]
    if minutes[1] > 59 or minutes[3] > 59:
        raise Invalid("bad_hours")
    opens, closes = minutes[0] * 60 + minutes[1], minutes[2] * 60 + minutes[3]
    if opens >= closes:
        raise Invalid("closes_before_opens")
    if opens >= LAST_MINUTE // 2 or closes > LAST_MINUTE:
        raise Invalid("bad_hours")
    return Period(opens, closes)


def written(periods: Iterable[Period]) -> str:
    """The periods as a form shows them: read_periods reads them back."""
    return ", ".join(f"{_clock(one.opens)}-{_clock(one.closes)}" for one in periods)


def _clock(minutes: int) -> str:
    hour, rest = divmod(minutes, 60)
    return f"{hour}:{rest:02d}"


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last. Raises Invalid: last_before_first, too_many_days."""
    if last < first:
        raise Invalid("last_before_first")
    if (last - first).days >= LONGEST_RUN:
        raise Invalid("too_many_days")
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
