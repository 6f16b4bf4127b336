"""Presence as a fold of passages. Pure: whoever passed last tells where they are, in whatever order it is heard.

Somebody is inside when their newest passage was an entry, their zone did not close after it, and it is not so long
ago that they must have left unseen.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import msgspec

from devices.badges.decide import is_near

HOUR: Final = 3600
UNSEEN: Final = 16 * HOUR
"""Without any passage for so long, nobody is thought to be inside."""
REMEMBERED: Final = 8 * 86_400
"""Passages that a device kept come within a week; older ones say nothing about where somebody is."""
BANDS: Final = ("", "child", "teen", "adult", "senior")
"""Age bands of people who are only counted; "" when nobody looked."""
CLOSING: Final = "closing"
"""The device of the rows that close a zone."""
RECOUNT: Final = "recount"
"""The device of the rows that put right how many are only counted."""
Band = Literal["", "child", "teen", "adult", "senior"]


class Who(msgspec.Struct, frozen=True):
    """Either a person or a guest."""

    person_id: int = 0
    guest_id: int = 0


class Fact(msgspec.Struct, frozen=True):
    """A passage of somebody who was let through. `mark` orders passages of the same second."""

    who: Who
    at: int
    mark: str
    direction: str
    zone_id: int

    @property
    def order(self) -> tuple[int, str]:
        """Which of two passages is the newer."""
        return self.at, self.mark


class Place(msgspec.Struct, frozen=True):
    """Where the fold says that somebody is."""

    zone_id: int
    is_inside: bool
    last_at: int
    last_direction: str
    last_mark: str


def mark(device: str, seq: int, scan_id: str) -> str:
    """What orders passages of one second: by device, then by its own count."""
    return f"{device}:{seq:016x}:{scan_id}"


def is_over(at: int, closed_at: int, now: int) -> bool:
    """True for an entry that says nothing about now: its zone closed since, or it is too long ago."""
    return at <= closed_at or at <= now - UNSEEN


def fold(facts: Iterable[Fact], closed: Mapping[int, int], now: int) -> dict[Who, Place]:
    """Where everybody is. `closed`: when each zone closed last."""
    newest: dict[Who, Fact] = {}
    for fact in facts:
        known = newest.get(fact.who)
        if known is None or fact.order > known.order:
            newest[fact.who] = fact
    return {who: _place(fact, closed.get(fact.zone_id, 0), now) for who, fact in newest.items()}


def _place(fact: Fact, closed_at: int, now: int) -> Place:
    is_inside = fact.direction == "in" and not is_over(fact.at, closed_at, now)
    return Place(fact.zone_id, is_inside, fact.at, fact.direction, fact.mark)


class Passage(msgspec.Struct, frozen=True):
    """One passage of one person, for the hour at which they came in."""

    at: int
    direction: str


def came_at(passages: Iterable[Passage], after: int) -> int:
    """When somebody who is inside came in: the first entry since they last left; 0 when none is known."""
    found = 0
    for one in sorted(passages, key=lambda one: (one.at, one.direction)):
        if one.direction == "out":
            found = 0
        elif not found and one.at > after:
            found = one.at
    return found


def look_of(inside: int, capacity: int) -> Literal["", "near", "full"]:
    """Whether a zone is nearly full or full; never when it has no declared capacity."""
    if not capacity:
        return ""
    return "full" if inside >= capacity else "near" if is_near(inside, capacity) else ""
