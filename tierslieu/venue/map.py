"""The venue in memory: what the rules and the pages look at. Pure values, built by queries."""

from collections.abc import Mapping
from datetime import date

import msgspec

from tierslieu.basics.errors import NotFound
from tierslieu.basics.hours import Opening
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone


class SpaceFacts(msgspec.Struct, frozen=True):
    """A space; `opening` comes from its week, closures and holidays."""

    id: int
    key: str
    name: str
    site: str
    capacity: int
    opening: Opening


class ResourceFacts(msgspec.Struct, frozen=True):
    """A resource and its rules. Minutes are durations; buffers are minutes added to the claim on both sides."""

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


class VenueMap:
    """All spaces and resources, by key and id, and the open spans of each day (worked out once)."""

    def __init__(self, spaces: Mapping[int, SpaceFacts], resources: tuple[ResourceFacts, ...], zone: Zone) -> None:
        self.zone = zone
        self.spaces = spaces
        self.resources = resources
        self.by_key = {resource.key: resource for resource in resources}
        self.by_id = {resource.id: resource for resource in resources}
        self.units = {unit: resource for resource in resources if len(resource.units) == 1 for unit in resource.units}
        self._open: dict[tuple[int, date], tuple[Span, ...]] = {}

    def resource(self, key: str) -> ResourceFacts:
        """The resource of a key. Raises NotFound."""
        found = self.by_key.get(key)
        if found is None:
            raise NotFound("unknown_resource")
        return found

    def open_spans(self, space: SpaceFacts, day: date) -> tuple[Span, ...]:
        """The open spans that begin on a day."""
        found = self._open.get((space.id, day))
        if found is None:
            found = self._open[space.id, day] = tuple(space.opening.spans(day, self.zone))
        return found

    def alternatives(self, resource: ResourceFacts) -> list[ResourceFacts]:
        """Other resources of the same kind and space that one may reserve instead."""
        return [
            other
            for other in self.resources
            if other.kind == resource.kind and other.id != resource.id and other.is_bookable
        ]
