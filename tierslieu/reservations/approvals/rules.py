"""Rules of requests: when they lapse, when somebody is reminded, which stand in each other's way. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Final

import msgspec

from tierslieu.basics.spans import DAY, HOUR, MINUTE, Span
from tierslieu.reservations.availability import claim_span
from tierslieu.reservations.schemas import Stored
from tierslieu.venue.map import ResourceFacts

LOST, LAPSED = "lost", "lapsed"
FARTHEST: Final = 60
"""How many days back working days are counted."""


class Waiting(msgspec.Struct, frozen=True):
    """A request that waits, with when it was made and what was told of it."""

    one: Stored
    created_at: int
    told_at: int
    reminded_at: int


def lapses_at(resource: ResourceFacts, one: Stored, created_at: int, days: int, hours: int) -> int:
    """When a request without an answer ends: so many days after it was made, and at the latest so many hours (or the
    notice of its resource, when that is longer) before it would begin.

    Whoever asks at the last moment waits at least half of the time that is left: no request ends as it is made.
    """
    half = created_at + (one.starts_at - created_at) // 2
    before = max(resource.notice_minutes * MINUTE, hours * HOUR)
    return min(created_at + days * DAY, max(one.starts_at - before, half))


def working_days(since: date, until: date, is_open: Callable[[date], bool]) -> int:
    """How many days on which the house is open went by after the first day, the last one counted."""
    first = max(since, until - timedelta(days=FARTHEST))
    return sum(1 for step in range(1, (until - first).days + 1) if is_open(first + timedelta(days=step)))


def are_rivals(left: ResourceFacts, one: Span, right: ResourceFacts, other: Span) -> bool:
    """True when two resources share a unit and the claims of both spans overlap."""
    shares = not set(left.units).isdisjoint(right.units)
    return shares and claim_span(left, one).overlaps(claim_span(right, other))


def rivalries(found: Iterable[Stored], by_id: Mapping[int, ResourceFacts]) -> dict[int, list[int]]:
    """Each request with the others that want some of the same at the same time, in their order."""
    ones = list(found)
    return {
        one.id: [
            other.id
            for other in ones
            if other.id != one.id and are_rivals(by_id[one.resource_id], one.span, by_id[other.resource_id], other.span)
        ]
        for one in ones
    }
