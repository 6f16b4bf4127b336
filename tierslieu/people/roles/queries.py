"""All reads about roles."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, case, column, func, or_, select, table

from tierslieu.infra.statements import Query, among, columns, joined
from tierslieu.infra.transaction import Reader
from tierslieu.people.roles.rules import ADMINISTRATOR, MARK, Held, read_held
from tierslieu.people.roles.tables import RoleGrant

person = table(
    "person",
    column("id", BigInteger()),
    column("first_name", Text()),
    column("last_name", Text()),
    column("email", Text()),
).alias("person_file")
"""The columns of a file that this floor may read: persons/ stands above it and owns the table."""
g = columns(RoleGrant)
IN_FORCE = or_(g.ends_at.is_(None), g.ends_at > bindparam("now"))


def held_text(person_id: Any) -> ColumnElement[str]:
    """The roles in force of a person as one text, to be selected beside the person; needs the parameter `now`."""
    one = case((g.scope == "", g.role), else_=g.role + MARK + g.scope)
    found = select(joined(one)).where(g.person_id == person_id, IN_FORCE).scalar_subquery()
    return func.coalesce(found, "")


class Grant(msgspec.Struct, frozen=True):
    """A role of a person as it was given."""

    id: int
    person_id: int
    role: str
    scope: str
    granted_by: int | None
    granted_at: int
    ends_at: int | None

    def is_in_force(self, now: int) -> bool:
        """True until its end."""
        return self.ends_at is None or self.ends_at > now


GRANT = tuple(g[name] for name in Grant.__struct_fields__)
BY_ID = Query(select(*GRANT).where(g.id == bindparam("id")), into=Grant)
OF_PERSON = Query(select(*GRANT).where(g.person_id == bindparam("person")).order_by(g.role, g.scope), into=Grant)
TEXT_OF: Query[tuple[str]] = Query(select(held_text(bindparam("person", type_=g.person_id.type))))
HOLDERS = Query(
    select(*GRANT)
    .where(IN_FORCE, g.role != "member", g.id > bindparam("after"))
    .order_by(g.id)
    .limit(bindparam("count")),
    into=Grant,
)
HOLDERS_OF = Query(
    select(*GRANT)
    .where(IN_FORCE, g.role == bindparam("role"), g.id > bindparam("after"))
    .order_by(g.id)
    .limit(bindparam("count")),
    into=Grant,
)
HELD_BY: Query[tuple[int, str, str]] = Query(
    select(g.person_id, g.role, g.scope).where(among(g.person_id, "ids"), IN_FORCE).order_by(g.role, g.scope)
)
NAMES: Query[tuple[int, str, str]] = Query(
    select(person.c.id, person.c.first_name, person.c.last_name).where(among(person.c.id, "ids"))
)
LASTING_ADMINISTRATORS: Query[tuple[int]] = Query(
    select(g.person_id).where(g.role == ADMINISTRATOR, g.ends_at.is_(None)).order_by(g.person_id)
)


def grant(reader: Reader, grant_id: int) -> Grant | None:
    """One grant, over or not."""
    return reader.row(BY_ID, id=grant_id)


def grants_of(reader: Reader, person_id: int) -> list[Grant]:
    """All grants of a person, those that are over too."""
    return reader.rows(OF_PERSON, person=person_id)


def held_by(reader: Reader, person_id: int) -> tuple[Held, ...]:
    """The roles in force of a person, with their scopes."""
    found = reader.row(TEXT_OF, person=person_id, now=reader.now)
    return read_held(found[0].split(",")) if found else ()


def roles_of(reader: Reader, person_id: int) -> tuple[str, ...]:
    """The names of the roles in force of a person, wherever they hold."""
    return tuple(sorted({one.role for one in held_by(reader, person_id)}))


def held_among(reader: Reader, ids: list[int]) -> dict[int, list[Held]]:
    """The roles in force of many people: one statement for a whole list."""
    found: dict[int, list[Held]] = {}
    for person_id, role, scope in reader.rows(HELD_BY, ids=ids, now=reader.now) if ids else []:
        found.setdefault(person_id, []).append(Held(role, scope))
    return found


def holders(reader: Reader, role: str = "", after: int = 0, count: int = 50) -> list[Grant]:
    """Grants in force in the order they were given, of one role, or of every role but plain members'."""
    if role:
        return reader.rows(HOLDERS_OF, role=role, after=after, count=count, now=reader.now)
    return reader.rows(HOLDERS, after=after, count=count, now=reader.now)


def names(reader: Reader, ids: list[int]) -> dict[int, str]:
    """First name and family name of those who exist."""
    rows = reader.rows(NAMES, ids=sorted(set(ids))) if ids else []
    return {id_: f"{first} {last}" for id_, first, last in rows}


def lasting_administrators(reader: Reader) -> set[int]:
    """Who administrates the house without an end."""
    return {row[0] for row in reader.rows(LASTING_ADMINISTRATORS)}
