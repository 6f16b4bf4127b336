"""Reading an .ics file of somebody else: its dates to come, repetitions expanded, as plain values. Pure.

A repetition keeps the hour of its own clock through daylight saving (RFC 5545). What cannot be read, or keeps nobody
busy, is said, not guessed. Run as a program it reads standard input, apart from the service (apart.py).
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice, takewhile
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import msgspec
from dateutil.rrule import rrule, rruleset, rrulestr
from icalendar import Calendar, Event

LONGEST_UID, LONGEST_TITLE = 200, 200
LONGEST_DAYS: Final = 366
MOST_TOLD: Final = 200
RARE: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
QUIET: Final = frozenset({"PRIVATE", "CONFIDENTIAL"})


class Unreadable(Exception):
    """The file as a whole cannot be used; the message is a stable code."""


class Wish(msgspec.Struct, frozen=True):
    """How to read: the zone of times without one, from when until when, and how many dates at most."""

    zone: str
    start: int
    end: int
    most: int


class Date(msgspec.Struct, frozen=True):
    """One date of the file: a span of time, or a whole `day` (then the span is empty).

    `uid` and `occurrence` are by what it is known again when the file comes back.
    """

    uid: str
    occurrence: str
    title: str
    starts_at: int = 0
    ends_at: int = 0
    day: str = ""


class LeftOut(msgspec.Struct, frozen=True):
    """An entry that takes no time here, and why: a stable code."""

    title: str
    why: str


class Reading(msgspec.Struct, frozen=True):
    """A whole file. `past` counts the dates that are over."""

    name: str
    dates: tuple[Date, ...]
    left_out: tuple[LeftOut, ...] = ()
    past: int = 0


def read_calendar(data: bytes, wish: Wish) -> Reading:
    """The dates of a file. Raises Unreadable."""
    if b"BEGIN:VCALENDAR" not in data[:4096].upper():
        raise Unreadable("not_a_calendar")
    try:
        books = Calendar.from_ical(data, multiple=True)
    except Exception as error:  # the library raises many kinds for broken files; all of them mean the same
        raise Unreadable("not_a_calendar") from error
    reader = _Reader(wish)
    for book in books:
        reader.take(cast("list[Event]", book.walk("VEVENT")))
    name = next((str(book[key]) for book in books for key in ("NAME", "X-WR-CALNAME") if key in book), "")
    dates = sorted(reader.dates.values(), key=lambda one: (one.day, one.starts_at, one.uid, one.occurrence))
    return Reading(_line(name)[:80], tuple(dates), tuple(reader.left_out[:MOST_TOLD]), reader.past)


class _Bad(Exception):
    """An entry that cannot be used; the message is a stable code."""


class _Reader:
    """Takes entries in and keeps the dates that matter."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.zone = ZoneInfo(wish.zone)
        self.end = datetime.fromtimestamp(wish.end, UTC)
        self.dates: dict[tuple[str, str], Date] = {}
        self.left_out: list[LeftOut] = []
        self.past = 0

    def take(self, events: Iterable[Event]) -> None:
        """Entries by their UID: the one that repeats, and its dates that were changed by hand."""
        masters: dict[str, Event] = {}
        changed: dict[str, list[Event]] = {}
        for event in events:
            uid = str(event.get("UID", ""))
            if "RECURRENCE-ID" in event:
                changed.setdefault(uid, []).append(event)
            elif uid not in masters or _number(event) >= _number(masters[uid]):
                masters[uid] = event
        for uid in {**masters, **changed}:
            self._guarded(uid, masters.get(uid), changed.get(uid, []))

    def _guarded(self, uid: str, master: Event | None, changed: list[Event]) -> None:
        title = _title(master or changed[0])
        try:
            if not uid:
                raise _Bad("no_uid")
            self._entry(uid[:LONGEST_UID], master, changed)
        except _Bad as error:
            self.left_out.append(LeftOut(title, str(error)))
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError, ArithmeticError):
            self.left_out.append(LeftOut(title, "unreadable_entry"))

    def _entry(self, uid: str, master: Event | None, changed: list[Event]) -> None:
        done: set[str] = set()
        for one in changed:
            which = self._key(_value(one, "RECURRENCE-ID"))
            done.add(which)
            if _counts(one):
                self._keep(uid, which, one, self._moment(_value(one, "DTSTART")))
        if master is None:
            return
        if not _counts(master):
            if str(master.get("STATUS", "")).upper() != "CANCELLED":
                raise _Bad("keeps_nobody_busy")
            return
        repeats = "RRULE" in master or "RDATE" in master
        for start in self._starts(master):
            which = self._key(start) if repeats else ""
            if which not in done:
                self._keep(uid, which, master, start)

    def _keep(self, uid: str, which: str, event: Event, start: date) -> None:
        """One date of an entry: hours, or each of its whole days."""
        title = _title(event)
        if not isinstance(start, datetime):
            for day in self._days(event, start):
                self._add(Date(uid, f"{which}/{day}", title, day=day.isoformat()), self._midnight(day + timedelta(1)))
            return
        begin, seconds = int(start.timestamp()), self._seconds(event)
        if not 0 < seconds <= LONGEST_DAYS * 86_400:
            raise _Bad("no_length" if seconds <= 0 else "too_long")
        self._add(Date(uid, which, title, begin, begin + seconds), begin + seconds)

    def _add(self, one: Date, ends_at: int) -> None:
        starts_at = one.starts_at or ends_at - 1
        if ends_at <= self.wish.start:
            self.past += 1
        elif starts_at < self.wish.end:
            self.dates[one.uid, one.occurrence] = one
            if len(self.dates) > self.wish.most:
                raise Unreadable("too_many_occurrences")

    def _starts(self, event: Event) -> Iterator[date]:
        """When an entry begins, each time; in the zone of its own clock."""
        first = self._moment(_value(event, "DTSTART"))
        if "RRULE" not in event and "RDATE" not in event:
            yield first
            return
        zone = first.tzinfo if isinstance(first, datetime) else None
        plain = _naive(first, zone)
        last = _naive(self.end, zone) if zone else self.end.replace(tzinfo=None)
        dates = rruleset()
        if "RRULE" not in event:
            dates.rdate(plain)
        for rule in event.rrules:
            dates.rrule(_rule(rule, plain, zone))
        for one, _end in event.rdates:
            dates.rdate(_naive(self._moment(one), zone))
        for one in event.exdates:
            dates.exdate(_naive(self._moment(one), zone))
        for moment in takewhile(lambda moment: moment <= last, islice(dates, 100 * self.wish.most)):
            yield moment.replace(tzinfo=zone) if zone else moment.date()

    def _moment(self, value: date) -> date:
        """A day as it is, a time with its zone: that of the venue when it has none."""
        if not isinstance(value, datetime) or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=self.zone)

    def _seconds(self, event: Event) -> int:
        begin = self._moment(_value(event, "DTSTART"))
        if "DURATION" in event:
            return int(_length(event).total_seconds())
        if "DTEND" not in event or not isinstance(begin, datetime):
            return 0
        end = self._moment(_value(event, "DTEND"))
        return int(end.timestamp() - begin.timestamp()) if isinstance(end, datetime) else 0

    def _days(self, event: Event, first: date) -> list[date]:
        """The whole days of one date of an entry; its end is not one of them."""
        begin = _value(event, "DTSTART")
        count = 1
        if "DTEND" in event and not isinstance(_value(event, "DTEND"), datetime):
            count = (_value(event, "DTEND") - begin).days or 1
        elif "DURATION" in event:
            count = max(_length(event).days, 1)
        if not 0 < count <= LONGEST_DAYS:
            raise _Bad("no_length" if count <= 0 else "too_long")
        return [first + timedelta(days=step) for step in range(count)]

    def _midnight(self, day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp())

    def _key(self, value: date) -> str:
        """By what a date of a repetition is known again: the instant or the day at which the rule puts it."""
        moment = self._moment(value)
        return str(int(moment.timestamp())) if isinstance(moment, datetime) else moment.isoformat()


