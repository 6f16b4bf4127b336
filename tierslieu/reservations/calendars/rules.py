"""Rules of calendars: what may be subscribed to, when a resource counts as taken, what stays in a feed. Pure."""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from tierslieu.basics.spans import DAY, Span, common, merged, span
from tierslieu.venue.map import Need, ResourceFacts, VenueMap

BEHIND, AHEAD = 30 * DAY, 365 * DAY
"""What a feed shows: a month back, a year ahead."""
OPENING_AHEAD = 120 * DAY
"""Opening hours change with the seasons: they are told for four months."""
KEPT: Final = 30 * DAY
"""How long something cancelled is still told, so that every calendar had the time to take it out."""
MOST_ITEMS: Final = 5000
MOST_FEEDS: Final = 20
USE_NOTED: Final = 3600
"""The last use of a feed is noted to the hour: calendars ask many times a day."""
MAX_AGE: Final = 900
OWN, BUSY, NAMES, OPENING = "own", "busy", "names", "opening"
RESOURCE, SPACE, SITE = "resource:", "space:", "site:"
FOR_STAFF: Final = frozenset({NAMES})
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")


class Place(msgspec.Struct, frozen=True):
    """What a feed shows: some resources, some spaces, and what people call them together."""

    name: str
    resources: tuple[ResourceFacts, ...]


def new_token() -> str:
    """A secret of 192 bits, as it stands in an address."""
    return secrets.token_urlsafe(24)


def window_of(detail: str, now: int) -> Span:
    """The time that a feed shows."""
    return Span(now - BEHIND, now + (OPENING_AHEAD if detail == OPENING else AHEAD))


def place_of(here: VenueMap, text: str) -> Place | None:
    """What a text of the form names; None when there is no such place."""
    if text.startswith(RESOURCE):
        one = here.by_key.get(text.removeprefix(RESOURCE))
        return Place(one.name, (one,)) if one is not None else None
    inside = [one for one in here.resources if text in (SPACE + one.space.key, SITE + one.space.site)]
    space = next((one for one in here.spaces.values() if text == SPACE + one.key), None)
    if space is not None:
        return Place(space.name, tuple(inside))
    site = text.removeprefix(SITE)
    is_site = text.startswith(SITE) and any(one.site == site for one in here.spaces.values())
    return Place(site.replace("-", " ").capitalize(), tuple(inside)) if is_site else None


def is_offered(text: str, detail: str) -> bool:
    """True for the pairs of place and detail that make a calendar."""
    if detail == OWN:
        return text == ""
    if detail == OPENING:
        return text.startswith((SPACE, SITE))
    return detail in (BUSY, NAMES) and text.startswith((RESOURCE, SPACE, SITE))


def taken_spans(resource: ResourceFacts, taken: Mapping[int, Sequence[Span]]) -> list[Span]:
    """When a resource cannot be had: one of its needs finds too few clear units. Claims of a unit never overlap."""
    needs = resource.needs or (Need(resource.units, len(resource.units) if resource.pick == "all" else 1),)
    return merged(part for need in needs for part in _too_few(need, taken))


def _too_few(need: Need, taken: Mapping[int, Sequence[Span]]) -> list[Span]:
    """When fewer than `need.count` of its units are clear."""
    most = len(need.units) - need.count
    steps = sorted(
        step for unit in need.units for start, end in taken.get(unit, ()) for step in ((start, 1), (end, -1))
    )
    found: list[Span] = []
    held, since = 0, 0
    for at, change in steps:
        before, held = held, held + change
        if before <= most < held:
            since = at
        elif held <= most < before and since < at:
            found.append(span(since, at))
    return found


def within(spans: Iterable[Span], window: Span) -> list[Span]:
    """The parts inside a window."""
    return common(spans, [window])
