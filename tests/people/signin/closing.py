"""Closing an account from inside."""

from typing import Any

from sqlalchemy import update

from tests.support.clients import HouseUnderTest
from tests.support.inside import write
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.people.persons.tables import Person


def close_account(house: HouseUnderTest, email: str) -> None:
    """The person is active no more."""
    close: Query[Any] = Query(update(table_of(Person)).where(columns(Person).email == email).values(is_active=0))
    assert write(house, lambda tx: tx.run(close)) == 1
