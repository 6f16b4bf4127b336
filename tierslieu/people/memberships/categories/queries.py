"""All reads of rate categories, and of who has which."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships.tables import PersonCategory, RateCategory
from tierslieu.people.persons.tables import Person

k, h, p = columns(RateCategory), columns(PersonCategory), columns(Person)
SOON = 30 * 86_400
"""Seconds before its end from which a category is on the desk's list."""


class Category(msgspec.Struct, frozen=True):
    """A rate category."""

    key: str
    name: str
    family: str
    proof: str
    is_default: int
    is_active: int


class Held(msgspec.Struct, frozen=True):
    """A category of a person, from, until, and how it was checked."""

    id: int
    category: str
    name: str
    family: str
    starts_at: int
    until_at: int
    how: str
    checked_at: int


class Ending(msgspec.Struct, frozen=True):
    """Something of a person that ends soon, for the desk's list."""

    person_id: int
    first_name: str
    last_name: str
    name: str
    ends_at: int


ALL = Query(
    select(k.key, k.name, k.family, k.proof, k.is_default, k.is_active).order_by(k.position, k.key), into=Category
)
HELD = (h.id, h.category, k.name, h.family, h.starts_at, h.until_at, h.how, h.checked_at)
AT = Query(
    select(*HELD)
    .join_from(PersonCategory, RateCategory, h.category == k.key)
    .where(h.person_id == bindparam("person"), h.starts_at <= bindparam("at"), h.until_at > bindparam("at"))
    .order_by(k.position, k.key),
    into=Held,
)
HISTORY = Query(
    select(*HELD)
    .join_from(PersonCategory, RateCategory, h.category == k.key)
    .where(h.person_id == bindparam("person"))
    .order_by(h.until_at.desc(), h.id.desc())
    .limit(50),
    into=Held,
)
OF_FAMILY = Query(
    select(*HELD)
    .join_from(PersonCategory, RateCategory, h.category == k.key)
    .where(h.person_id == bindparam("person"), h.family == bindparam("kin"), h.until_at > bindparam("at")),
    into=Held,
)
ENDING = Query(
    select(h.person_id, p.first_name, p.last_name, k.name, h.until_at)
    .join_from(PersonCategory, RateCategory, h.category == k.key)
    .join(Person, p.id == h.person_id)
    .where(h.until_at > bindparam("now"), h.until_at <= bindparam("soon"), p.is_active == 1)
    .order_by(h.until_at, h.id)
    .limit(200),
    into=Ending,
)


def categories(reader: Reader) -> list[Category]:
    """All of them, in their order."""
    return reader.rows(ALL)


def names(reader: Reader) -> Mapping[str, str]:
    """The name of each category."""
    return {one.key: one.name for one in categories(reader)}


def default_category(reader: Reader) -> str | None:
    """The category of people who have no other."""
    return next((one.key for one in categories(reader) if one.is_default and one.is_active), None)


def categories_of(reader: Reader, person_id: int, at: int) -> tuple[Held, ...]:
    """What a person's categories are at an instant, one for each family."""
    return tuple(reader.rows(AT, person=person_id, at=at))


def category_of(reader: Reader, person_id: int, at: int) -> str | None:
    """The first of a person's categories at an instant, in the order of the house; the default one without any."""
    found = categories_of(reader, person_id, at)
    return found[0].category if found else default_category(reader)


def history(reader: Reader, person_id: int) -> list[Held]:
    """The last categories of a person, former ones too."""
    return reader.rows(HISTORY, person=person_id)


def of_family(reader: Reader, person_id: int, family: str, at: int) -> list[Held]:
    """The categories of a family that are not over at an instant."""
    return reader.rows(OF_FAMILY, person=person_id, kin=family, at=at)


def ending(reader: Reader) -> list[Ending]:
    """The categories that run out within 30 days, soonest first: proofs to see again."""
    return reader.rows(ENDING, now=reader.now, soon=reader.now + SOON)
