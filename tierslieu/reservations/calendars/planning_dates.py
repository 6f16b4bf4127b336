"""What each date of an imported calendar would do here: take its time, or why not. Pure."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from tierslieu.basics.digest import hashed
from tierslieu.basics.spans import Span
from tierslieu.reservations.calendars.queries import StoredEvent
from tierslieu.reservations.calendars.reading import Date
from tierslieu.venue.map import Need, ResourceFacts, VenueMap

Taken = tuple[int, int, str, int]
"""A claim on a unit: from, until, because of what."""
NEW, SAME, CHANGED = "new", "same", "changed"
TAKES: Final = frozenset({NEW, SAME, CHANGED})
MEETS: Final = frozenset({"meets_reservation", "meets_closure", "meets_other"})
CAUSES: Final = {"reservation": "meets_reservation", "closure": "meets_closure"}


class Planned(msgspec.Struct, frozen=True):
    """One date on one resource and its outcome: new, same, changed, or why it takes no time.

    `units` are those it takes; `former_id` is the imported event that it brings up to date.
    """

    resource_id: int
    uid: str
    occurrence: str
    title: str
    starts_at: int
    ends_at: int
    outcome: str
    units: tuple[int, ...] = ()
    former_id: int = 0

    @property
    def key(self) -> tuple[int, str, str]:
        """By what the same occurrence is known again."""
        return self.resource_id, self.uid, self.occurrence


class Plan(msgspec.Struct, frozen=True):
    """All that a file would do; `gone` are the events of its former state that it does not hold any more."""

    dates: tuple[Planned, ...]
    gone: tuple[int, ...] = ()

    def count(self, *outcomes: str) -> int:
        """How many dates have one of these outcomes."""
        return sum(one.outcome in outcomes for one in self.dates)

    @property
    def mark(self) -> str:
        """Stands for what would happen: the same mark, the same effect."""
        return hashed(msgspec.json.encode((self.dates, self.gone)).decode())


def plan(
    here: VenueMap,
    resources: Sequence[ResourceFacts],
    dates: Iterable[Date],
    taken: Mapping[int, Sequence[Taken]],
    known: Mapping[tuple[int, str, str], StoredEvent],
    import_id: int,
    now: int,
) -> Plan:
    """What the dates would do on each resource, the earlier first.

    `taken` are the claims there, without those of the import itself; `known` the events that the resources have from
    any import.
    """
    held = {unit: sorted(spans) for unit, spans in taken.items()}
    found: list[Planned] = []
    for one in sorted(_placed(here, resources, dates, now), key=lambda one: (one.starts_at, one.resource_id)):
        former = known.get(one.key)
        if former is not None and former.import_id != import_id:
            one = msgspec.structs.replace(one, outcome="imported_already")
        elif former is not None:
            one = msgspec.structs.replace(one, former_id=former.id)
        if one.outcome == NEW:
            one = _claimed(one, here.by_id[one.resource_id], held, former)
        found.append(one)
    kept = {one.former_id for one in found}
    gone = [each.id for each in known.values() if each.import_id == import_id and each.ends_at > now]
    return Plan(tuple(found), tuple(sorted(id_ for id_ in gone if id_ not in kept)))


def _placed(here: VenueMap, resources: Sequence[ResourceFacts], dates: Iterable[Date], now: int) -> list[Planned]:
    """The dates as spans of each resource: a whole day means its opening hours."""
    found = []
    for one in dates:
        for resource in resources:
            span = Span(one.starts_at, one.ends_at)
            outcome = NEW
            if one.day:
                hours = here.hours(resource, date.fromisoformat(one.day))
                span = Span(hours[0].start, hours[-1].end) if hours else here.zone.day(date.fromisoformat(one.day))
                outcome = NEW if hours else "closed_that_day"
            if span.end > now:
                found.append(Planned(resource.id, one.uid, one.occurrence, one.title, span.start, span.end, outcome))
    return found


def _claimed(
    one: Planned, resource: ResourceFacts, held: dict[int, list[Taken]], former: StoredEvent | None
) -> Planned:
    """The same with the units it takes, marked as held for the dates after it; or what stands in its way."""
    units: list[int] = []
    needs = resource.needs or (Need(resource.units, len(resource.units) if resource.pick == "all" else 1),)
    for need in needs:
        clear = [unit for unit in need.units if unit not in units and _meets(held.get(unit, []), one) is None]
        if len(clear) < need.count:
            cause = next(cause for unit in need.units if (cause := _meets(held.get(unit, []), one)) is not None)
            why = "meets_itself" if cause == "this" else CAUSES.get(cause, "meets_other")
            return msgspec.structs.replace(one, outcome=why)
        units += clear[: need.count]
    for unit in units:
        insort(held.setdefault(unit, []), (one.starts_at, one.ends_at, "this", 0))
    outcome = NEW
    if former is not None and former.state == "claimed":
        is_same = (former.starts_at, former.ends_at, former.title) == (one.starts_at, one.ends_at, one.title)
        outcome = SAME if is_same else CHANGED
    return msgspec.structs.replace(one, outcome=outcome, units=tuple(units))


def _meets(held: list[Taken], one: Planned) -> str | None:
    """What holds a unit during a date. Spans of a unit never overlap, so that two neighbours are enough."""
    at = bisect_left(held, (one.starts_at,))
    if at < len(held) and held[at][0] < one.ends_at:
        return held[at][2]
    if at and held[at - 1][1] > one.starts_at:
        return held[at - 1][2]
    return None
