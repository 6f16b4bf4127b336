"""All reads of groups."""

import msgspec
from sqlalchemy import bindparam, func, select

from tierslieu.basics.errors import NotFound
from tierslieu.infra.statements import Query, among, columns, table_of
from tierslieu.infra.transaction import Reader
from tierslieu.people.groups.tables import GroupImport, GroupLevel, GroupMember, PersonGroup
from tierslieu.people.persons.tables import Person

PAGE = 500
"""Members shown on one page: a programme has 90, a class 30."""
g, m = columns(PersonGroup), columns(GroupMember)
le, i, p = columns(GroupLevel), columns(GroupImport), columns(Person)


class Group(msgspec.Struct, frozen=True):
    """A group as it is stored."""

    id: int
    key: str | None
    kind: str
    name: str
    place: str
    contact_id: int | None
    headcount: int | None
    school_year: int | None
    starts_on: str | None
    ends_on: str | None
    closed_at: int | None


class Summary(msgspec.Struct, frozen=True):
    """A group in the list: `members` are known by name, `pupils` is the sum of its levels."""

    id: int
    kind: str
    name: str
    place: str
    headcount: int | None
    school_year: int | None
    closed_at: int | None
    members: int
    pupils: int


class Member(msgspec.Struct, frozen=True):
    """Somebody in a group now."""

    id: int
    person_id: int
    first_name: str
    last_name: str
    birth_year: int | None
    email: str | None
    phone: str | None
    role: str
    since: int

    @property
    def name(self) -> str:
        """First name and family name."""
        return f"{self.first_name} {self.last_name}"


class Belongs(msgspec.Struct, frozen=True):
    """One group that somebody is in."""

    id: int
    group_id: int
    name: str
    kind: str
    role: str
    since: int


MEMBER_COLUMNS = (m.id, m.person_id, p.first_name, p.last_name, p.birth_year, p.email, p.phone, m.role, m.since)
COUNT = (
    select(func.count())
    .select_from(table_of(GroupMember))
    .where(m.group_id == g.id, m.until.is_(None))
    .correlate(table_of(PersonGroup))
    .scalar_subquery()
)
PUPILS = func.coalesce(
    select(func.sum(le.headcount)).where(le.group_id == g.id).correlate(table_of(PersonGroup)).scalar_subquery(), 0
)
ALL = Query(
    select(g.id, g.kind, g.name, g.place, g.headcount, g.school_year, g.closed_at, COUNT, PUPILS)
    .order_by(g.closed_at.is_not(None), g.name, g.id)
    .limit(500),
    into=Summary,
)
ONE = Query(select(*(g[name] for name in Group.__struct_fields__)).where(g.id == bindparam("id")), into=Group)
BY_KEY: Query[tuple[int]] = Query(select(g.id).where(g.key == bindparam("key")))
LEVELS: Query[tuple[str, int]] = Query(
    select(le.level, le.headcount).where(le.group_id == bindparam("group")).order_by(le.level)
)
MEMBERS = Query(
    select(*MEMBER_COLUMNS)
    .select_from(table_of(GroupMember))
    .join(Person, p.id == m.person_id)
    .where(m.group_id == bindparam("group"), m.until.is_(None), p.is_active == 1)
    .order_by(p.last_name, p.first_name, p.id)
    .limit(bindparam("count"))
    .offset(bindparam("skipped")),
    into=Member,
)
PRESENT: Query[tuple[int, str]] = Query(
    select(m.person_id, m.role).where(m.group_id == bindparam("group"), among(m.person_id, "ids"), m.until.is_(None))
)
OF_PERSON = Query(
    select(m.id, g.id, g.name, g.kind, m.role, m.since)
    .select_from(table_of(GroupMember))
    .join(PersonGroup, g.id == m.group_id)
    .where(m.person_id == bindparam("person"), m.until.is_(None), g.closed_at.is_(None))
    .order_by(g.name, g.id),
    into=Belongs,
)
OPEN: Query[tuple[int, str]] = Query(
    select(g.id, g.name).where(g.closed_at.is_(None)).order_by(g.name, g.id).limit(500)
)
MEMBER: Query[tuple[int, int]] = Query(
    select(m.group_id, m.person_id).where(m.id == bindparam("id"), m.until.is_(None))
)
WAITING: Query[tuple[str]] = Query(
    select(i.content).where(
        i.id == bindparam("id"),
        i.group_id == bindparam("group"),
        i.staff_id == bindparam("staff"),
        i.expires_at > bindparam("now"),
    )
)


def groups(reader: Reader) -> list[Summary]:
    """All groups, the open ones first. One statement."""
    return reader.rows(ALL)


def group(reader: Reader, group_id: int) -> Group:
    """One group. Raises NotFound."""
    found = reader.row(ONE, id=group_id)
    if found is None:
        raise NotFound("no_such_group")
    return found


def by_key(reader: Reader, key: str) -> int | None:
    """A group of the demonstration data, by its key there."""
    found = reader.row(BY_KEY, key=key)
    return found[0] if found else None


def levels(reader: Reader, group_id: int) -> list[tuple[str, int]]:
    """How many pupils of each level."""
    return reader.rows(LEVELS, group=group_id)


def members(reader: Reader, group_id: int, page: int = 1, count: int = PAGE) -> list[Member]:
    """The members now, by family name."""
    return reader.rows(MEMBERS, group=group_id, count=count, skipped=(page - 1) * count)


def all_members(reader: Reader, group_id: int) -> list[Member]:
    """Every member now, for lists on paper and exports."""
    return reader.rows(MEMBERS, group=group_id, count=1_000_000, skipped=0)


def present_among(reader: Reader, group_id: int, ids: list[int]) -> set[int]:
    """Those of these persons who are in the group."""
    return {id_ for id_, _role in reader.rows(PRESENT, group=group_id, ids=ids)} if ids else set()


def of_person(reader: Reader, person_id: int) -> list[Belongs]:
    """The groups somebody is in."""
    return reader.rows(OF_PERSON, person=person_id)


def open_groups(reader: Reader) -> list[tuple[int, str]]:
    """The groups people may join, by name."""
    return reader.rows(OPEN)
