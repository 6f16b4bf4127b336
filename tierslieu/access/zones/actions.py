"""All changes of zones. Each moves the venue's revision, so that every process reads the zones anew."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, update

from devices.badges.decide import Rule
from tierslieu.access.zones import queries
from tierslieu.access.zones.queries import ZoneNow
from tierslieu.access.zones.tables import AccessZone, ZoneRule
from tierslieu.basics.errors import Conflict, Reason, Refused
from tierslieu.infra.statements import Query, columns, insert_into, table_of, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.venue.actions import changed

MOST_NUMBER = 255
z, u = columns(AccessZone), columns(ZoneRule)
PUT = upsert(AccessZone, ("id",))
ADD_RULE: Query[Any] = Query(insert_into(ZoneRule))
DROP_RULES: Query[Any] = Query(delete(table_of(ZoneRule)).where(u.zone_id == bindparam("zone")))
RETIRE: Query[Any] = Query(
    update(table_of(AccessZone))
    .where(z.id == bindparam("which"), z.retired_at == 0)
    .values(retired_at=bindparam("now"))
)


class ZoneFacts(msgspec.Struct, frozen=True):
    """What staff decide about a zone; the defaults are the house's usual ones."""

    name: str
    is_site: int = 0
    space_id: int = 0
    capacity: int = 0
    counts_staff: int = 1
    passback: str = "soft"
    passback_s: int = 120
    early_s: int = 900
    stale_s: int = 0
    position: int = 0


def add_zone(tx: Tx, key: str, facts: ZoneFacts, rules: Sequence[Rule]) -> ZoneNow:
    """A new zone, with a number that no zone ever had. Raises Refused when there is a whole site already."""
    known = queries.zone_map(tx).every
    number = max((one.number for one in known), default=0) + 1
    if number > MOST_NUMBER:
        raise Conflict("too_many_zones")
    taken = {one.key for one in known}
    free = next(name for name in (key, *(f"{key[:36]}-{more}" for more in range(2, 300))) if name not in taken)
    zone = ZoneNow(tx.new_id(), free, number, retired_at=0, **msgspec.structs.asdict(facts))
    _store(tx, zone, rules)
    record(tx, "access.zone_add", None, zone.key)
    return zone


def change_zone(tx: Tx, zone_id: int, facts: ZoneFacts, rules: Sequence[Rule]) -> ZoneNow:
    """Other facts and rules. Raises NotFound, Refused."""
    former = queries.zone(tx, zone_id)
    zone = msgspec.structs.replace(former, **msgspec.structs.asdict(facts))
    _store(tx, zone, rules)
    record(tx, "access.zone_change", None, zone.key)
    return zone


def retire_zone(tx: Tx, zone_id: int) -> None:
    """A zone goes out of use; what was noted there stays. Raises NotFound."""
    zone = queries.zone(tx, zone_id)
    tx.run(RETIRE, which=zone_id, now=tx.now)
    changed(tx)
    record(tx, "access.zone_retire", None, zone.key)


def _store(tx: Tx, zone: ZoneNow, rules: Sequence[Rule]) -> None:
    site = queries.site(tx)
    if zone.is_site and site is not None and site.id != zone.id:
        raise Refused((Reason("one_site_zone", {"name": site.name}),))
    tx.run(PUT, **msgspec.structs.asdict(zone))
    tx.run(DROP_RULES, zone=zone.id)
    for rule in rules:
        tx.run(
            ADD_RULE, id=tx.new_id(), zone_id=zone.id, who=rule.who, value=rule.value, moment=rule.when, pin=rule.pin
        )
    changed(tx)
