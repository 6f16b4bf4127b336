"""All reads of zones: one map, kept in memory as long as the venue's (every change of a zone moves its revision)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec
from sqlalchemy import select

from devices.badges.decide import Rule
from tierslieu.access.zones.tables import AccessZone, ZoneRule
from tierslieu.basics.errors import NotFound
from tierslieu.basics.spans import Span, merged, minus
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.queries import claims
from tierslieu.venue.map import ResourceFacts, SpaceFacts, VenueMap
from tierslieu.venue.queries import venue

STAFF_TIME = "staff_time"
"""The kind of the resources that are the working time of somebody."""
z, u = columns(AccessZone), columns(ZoneRule)


class ZoneNow(msgspec.Struct, frozen=True):
    """A zone as it is stored."""

    id: int
    key: str
    number: int
    name: str
    is_site: int
    space_id: int
    capacity: int
    counts_staff: int
    passback: str
    passback_s: int
    early_s: int
    stale_s: int
    position: int
    retired_at: int


ZONES = Query(select(*(z[name] for name in ZoneNow.__struct_fields__)).order_by(z.position, z.id), into=ZoneNow)
RULES: Query[tuple[int, str, str, str, str]] = Query(
    select(u.zone_id, u.who, u.value, u.moment, u.pin).order_by(u.zone_id, u.id)
)


class Zones:
    """All zones and their rules, by id; the hours of a day are worked out once."""

    def __init__(self, found: Iterable[ZoneNow], rules: Mapping[int, tuple[Rule, ...]], here: VenueMap) -> None:
        self.every = tuple(found)
        self.by_id = {one.id: one for one in self.every if not one.retired_at}
        self.rules = rules
        self.here = here
        self.site = next((one for one in self.by_id.values() if one.is_site), None)
        self._hours: dict[tuple[int, date, bool], tuple[Span, ...]] = {}
        self._staff: dict[int, tuple[ResourceFacts, ...]] = {}
        self._opens: dict[int, tuple[int, ...]] = {}

    def wanted(self, who: str) -> frozenset[str]:
        """The keys of the roles, plans or qualifications that some zone asks for."""
        return frozenset(rule.value for id_ in self.by_id for rule in self.rules.get(id_, ()) if rule.who == who)

    def hours(self, zone: ZoneNow, day: date, *, is_staffed: bool) -> tuple[Span, ...]:
        """When the zone is open (or its reception at work) from yesterday to tomorrow, absences not looked at."""
        found = self._hours.get((zone.id, day, is_staffed))
        if found is None:
            days = [day + timedelta(days=more) for more in (-1, 0, 1)]
            spans = [span for each in days for span in self._of_day(zone, each, is_staffed=is_staffed)]
            found = self._hours[zone.id, day, is_staffed] = tuple(merged(spans))
        return found

    def _of_day(self, zone: ZoneNow, day: date, *, is_staffed: bool) -> list[Span]:
        if is_staffed and self.staff_of(zone):
            return [span for one in self.staff_of(zone) for span in self.here.hours(one, day)]
        return [span for space in self.spaces_of(zone) for span in self.here.open_spans(space, day)]

    def spaces_of(self, zone: ZoneNow) -> list[SpaceFacts]:
        """The spaces whose hours the zone follows: its own, else all."""
        own = self.here.spaces.get(zone.space_id)
        return [own] if own else list(self.here.spaces.values())

    def staff_of(self, zone: ZoneNow) -> tuple[ResourceFacts, ...]:
        """The working times that are declared on the zone's site."""
        if zone.id not in self._staff:
            sites = {space.site for space in self.spaces_of(zone)}
            times = (one for one in self.here.resources if one.kind == STAFF_TIME and one.space.site in sites)
            self._staff[zone.id] = tuple(times)
        return self._staff[zone.id]

    def opened_by(self, resource_id: int) -> tuple[int, ...]:
        """The zones that a reservation of a resource opens: those of its space, and the whole site."""
        if resource_id not in self._opens:
            one = self.here.by_id.get(resource_id)
            zones = self.by_id.values() if one else ()
            self._opens[resource_id] = tuple(
                each.id for each in zones if each.is_site or (one and each.space_id == one.space.id)
            )
        return self._opens[resource_id]


