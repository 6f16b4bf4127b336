"""The venue's own time: from wall clock to instants and back, daylight saving nights included."""

from datetime import date as Date
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tierslieu.basics.errors import Invalid
from tierslieu.basics.spans import Span

QUARTER = 900
EPOCH_DAY = Date(1970, 1, 1).toordinal()


class Zone:
    """A time zone seen from the venue. Instants are seconds since the epoch; minutes are of the wall clock."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.info = ZoneInfo(name)
        self._midnight = lru_cache(maxsize=4096)(self._find_midnight)
        self._offset = lru_cache(maxsize=65_536)(self._find_offset)
        self._date = lru_cache(maxsize=4096)(Date.fromordinal)

    def __eq__(self, other: object) -> bool:
        """Zones of one name are the same: what is kept for a zone is found again."""
        return isinstance(other, Zone) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def _find_offset(self, quarter: int) -> int:
        """Seconds that the wall clock is ahead of UTC during a quarter of an hour (offsets change on quarters)."""
        ahead = datetime.fromtimestamp(quarter * QUARTER, self.info).utcoffset()
        return int(ahead.total_seconds()) if ahead is not None else 0

    def _find_midnight(self, day: Date) -> tuple[int, bool]:
        """Instant of 00:00, and whether the day has its plain 24 hours."""
        start = int(datetime(day.year, day.month, day.day, tzinfo=self.info).timestamp())
        tomorrow = _days_after(day, 1)
        end = int(datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=self.info).timestamp())
        return start, end - start == 86_400

    def instant(self, day: Date, minutes: int) -> int:
        """The instant of a wall clock time, `minutes` after midnight (0 to 2880: past midnight is the next day).

        An hour that the spring night skips becomes the instant of the change; an hour that the autumn night
        repeats means its first passage.
        """
        extra, minutes = divmod(minutes, 1440)
        day = _days_after(day, extra) if extra else day
        midnight, is_plain = self._midnight(day)
        if is_plain:
            return midnight + minutes * 60
        wall = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=self.info)
        instant = int(wall.timestamp())
        if self.minutes(instant) != minutes:  # skipped by the spring night: the first minute that exists
            return self.instant(day, minutes + 1)
        return instant

    def wall(self, instant: int) -> datetime:
        """The aware wall clock time at an instant."""
        return datetime.fromtimestamp(instant, self.info)

    def date(self, instant: int) -> Date:
        """The venue's calendar day at an instant."""
        return self._date(EPOCH_DAY + (instant + self._offset(instant // QUARTER)) // 86_400)

    def minutes(self, instant: int) -> int:
        """Wall clock minutes since midnight at an instant (0 to 1439)."""
        return (instant + self._offset(instant // QUARTER)) % 86_400 // 60

    def day(self, day: Date) -> Span:
        """The whole calendar day: 24 hours, or 23 or 25 on daylight saving nights."""
        return Span(self._midnight(day)[0], self._midnight(_days_after(day, 1))[0])


def _days_after(day: Date, days: int) -> Date:
    """So many days later. Raises Invalid past the last day that a calendar holds: somebody may have typed it."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise Invalid("bad_date") from None
