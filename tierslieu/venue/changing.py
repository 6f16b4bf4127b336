"""Changing what is there: sites, spaces, resources, what they are made of, and which spaces hear each other."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, select, update

from tierslieu.basics.errors import Reason, Refused
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of, to_json
from tierslieu.infra.tables import Table
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.venue.actions import ADD_RESOURCE_UNIT, ADD_UNIT, LISTS, changed
from tierslieu.venue.tables import Resource, ResourceUnit, Site, Space, SpaceNeighbour, Unit

SITE_FACTS = ("name", "kind", "capacity", "address", "phone", "access", "access_note")
SPACE_FACTS = ("name", "capacity", "position", "description", "access", "access_note")
RESOURCE_FACTS = (
    "name", "capacity", "is_bookable", "is_listed", "needs_approval", "grid_minutes", "min_minutes", "max_minutes",
    "notice_minutes", "horizon_days", "buffer_before", "buffer_after", "cancel_minutes", "hourly_cents", "details",
    "position", "min_people", "move_minutes", "one_at_a_time", "holds_requests", "grace_minutes", "noise", "referent",
    "parts", "equipment", "description", "instructions",
)  # fmt: skip
"""What may change of a resource. Its key, its kind, its space and whether it needs all of its units stay."""


def _update(table: type[Table], names: Iterable[str]) -> Query[Any]:
    """UPDATE of one row by its id (`which`), with a parameter `new_…` for each column."""
    of = columns(table)
    values = {name: bindparam(f"new_{name}", type_=of[name].type) for name in names}
    return Query(update(table_of(table)).where(of.id == bindparam("which")).values(values))


si, sp, r, u = columns(Site), columns(Space), columns(Resource), columns(Unit)
ru, sn = columns(ResourceUnit), columns(SpaceNeighbour)
CHANGE_SITE, CHANGE_SPACE = _update(Site, SITE_FACTS), _update(Space, SPACE_FACTS)
CHANGE_RESOURCE = _update(Resource, RESOURCE_FACTS)
SET_SERVICE = _update(Resource, ("is_bookable", "is_listed", "retired_at"))
KEYS: Mapping[str, Query[tuple[int]]] = {
    table.__name__.lower(): Query(select(columns(table).id).where(columns(table).key == bindparam("key")))
    for table in (Site, Space, Resource, Unit)
}
UNITS_OF: Query[tuple[int]] = Query(
    select(ru.unit_id).where(ru.resource_id == bindparam("resource")).order_by(ru.unit_id)
)
ADD_UNIT_TO = insert_or_nothing(ResourceUnit)
TAKE_UNIT: Query[Any] = Query(
    delete(table_of(ResourceUnit)).where(
        ru.resource_id == bindparam("resource"), ru.unit_id == bindparam("unit", type_=BigInteger())
    )
)
DROP_NEIGHBOURS: Query[Any] = Query(
    delete(table_of(SpaceNeighbour)).where((sn.space_id == bindparam("space")) | (sn.other_id == bindparam("space")))
)
ADD_NEIGHBOUR: Query[Any] = Query(insert_into(SpaceNeighbour))


def is_key_known(reader: Reader, kind: str, key: str) -> bool:
    """True when a "site", "space" or "resource" has this key (the units that resources are made of count too)."""
    kinds = ("resource", "unit") if kind == "resource" else (kind,)
    return any(reader.row(KEYS[one], key=key) is not None for one in kinds)


def change_site(tx: Tx, site_id: int, facts: Mapping[str, Any]) -> None:
    """New facts of a site: all of SITE_FACTS."""
    tx.run(CHANGE_SITE, which=site_id, **_values(facts, SITE_FACTS))
    changed(tx)


def change_space(tx: Tx, space_id: int, facts: Mapping[str, Any]) -> None:
    """New facts of a space: all of SPACE_FACTS."""
    tx.run(CHANGE_SPACE, which=space_id, **_values(facts, SPACE_FACTS))
    changed(tx)


def change_resource(tx: Tx, resource_id: int, facts: Mapping[str, Any]) -> None:
    """New facts of a resource: all of RESOURCE_FACTS."""
    tx.run(CHANGE_RESOURCE, which=resource_id, **_values(facts, RESOURCE_FACTS))
    changed(tx)


def _values(facts: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    stored = {name: facts[name] for name in names}
    for name in {*LISTS, "access"} & stored.keys():
        stored[name] = to_json(stored[name])
    return {f"new_{name}": int(value) if isinstance(value, bool) else value for name, value in stored.items()}


def set_neighbours(tx: Tx, space_id: int, others: Iterable[int]) -> None:
    """Which spaces hear this one, and are heard here."""
    tx.run(DROP_NEIGHBOURS, space=space_id)
    for other in {*others} - {space_id}:
        tx.run(ADD_NEIGHBOUR, space_id=space_id, other_id=other)
        tx.run(ADD_NEIGHBOUR, space_id=other, other_id=space_id)
    changed(tx)


def set_pool(tx: Tx, resource_id: int, unit_ids: Iterable[int]) -> None:
    """The units of a resource made of others', as they shall be. Raises Refused when none is left."""
    wanted = {*unit_ids}
    if not wanted:
        raise Refused((Reason("nothing_to_reserve"),))
    known = {unit for (unit,) in tx.rows(UNITS_OF, resource=resource_id)}
    for unit in known - wanted:
        tx.run(TAKE_UNIT, resource=resource_id, unit=unit)
    for unit in wanted - known:
        tx.run(ADD_UNIT_TO, resource_id=resource_id, unit_id=unit)
    changed(tx)


def add_units(tx: Tx, resource_id: int, space_id: int, name: str, keys: Iterable[str]) -> None:
    """More units of its own for a resource of several alike."""
    for key in keys:
        unit_id = tx.new_id()
        tx.run(ADD_UNIT, id=unit_id, key=key, space_id=space_id, name=name)
        tx.run(ADD_RESOURCE_UNIT, resource_id=resource_id, unit_id=unit_id)
    changed(tx)


def take_out(tx: Tx, resource_id: int) -> None:
    """Out of service: nobody reserves it any more, its history stays."""
    tx.run(SET_SERVICE, which=resource_id, new_is_bookable=0, new_is_listed=0, new_retired_at=tx.now)
    changed(tx)


def put_back(tx: Tx, resource_id: int, *, is_listed: bool) -> None:
    """In service again."""
    tx.run(SET_SERVICE, which=resource_id, new_is_bookable=1, new_is_listed=int(is_listed), new_retired_at=0)
    changed(tx)
