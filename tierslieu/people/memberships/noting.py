"""Noting in the audit log what people of the house do with memberships; what jobs do stands in the rows themselves."""

from tierslieu.basics.errors import NotFound
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.persons.queries import known
from tierslieu.people.persons.schemas import Known


def note(tx: Tx, act: str, person_id: int | None, about: str, **facts: object) -> None:
    """An act of a person on somebody's memberships, credits or categories, or on the plans."""
    if tx.by.person_id is not None:
        record(tx, act, person_id, about, **facts)


def require_person(reader: Reader, person_id: int) -> Known:
    """Somebody whose file is open. Raises NotFound."""
    found = known(reader, person_id)
    if found is None:
        raise NotFound("no_such_person")
    return found
