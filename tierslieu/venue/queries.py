"""All reads of the venue: one map, kept in memory under its revision."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, cast

import msgspec
from jours_feries_france import JoursFeries
from msgspec.structs import replace
from sqlalchemy import bindparam, select

from tierslieu.basics.hours import ALWAYS_CLOSED, Opening, Period, Week
from tierslieu.basics.zone import Zone
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader
from tierslieu.venue.map import Need, ResourceFacts, SpaceFacts, VenueMap
from tierslieu.venue.school import SCHOOL_BREAKS
from tierslieu.venue.tables import (
    BreakPeriod,
    ClosureDay,
    OpeningPeriod,
    Resource,
    ResourceDay,
    ResourcePeriod,
    ResourceUnit,
    Site,
    Space,
    SpaceNeighbour,
)

REVISION = "venue_revision"
ONCE = "venue"
ZONE = "venue_zone"
FIRST_YEAR, LAST_YEAR = 2020, 2060
ALL_DAY: Week = ((Period(0, 1440),),) * 7
"""The week of a resource that has only days of its own: whenever its space is open."""

v, sp, r = columns(HouseValue), columns(Space), columns(Resource)
op, cd, ru, si = columns(OpeningPeriod), columns(ClosureDay), columns(ResourceUnit), columns(Site)
rp, sn, rd, bp = columns(ResourcePeriod), columns(SpaceNeighbour), columns(ResourceDay), columns(BreakPeriod)
VALUE: Query[tuple[str]] = Query(select(v.value).where(v.name == bindparam("name")))
SPACES: Query[tuple[int, str, str, str, int, int, int, str]] = Query(
    select(sp.id, sp.key, sp.name, si.key, sp.capacity, sp.closes_on_holidays, sp.has_break_week, sp.access)
    .select_from(Space)
    .join(Site, si.id == sp.site_id)
    .order_by(sp.position, sp.id)
)
PERIODS: Query[tuple[int, int, int, int]] = Query(
    select(op.space_id, op.weekday, op.opens, op.closes).order_by(op.weekday, op.opens)
)
BREAK_PERIODS: Query[tuple[int, int, int, int]] = Query(
    select(bp.space_id, bp.weekday, bp.opens, bp.closes).order_by(bp.weekday, bp.opens)
)
CLOSURES: Query[tuple[int, str, str]] = Query(select(cd.space_id, cd.day, cd.periods))
UNITS: Query[tuple[int, int]] = Query(select(ru.resource_id, ru.unit_id).order_by(ru.resource_id, ru.unit_id))
OWN_PERIODS: Query[tuple[int, int, int, int]] = Query(
    select(rp.resource_id, rp.weekday, rp.opens, rp.closes).order_by(rp.weekday, rp.opens)
)
OWN_DAYS: Query[tuple[int, str, str]] = Query(select(rd.resource_id, rd.day, rd.periods))
NEIGHBOURS: Query[tuple[int, int]] = Query(select(sn.space_id, sn.other_id))
MADE_HERE = ("space", "units", "opening", "needs", "quotas")
FIELDS = tuple(name for name in ResourceFacts.__struct_fields__ if name not in MADE_HERE)
FLAGS = ("is_bookable", "is_listed", "needs_approval", "holds_requests")
RESOURCES: Query[tuple[object, ...]] = Query(
    select(r.space_id, *(r[name] for name in FIELDS)).order_by(r.position, r.id)
)


def venue(reader: Reader) -> VenueMap:
    """The venue as it is now."""
    return reader.once(ONCE, lambda: _venue(reader))


def _venue(reader: Reader) -> VenueMap:
    found = reader.row(VALUE, name=REVISION)
    return reader.remembered("venue", found, lambda: _load(reader))


def _load(reader: Reader) -> VenueMap:
    zone_name = reader.row(VALUE, name=ZONE)
    spaces = _spaces(reader)
    units: dict[int, list[int]] = defaultdict(list)
    for resource_id, unit_id in reader.rows(UNITS):
        units[resource_id].append(unit_id)
    openings = _own_openings(reader)
    resources: dict[str, ResourceFacts] = {}
    for space_id, *row in reader.rows(RESOURCES):
        facts: dict[str, Any] = dict(zip(FIELDS, row, strict=True))
        for name in FLAGS:
            facts[name] = bool(facts[name])
        facts["parts"] = tuple(msgspec.json.decode(facts["parts"], type=list[tuple[str, int]]))
        facts["equipment"] = tuple(msgspec.json.decode(facts["equipment"], type=list[str]))
        resources[facts["key"]] = ResourceFacts(
            **facts,
            space=spaces[cast(int, space_id)],
            units=tuple(units[facts["id"]]),
            opening=openings.get(facts["id"]),
        )
    whole = tuple(with_needs(one, resources) for one in resources.values())
    return VenueMap(spaces, whole, Zone(zone_name[0] if zone_name else "Europe/Paris"), _neighbours(reader))


def with_needs(resource: ResourceFacts, by_key: Mapping[str, ResourceFacts]) -> ResourceFacts:
    """A resource with what it claims: its own units, or those of the parts it is composed of."""
    if not resource.parts:
        count = len(resource.units) if resource.pick == "all" else 1
        return replace(resource, needs=(Need(resource.units, count),))
    parts = [(by_key[key], count) for key, count in resource.parts if key in by_key]
    needs = tuple(Need(one.units, len(one.units) if one.pick == "all" else count) for one, count in parts)
    return replace(resource, needs=needs, units=tuple(dict.fromkeys(unit for need in needs for unit in need.units)))


def _own_openings(reader: Reader) -> dict[int, Opening]:
    """The hours that resources have of their own: a week, days that depart from it, or both."""
    weeks, days = _weeks(reader.rows(OWN_PERIODS)), _days(reader.rows(OWN_DAYS))
    return {id_: Opening(weeks.get(id_, ALL_DAY), days.get(id_, {})) for id_ in (*weeks, *days)}


def _neighbours(reader: Reader) -> dict[int, frozenset[int]]:
    """Each space with those that hear it, itself included."""
    found: dict[int, set[int]] = defaultdict(set)
    for space_id, other_id in reader.rows(NEIGHBOURS):
        found[space_id].add(other_id)
    return {space_id: frozenset(others) for space_id, others in found.items()}


def _weeks(rows: Iterable[tuple[int, int, int, int]]) -> dict[int, Week]:
    """Weekly periods by what they belong to."""
    weeks: dict[int, list[list[Period]]] = defaultdict(lambda: [[] for _ in range(7)])
    for owner, weekday, opens, closes in rows:
        weeks[owner][weekday].append(Period(opens, closes))
    return {owner: tuple(tuple(day) for day in week) for owner, week in weeks.items()}


def _days(rows: Iterable[tuple[int, str, str]]) -> dict[int, dict[date, tuple[Period, ...]]]:
    """Days that depart from the week, by what they belong to."""
    found: dict[int, dict[date, tuple[Period, ...]]] = defaultdict(dict)
    for owner, day, periods in rows:
        pairs = msgspec.json.decode(periods, type=list[tuple[int, int]])
        found[owner][date.fromisoformat(day)] = tuple(Period(*pair) for pair in pairs)
    return found


def _spaces(reader: Reader) -> dict[int, SpaceFacts]:
    weeks, break_weeks = _weeks(reader.rows(PERIODS)), _weeks(reader.rows(BREAK_PERIODS))
    exceptions, holidays = _days(reader.rows(CLOSURES)), public_holidays()
    found = {}
    for id_, key, name, site, capacity, closes, has_break_week, access in reader.rows(SPACES):
        opening = Opening(
            weeks.get(id_, ALWAYS_CLOSED),
            exceptions.get(id_, {}),
            holidays if closes else frozenset(),
            break_weeks.get(id_, ALWAYS_CLOSED) if has_break_week else None,
            SCHOOL_BREAKS,
        )
        known = msgspec.json.decode(access, type=dict[str, bool])
        true = frozenset(code for code, is_true in known.items() if is_true)
        found[id_] = SpaceFacts(id_, key, name, site, capacity, opening, true)
    return found


@lru_cache(maxsize=1)
def public_holidays() -> frozenset[date]:
    """French public holidays (mainland), as far as anyone plans."""
    return frozenset(
        day for year in range(FIRST_YEAR, LAST_YEAR) for day in JoursFeries.for_year(year, zone="Métropole").values()
    )
