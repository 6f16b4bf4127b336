"""All reads of relations. `at` is the instant that counts: links have a beginning and an end."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Integer, Text, bindparam, column, func, select, table

from tierslieu.basics.zone import Zone
from tierslieu.infra.statements import Query, among, columns, table_of
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader
from tierslieu.people.relations import rules
from tierslieu.people.relations.rules import Link, Standing
from tierslieu.people.relations.tables import AgeNote, FamilyLink

VENUE_ZONE, HOME = "venue_zone", "Europe/Paris"
FARTHEST = 8
"""How many links are followed one after the other: a family is not deeper."""


class Near(msgspec.Struct, frozen=True):
    """Somebody at the other end of a link, with the link."""

    link_id: int
    person_id: int
    first_name: str
    last_name: str
    kind: str
    may_act: int
    receives_messages: int
    since: int
    birth_year: int | None
    note: str


person = table(
    "person",
    column("id", BigInteger()),
    column("first_name", Text()),
    column("last_name", Text()),
    column("birth_year", Integer()),
    column("is_active", Integer()),
).alias("person_file")
"""The columns of a file that this floor may read: persons/ stands above it and owns the table."""
li, n, v = columns(FamilyLink), columns(AgeNote), columns(HouseValue)
newer = table_of(AgeNote).alias("newer")
LAST_NOTE = (
    select(newer.c.standing)
    .where(newer.c.person_id == person.c.id)
    .order_by(newer.c.id.desc())
    .limit(1)
    .correlate(person)
    .scalar_subquery()
)
NOTE = func.coalesce(LAST_NOTE, "")
IN_FORCE = (
    li.since <= bindparam("at", type_=BigInteger()),
    (li.ended_at.is_(None)) | (li.ended_at > bindparam("at", type_=BigInteger())),
)
ZONE: Query[tuple[str]] = Query(select(v.value).where(v.name == bindparam("name")))
STANDING = Query(select(person.c.birth_year, NOTE).where(person.c.id == bindparam("id")), into=Standing)
STANDINGS: Query[tuple[int, int | None, str]] = Query(
    select(person.c.id, person.c.birth_year, NOTE).where(among(person.c.id, "ids"))
)
LINK = (li.id, li.person_id, li.guardian_id, li.kind, li.may_act, li.receives_messages, person.c.birth_year, NOTE)
guard = table("person", column("id", BigInteger()), column("is_active", Integer())).alias("guard_file")
OF_PERSON = Query(
    select(*LINK)
    .select_from(table_of(FamilyLink))
    .join(person, person.c.id == li.person_id)
    .join(guard, guard.c.id == li.guardian_id)
    .where(li.person_id == bindparam("person"), guard.c.is_active == 1, *IN_FORCE)
    .order_by(li.id),
    into=Link,
)
BETWEEN = Query(
    select(*LINK)
    .select_from(table_of(FamilyLink))
    .join(person, person.c.id == li.person_id)
    .where(li.person_id == bindparam("person"), li.guardian_id == bindparam("guardian"), *IN_FORCE),
    into=Link,
)
NEAR = (
    li.id,
    person.c.id,
    person.c.first_name,
    person.c.last_name,
    li.kind,
    li.may_act,
    li.receives_messages,
    li.since,
    person.c.birth_year,
    NOTE,
)


def _near(other: Any, own: Any, name: str) -> Query[Near]:
    """The people at the `other` end of the links whose `own` end is the person bound to `name`."""
    return Query(
        select(*NEAR)
        .select_from(table_of(FamilyLink))
        .join(person, person.c.id == other)
        .where(own == bindparam(name), person.c.is_active == 1, *IN_FORCE)
        .order_by(li.id),
        into=Near,
    )


CARED_FOR = _near(li.person_id, li.guardian_id, "guardian")
GUARDIANS = _near(li.guardian_id, li.person_id, "person")
ANSWER_FOR = Query(
    select(*LINK)
    .select_from(table_of(FamilyLink))
    .join(person, person.c.id == li.person_id)
    .where(among(li.person_id, "ids"), li.ended_at.is_(None)),
    into=Link,
)
STORED: Query[tuple[int, int, int | None]] = Query(
    select(li.person_id, li.guardian_id, li.ended_at).where(li.id == bindparam("id"))
)
IS_ACTIVE: Query[tuple[int]] = Query(select(person.c.id).where(person.c.id == bindparam("id"), person.c.is_active == 1))


def zone_of(reader: Reader) -> Zone:
    """The venue's time zone, in which years begin."""
    found = reader.row(ZONE, name=VENUE_ZONE)
    return reader.remembered("relations_zone", found, lambda: Zone(found[0] if found else HOME))


