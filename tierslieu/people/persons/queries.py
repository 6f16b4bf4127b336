"""All reads about persons."""

from collections.abc import Iterable

from sqlalchemy import bindparam, func, select

from tierslieu.basics.errors import NotFound
from tierslieu.infra.personal import NOBODY
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.schemas import Known, PersonFile
from tierslieu.people.persons.tables import Person
from tierslieu.people.preferences.queries import locale_of

p = columns(Person)
KNOWN = (p.id, p.first_name, p.last_name, p.email, func.coalesce(locale_of(p.id), p.locale))
BY_ID = Query(select(*KNOWN).where(p.id == bindparam("id"), p.is_active == 1), into=Known)
BY_KEY = Query(select(*KNOWN).where(p.key == bindparam("key")), into=Known)
KNOWN_AMONG = Query(select(*KNOWN).where(among(p.id, "ids")), into=Known)


def known(reader: Reader, person_id: int) -> Known | None:
    """An active person."""
    return reader.row(BY_ID, id=person_id)


def known_among(reader: Reader, ids: list[int]) -> list[Known]:
    """The people of these ids, active or not."""
    return reader.rows(KNOWN_AMONG, ids=sorted(set(ids))) if ids else []


def by_key(reader: Reader, key: str) -> Known | None:
    """A person of the demonstration data, by their key there."""
    return reader.row(BY_KEY, key=key)


FILE_COLUMNS = tuple(p[name] for name in PersonFile.__struct_fields__)
FILE = Query(select(*FILE_COLUMNS).where(p.id == bindparam("id"), p.erased_at == 0, p.id != NOBODY), into=PersonFile)
LOCKED = Query(
    sqlite=select(*FILE_COLUMNS).where(among(p.id, "ids"), p.erased_at == 0).order_by(p.id),
    postgresql=select(*FILE_COLUMNS).where(among(p.id, "ids"), p.erased_at == 0).order_by(p.id).with_for_update(),
    into=PersonFile,
)
EMAIL_HOLDER: Query[tuple[int]] = Query(select(p.id).where(p.email == bindparam("email")))
MOST_HOPS = 50


def file(reader: Reader, person_id: int) -> PersonFile:
    """The file of a person, whatever its state. Raises NotFound for nobody, and for a file that was erased."""
    found = reader.row(FILE, id=person_id)
    if found is None:
        raise NotFound("no_such_person")
    return found


def current_id(reader: Reader, person_id: int) -> int:
    """The id under which a person goes on: the same, unless their file was merged into another. Raises NotFound."""
    found = file(reader, person_id)
    for _ in range(MOST_HOPS):
        if found.merged_into is None:
            break
        found = file(reader, found.merged_into)
    return found.id


def known_now(reader: Reader, person_id: int) -> Known | None:
    """An active person, also under the id of a file that was merged into theirs."""
    found = known(reader, person_id)
    stored = reader.row(FILE, id=person_id) if found is None else None
    if stored is None or stored.merged_into is None:
        return found
    return known(reader, current_id(reader, person_id))


def locked(tx: Tx, ids: Iterable[int]) -> dict[int, PersonFile]:
    """Files that nobody else changes until this transaction is over, always taken in the same order."""
    return {one.id: one for one in tx.rows(LOCKED, ids=sorted(ids))}


def email_holder(reader: Reader, email: str) -> int | None:
    """Whose address this is."""
    found = reader.row(EMAIL_HOLDER, email=email)
    return found[0] if found else None
