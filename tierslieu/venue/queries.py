"""All reads of the venue: one map, kept in memory under its revision."""

from collections import defaultdict
from datetime import date
from functools import lru_cache
from typing import Any, cast

import msgspec
from jours_feries_france import JoursFeries
from sqlalchemy import bindparam, select

from tierslieu.basics.hours import Opening, Period
from tierslieu.basics.zone import Zone
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader
from tierslieu.venue.map import ResourceFacts, SpaceFacts, VenueMap
from tierslieu.venue.tables import ClosureDay, OpeningPeriod, Resource, ResourceUnit, Site, Space

REVISION = "venue_revision"
ZONE = "venue_zone"
FIRST_YEAR, LAST_YEAR = 2020, 2060

v, sp, r = columns(HouseValue), columns(Space), columns(Resource)
op, cd, ru, si = columns(OpeningPeriod), columns(ClosureDay), columns(ResourceUnit), columns(Site)
VALUE: Query[tuple[str]] = Query(select(v.value).where(v.name == bindparam("name")))
SPACES: Query[tuple[int, str, str, str, int, int]] = Query(
    select(sp.id, sp.key, sp.name, si.key, sp.capacity, sp.closes_on_holidays)
    .select_from(Space)
    .join(Site, si.id == sp.site_id)
    .order_by(sp.position, sp.id)
)
PERIODS: Query[tuple[int, int, int, int]] = Query(
    select(op.space_id, op.weekday, op.opens, op.closes).order_by(op.weekday, op.opens)
)
CLOSURES: Query[tuple[int, str, str]] = Query(select(cd.space_id, cd.day, cd.periods))
UNITS: Query[tuple[int, int]] = Query(select(ru.resource_id, ru.unit_id).order_by(ru.resource_id, ru.unit_id))
FIELDS = tuple(name for name in ResourceFacts.__struct_fields__ if name not in ("space", "units"))
RESOURCES: Query[tuple[object, ...]] = Query(
    select(r.space_id, *(r[name] for name in FIELDS)).order_by(r.position, r.id)
)


def venue(reader: Reader) -> VenueMap:
    """The venue as it is now."""
    found = reader.row(VALUE, name=REVISION)
    return reader.remembered("venue", found, lambda: _load(reader))


class PlanArea(msgspec.Struct, frozen=True):
    """An area of a floor plan: the resource or space it shows, its outline, where its name stands."""

    key: str
    outline: str
    x: int
    y: int


class FloorPlan(msgspec.Struct, frozen=True):
    """A floor plan, as SVG paths."""

    view_box: str = "0 0 800 600"
    walls: str = ""
    areas: tuple[PlanArea, ...] = ()


PLANS = "floor_plans"


def floor_plan(reader: Reader, name: str) -> FloorPlan:
    """The plan of the venue (`main`) or of a space; an empty one when there is none."""
    found = reader.row(VALUE, name=PLANS)
    plans = reader.remembered(
        "plans", found, lambda: msgspec.json.decode(found[0], type=dict[str, FloorPlan]) if found else {}
    )
    return plans.get(name, FloorPlan())


def _load(reader: Reader) -> VenueMap:
    zone_name = reader.row(VALUE, name=ZONE)
    spaces = _spaces(reader)
    units: dict[int, list[int]] = defaultdict(list)
    for resource_id, unit_id in reader.rows(UNITS):
        units[resource_id].append(unit_id)
    resources = []
    for space_id, *row in reader.rows(RESOURCES):
        facts: dict[str, Any] = dict(zip(FIELDS, row, strict=True))
        for name in ("is_bookable", "is_listed", "needs_approval"):
            facts[name] = bool(facts[name])
        resources.append(ResourceFacts(**facts, space=spaces[cast(int, space_id)], units=tuple(units[facts["id"]])))
    return VenueMap(spaces, tuple(resources), Zone(zone_name[0] if zone_name else "Europe/Paris"))


def _spaces(reader: Reader) -> dict[int, SpaceFacts]:
    weeks: dict[int, list[list[Period]]] = defaultdict(lambda: [[] for _ in range(7)])
    for space_id, weekday, opens, closes in reader.rows(PERIODS):
        weeks[space_id][weekday].append(Period(opens, closes))
    exceptions: dict[int, dict[date, tuple[Period, ...]]] = defaultdict(dict)
    for space_id, day, periods in reader.rows(CLOSURES):
        pairs = msgspec.json.decode(periods, type=list[tuple[int, int]])
        exceptions[space_id][date.fromisoformat(day)] = tuple(Period(*pair) for pair in pairs)
    holidays = public_holidays()
    return {
        id_: SpaceFacts(
            id_,
            key,
            name,
            site,
            capacity,
            Opening(tuple(tuple(day) for day in weeks[id_]), exceptions[id_], holidays if closes else frozenset()),
        )
        for id_, key, name, site, capacity, closes in reader.rows(SPACES)
    }


@lru_cache(maxsize=1)
def public_holidays() -> frozenset[date]:
    """French public holidays (mainland), as far as anyone plans."""
    return frozenset(
        day for year in range(FIRST_YEAR, LAST_YEAR) for day in JoursFeries.for_year(year, zone="Métropole").values()
    )
