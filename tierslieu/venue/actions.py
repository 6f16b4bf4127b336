"""All changes to the venue. Each moves the revision, so that every process reads the venue anew."""

from typing import Any

import msgspec

from tierslieu.basics.hours import Period
from tierslieu.infra.statements import Query, insert_into, to_json, upsert
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Tx
from tierslieu.venue.queries import FLAGS, ONCE, REVISION, ZONE
from tierslieu.venue.tables import ClosureDay, OpeningPeriod, Resource, ResourceUnit, Site, Space, Unit

PUT_VALUE = upsert(HouseValue, ("name",))
ADD_SITE: Query[Any] = Query(insert_into(Site))
ADD_SPACE: Query[Any] = Query(insert_into(Space))
ADD_PERIOD: Query[Any] = Query(insert_into(OpeningPeriod))
ADD_UNIT: Query[Any] = Query(insert_into(Unit))
ADD_RESOURCE: Query[Any] = Query(insert_into(Resource))
ADD_RESOURCE_UNIT: Query[Any] = Query(insert_into(ResourceUnit))
LISTS = ("parts", "equipment")
"""Facts of a resource that are stored as JSON."""
PUT_CLOSURE = upsert(ClosureDay, ("space_id", "day"))

WeeklyPeriods = tuple[tuple[int, Period], ...]
"""(weekday from Monday = 0, period) pairs."""


class NewSpace(msgspec.Struct, frozen=True):
    """A space to open."""

    key: str
    name: str
    capacity: int
    periods: WeeklyPeriods
    position: int = 0
    closes_on_holidays: bool = True
    description: str = ""
    access: dict[str, bool] = {}
    access_note: str = ""


class NewResource(msgspec.Struct, frozen=True):
    """A resource to offer. Without `unit_keys` it is made of one unit of its own, with the same key."""

    key: str
    name: str
    kind: str
    capacity: int = 1
    pick: str = "all"
    unit_keys: tuple[str, ...] = ()
    is_bookable: bool = True
    is_listed: bool = True
    needs_approval: bool = False
    grid_minutes: int = 30
    min_minutes: int = 30
    max_minutes: int = 14 * 60
    notice_minutes: int = 0
    horizon_days: int = 90
    buffer_before: int = 0
    buffer_after: int = 0
    cancel_minutes: int = 0
    hourly_cents: int = 0
    details: str = ""
    position: int = 0
    min_people: int = 1
    move_minutes: int = -1
    one_at_a_time: int = 1
    holds_requests: bool = True
    grace_minutes: int = 0
    noise: str = ""
    referent: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    equipment: tuple[str, ...] = ()
    description: str = ""
    instructions: str = ""


class NewSite(msgspec.Struct, frozen=True):
    """An address to run. `address` is written as on an envelope, one line a line."""

    key: str
    name: str
    kind: str
    capacity: int
    address: str = ""
    phone: str = ""
    access: dict[str, bool] = {}
    access_note: str = ""


def changed(tx: Tx) -> None:
    """Move the revision: everyone reads the venue anew."""
    tx.run(PUT_VALUE, name=REVISION, value=str(tx.new_id()))
    tx.forget(ONCE)
    tx.touch("venue")


def set_zone(tx: Tx, name: str) -> None:
    """The venue's time zone."""
    tx.run(PUT_VALUE, name=ZONE, value=name)
    changed(tx)


def open_site(tx: Tx, site: NewSite) -> int:
    """A new site; returns its id."""
    site_id = tx.new_id()
    facts = msgspec.structs.asdict(site)
    facts["access"] = to_json(site.access)
    tx.run(ADD_SITE, id=site_id, **facts)
    changed(tx)
    return site_id


def open_space(tx: Tx, site_id: int, space: NewSpace) -> int:
    """A new space with its week; returns its id."""
    space_id = tx.new_id()
    tx.run(
        ADD_SPACE,
        id=space_id,
        key=space.key,
        site_id=site_id,
        name=space.name,
        capacity=space.capacity,
        closes_on_holidays=int(space.closes_on_holidays),
        position=space.position,
        description=space.description,
        access=to_json(space.access),
        access_note=space.access_note,
        has_break_week=0,
    )
    for weekday, period in space.periods:
        tx.run(ADD_PERIOD, id=tx.new_id(), space_id=space_id, weekday=weekday, opens=period.opens, closes=period.closes)
    changed(tx)
    return space_id


def offer(tx: Tx, space_id: int, resource: NewResource, units: dict[str, int]) -> int:
    """A new resource; returns its id. `units` maps unit keys to ids and gains the units made here.

    A composite (with `parts`) has no unit of its own.
    """
    resource_id = tx.new_id()
    facts = msgspec.structs.asdict(resource)
    unit_keys = facts.pop("unit_keys") or (resource.key,)
    for name in FLAGS:
        facts[name] = int(facts[name])
    for name in LISTS:
        facts[name] = to_json(facts[name])
    tx.run(ADD_RESOURCE, id=resource_id, space_id=space_id, retired_at=0, **facts)
    for key in () if resource.parts else unit_keys:
        if key not in units:
            units[key] = tx.new_id()
            tx.run(ADD_UNIT, id=units[key], key=key, space_id=space_id, name=resource.name)
        tx.run(ADD_RESOURCE_UNIT, resource_id=resource_id, unit_id=units[key])
    changed(tx)
    return resource_id


def set_day(tx: Tx, space_id: int, day: str, periods: tuple[Period, ...], reason: str) -> None:
    """Replace the week on one day (ISO date): no periods closes it, others are exceptional hours."""
    tx.run(PUT_CLOSURE, space_id=space_id, day=day, periods=to_json([list(p) for p in periods]), reason=reason)
    changed(tx)
