"""All changes to persons."""

from typing import Any

from sqlalchemy import bindparam, update

from tierslieu.basics.errors import Conflict
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.indexing import index_words
from tierslieu.people.persons.names import sort_name
from tierslieu.people.persons.tables import Person
from tierslieu.people.roles.actions import give_first_roles
from tierslieu.people.roles.rules import read_held

ADD_PERSON = insert_or_nothing(Person)
PUT_PASSWORD: Query[Any] = Query(
    update(table_of(Person)).where(columns(Person).id == bindparam("which")).values(password_hash=bindparam("hash"))
)


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
    """Someone new; only names are needed. Returns the id. Raises Conflict("email_taken") for a known address."""
    person_id = tx.new_id()
    made = tx.run(
        ADD_PERSON,
        id=person_id,
        key=key,
        first_name=first_name,
        last_name=last_name,
        email=email,
        password_hash=password_hash,
        birth_year=birth_year,
        phone=phone,
        locale="fr",
        is_active=1,
        created_at=tx.now,
        created_by=tx.by.person_id,
        changed_at=tx.now,
        merged_into=None,
        erased_at=0,
        sort_name=sort_name(first_name, last_name),
    )
    if not made:
        raise Conflict("email_taken")
    index_words(tx, person_id, first_name, last_name)
    give_first_roles(tx, person_id, read_held(roles.split(",")))
    return person_id


def put_password(tx: Tx, person_id: int, password_hash: str | None) -> None:
    """Set the hash of a person's password; None: they have no password any more."""
    tx.run(PUT_PASSWORD, which=person_id, hash=password_hash)
