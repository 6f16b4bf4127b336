"""Help to get out: listed only for who asked to be, in their own words, and no longer than they want."""

from typing import Any, Final

from sqlalchemy import bindparam, delete, select

from tierslieu.access.presence.tables import EvacuationHelp
from tierslieu.basics.errors import NotFound
from tierslieu.infra.statements import Query, columns, table_of, upsert
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.persons.queries import known

LONGEST: Final = 200
e = columns(EvacuationHelp)
PUT = upsert(EvacuationHelp, ("person_id",))
DROP: Query[Any] = Query(delete(table_of(EvacuationHelp)).where(e.person_id == bindparam("whose")))
NOTE: Query[tuple[str]] = Query(select(e.note).where(e.person_id == bindparam("whose")))


def help_of(reader: Reader, person_id: int) -> str | None:
    """What somebody asked to have on the evacuation list; None when they are not listed."""
    found = reader.row(NOTE, whose=person_id)
    return found[0] if found else None


def ask_help(tx: Tx, person_id: int, note: str) -> None:
    """List somebody as needing help to get out, because they asked for it. Raises NotFound."""
    if known(tx, person_id) is None:
        raise NotFound("no_such_person")
    tx.run(PUT, person_id=person_id, note=note, asked_at=tx.now, noted_by=tx.by.person_id)
    record_for(tx, "access.note_evacuation_help", person_id)


def drop_help(tx: Tx, person_id: int) -> None:
    """Take somebody off the list of who needs help; nothing of it is kept."""
    if tx.run(DROP, whose=person_id):
        record_for(tx, "access.drop_evacuation_help", person_id)
