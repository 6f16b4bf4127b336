"""The scene of the benchmark: one invented venue, its people and years of reservations. Pure: counts in, rows out.

Every desk has four reservations of two hours a day, with free hours between them, in the same pattern on every
day: the weeks looked at are the same whatever the length of the history before them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from tierslieu.basics.zone import Zone

PARIS = Zone("Europe/Paris")
TODAY = date(2026, 11, 24)
NOW = PARIS.instant(TODAY, 7 * 60 + 50)
"""The house's clock starts here in each run: ten minutes before opening."""
WEEK = date(2026, 11, 30)
"""The Monday of the full week that is read."""
LAST_DAY = date(2026, 12, 20)
OPENS, CLOSES = 8 * 60, 20 * 60
LISTED, EXTRA = 50, 10
DESKS = tuple(f"D{number:02d}" for number in range(1, LISTED + EXTRA + 1))
HALL = "hall"
ROOMS = tuple(f"R{number:03d}" for number in range(1, 501 - len(DESKS)))
"""Rooms that are not on the board: with the desks, five hundred resources; each has WEEK as full as a desk's."""
TAKEN_FROM = (480, 660, 840, 1020)
TAKEN_MINUTES = 120
GAPS_FROM = (600, 630, 780, 810, 960, 990, 1140, 1170)
GAP_MINUTES = 30
A_DAY = len(DESKS) * len(TAKEN_FROM)
CALLERS, REGULARS, VISITORS = 4000, 2000, 5000
"""Who reserves, who has reservations to come, who scans a badge. All of them have a history."""
PEOPLE = CALLERS + REGULARS + VISITORS
TOWN = 100_000
"""Everybody with a file: those above, and many who are only looked for."""
STAFF_ID = 999_999
FIRST_NAMES = (
    *("Marie", "Martine", "Marc", "Margaux", "Marion", "Monique", "Michel", "Jean", "Jean-Pierre", "Anne-Marie"),
    *("Claire", "Sofia", "Thomas", "Hugo", "Léa", "Aïcha", "Mehdi", "Oleksandra", "Brigitte", "Denis", "Zoé"),
)
"""Many begin alike, as they do in a town."""
LAST_NAMES = (
    *("Martin", "Marchand", "Marin", "Marty", "Moreau", "Morel", "Petit", "Lefèvre", "Girard", "Perrin", "Rousseau"),
    *(
        "Dupont",
        "Durand",
        "Dubois",
        "Benali",
        "Diallo",
        "Koval",
        "Haddad",
        "Lambert",
        "Faure",
        "Colin",
        "Roux",
        "Le Gall",
    ),
)
FIRST_PERSON, FIRST_RESERVATION, FIRST_IN_HALL, FIRST_BADGE = 1_000_000, 100_000_000, 50_000_000, 60_000_000
FIRST_IN_ROOMS = 70_000_000
FREE_DAYS = 20
FREE_SLOTS = FREE_DAYS * len(GAPS_FROM) * LISTED

Row = tuple[Any, ...]


class Slot(NamedTuple):
    """A stretch of a desk, in instants."""

    desk: int
    start: int
    end: int


class VenueIds(NamedTuple):
    """What the venue's own actions made: ids in the order of DESKS, and the hall with a seat per visitor."""

    desks: list[int]
    units: list[int]
    hall: int
    seats: list[int]
    rooms: list[int]
    room_units: list[int]


def token(who: str, number: int) -> str:
    """The bearer token of someone, as long as a real one."""
    return hashlib.sha256(f"{who} {number}".encode()).hexdigest()[:43]


def badge_secret(visitor: int) -> bytes:
    """The secret of a visitor's badge."""
    return hashlib.sha256(f"badge {visitor}".encode()).digest()[:16]


def person_id(number: int) -> int:
    """Callers come first, then regulars, then visitors."""
    return FIRST_PERSON + number


