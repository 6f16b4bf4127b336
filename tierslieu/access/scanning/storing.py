"""The log of passages: a row for each presentation of a badge, written once with its answer."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, text, update

from devices.badges.decide import Decision
from tierslieu.access import queries
from tierslieu.access.rules import Answer
from tierslieu.access.scanning.subjects import Subject
from tierslieu.access.tables import Scan
from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import Conflict
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of, to_json
from tierslieu.infra.transaction import Reader, Tx

s = columns(Scan)
ONE_AT_A_TIME: Query[Any] = Query(
    postgresql=text("SELECT pg_advisory_xact_lock(:number)").bindparams(bindparam("number", type_=BigInteger()))
)
"""PostgreSQL: presentations of one badge are judged one after the other, at all devices. SQLite has one writer."""
ADD = insert_or_nothing(Scan)
CHANGE: Query[Any] = Query(
    update(table_of(Scan))
    .where(s.device == bindparam("which_device"), s.scan_id == bindparam("which_scan"))
    .values(
        outcome=bindparam("result"),
        reason=bindparam("why"),
        answer=bindparam("said"),
        flags=bindparam("marks"),
        decided_by=bindparam("by"),
    )
)


class Passage(msgspec.Struct, frozen=True):
    """A presentation of a badge as it is stored. `kind` is badge, or desk for an arrival that the desk notes."""

    device: str
    scan_id: str
    digest: str
    device_seq: int
    at: int
    zone_id: int
    kind: str = "badge"
    decided_by: str = "service"


def wait_for(tx: Tx, badge: str) -> None:
    """Let whoever presents the same badge meanwhile wait."""
    tx.rows(ONE_AT_A_TIME, number=int(hashed(badge)[:15], 16))


def store(
    tx: Tx, passage: Passage, subject: Subject, decision: Decision, answer: Answer, flags: tuple[str, ...]
) -> None:
    """Write a passage. Raises Conflict("scan_id_reused") when its id was taken meanwhile by another badge."""
    is_new = tx.run(
        ADD,
        **msgspec.structs.asdict(passage),
        received_at=tx.now,
        person_id=subject.person_id or None,
        outcome=answer.outcome,
        reason=answer.reason,
        answer=to_json(answer),
        direction=decision.direction,
        flags=",".join(flags),
        badge_id=subject.badge.id if subject.badge else 0,
        guest_id=subject.guest.id if subject.guest else 0,
        people=1,
        band="",
    )
    if not is_new:
        raise Conflict("scan_id_reused")


def change(tx: Tx, device: str, scan_id: str, answer: Answer, flags: str, by: str) -> None:
    """What became of a passage, when the device tells otherwise than the service thought."""
    tx.run(
        CHANGE,
        which_device=device,
        which_scan=scan_id,
        result=answer.outcome,
        why=answer.reason,
        said=to_json(answer),
        marks=flags,
        by=by,
    )


def answered(reader: Reader, device: str, scan_id: str, digest: str) -> queries.StoredScan | None:
    """The scan of this id, when it was answered before. Raises Conflict("scan_id_reused") for another badge."""
    found = queries.find_scan(reader, device, scan_id)
    if found is not None and found.digest != digest:
        raise Conflict("scan_id_reused")
    return found
