"""Rules of the waiting list: what an entry asks for, what fits it, and whose turn it is. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from tierslieu.basics.spans import DAY, MINUTE, Span
from tierslieu.basics.zone import Zone
from tierslieu.reservations.availability import Run, is_on_grid, on_next_step
from tierslieu.reservations.rules import allowed_seconds
from tierslieu.venue.map import ResourceFacts, VenueMap

OPEN_STATES: Final = ("waiting", "offered")
SEATS: Final = ("desk", "desk_pool")
MOST_DAYS: Final = 31
"""One entry covers a month at most."""
KINDS: Final = ("desk", "room", "workstation", "machine", "loan_item", "staff_time")
"""What « any of this kind » may name; any desk is also a place of a pool."""
PASSING: Final = frozenset(
    {
        "slot_taken",
        "slot_taken_now",
        "out_of_use",
        "already_reserved",
        "too_many_reservations",
        "too_far_ahead",
        "referent_absent",
        "noise_meanwhile",
        "quiet_meanwhile",
        *(f"quota_{unit}_{per}" for unit in ("count", "minutes") for per in ("day", "week", "month", "ahead")),
    }
)
"""Reasons that time or another act may lift: waiting makes sense against these alone."""


class Entry(msgspec.Struct, frozen=True):
    """An entry as it is stored."""

    id: int
    person_id: int
    asked_by: int | None
    target: str
    first_day: str
    last_day: str
    from_minute: int
    to_minute: int
    minutes: int
    people: int
    reservation_id: int | None
    from_at: int
    until_at: int
    state: str
    alerts: int
    alerted_on: str
    created_at: int

    @property
    def is_open(self) -> bool:
        """True while it waits, or holds an offer."""
        return self.state in OPEN_STATES


def days_of(entry: Entry) -> list[date]:
    """The days on which it may be."""
    first, last = date.fromisoformat(entry.first_day), date.fromisoformat(entry.last_day)
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def windows(zone: Zone, entry: Entry, now: int) -> list[Span]:
    """Inside which spans it may be from now on, day by day."""
    found = (Span(zone.instant(day, entry.from_minute), zone.instant(day, entry.to_minute)) for day in days_of(entry))
    ahead = (Span(max(one.start, now), one.end) for one in found)
    return [one for one in ahead if one.seconds >= entry.minutes * MINUTE]


def suits(entry: Entry, resource: ResourceFacts) -> bool:
    """True for the resources that the entry would do with."""
    is_meant = entry.target in resource.targets or (entry.target == "kind:desk" and resource.kind in SEATS)
    return is_meant and resource.is_bookable and resource.min_people <= entry.people <= resource.capacity


def in_order(entry: Entry, resources: Iterable[ResourceFacts]) -> list[ResourceFacts]:
    """The resources that suit, the smallest that is enough first: four people do not get the hall."""
    found = (one for one in resources if suits(entry, one))
    return sorted(found, key=lambda one: (not one.is_listed, one.capacity, one.key))


def fits(
    venue: VenueMap, resource: ResourceFacts, runs: Sequence[Run], wanted: Sequence[Span], minutes: int
) -> Iterator[Span]:
    """The spans of the wished length in free time and inside the wished windows, soonest first."""
    seconds = allowed_seconds(resource, minutes * MINUTE)
    for window in wanted:
        for run in runs:
            common = run.span.within(window)
            start = common.start
            while start + seconds <= common.end:
                span = Span(start, start + seconds)
                if run.offers(span) and is_on_grid(venue, resource, span):
                    yield span
                start = on_next_step(venue.zone, resource, start + 1)


def may_be_alerted(entry: Entry, today: date, most: int) -> bool:
    """At most so many offers, one a day."""
    return entry.alerts < most and entry.alerted_on != today.isoformat()


def is_too_near(entry: Entry, resource: ResourceFacts, begins_at: int, now: int, quiet_days: int) -> bool:
    """True when an appointment that is to come earlier is so near that nobody is asked to change it."""
    return entry.reservation_id is not None and resource.kind == "staff_time" and begins_at < now + quiet_days * DAY


def after_offer(entry: Entry, outcome: str, most: int) -> str:
    """The state of an entry whose offer ended."""
    if outcome == "taken":
        return "taken"
    if outcome == "void" or entry.alerts < most:
        return "waiting"
    return outcome
