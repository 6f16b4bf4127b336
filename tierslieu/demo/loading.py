"""Loading the demonstration into a database, once, in one transaction."""

from collections.abc import Callable

from sqlalchemy import bindparam, select

from tierslieu.basics.zone import Zone
from tierslieu.demo import (
    calendars,
    closures,
    doors,
    fablab,
    families,
    groups,
    here,
    kiosks,
    memberships,
    messages,
    passes,
    people,
    presence,
    qualifications,
    requests,
    signin,
    stock,
    terminals,
    upkeep,
    venue,
    webhooks,
    zones,
)
from tierslieu.infra.database import Database
from tierslieu.infra.statements import Query, columns, insert_or_nothing
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.signin import passwords

v = columns(HouseValue)
MARK = "demo_loaded"
FIND: Query[tuple[str]] = Query(select(v.value).where(v.name == bindparam("name")))
PUT = insert_or_nothing(HouseValue)


async def load_once(db: Database, zone: str, *more: Callable[[Tx], object]) -> bool:
    """Load the demonstration, and more, unless it is there already. True when it was loaded now."""
    if await db.read(is_loaded):
        return False
    return await db.write(load, zone, passwords.make(people.PASSWORD), *more)


def is_loaded(reader: Reader) -> bool:
    """True when this database holds the demonstration."""
    return reader.row(FIND, name=MARK) is not None


def load(tx: Tx, zone: str, password_hash: str, *more: Callable[[Tx], object]) -> bool:
    """All of it or nothing; False when another process was first."""
    if not tx.run(PUT, name=MARK, value="1"):
        return False
    venue.load(tx, zone)
    people.load(tx, password_hash)
    signin.load(tx)
    families.load(tx)
    groups.load(tx)
    memberships.load(tx, Zone(zone))
    fablab.load(tx)
    stock.load(tx)
    upkeep.load(tx)
    requests.load(tx)
    qualifications.load(tx)
    terminals.load(tx)
    messages.load(tx)
    calendars.load(tx)
    closures.load(tx)
    presence.load(tx)
    webhooks.load(tx)
    zones.load(tx)
    passes.load(tx)
    doors.load(tx)
    kiosks.load(tx)
    here.load(tx)
    for one in more:
        one(tx)
    return True
