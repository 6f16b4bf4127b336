"""Adding to the audit log, and removing what is too old."""

from itertools import takewhile
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, select, text

from tierslieu.infra.statements import Query, columns, insert_into, table_of, to_json, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.queries import head
from tierslieu.people.audit.rules import seal
from tierslieu.people.audit.tables import AuditAnchor, AuditEntry

a = columns(AuditEntry)
ONE_AT_A_TIME: Query[Any] = Query(postgresql=text("SELECT pg_advisory_xact_lock(7246001)"))
"""On PostgreSQL two acts are chained one after the other; SQLite has one writer anyway."""
ADD: Query[Any] = Query(insert_into(AuditEntry))
OLDEST: Query[tuple[int, int, str]] = Query(
    select(a.seq, a.at, a.sha256).order_by(a.seq).limit(bindparam("most", type_=BigInteger()))
)
PUT_ANCHOR = upsert(AuditAnchor, ("id",))
DROP: Query[Any] = Query(delete(table_of(AuditEntry)).where(a.seq <= bindparam("upto")))


def record(tx: Tx, act: str, subject_id: int | None = None, about: str = "", **facts: object) -> None:
    """Note an act of `tx.by`.

    `act` is a stable name ("reservations.reserve"), `subject_id` the person it concerned, `about` what it
    touched (an id as shown, a key), `facts` codes and numbers. Never a name, an address or free text.
    """
    tx.rows(ONE_AT_A_TIME)
    seq, before = head(tx)
    entry = seal(before, seq + 1, tx.now, tx.by.handle, act, subject_id, about, to_json(facts))
    tx.run(ADD, **entry._asdict())


def record_for(tx: Tx, act: str, subject_id: int, about: str = "", **facts: object) -> None:
    """Note an act that somebody did for another person; what people do for themselves is theirs alone."""
    if tx.by.person_id is not None and tx.by.person_id != subject_id:
        record(tx, act, subject_id, about, **facts)


def forget(tx: Tx, before: int, count: int) -> int:
    """Remove up to `count` entries older than an instant; the anchor keeps the chain verifiable. Returns how many."""
    old = list(takewhile(lambda entry: entry[1] < before, tx.rows(OLDEST, most=count)))
    if not old:
        return 0
    seq, _at, sha256 = old[-1]
    tx.run(PUT_ANCHOR, id=1, seq=seq, sha256=sha256)
    return tx.run(DROP, upto=seq)