def _value(event: Event, name: str) -> Any:
    """A date or time of an entry. A zone that nobody knows is said: guessing would promise a wrong hour."""
    held = event.get(name)
    if held is None or not hasattr(held, "dt"):
        raise _Bad("unreadable_entry")
    found = held.dt
    if isinstance(found, datetime) and found.tzinfo is None and held.params.get("TZID"):
        raise _Bad("unknown_zone")
    if not isinstance(found, date):
        raise _Bad("unreadable_entry")
    return found


def _length(event: Event) -> timedelta:
    found = getattr(event.get("DURATION"), "dt", None)
    if not isinstance(found, timedelta):
        raise _Bad("unreadable_entry")
    return found


def _naive(value: date, zone: tzinfo | None) -> datetime:
    """On the wall clock of a zone, without it."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  (a day of the wall clock)
    return (value.astimezone(zone) if zone and value.tzinfo else value).replace(tzinfo=None)


def _rule(rule: Any, first: datetime, zone: tzinfo | None) -> rrule:
    """A rule on the wall clock; of several ends the first counts."""
    frequency = str(next(iter(rule.get("FREQ", [""])), "")).upper()
    if frequency not in RARE:
        raise _Bad("too_frequent")
    if any(step < 1 for step in rule.get("INTERVAL", [])):
        raise _Bad("unreadable_entry")  # dateutil would look for the next date for ever
    parts = [part for part in rule.to_ical().decode().split(";") if not part.upper().startswith("UNTIL=")]
    found = cast("rrule", rrulestr(";".join(parts), dtstart=first))
    ends = [_until(one, zone) for one in rule.get("UNTIL", [])]
    return found.replace(until=min(ends)) if ends else found


def _until(value: date, zone: tzinfo | None) -> datetime:
    """Until when a rule repeats; a day means all of it."""
    return _naive(value, zone) if isinstance(value, datetime) else _naive(value, zone) + timedelta(hours=24, seconds=-1)


def _counts(event: Event) -> bool:
    """True for what keeps somebody busy."""
    is_gone = str(event.get("STATUS", "")).upper() == "CANCELLED"
    return not is_gone and str(event.get("TRANSP", "")).upper() != "TRANSPARENT"


def _number(event: Event) -> int:
    try:
        return int(event.get("SEQUENCE", 0))
    except (TypeError, ValueError):
        return 0


def _title(event: Event) -> str:
    """What it is called; what its owner marked as private stays so."""
    if str(event.get("CLASS", "")).upper() in QUIET:
        return ""
    return _line(str(event.get("SUMMARY", "")))[:LONGEST_TITLE]


def _line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def serve(take: Callable[[], bytes], give: Callable[[bytes], object]) -> None:
    """Read a wish (one line of JSON) and a file, write the reading, or the code of why there is none."""
    head, _, data = take().partition(b"\n")
    try:
        give(msgspec.json.encode(read_calendar(data, msgspec.json.decode(head, type=Wish))))
    except Unreadable as error:
        give(msgspec.json.encode({"code": str(error)}))


if __name__ == "__main__":
    serve(sys.stdin.buffer.read, sys.stdout.buffer.write)
