"""Rules of memberships: periods, prices, states, suspensions, reminders. Pure; days are the venue's own.

A period of months ends on the day with the same number, that day not included: from 15 January to 14 February.
Where the month is too short for that number, the period ends with the month: from 31 January to 28 February, a
year from 29 February to 28 February. Nobody ever gets less than what they paid for.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from tierslieu.basics.spans import Span

PASSES: Final = frozenset({"day", "half_day", "book"})
"""Units that give credits; the others give a period."""
MONTHS: Final[Mapping[str, int]] = {"free": 12, "month": 1, "year": 12}
CALENDAR, SEASON = "01-01", "09-01"
ANCHORS: Final = ("", CALENDAR, SEASON)
REMINDERS: Final = (30, 7)
"""Days before the end at which people are told."""
LONGEST_SUSPENSION: Final = 366


class Period(NamedTuple):
    """Days from `start` to `end` (not included), out of a whole period that begins at `whole_start`."""

    start: date
    end: date
    whole_start: date

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days

    @property
    def whole_days(self) -> int:
        """How many days the whole period holds."""
        return (self.end - self.whole_start).days


class Price(NamedTuple):
    """The category that pays least among those held, and what it pays."""

    category: str
    cents: int


class Stretch(NamedTuple):
    """A membership of a chain: its id and its span, counted in days (ordinals), whatever the clocks do."""

    id: int
    span: Span


def add_months(day: date, count: int) -> date:
    """The day with the same number `count` months later; the first of the month after when there is none."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    if day.day <= monthrange(year, month + 1)[1]:
        return date(year, month + 1, day.day)
    year, month = divmod(months + 1, 12)
    return date(year, month + 1, 1)


def period(unit: str, anchor: str, first: date) -> Period:
    """The period of somebody who begins on `first`: their own, or the rest of everybody's."""
    if not anchor or unit == "free":
        return Period(first, add_months(first, MONTHS[unit]), first)
    if unit == "month":
        whole = first.replace(day=1)
        return Period(first, add_months(whole, 1), whole)
    begins = date.fromisoformat(f"{first.year}-{anchor}")
    whole = begins if begins <= first else begins.replace(year=first.year - 1)
    return Period(first, add_months(whole, 12), whole)


def share(cents: int, days: int, whole_days: int) -> int:
    """The price of `days` out of a period, rounded to the cent, half a cent up."""
    return (2 * cents * days + whole_days) // (2 * whole_days)


def part(cents: int, first: int, last: int, whole_days: int) -> int:
    """The price of the days from number `first` to `last` (not included) of a period.

    It is what remains to pay at `first` less what remains at `last`: the parts of a period, however it is cut,
    add up to its price.
    """
    return share(cents, whole_days - first, whole_days) - share(cents, whole_days - last, whole_days)


def price_of_period(cents: int, chosen: Period) -> int:
    """What somebody pays who joins during a period: its remaining days."""
    return part(cents, chosen.whole_days - chosen.days, chosen.whole_days, chosen.whole_days)


def best_price(prices: Mapping[str, int], held: Iterable[str], default: str | None) -> Price | None:
    """The lowest price among the categories held; the default category's when none of them has one."""
    found = [Price(key, prices[key]) for key in held if key in prices]
    if not found and default is not None and default in prices:
        found = [Price(default, prices[default])]
    return min(found, key=lambda price: (price.cents, price.category), default=None)


def state_at(span: Span, cancelled_at: int | None, suspended: Iterable[Span], instant: int) -> str:
    """cancelled, to_come, ended, suspended or in_force."""
    if cancelled_at is not None and instant >= cancelled_at:
        return "cancelled"
    if instant < span.start:
        return "to_come"
    if instant >= span.end:
        return "ended"
    return "suspended" if any(one.holds(instant) for one in suspended) else "in_force"


def followers(end: int, others: Sequence[Stretch]) -> list[Stretch]:
    """Those that begin at `end` or later, in order."""
    return sorted((one for one in others if one.span.start >= end), key=lambda one: one.span)


def pushed(end: int, later: Sequence[Stretch]) -> list[Stretch]:
    """What must move, and where to, so that nothing of `later` (in order) begins before `end`; last one first."""
    moved: list[Stretch] = []
    for one in later:
        by = end - one.span.start
        if by <= 0:
            break
        end = one.span.end + by
        moved.append(Stretch(one.id, Span(one.span.start + by, end)))
    return moved[::-1]


def pulled(old_end: int, new_end: int, later: Sequence[Stretch]) -> list[Stretch]:
    """What must move so that those which followed without a gap still do when an end comes sooner; first one first."""
    moved: list[Stretch] = []
    for one in later:
        if one.span.start != old_end:
            break
        old_end, span = one.span.end, Span(new_end, one.span.end - (one.span.start - new_end))
        new_end = span.end
        moved.append(Stretch(one.id, span))
    return moved


def reminder_due(first: date, end: date, today: date) -> int | None:
    """How many days ahead somebody is to be told today; short memberships are not recalled from their start."""
    left, length = (end - today).days, (end - first).days
    due = [days for days in REMINDERS if 0 < left <= days and length >= 2 * days]
    return min(due, default=None)
