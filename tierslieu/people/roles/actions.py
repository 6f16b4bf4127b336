"""All changes to who holds which role."""

from typing import Any

from sqlalchemy import bindparam, delete, text

from tierslieu.basics.actor import SYSTEM
from tierslieu.basics.errors import Forbidden, NotFound, Reason, Refused
from tierslieu.infra.statements import Query, columns, insert_into, table_of, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.roles import queries, rules
from tierslieu.people.roles.rules import ADMINISTRATOR, Held
from tierslieu.people.roles.tables import RoleGrant

GRANT_ROLES = "people.grant_roles"
g = columns(RoleGrant)
ADD: Query[Any] = Query(insert_into(RoleGrant))
PUT = upsert(RoleGrant, ("person_id", "role", "scope"))
DROP: Query[Any] = Query(delete(table_of(RoleGrant)).where(g.id == bindparam("which")))
ONE_AT_A_TIME: Query[Any] = Query(postgresql=text("SELECT pg_advisory_xact_lock(7246002)"))
"""PostgreSQL: whoever may take the last administrator away waits for the others. SQLite has one writer anyway."""


def give_first_roles(tx: Tx, person_id: int, held: tuple[Held, ...]) -> None:
    """The roles with which a file begins."""
    for role, scope in dict.fromkeys(held):
        row = _row(tx, person_id, Held(role, scope), None)
        tx.run(ADD, **row)


def grant(tx: Tx, person_id: int, held: Held, ends_at: int | None = None) -> None:
    """Give a role, or give it anew with another end. Raises Refused with every reason; nobody gives to themselves."""
    if tx.by != SYSTEM and tx.by.person_id == person_id:
        raise Forbidden("own_roles")
    if person_id not in queries.names(tx, [person_id]):
        raise NotFound("no_such_person")
    reasons = _against_granting(tx, held, ends_at)
    if reasons:
        raise Refused(reasons)
    if held.role == ADMINISTRATOR and ends_at is not None:
        require_other_administrator(tx, person_id)
    tx.run(PUT, **_row(tx, person_id, held, ends_at))
    record(tx, "roles.grant", person_id, rules.written(held), ends_at=ends_at)


def _against_granting(tx: Tx, held: Held, ends_at: int | None) -> tuple[Reason, ...]:
    found = []
    if held.role not in rules.ROLES:
        return (Reason("unknown_role"),)
    if not rules.is_scope_of(held.role, held.scope):
        found.append(Reason("role_needs_place" if rules.SCOPE_KINDS[held.role] else "role_has_no_place"))
    if ends_at is not None and ends_at <= tx.now:
        found.append(Reason("role_ends_in_the_past"))
    return tuple(found)


def _row(tx: Tx, person_id: int, held: Held, ends_at: int | None) -> dict[str, Any]:
    return {
        "id": tx.new_id(),
        "person_id": person_id,
        "role": held.role,
        "scope": held.scope,
        "granted_by": tx.by.person_id,
        "granted_at": tx.now,
        "ends_at": ends_at,
    }


def withdraw(tx: Tx, person_id: int, grant_id: int) -> None:
    """Take a role back: it counts no more from the next request on.

    Raises NotFound when it is gone already, Refused for the last administrator of the house.
    """
    tx.rows(ONE_AT_A_TIME)
    found = queries.grant(tx, grant_id)
    if found is None or found.person_id != person_id:
        raise NotFound("unknown_role_grant")
    if found.role == ADMINISTRATOR and found.ends_at is None:
        require_other_administrator(tx, found.person_id)
    tx.run(DROP, which=grant_id)
    record(tx, "roles.withdraw", found.person_id, rules.written(Held(found.role, found.scope)))


def require_other_administrator(tx: Tx, person_id: int) -> None:
    """Raise Refused when nobody else administrates the house without an end.

    To be called before this person's account is disabled, erased or loses that role. Whoever asks this waits
    for the others who do.
    """
    tx.rows(ONE_AT_A_TIME)
    lasting = queries.lasting_administrators(tx)
    if person_id in lasting and lasting == {person_id}:
        raise Refused((Reason("last_administrator"),))
