"""All reads about persons."""

from sqlalchemy import bindparam, func, select

from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.schemas import Known
from tierslieu.people.persons.tables import Person

p = columns(Person)
KNOWN = (p.id, p.first_name, p.last_name, p.email, p.locale)
BY_ID = Query(select(*KNOWN).where(p.id == bindparam("id"), p.is_active == 1), into=Known)
BY_KEY = Query(select(*KNOWN).where(p.key == bindparam("key")), into=Known)
KNOWN_AMONG = Query(select(*KNOWN).where(among(p.id, "ids")), into=Known)
SEARCH = Query(
    select(*KNOWN)
    .where(
        p.is_active == 1,
        func.lower(p.first_name + " " + p.last_name + " " + p.first_name).like(bindparam("pattern"), escape="!"),
    )
    .order_by(p.last_name, p.first_name)
    .limit(20),
    into=Known,
)


def known(reader: Reader, person_id: int) -> Known | None:
    """An active person."""
    return reader.row(BY_ID, id=person_id)


def known_among(reader: Reader, ids: list[int]) -> list[Known]:
    """The people of these ids, active or not."""
    return reader.rows(KNOWN_AMONG, ids=sorted(set(ids))) if ids else []


def by_key(reader: Reader, key: str) -> Known | None:
    """A person of the demonstration data, by their key there."""
    return reader.row(BY_KEY, key=key)


def search(reader: Reader, text: str) -> list[Known]:
    """Up to 20 people whose name holds the text, in either order; nobody for an empty text."""
    plain = text.strip().lower()
    if not plain:
        return []
    for sign in "!%_":
        plain = plain.replace(sign, f"!{sign}")
    return reader.rows(SEARCH, pattern=f"%{plain}%")
