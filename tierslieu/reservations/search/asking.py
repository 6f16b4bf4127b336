"""From the fields of an address to what is searched. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from tierslieu.basics.spans import MINUTE, Span
from tierslieu.basics.zone import Zone
from tierslieu.reservations.search.matching import Search, day_named
from tierslieu.venue.facts import ACCESS

CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
PARTS: Final[Mapping[str, tuple[int, int]]] = {
    "morning": (0, 12 * 60),
    "afternoon": (12 * 60, 18 * 60),
    "evening": (18 * 60, 24 * 60),
}
"""Parts of the day, in minutes after midnight."""
LENGTHS: Final = (30, 60, 90, 120, 180, 240, 480)
USUAL: Final = 60
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "seat": ("desk", "desk_pool"),
    "room": ("room",),
    "workstation": ("workstation",),
    "machine": ("machine",),
    "loan_item": ("loan_item",),
    "staff_time": ("staff_time",),
}
"""What people look for, and the kinds of resources that are it."""
MOST_TAGS: Final = 30
LAST_YEAR: Final = 2099


class Asked(msgspec.Struct, frozen=True):
    """The fields as they came: what the form shows again."""

    date: str = ""
    start: str = ""
    end: str = ""
    part: str = ""
    minutes: str = ""
    people: str = ""
    kind: str = ""
    equipment: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    pour: str = ""

    @property
    def is_blank(self) -> bool:
        """True when nothing is asked yet."""
        return self == Asked(pour=self.pour)


def read_search(asked: Asked, zone: Zone, now: int) -> tuple[Search | None, dict[str, str]]:
    """What is searched, or the code of what is wrong for each field."""
    wrong: dict[str, str] = {}
    day = read_day(asked.date, zone.date(now))
    if day is None:
        wrong["date"] = "bad_date"
    elif day < zone.date(now):
        wrong["date"] = "in_the_past"
    for name, text in (("from", asked.start), ("to", asked.end)):
        if text and not CLOCK.fullmatch(text):
            wrong[name] = "bad_hour"
    people, minutes = _number(asked.people or "1", 1, 1000), _number(asked.minutes or "0", 0, 24 * 60)
    wrong |= {name: "int_parsing" for name, value in (("people", people), ("minutes", minutes)) if value is None}
    wrong |= _choices(asked)
    if wrong or day is None or people is None or minutes is None:
        return None, wrong
    window = _window(asked, zone, day)
    if not window.is_real:
        return None, {"to": "ends_before_it_starts"}
    is_whole = bool(asked.start and asked.end) and not minutes
    seconds = window.seconds if is_whole else (minutes or USUAL) * MINUTE
    if seconds > window.seconds:
        return None, {"minutes": "longer_than_hours"}
    return Search(window, seconds, people, KINDS.get(asked.kind, ()), asked.equipment, asked.access), {}


def read_day(text: str, today: date) -> date | None:
    """The day of a field: a date, or a word like « demain » or « jeudi »; today when empty, None when unreadable."""
    if not text:
        return today
    named = day_named(text[:20], today)
    if named is not None:
        return named
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2025 <= found.year <= LAST_YEAR else None


def _window(asked: Asked, zone: Zone, day: date) -> Span:
    """From the hours, else from the part of the day, else the whole day."""
    first, last = PARTS.get(asked.part, (0, 24 * 60))
    start = _minutes(asked.start) if asked.start else first
    end = _minutes(asked.end) if asked.end else last
    return Span(zone.instant(day, start), _ending(zone, day, end))


def _ending(zone: Zone, day: date, minutes: int) -> int:
    return zone.day(day).end if minutes == 24 * 60 else zone.instant(day, minutes)


def _minutes(clock: str) -> int:
    hour, _sign, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def _number(text: str, least: int, most: int) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= 5
    return int(text) if is_number and least <= int(text) <= most else None


def _choices(asked: Asked) -> dict[str, str]:
    wrong = {}
    if asked.kind and asked.kind not in KINDS:
        wrong["kind"] = "literal_error"
    if asked.part and asked.part not in PARTS:
        wrong["part"] = "literal_error"
    if not set(asked.access) <= set(ACCESS):
        wrong["access"] = "literal_error"
    if len(asked.equipment) > MOST_TAGS or any(len(tag) > 40 for tag in asked.equipment):
        wrong["equipment"] = "literal_error"
    return wrong
