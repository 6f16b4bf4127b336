"""Machines that are reserved as something else than their own key."""

from typing import Any

from sqlalchemy import bindparam, update

from tests.support.clients import HouseUnderTest
from tierslieu.fablab.tables import Machine
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.venue.changing import put_back
from tierslieu.venue.queries import venue

m = columns(Machine)
SET: Query[Any] = Query(
    update(table_of(Machine))
    .where(m.key == bindparam("which"))
    .values(resource_key=bindparam("resource", type_=m.resource_key.type))
)
OTHER = "p3d-2"
"""A resource of another key; its own machine is not reserved any more then."""


def reserve_as(house: HouseUnderTest, machine: str, resource: str) -> None:
    """From now on this machine is reserved as that resource, online too, and no other one is."""

    def change(tx: Tx) -> None:
        if resource != machine:
            tx.run(SET, which=resource, resource=None)
            put_back(tx, venue(tx).by_key[resource].id, is_listed=True)
        tx.run(SET, which=machine, resource=resource)

    house.write(change)
