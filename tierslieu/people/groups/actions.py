"""All changes to groups and their members."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, update

from tierslieu.basics.errors import Conflict, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.groups import queries
from tierslieu.people.groups.queries import Group
from tierslieu.people.groups.tables import GroupLevel, GroupMember, PersonGroup
from tierslieu.people.persons.queries import known

MANAGE = "people.manage_groups"
g, m, le = columns(PersonGroup), columns(GroupMember), columns(GroupLevel)
ADD_GROUP: Query[Any] = Query(insert_into(PersonGroup))
CHANGE: Query[Any] = Query(
    update(table_of(PersonGroup))
    .where(g.id == bindparam("which"))
    .values(
        kind=bindparam("kind"),
        name=bindparam("name"),
        place=bindparam("place"),
        headcount=bindparam("headcount"),
        school_year=bindparam("school_year"),
        starts_on=bindparam("starts_on"),
        ends_on=bindparam("ends_on"),
        changed_at=bindparam("now", type_=BigInteger()),
    )
)
SET_CONTACT: Query[Any] = Query(
    update(table_of(PersonGroup))
    .where(g.id == bindparam("which"))
    .values(contact_id=bindparam("contact", type_=BigInteger()), changed_at=bindparam("now", type_=BigInteger()))
)
CLOSE: Query[Any] = Query(
    update(table_of(PersonGroup))
    .where(g.id == bindparam("which"), g.closed_at.is_(None))
    .values(closed_at=bindparam("now", type_=BigInteger()))
)
DROP_LEVELS: Query[Any] = Query(delete(table_of(GroupLevel)).where(le.group_id == bindparam("which")))
ADD_LEVEL: Query[Any] = Query(insert_into(GroupLevel))
ADD_MEMBER = insert_or_nothing(GroupMember)
LEAVE: Query[Any] = Query(
    update(table_of(GroupMember))
    .where(m.id == bindparam("which"), m.until.is_(None))
    .values(until=bindparam("now", type_=BigInteger()))
)


class GroupFacts(msgspec.Struct, frozen=True):
    """What a group is, as staff write it down. `levels`: how many pupils of each level."""

    kind: str
    name: str
    place: str = ""
    headcount: int | None = None
    school_year: int | None = None
    starts_on: str | None = None
    ends_on: str | None = None
    levels: tuple[tuple[str, int], ...] = ()


def create_group(tx: Tx, facts: GroupFacts, key: str | None = None) -> int:
    """A new group. Returns its id."""
    group_id = tx.new_id()
    tx.run(
        ADD_GROUP,
        id=group_id,
        key=key,
        contact_id=None,
        created_at=tx.now,
        created_by=tx.by.person_id,
        changed_at=tx.now,
        closed_at=None,
        **_columns(facts),
    )
    _put_levels(tx, group_id, facts)
    record(tx, "groups.create", None, show(group_id), kind=facts.kind)
    return group_id


def change_group(tx: Tx, group_id: int, facts: GroupFacts) -> None:
    """Write a group down anew. Raises NotFound."""
    queries.group(tx, group_id)
    tx.run(CHANGE, which=group_id, now=tx.now, **_columns(facts))
    tx.run(DROP_LEVELS, which=group_id)
    _put_levels(tx, group_id, facts)
    record(tx, "groups.change", None, show(group_id))


def _columns(facts: GroupFacts) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(facts).items() if name != "levels"}


def _put_levels(tx: Tx, group_id: int, facts: GroupFacts) -> None:
    for level, headcount in facts.levels:
        tx.run(ADD_LEVEL, group_id=group_id, level=level, headcount=headcount)


def close_group(tx: Tx, group_id: int) -> None:
    """A group comes no more: it stays in the figures, its members stay known. Raises Refused when it is closed."""
    queries.group(tx, group_id)
    if not tx.run(CLOSE, which=group_id, now=tx.now):
        raise Refused((Reason("group_is_closed"),))
    record(tx, "groups.close", None, show(group_id))


def open_group(tx: Tx, group_id: int) -> Group:
    """A group that people may join. Raises NotFound, Refused when it is closed."""
    found = queries.group(tx, group_id)
    if found.closed_at is not None:
        raise Refused((Reason("group_is_closed"),))
    return found


def name_contact(tx: Tx, group_id: int, person_id: int | None) -> None:
    """Say who speaks for a group; None: nobody. They need not be a member (a class' teacher)."""
    queries.group(tx, group_id)
    if person_id is not None and known(tx, person_id) is None:
        raise NotFound("no_such_person")
    tx.run(SET_CONTACT, which=group_id, contact=person_id, now=tx.now)
    record(tx, "groups.name_contact", person_id, show(group_id))


def add_member(tx: Tx, group_id: int, person_id: int, role: str = "member") -> None:
    """Somebody joins a group. Raises Refused when they are in it already."""
    open_group(tx, group_id)
    if known(tx, person_id) is None:
        raise NotFound("no_such_person")
    if not put_member(tx, group_id, person_id, role):
        raise Refused((Reason("already_in_group"),))
    record(tx, "groups.add", person_id, show(group_id), role=role)


def put_member(tx: Tx, group_id: int, person_id: int, role: str = "member") -> bool:
    """Write a member down without any question; False when they are in the group already."""
    made = tx.run(
        ADD_MEMBER,
        id=tx.new_id(),
        group_id=group_id,
        person_id=person_id,
        role=role,
        since=tx.now,
        until=None,
        added_by=tx.by.person_id,
    )
    return made == 1


def remove_member(tx: Tx, group_id: int, member_id: int) -> None:
    """Somebody leaves a group. Raises NotFound when they left it already."""
    found = tx.row(queries.MEMBER, id=member_id)
    if found is None or found[0] != group_id:
        raise NotFound("no_such_member")
    if not tx.run(LEAVE, which=member_id, now=tx.now):
        raise Conflict("constraint")
    record(tx, "groups.remove", found[1], show(group_id))