def year_at(reader: Reader, at: int) -> int:
    """The venue's calendar year at an instant."""
    return zone_of(reader).date(at).year


def standing(reader: Reader, person_id: int) -> Standing:
    """What is known of somebody's age; an unknown person is an adult."""
    return reader.row(STANDING, id=person_id) or Standing()


def minors_among(reader: Reader, ids: list[int], at: int) -> set[int]:
    """Those of these persons who are minors. One statement, however many."""
    year = year_at(reader, at)
    rows = reader.rows(STANDINGS, ids=sorted(set(ids))) if ids else []
    return {id_ for id_, birth_year, note in rows if rules.is_minor(Standing(birth_year, note), year)}


def is_minor(reader: Reader, person_id: int, at: int) -> bool:
    """True while the person must be treated as a minor."""
    return rules.is_minor(standing(reader, person_id), year_at(reader, at))


def links_of(reader: Reader, person_id: int, at: int) -> list[Link]:
    """The links in force of those who answer for a person; whether they mean something is for the rules."""
    return reader.rows(OF_PERSON, person=person_id, at=at)


def receivers_of(reader: Reader, person_id: int, at: int) -> tuple[int, ...]:
    """Who gets the messages meant for a person: those who receive for them, else the person."""
    links = links_of(reader, person_id, at)
    if not links:
        return (person_id,)
    return rules.receivers(person_id, links[0].standing, links, year_at(reader, at))


def may_act_for(reader: Reader, actor_person_id: int | None, person_id: int, at: int) -> bool:
    """True for oneself, for the child one guards and for the adult one acts for; staff are asked elsewhere."""
    if actor_person_id is None:
        return False
    if actor_person_id == person_id:
        return True
    link = reader.row(BETWEEN, person=person_id, guardian=actor_person_id, at=at)
    return link is not None and rules.may_act(link, year_at(reader, at))


def cared_for(reader: Reader, guardian_id: int, at: int) -> list[Near]:
    """The persons somebody answers for now: children who are no longer minors are left out."""
    year = year_at(reader, at)
    return [
        one
        for one in reader.rows(CARED_FOR, guardian=guardian_id, at=at)
        if rules.is_minor(Standing(one.birth_year, one.note), year) == (one.kind in rules.GUARDIAN_KINDS)
    ]


def are_related(reader: Reader, person_id: int, guardian_id: int) -> bool:
    """True when the second answers for the first, or receives for them, now."""
    found = reader.rows(GUARDIANS, person=person_id, at=reader.now)
    return any(one.person_id == guardian_id for one in found)


def guardians_of(reader: Reader, person_id: int, at: int) -> list[Near]:
    """Those who answer for a person now; nobody's guardians once the person is of age."""
    is_child = is_minor(reader, person_id, at)
    return [
        one for one in reader.rows(GUARDIANS, person=person_id, at=at) if is_child == (one.kind in rules.GUARDIAN_KINDS)
    ]


def answered_for(reader: Reader, start: int) -> dict[int, set[int]]:
    """Who answers for whom now, as far as it can be reached from a person."""
    year = year_at(reader, reader.now)
    found: dict[int, set[int]] = {}
    front = [start]
    for _step in range(FARTHEST):
        if not front:
            break
        for id_ in front:
            found.setdefault(id_, set())
        for one in reader.rows(ANSWER_FOR, ids=front):
            if rules.is_effective(one, year):
                found[one.person_id].add(one.guardian_id)
        front = sorted({other for id_ in front for other in found[id_]} - found.keys())
    return found
