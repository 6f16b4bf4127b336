"""Changes that people make to a file: write down, correct, close, open again, look at."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, Integer, Text, bindparam, update
from sqlalchemy.types import TypeEngine

from tierslieu.basics.errors import Conflict, Invalid, NotFound, Reason, Refused, Remedy
from tierslieu.basics.ids import show
from tierslieu.infra.personal import Personal
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record, record_for
from tierslieu.people.audit.queries import about_person
from tierslieu.people.persons import ending, queries
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.doubles import likely
from tierslieu.people.persons.events import AccountClosed
from tierslieu.people.persons.indexing import index_anew
from tierslieu.people.persons.likeness import Written
from tierslieu.people.persons.names import sort_name
from tierslieu.people.persons.schemas import CORRECTED, PersonFields, PersonFile
from tierslieu.people.persons.tables import Person
from tierslieu.people.roles.actions import require_other_administrator
from tierslieu.people.roles.queries import roles_of
from tierslieu.people.roles.rules import ADMINISTRATOR

SEE, MANAGE, MERGE, EXPORT, OWN = (
    "people.see",
    "people.manage",
    "people.merge",
    "people.export",
    "people.see_own",
)
"""The permissions of persons."""
CLOSE_ADMINISTRATORS = "people.grant_roles"
"""Who may close the account of somebody who administrates the house."""
LOOK, LOOK_ONCE_IN = "people.look", 600
LOOKS_READ = 50
p = columns(Person)
TYPES: Mapping[str, TypeEngine[Any]] = {
    "birth_year": Integer(),
    "first_name": Text(),
    "last_name": Text(),
    "email": Text(),
    "phone": Text(),
}
CORRECT: Query[Any] = Query(
    update(table_of(Person))
    .where(
        p.id == bindparam("which", type_=BigInteger()),
        p.changed_at == bindparam("seen", type_=BigInteger()),
        p.is_active == 1,
    )
    .values(
        changed_at=bindparam("now", type_=BigInteger()),
        sort_name=bindparam("place", type_=Text()),
        **{name: bindparam(f"new_{name}", type_=type_) for name, type_ in TYPES.items()},
    )
)
SET_ACTIVE: Query[Any] = Query(
    update(table_of(Person))
    .where(
        p.id == bindparam("which", type_=BigInteger()),
        p.is_active != bindparam("active", type_=Integer()),
        p.merged_into.is_(None),
        p.erased_at == 0,
    )
    .values(is_active=bindparam("active", type_=Integer()))
)


def write_down(tx: Tx, wish: PersonFields, *, is_new: bool) -> int:
    """Somebody new. Returns the id.

    Unless staff said that it is somebody new, raises Refused("likely_known") with those who are alike, the most
    alike first. Raises Conflict("email_taken"), Invalid for a birth year to come.
    """
    _require_past(tx, wish.birth_year)
    found = [] if is_new else likely(tx, Written(wish.first_name, wish.last_name, wish.birth_year))
    if found:
        raise Refused(
            (
                Reason(
                    "likely_known",
                    {},
                    tuple(Remedy("see_person", {"person": show(one.person.id)}) for one in found),
                ),
            )
        )
    person_id = create_person(
        tx, wish.first_name, wish.last_name, email=wish.email, phone=wish.phone, birth_year=wish.birth_year
    )
    record(tx, "people.create", person_id, show(person_id))
    return person_id


def _require_past(tx: Tx, birth_year: int | None) -> None:
    if birth_year is not None and birth_year > 1970 + tx.now // 31_556_952:
        raise Invalid("form", {"birth_year": "birth_year_to_come"})


def correct(tx: Tx, person_id: int, values: Mapping[str, Any], seen: int) -> PersonFile:
    """Change what a file says. `seen` is the `changed_at` that was read with the file.

    Raises Conflict("file_changed") when somebody corrected it since, Conflict("email_taken"), NotFound, Invalid.
    """
    former = queries.file(tx, person_id)
    if not former.is_active:
        raise NotFound("no_such_person")
    wanted = {**former.values, **{name: values[name] for name in CORRECTED if name in values}}
    _require_past(tx, wanted["birth_year"])
    holder = queries.email_holder(tx, wanted["email"]) if wanted["email"] else None
    if holder not in (None, person_id):
        raise Conflict("email_taken")
    if former.changed_at != seen or not _store(tx, former, wanted):
        raise Conflict("file_changed")
    changed = sorted(name for name in CORRECTED if wanted[name] != former.values[name])
    record_for(tx, "people.correct", person_id, show(person_id), fields=changed)
    return queries.file(tx, person_id)


def _store(tx: Tx, former: PersonFile, wanted: Mapping[str, Any]) -> bool:
    """Write the values, when nobody else did since."""
    first, last = str(wanted["first_name"]), str(wanted["last_name"])
    done = tx.run(
        CORRECT,
        which=former.id,
        seen=former.changed_at,
        now=max(tx.now, former.changed_at + 1),
        place=sort_name(first, last),
        **{f"new_{name}": wanted[name] for name in CORRECTED},
    )
    if done and (first, last) != (former.first_name, former.last_name):
        index_anew(tx, former.id, first, last)
    return bool(done)


def note_look(tx: Tx, person_id: int) -> None:
    """Note that a member of staff looked at a file: once in ten minutes is enough, and nobody is their own spy."""
    if tx.by.person_id == person_id:
        return
    for one in about_person(tx, person_id, LOOKS_READ):
        if one.at <= tx.now - LOOK_ONCE_IN:
            break
        if one.act == LOOK and one.by == tx.by.handle:
            return
    record(tx, LOOK, person_id, show(person_id))


def close_account(tx: Tx, person_id: int, personal: Iterable[Personal]) -> None:
    """The person may do nothing here any more until the account is opened again: sessions end, badges are refused.

    Raises Refused: own_account, administrator_account, last_administrator, account_closed.
    """
    queries.file(tx, person_id)
    if tx.by.person_id == person_id:
        raise Refused((Reason("own_account"),))
    if ADMINISTRATOR in roles_of(tx, person_id):
        if tx.by.person_id is not None and not tx.by.may(CLOSE_ADMINISTRATORS):
            raise Refused((Reason("administrator_account"),))
        require_other_administrator(tx, person_id)
    if not tx.run(SET_ACTIVE, which=person_id, active=0):
        raise Refused((Reason("account_closed"),))
    ending.end_access(tx, person_id, personal)
    record(tx, "people.close_account", person_id, show(person_id))
    tx.announce(AccountClosed(person_id))


def open_account(tx: Tx, person_id: int) -> None:
    """The person is served again. Raises Refused("account_open"); a file that was merged stays closed."""
    queries.file(tx, person_id)
    if not tx.run(SET_ACTIVE, which=person_id, active=1):
        raise Refused((Reason("account_open"),))
    record(tx, "people.open_account", person_id, show(person_id))
