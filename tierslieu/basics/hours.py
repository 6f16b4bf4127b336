"""Opening hours: weekly rules, dated exceptions and public holidays give the open spans of any day.

Periods are wall clock minutes after midnight; a period may end after midnight (closes > 1440). An exception
replaces the weekly rule of its date; an exception without periods is a closed day. Public holidays close
only what says so, and an exception on a holiday wins over it (an exceptional opening). School holidays may
have a week of their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from tierslieu.basics.spans import Span, merged
from tierslieu.basics.zone import Zone


class Period(NamedTuple):
    """Open from `opens` to `closes`, in minutes after midnight (0 to 2880)."""

    opens: int
    closes: int


Week = tuple[tuple[Period, ...], ...]
"""Seven days from Monday, each with its periods."""

ALWAYS_CLOSED: Week = ((),) * 7


@dataclass(frozen=True, slots=True)
class Opening:
    """When a place is open: the weekly rule and what departs from it."""

    week: Week = ALWAYS_CLOSED
    exceptions: Mapping[date, tuple[Period, ...]] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()
    break_week: Week | None = None
    """The week of the school holidays; None when they change nothing."""
    breaks: frozenset[date] = frozenset()
    """The days of the school holidays."""

    def periods(self, day: date) -> tuple[Period, ...]:
        """The periods that begin on a day, in wall clock minutes."""
        exception = self.exceptions.get(day)
        if exception is not None:
            return exception
        return () if day in self.holidays else self.week_of(day)[day.weekday()]

    def week_of(self, day: date) -> Week:
        """The weekly rule in force on a day."""
        return self.break_week if self.break_week is not None and day in self.breaks else self.week

    def spans(self, day: date, zone: Zone) -> list[Span]:
        """The open spans that begin on a day, merged, in instants."""
        return merged(
            Span(zone.instant(day, period.opens), zone.instant(day, period.closes)) for period in self.periods(day)
        )

    def spans_within(self, window: Span, zone: Zone) -> list[Span]:
        """All open time inside a window, a period begun the evening before included."""
        found = [span.within(window) for day in days_of(window, zone) for span in self.spans(day, zone)]
        return merged(found)

    def is_open_for(self, span: Span, zone: Zone) -> bool:
        """True when the place stays open during the whole span."""
        return any(opened.contains(span) for opened in self.spans_within(span, zone))


def days_of(window: Span, zone: Zone) -> Iterator[date]:
    """The calendar days that a window touches, and the day before (its night may reach in)."""
    day, last = zone.date(window.start) - timedelta(days=1), zone.date(window.end - 1)
    while day <= last:
        yield day
        day += timedelta(days=1)