def zone_map(reader: Reader) -> Zones:
    """All zones, from memory while nothing of the venue changed."""
    here = venue(reader)
    return reader.remembered("access_zones", here, lambda: _load(reader, here))


def _load(reader: Reader, here: VenueMap) -> Zones:
    rules: dict[int, tuple[Rule, ...]] = {}
    for zone_id, who, value, moment, pin in reader.rows(RULES):
        rules[zone_id] = (*rules.get(zone_id, ()), msgspec.convert((who, value, moment, pin), Rule))
    return Zones(reader.rows(ZONES), rules, here)


def zones(reader: Reader) -> list[ZoneNow]:
    """The zones in use, in their order."""
    return list(zone_map(reader).by_id.values())


def zone_of(reader: Reader, zone_id: int) -> ZoneNow | None:
    """A zone in use."""
    return zone_map(reader).by_id.get(zone_id)


def zone(reader: Reader, zone_id: int) -> ZoneNow:
    """A zone in use. Raises NotFound."""
    found = zone_of(reader, zone_id)
    if found is None:
        raise NotFound("no_such_zone")
    return found


def zone_by_key(reader: Reader, key: str) -> ZoneNow:
    """A zone in use. Raises NotFound."""
    found = next((one for one in zones(reader) if one.key == key), None)
    if found is None:
        raise NotFound("no_such_zone")
    return found


def site(reader: Reader) -> ZoneNow | None:
    """The zone that is the whole site, if there is one."""
    return zone_map(reader).site


def rules_of(reader: Reader, zone_id: int) -> tuple[Rule, ...]:
    """Who may enter a zone."""
    return zone_map(reader).rules.get(zone_id, ())


def opened_around(reader: Reader, zone: ZoneNow, now: int) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """When the zone is open, and when its reception is staffed, from yesterday to tomorrow.

    Staffed is when somebody's working time is declared on its site and they are not away; a house that declares no
    such time is staffed when it is open.
    """
    found = zone_map(reader)
    day = found.here.zone.date(now)
    opened = found.hours(zone, day, is_staffed=False)
    staff = found.staff_of(zone)
    if not staff:
        return opened, opened
    return opened, _at_work(reader, found, staff, found.hours(zone, day, is_staffed=True))


def _at_work(reader: Reader, found: Zones, staff: Sequence[ResourceFacts], usual: tuple[Span, ...]) -> tuple[Span, ...]:
    """The usual hours, less those of people who are away."""
    if not usual:
        return ()
    around = Span(usual[0].start, usual[-1].end)
    rows = claims(reader, sorted({unit for one in staff for unit in one.units}), around)
    away: dict[int, list[Span]] = {unit: [] for one in staff for unit in one.units}
    for unit, start, end, cause, _id in rows:
        if cause in ("closure", "maintenance"):
            away[unit].append(Span(start, end))
    if not any(away.values()):
        return usual
    days = {found.here.zone.date(span.start) for span in usual}
    spans = [
        left
        for one in staff
        for day in days
        for unit in one.units
        for left in minus(found.here.hours(one, day), away[unit])
    ]
    return tuple(merged(spans))


def resources_of(reader: Reader, zone: ZoneNow) -> frozenset[int]:
    """The resources that are behind a zone's doors; for the whole site, all."""
    here = zone_map(reader).here
    return frozenset(one.id for one in here.resources if zone.is_site or one.space.id == zone.space_id)


def zones_of_resource(reader: Reader, resource_id: int) -> tuple[int, ...]:
    """The zones that a reservation of this resource opens: those of its space, and the whole site."""
    return zone_map(reader).opened_by(resource_id)
