"""School holidays of zone C (académie de Créteil), from the calendar that the State publishes."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

FILE = Path(__file__).parent / "school_holidays_zone_c.json"


class SchoolBreak(NamedTuple):
    """Days without school, from the first to the last, both included."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Each of its days."""
        for step in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=step)


class _Calendar(msgspec.Struct, frozen=True):
    source: str
    zone: str
    breaks: list[tuple[str, date, date]]


def read(path: Path = FILE) -> tuple[SchoolBreak, ...]:
    """The school holidays of a file, in order."""
    calendar = msgspec.json.decode(path.read_bytes(), type=_Calendar)
    return tuple(sorted((SchoolBreak(*one) for one in calendar.breaks), key=lambda one: one.first))


BREAKS: Final = read()
SCHOOL_BREAKS: Final = frozenset(day for one in BREAKS for day in one.days())
"""Every day of the school holidays that are known."""
