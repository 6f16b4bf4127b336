"""Searching by time first: which resources serve what is asked, and what comes close. Pure: a scene in.

People, place, kind and accessibility are never given up; equipment is a comfort that a proposal may lack, and says so.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, zip_longest
from typing import Final

import msgspec

from tierslieu.basics.spans import DAY, MINUTE, Span
from tierslieu.reservations.rules import Wish
from tierslieu.reservations.scene import Scene
from tierslieu.reservations.search.rules import DAYS, REACH, SEATS, Proposal, booked, on_day, propose, starts
from tierslieu.venue.map import ResourceFacts, VenueMap

MOST_SHOWN: Final = 12
CLOSEST: Final = 8
"""Among how many resources alternatives are looked for: the best suited."""
WISHED: Final = 3
"""For how many of them other hours are proposed."""


class Search(msgspec.Struct, frozen=True):
    """What is asked: `seconds` somewhere in `window` (all of it when they are the same), for so many people.

    `kinds`, `site` and `space` are "" or () for any. `equipment` and `access` are tags.
    """

    window: Span
    seconds: int
    people: int = 1
    kinds: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    space: str = ""
    site: str = ""

    @property
    def is_exact(self) -> bool:
        """True when the whole window is asked for."""
        return self.seconds >= self.window.seconds


class Found(msgspec.Struct, frozen=True):
    """A resource that is free for what is asked, from when until when, and how a reservation would begin."""

    resource: ResourceFacts
    span: Span
    price_cents: int
    state: str


def serves(resource: ResourceFacts, search: Search) -> bool:
    """True when nothing that is asked must be given up, equipment aside."""
    return (
        resource.is_bookable
        and not resource.retired_at
        and resource.min_people <= search.people <= resource.capacity
        and (not search.kinds or resource.kind in search.kinds)
        and search.space in ("", resource.space.key)
        and search.site in ("", resource.space.site)
        and resource.space.access >= frozenset(search.access)
    )


def lacking(resource: ResourceFacts, search: Search) -> tuple[str, ...]:
    """The equipment that is asked for and not there."""
    return tuple(tag for tag in search.equipment if tag not in resource.equipment)


def candidates(venue: VenueMap, search: Search) -> tuple[list[ResourceFacts], list[ResourceFacts]]:
    """What has all that is asked, and what only lacks equipment; the best suited first."""
    suited = sorted((one for one in venue.resources if serves(one, search)), key=lambda one: _suits(one, search))
    whole = [one for one in suited if not lacking(one, search)]
    return whole, sorted((one for one in suited if lacking(one, search)), key=lambda one: len(lacking(one, search)))


def _suits(one: ResourceFacts, search: Search) -> tuple[bool, int, int, int]:
    return one.needs_approval, one.capacity - search.people, one.hourly_cents, -len(one.units)


def found(scene: Scene, search: Search, resources: list[ResourceFacts]) -> list[Found]:
    """The resources that are free for what is asked, soonest first, then the best suited.

    A desk of its own is left out where "any desk" of the same ones is free: that says the same in one line.
    """
    told = [each for one in resources if (each := first_in(scene, one, search.window, search))]
    pools = [each.resource for each in told if each.resource.pick == "one"]
    return sorted(
        (each for each in told if not any(_is_within(each.resource, pool, search) for pool in pools)),
        key=lambda each: each.span.start,
    )


def _is_within(one: ResourceFacts, pool: ResourceFacts, search: Search) -> bool:
    is_one_of = one.id != pool.id and one.kind in SEATS and set(one.units) <= set(pool.units)
    return is_one_of and not search.equipment


def first_in(scene: Scene, resource: ResourceFacts, window: Span, search: Search) -> Found | None:
    """The first time of the length asked for inside a window that would be accepted."""
    if search.is_exact:
        return judged(scene, resource, window, search.people)
    ahead = Span(max(window.start, scene.now - resource.grid_minutes * MINUTE), window.end)
    spans = (Span(at, at + search.seconds) for at in starts(scene, resource, ahead, search.seconds))
    tried = (judged(scene, resource, one, search.people) for one in spans)
    return next((each for each in tried if each), None)


def judged(scene: Scene, resource: ResourceFacts, span: Span, people: int) -> Found | None:
    """The answer of the house to this wish, as something found; None for a refusal."""
    booking = booked(scene, Wish(resource, span, people))
    if booking is None:
        return None
    return Found(scene.venue.by_key[resource.key], span, booking.price_cents, booking.state)


def reach(search: Search) -> Span:
    """The window of the scene in which alternatives are looked for."""
    return Span(search.window.start - REACH, search.window.end + DAYS * DAY + REACH)


def close(venue: VenueMap, search: Search) -> list[ResourceFacts]:
    """The resources with which to make that scene."""
    whole, lesser = candidates(venue, search)
    return [*whole[:CLOSEST], *lesser[:CLOSEST]]


def alternatives(scene: Scene, search: Search, limit: int = 5) -> list[Proposal]:
    """What comes close: without some equipment, at another hour, shorter, on another day, in two places.

    Each proposal was judged by the scene. The scene is made with `close` and `reach`.
    """
    whole, lesser = ([one for one in each if one.id in scene.resource_ids] for each in candidates(scene.venue, search))
    span = search.window if search.is_exact else Span(search.window.start, search.window.start + search.seconds)
    by_hour = [propose(scene, Wish(one, span, search.people), limit, whole) for one in whole[:WISHED]]
    rest = [[one for one in each if one.kind not in ("day", "resource")] for each in by_hour]
    kinds = [list(_without(scene, search, lesser)), _in_turn(rest), list(_other_days(scene, search, whole or lesser))]
    return list(islice(_in_turn(kinds), limit))


def _without(scene: Scene, search: Search, lesser: list[ResourceFacts]) -> Iterator[Proposal]:
    """The same hours on what lacks some equipment, the least lacking first."""
    for one in lesser:
        each = first_in(scene, one, search.window, search)
        if each:
            yield Proposal("resource", each.resource, each.span, given_up=lacking(one, search))


def _other_days(scene: Scene, search: Search, resources: list[ResourceFacts]) -> Iterator[Proposal]:
    """The same hours on the next days, one proposal a day."""
    for step in range(1, DAYS + 1):
        window = on_day(scene.venue, search.window, step)
        tried = (first_in(scene, one, window, search) for one in resources)
        each = next((one for one in tried if one), None)
        if each:
            yield Proposal("day", each.resource, each.span, given_up=lacking(each.resource, search))


def _in_turn(lists: list[list[Proposal]]) -> list[Proposal]:
    """The first of each list, then the second of each…; nothing twice."""
    told: dict[tuple[int, Span], Proposal] = {}
    for row in zip_longest(*lists):
        for one in row:
            if one is not None:
                told.setdefault((one.resource.id, one.span), one)
    return list(told.values())


def day_named(text: str, today: date) -> date | None:
    """The day that a word names (« demain », « jeudi »: the next one, today included); None for other texts."""
    word = text.strip().lower().replace("’", "'")
    if word in NEAR:
        return today + timedelta(days=NEAR[word])
    for names in WEEKDAYS:
        if word in names:
            return today + timedelta(days=(names.index(word) - today.weekday()) % 7)
    return None


NEAR: Final = {
    "aujourd'hui": 0,
    "today": 0,
    "demain": 1,
    "tomorrow": 1,
    "après-demain": 2,
    "apres-demain": 2,
}
WEEKDAYS: Final = (
    ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
