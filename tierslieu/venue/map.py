"""The venue in memory: what the rules and the pages look at. Pure values, built by queries."""

from collections.abc import Mapping
from datetime import date

import msgspec

from tierslieu.basics.errors import NotFound
from tierslieu.basics.hours import Opening
from tierslieu.basics.spans import Span, common
from tierslieu.basics.zone import Zone


class SpaceFacts(msgspec.Struct, frozen=True):
    """A space; `opening` comes from its week, closures and holidays.

    `access` holds the accessibility facts that are true of it.
    """

    id: int
    key: str
    name: str
    site: str
    capacity: int
    opening: Opening
    access: frozenset[str] = frozenset()


class Need(msgspec.Struct, frozen=True):
    """`count` of these units, whichever are clear; the same ones from the first to the last minute."""

    units: tuple[int, ...]
    count: int


class Quota(msgspec.Struct, frozen=True):
    """At most `limit` (minutes, or a count of reservations) on all that `target` names.

    `per` is day, week, month (of the day on which a reservation begins) or ahead (all that is still to come).
    `target` is "" (everything), "kind:…", "space:…" or the key of a resource.
    """

    target: str
    per: str
    unit: str
    limit: int


class ResourceFacts(msgspec.Struct, frozen=True):
    """A resource and its rules. Minutes are durations; buffers are minutes added to the claim on both sides.

    `one_at_a_time`: 0 lets a person hold other things meanwhile, 1 not a second thing of the same kind of need,
    2 nothing else at all. `grace_minutes` after the start an unclaimed reservation is released (0: never).
    `move_minutes` before the start it can still be moved (-1: as long as it can be cancelled). `referent` is the
    key of the staff time that must be at work meanwhile. `parts` are the resources and counts of a composite.
    `noise` is "", quiet or noisy. `needs` says which units a reservation claims. `equipment` are tags. A resource
    out of service since `retired_at` (0: in service) is kept for its history.
    """

    id: int
    key: str
    space: SpaceFacts
    name: str
    kind: str
    pick: str
    capacity: int
    is_bookable: bool
    is_listed: bool
    needs_approval: bool
    grid_minutes: int
    min_minutes: int
    max_minutes: int
    notice_minutes: int
    horizon_days: int
    buffer_before: int
    buffer_after: int
    cancel_minutes: int
    hourly_cents: int
    details: str
    units: tuple[int, ...]
    min_people: int = 1
    move_minutes: int = -1
    one_at_a_time: int = 1
    holds_requests: bool = True
    grace_minutes: int = 0
    noise: str = ""
    referent: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    equipment: tuple[str, ...] = ()
    retired_at: int = 0
    opening: Opening | None = None
    """Its own hours inside those of its space; None when it follows its space."""
    needs: tuple[Need, ...] = ()
    quotas: tuple[Quota, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """By which names rules may mean this resource, the widest first."""
        return "", f"kind:{self.kind}", f"space:{self.space.key}", self.key


class VenueMap:
    """All spaces and resources, by key and id, and the open spans of each day (worked out once)."""

    def __init__(
        self,
        spaces: Mapping[int, SpaceFacts],
        resources: tuple[ResourceFacts, ...],
        zone: Zone,
        neighbours: Mapping[int, frozenset[int]] | None = None,
    ) -> None:
        self.zone = zone
        self.neighbours = neighbours or {}
        self.spaces = spaces
        self.resources = resources
        self.by_key = {resource.key: resource for resource in resources}
        self.by_id = {resource.id: resource for resource in resources}
        self.units = {unit: one for one in resources if len(one.units) == 1 and not one.parts for unit in one.units}
        self.widest_buffer = max((one.buffer_before + one.buffer_after for one in resources), default=0)
        self.counts_past = any(quota.per != "ahead" for one in resources for quota in one.quotas)
        self._open: dict[tuple[int, date], tuple[Span, ...]] = {}
        self._hours: dict[tuple[str, date], tuple[Span, ...]] = {}

    def resource(self, key: str) -> ResourceFacts:
        """The resource of a key. Raises NotFound."""
        found = self.by_key.get(key)
        if found is None:
            raise NotFound("unknown_resource")
        return found

    def open_spans(self, space: SpaceFacts, day: date) -> tuple[Span, ...]:
        """The open spans of a space that begin on a day."""
        found = self._open.get((space.id, day))
        if found is None:
            found = self._open[space.id, day] = tuple(space.opening.spans(day, self.zone))
        return found

    def hours(self, resource: ResourceFacts, day: date) -> tuple[Span, ...]:
        """When a resource can be had on a day, as far as hours go: its space open, itself, its parts and referent.

        Spans begin on that day.
        """
        if resource.opening is None and not resource.parts and not resource.referent:
            return self.open_spans(resource.space, day)
        found = self._hours.get((resource.key, day))
        if found is None:
            found = self._hours[resource.key, day] = tuple(self._own_hours(resource, day))
        return found

    def _own_hours(self, resource: ResourceFacts, day: date) -> list[Span]:
        spans = list(self.open_spans(resource.space, day))
        if resource.opening is not None:
            spans = common(spans, resource.opening.spans(day, self.zone))
        for key in (*(key for key, _count in resource.parts), resource.referent):
            other = self.by_key.get(key)
            if other is not None and other.id != resource.id:
                spans = common(spans, self.hours(other, day))
        return spans

    def with_resources(self, resources: tuple[ResourceFacts, ...]) -> "VenueMap":
        """The same venue as somebody else may use it: other rules, the same units and hours."""
        other = VenueMap(self.spaces, resources, self.zone, self.neighbours)
        other._open, other._hours = self._open, self._hours
        return other

    def hears(self, space: SpaceFacts, other: SpaceFacts) -> bool:
        """True when what happens in one is heard in the other."""
        return space.id == other.id or other.id in self.neighbours.get(space.id, ())

    def alternatives(self, resource: ResourceFacts) -> list[ResourceFacts]:
        """Other resources of the same kind and space that one may reserve instead."""
        return [
            other
            for other in self.resources
            if other.kind == resource.kind and other.id != resource.id and other.is_bookable
        ]
