"""All reads of the audit log."""

from sqlalchemy import bindparam, select

from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.audit.rules import START, Sealed, first_broken
from tierslieu.people.audit.tables import AuditAnchor, AuditEntry

a, n = columns(AuditEntry), columns(AuditAnchor)
ENTRY = (a.seq, a.at, a.by, a.act, a.subject_id, a.about, a.facts, a.sha256)
HEAD: Query[tuple[int, str]] = Query(select(a.seq, a.sha256).order_by(a.seq.desc()).limit(1))
ANCHOR: Query[tuple[int, str]] = Query(select(n.seq, n.sha256))
FROM = Query(select(*ENTRY).where(a.seq > bindparam("after")).order_by(a.seq).limit(1000), into=Sealed)
OF_SUBJECT = Query(
    select(*ENTRY).where(a.subject_id == bindparam("person")).order_by(a.seq.desc()).limit(bindparam("count")),
    into=Sealed,
)
NEWEST = Query(
    select(*ENTRY).where(a.seq < bindparam("before")).order_by(a.seq.desc()).limit(bindparam("count")), into=Sealed
)


def head(reader: Reader) -> tuple[int, str]:
    """Number and hash of the last entry ever written, removed or not."""
    return reader.row(HEAD) or reader.row(ANCHOR) or (0, START)


def about_person(reader: Reader, person_id: int, count: int = 100) -> list[Sealed]:
    """The last entries about a person, newest first."""
    return reader.rows(OF_SUBJECT, person=person_id, count=count)


def newest(reader: Reader, before: int = 2**62, count: int = 100) -> list[Sealed]:
    """The entries before a number, newest first."""
    return reader.rows(NEWEST, before=before, count=count)


def broken_at(reader: Reader) -> int | None:
    """The number of the first entry that was tampered with, None when the whole log is sound."""
    seq, sha256 = reader.row(ANCHOR) or (0, START)
    while entries := reader.rows(FROM, after=seq):
        wrong = entries[0].seq if entries[0].seq != seq + 1 else first_broken(sha256, entries)
        if wrong is not None:
            return wrong
        seq, sha256 = entries[-1].seq, entries[-1].sha256
    return None
