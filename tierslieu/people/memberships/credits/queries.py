"""All reads of credits. A balance is what is left in the lots that have not expired."""

import msgspec
from sqlalchemy import bindparam, func, select

from tierslieu.basics.errors import NotFound
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships.credits.rules import Lot
from tierslieu.people.memberships.credits.tables import CreditEntry, CreditLot, CreditMove

lot, entry, move = columns(CreditLot), columns(CreditEntry), columns(CreditMove)
LEFT = func.sum(entry.amount)


class Account(msgspec.Struct, frozen=True):
    """What is left of one lot, with what it counts."""

    lot_id: int
    kind: str
    expires_at: int | None
    left: int


class Line(msgspec.Struct, frozen=True):
    """One move as seen from a person's account; `amount` sums what it did to their lots."""

    move_id: int
    kind: str
    amount: int
    reason: str
    about: str
    at: int


class MoveEntry(msgspec.Struct, frozen=True):
    """What one move did to one lot."""

    lot_id: int
    person_id: int
    kind: str
    amount: int
    reason: str


_USABLE = (lot.expires_at.is_(None)) | (lot.expires_at > bindparam("now"))
LOTS = Query(
    select(lot.id, lot.expires_at, LEFT)
    .join_from(CreditLot, CreditEntry, entry.lot_id == lot.id)
    .where(lot.person_id == bindparam("person"), lot.kind == bindparam("what"), _USABLE)
    .group_by(lot.id, lot.expires_at)
    .having(LEFT > 0),
    into=Lot,
)
ACCOUNTS = Query(
    select(lot.id, lot.kind, lot.expires_at, LEFT)
    .join_from(CreditLot, CreditEntry, entry.lot_id == lot.id)
    .where(lot.person_id == bindparam("person"), _USABLE)
    .group_by(lot.id, lot.kind, lot.expires_at)
    .having(LEFT > 0)
    .order_by(lot.kind, lot.expires_at, lot.id),
    into=Account,
)
LINES = Query(
    select(move.id, lot.kind, LEFT, move.reason, move.about, move.at)
    .join_from(CreditMove, CreditEntry, entry.move_id == move.id)
    .join(CreditLot, lot.id == entry.lot_id)
    .where(lot.person_id == bindparam("person"))
    .group_by(move.id, lot.kind, move.reason, move.about, move.at)
    .order_by(move.id.desc())
    .limit(100),
    into=Line,
)
ENTRIES = Query(
    select(entry.lot_id, lot.person_id, lot.kind, entry.amount, move.reason)
    .join_from(CreditEntry, CreditLot, lot.id == entry.lot_id)
    .join(CreditMove, move.id == entry.move_id)
    .where(entry.move_id == bindparam("which"))
    .order_by(entry.lot_id),
    into=MoveEntry,
)
EXPIRED: Query[tuple[int]] = Query(
    select(lot.id)
    .join_from(CreditLot, CreditEntry, entry.lot_id == lot.id)
    .where(lot.expires_at <= bindparam("now"))
    .group_by(lot.id)
    .having(LEFT > 0)
    .order_by(lot.id)
    .limit(bindparam("count"))
)
LEFT_OF: Query[tuple[int, int]] = Query(
    select(func.coalesce(LEFT, 0), func.coalesce(func.max(entry.move_id), 0)).where(entry.lot_id == bindparam("which"))
)


def lots(reader: Reader, person_id: int, kind: str) -> list[Lot]:
    """What can be spent of a kind now, lot by lot."""
    return reader.rows(LOTS, person=person_id, what=kind, now=reader.now)


def balance(reader: Reader, person_id: int, kind: str) -> int:
    """How much of a kind a person can spend now."""
    return sum(one.left for one in lots(reader, person_id, kind))


def accounts(reader: Reader, person_id: int) -> list[Account]:
    """What a person can spend now, of every kind, lot by lot."""
    return reader.rows(ACCOUNTS, person=person_id, now=reader.now)


def lines(reader: Reader, person_id: int) -> list[Line]:
    """The last moves of a person's account, newest first."""
    return reader.rows(LINES, person=person_id)


def entries_of(reader: Reader, move_id: int) -> list[MoveEntry]:
    """What a move did. Raises NotFound."""
    found = reader.rows(ENTRIES, which=move_id)
    if not found:
        raise NotFound("no_such_move")
    return found


def expired(reader: Reader, count: int) -> list[int]:
    """Lots past their end with something left."""
    return [row[0] for row in reader.rows(EXPIRED, now=reader.now, count=count)]


def left_of(reader: Reader, lot_id: int) -> tuple[int, int]:
    """What is left of a lot, and the last move that touched it."""
    return reader.row(LEFT_OF, which=lot_id) or (0, 0)
