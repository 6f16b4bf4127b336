"""Adding to the log of passages what presence itself notes: people counted, corrections, the evening's closing."""

import secrets
from typing import Any

import msgspec
from sqlalchemy import bindparam, select, update

from tierslieu.access.presence.rules import Who
from tierslieu.access.tables import Scan
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of
from tierslieu.infra.transaction import Reader, Tx

s = columns(Scan)
ADD = insert_or_nothing(Scan)
CHANGE: Query[Any] = Query(
    update(table_of(Scan))
    .where(s.device == bindparam("which_device"), s.scan_id == bindparam("which_scan"))
    .values(
        outcome=bindparam("result"), reason=bindparam("why"), flags=bindparam("marks"), people=bindparam("how_many")
    )
)


class StoredRow(msgspec.Struct, frozen=True):
    """A passage as it is in the log."""

    digest: str
    outcome: str
    reason: str | None
    kind: str
    direction: str
    zone_id: int
    at: int
    people: int
    band: str


STORED = Query(
    select(*(s[name] for name in StoredRow.__struct_fields__)).where(
        s.device == bindparam("device"), s.scan_id == bindparam("scan_id")
    ),
    into=StoredRow,
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A passage to be noted. `seq` orders those of one device within a second."""

    device: str
    scan_id: str
    kind: str
    direction: str
    zone_id: int
    at: int
    seq: int = 0
    who: Who = Who()
    people: int = 1
    band: str = ""
    reason: str | None = None
    digest: str = ""


def add(tx: Tx, row: Row) -> bool:
    """Note a passage that was let through. False when it was noted before."""
    return bool(
        tx.run(
            ADD,
            device=row.device,
            scan_id=row.scan_id,
            digest=row.digest,
            device_seq=row.seq,
            at=row.at,
            received_at=tx.now,
            person_id=row.who.person_id or None,
            outcome="granted",
            reason=row.reason,
            answer="",
            kind=row.kind,
            direction=row.direction,
            zone_id=row.zone_id,
            decided_by="service",
            flags="",
            badge_id=0,
            guest_id=row.who.guest_id,
            people=row.people,
            band=row.band,
        )
    )


def change(tx: Tx, row: Row, *, outcome: str = "granted", flags: str = "", people: int | None = None) -> None:
    """Say what became of a passage that was just noted."""
    tx.run(
        CHANGE,
        which_device=row.device,
        which_scan=row.scan_id,
        result=outcome,
        why=row.reason,
        marks=flags,
        how_many=row.people if people is None else people,
    )


def new_scan_id() -> str:
    """An id for a passage that the service itself notes."""
    return secrets.token_hex(16)


def stored(reader: Reader, device: str, scan_id: str) -> StoredRow | None:
    """A passage of the log."""
    return reader.row(STORED, device=device, scan_id=scan_id)