def names_of(number: int) -> tuple[str, str]:
    """First and last name; a fifth of all people carry a last name that nobody else has."""
    last = f"Nom{number:06d}" if number % 5 == 0 else LAST_NAMES[number * 7 // len(FIRST_NAMES) % len(LAST_NAMES)]
    return FIRST_NAMES[number % len(FIRST_NAMES)], last


def visitor_id(visitor: int) -> int:
    """The person behind a visitor's number."""
    return person_id(CALLERS + REGULARS + visitor)


def days(count: int) -> list[date]:
    """The days that hold `count` reservations, the last one LAST_DAY."""
    number = -(-count // A_DAY)
    return [LAST_DAY - timedelta(days=back) for back in range(number - 1, -1, -1)]


def starts_of(day: date) -> list[int]:
    """When the four reservations of a day begin."""
    return [PARIS.instant(day, minutes) for minutes in TAKEN_FROM]


def reservations(count: int, ids: VenueIds) -> Iterator[Row]:
    """Rows of `reservation` in the order of Reservation's columns, oldest first."""
    number = FIRST_RESERVATION
    for day in days(count):
        is_past = day < TODAY
        for start in starts_of(day):
            for desk in ids.desks:
                owner = number % PEOPLE if is_past else CALLERS + number % REGULARS
                state = "finished" if is_past else "confirmed"
                yield _reservation(number, desk, person_id(owner), start, start + TAKEN_MINUTES * 60, state)
                number += 1
    opening = PARIS.instant(TODAY, OPENS)
    for visitor in range(VISITORS):
        who, end = visitor_id(visitor), opening + 4 * 3600
        yield _reservation(FIRST_IN_HALL + visitor, ids.hall, who, opening, end, "confirmed")
    for number, (place, start) in enumerate(_in_rooms(len(ids.rooms))):
        who, end = person_id(CALLERS + number % REGULARS), start + TAKEN_MINUTES * 60
        yield _reservation(FIRST_IN_ROOMS + number, ids.rooms[place], who, start, end, "confirmed")


def _in_rooms(rooms: int) -> Iterator[tuple[int, int]]:
    """(which room, start) of the reservations of WEEK in the rooms, in the order of the rooms."""
    starts = [start for step in range(7) for start in starts_of(WEEK + timedelta(days=step))]
    return ((place, start) for place in range(rooms) for start in starts)


def _reservation(number: int, resource: int, person: int, start: int, end: int, state: str) -> Row:
    made = start - 3 * 86_400
    more = (number, 0, None, "", 200, "", 0)
    return (number, number, resource, person, person, start, end, 1, state, made, made, None, *more)


def claims(count: int, ids: VenueIds) -> Iterator[Row]:
    """Rows of `claim` in the order of its key, one for each row of `reservations`."""
    starts = [start for day in days(count) for start in starts_of(day)]
    for place, unit in enumerate(ids.units):
        for turn, start in enumerate(starts):
            cause = FIRST_RESERVATION + turn * len(ids.desks) + place
            yield (unit, start, start + TAKEN_MINUTES * 60, "reservation", cause)
    opening = PARIS.instant(TODAY, OPENS)
    for visitor, seat in enumerate(ids.seats):
        yield (seat, opening, opening + 4 * 3600, "reservation", FIRST_IN_HALL + visitor)
    for number, (place, start) in enumerate(_in_rooms(len(ids.room_units))):
        yield (ids.room_units[place], start, start + TAKEN_MINUTES * 60, "reservation", FIRST_IN_ROOMS + number)


def free_slot(number: int) -> Slot:
    """The numberth free half hour, between two reservations; neighbours in number are on different desks."""
    rest, desk = divmod(number, LISTED)
    later, gap = divmod(rest, len(GAPS_FROM))
    if not 0 <= later < FREE_DAYS:
        raise ValueError("no free slot is left: use a fresh database")
    start = PARIS.instant(TODAY + timedelta(days=1 + later), GAPS_FROM[gap])
    return Slot(desk, start, start + GAP_MINUTES * 60)


def taken_slot(number: int) -> Slot:
    """A slot that somebody has, whatever the number."""
    rest, desk = divmod(number, LISTED)
    later, turn = divmod(rest, len(TAKEN_FROM))
    start = PARIS.instant(TODAY + timedelta(days=1 + later % FREE_DAYS), TAKEN_FROM[turn])
    return Slot(desk, start, start + TAKEN_MINUTES * 60)


def callers() -> Sequence[str]:
    """The tokens of all callers."""
    return [token("person", number) for number in range(CALLERS)]
