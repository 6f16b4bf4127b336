"""All changes to persons."""

from typing import Any

from tierslieu.infra.statements import Query, insert_into
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.tables import Person

ADD_PERSON: Query[Any] = Query(insert_into(Person))


def create_person(
    tx: Tx,
    first_name: str,
    last_name: str,
    *,
    email: str | None = None,
    phone: str | None = None,
    birth_year: int | None = None,
    password_hash: str | None = None,
    roles: str = "member",
    key: str | None = None,
) -> int:
    """Someone new; only names are needed. Returns the id. Raises Conflict when the address is known already."""
    person_id = tx.new_id()
    tx.run(
        ADD_PERSON,
        id=person_id,
        key=key,
        first_name=first_name,
        last_name=last_name,
        email=email,
        password_hash=password_hash,
        roles=roles,
        birth_year=birth_year,
        phone=phone,
        locale="fr",
        is_active=1,
        created_at=tx.now,
        created_by=tx.by.person_id,
        changed_at=tx.now,
        merged_into=None,
    )
    return person_id
