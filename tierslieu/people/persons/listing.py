"""The list of people: filtered, in the order of names, one page after the other by key."""

from typing import Any, Final

from sqlalchemy import BigInteger, Integer, Text, and_, bindparam, func, or_, select

from tierslieu.infra.personal import NOBODY
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.schemas import Found
from tierslieu.people.persons.tables import Person
from tierslieu.people.relations.rules import MAJORITY
from tierslieu.people.roles.queries import holders

PAGE: Final = 50
MOST_STAFF: Final = 2000
EVERYONE: Final = "toutes"
p = columns(Person)
THERE = (p.merged_into.is_(None), p.erased_at == 0, p.id != NOBODY)
OPEN = (*THERE, p.is_active == 1)
FILTERS: Final = {
    EVERYONE: OPEN,
    "nouvelles": (*OPEN, p.created_at >= bindparam("since", type_=BigInteger())),
    "sans-courriel": (*OPEN, p.email.is_(None)),
    "sans-telephone": (*OPEN, p.phone.is_(None)),
    "mineures": (*OPEN, p.birth_year >= bindparam("minor_from", type_=Integer())),
    "equipe": (*OPEN, among(p.id, "staff")),
    "fermees": (*THERE, p.is_active == 0),
}
"""What the list can be narrowed to. A minor: whoever is not 18 for certain before the end of the year."""
AFTER = or_(
    p.sort_name > bindparam("place", type_=Text()),
    and_(p.sort_name == bindparam("place", type_=Text()), p.id > bindparam("last", type_=BigInteger())),
)
SHOWN = tuple(p[name] for name in Found.__struct_fields__)


def _page(conditions: tuple[Any, ...]) -> Query[Found]:
    statement = select(*SHOWN).where(*conditions, AFTER).order_by(p.sort_name, p.id).limit(bindparam("count"))
    return Query(statement, into=Found)


PAGES: Final = {name: _page(conditions) for name, conditions in FILTERS.items()}
COUNTS: Final = {
    name: Query[tuple[int]](select(func.count()).select_from(Person).where(*conditions))
    for name, conditions in FILTERS.items()
}
PLACE: Query[tuple[str, int]] = Query(select(p.sort_name, p.id).where(p.id == bindparam("which", type_=BigInteger())))


def listed(
    reader: Reader, which: str, since: int, year: int, after: int | None = None, count: int = PAGE
) -> list[Found]:
    """Up to `count` people of a filter, from the one after `after` on. `since` and `year` are those of this month."""
    place, last = (reader.row(PLACE, which=after) if after is not None else None) or ("", -1)
    return reader.rows(PAGES[which], place=place, last=last, count=count, **_facts(reader, which, since, year))


def counted(reader: Reader, which: str, since: int, year: int) -> int:
    """How many people a filter leaves."""
    found = reader.row(COUNTS[which], **_facts(reader, which, since, year))
    return found[0] if found else 0


def _facts(reader: Reader, which: str, since: int, year: int) -> dict[str, Any]:
    if which == "nouvelles":
        return {"since": since}
    if which == "mineures":
        return {"minor_from": year - MAJORITY}
    if which == "equipe":
        return {"staff": sorted({one.person_id for one in holders(reader, count=MOST_STAFF)})}
    return {}
