"""What tests of presence share: rules of a resource, reservations that begin, looking at states and claims."""

from typing import Any

from sqlalchemy import bindparam, select, update

from tests.support.clients import Caller, HouseUnderTest
from tests.support.inside import run_jobs
from tierslieu.basics.ids import read
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.reservations.tables import Claim
from tierslieu.venue.actions import changed
from tierslieu.venue.tables import Resource

c, r = columns(Claim), columns(Resource)
SET: Query[Any] = Query(
    update(table_of(Resource))
    .where(r.key == bindparam("which"))
    .values(grace_minutes=bindparam("grace"), buffer_after=bindparam("after"))
)
CLAIMS: Query[tuple[int, int]] = Query(
    select(c.starts_at, c.ends_at).where(c.cause == "reservation", c.cause_id == bindparam("id")).order_by(c.starts_at)
)


def with_grace(house: HouseUnderTest, key: str, minutes: int) -> None:
    """From now on an unclaimed reservation of this resource is given to others so long after its start."""

    def change(tx: Tx) -> None:
        tx.run(SET, which=key, grace=minutes, after=0)
        changed(tx)

    house.write(change)


def with_clean_up(house: HouseUnderTest, key: str, minutes: int) -> None:
    """From now on this resource is cleaned for so long after each reservation."""

    def change(tx: Tx) -> None:
        tx.run(SET, which=key, grace=0, after=minutes)
        changed(tx)

    house.write(change)


def reserved(who: Caller, key: str, start: str, end: str) -> str:
    """A reservation just made; its id as shown."""
    answer = who.reserve(key, start, end)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["reservations"][0]["id"]
    return found


def state(who: Caller, id_: str) -> str:
    """The state of one's own reservation."""
    found: str = who.get(f"/api/v1/reservations/{id_}").json()["state"]
    return found


def claims(house: HouseUnderTest, id_: str) -> list[tuple[int, int]]:
    """The time that a reservation occupies."""

    def look(reader: Reader) -> list[tuple[int, int]]:
        return [(start, end) for start, end in reader.rows(CLAIMS, id=read(id_))]

    found: list[tuple[int, int]] = house.read(look)
    return found


def comes(house: HouseUnderTest, moment: str) -> None:
    """Time moves to a moment, and what was due by then happens."""
    house.is_at(moment)
    run_jobs(house)
