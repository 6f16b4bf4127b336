"""Taking and giving back time on units. Everybody passes through here: people, staff, jobs."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete, select, text, update

from tierslieu.basics.errors import Conflict
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.reservations.events import Freed
from tierslieu.reservations.tables import Claim

c = columns(Claim)
OVERLAPPING: Query[tuple[int]] = Query(
    text(
        "SELECT count(*) FROM (SELECT starts_at, lag(ends_at) OVER (PARTITION BY unit_id ORDER BY starts_at)"
        " AS until_at FROM claim) AS following WHERE until_at > starts_at"
    )
)
TAKE: Query[Any] = Query(
    sqlite=insert_into(Claim),
    postgresql=insert_into(Claim, is_quiet=True),
)
GIVE_BACK: Query[Any] = Query(
    delete(table_of(Claim)).where(c.cause_id == bindparam("cause_id"), c.cause == bindparam("cause"))
)
HELD: Query[tuple[int, int, int]] = Query(
    select(c.unit_id, c.starts_at, c.ends_at)
    .where(c.cause_id == bindparam("cause_id"), c.cause == bindparam("cause"))
    .order_by(c.unit_id, c.starts_at)
)
SHORTEN: Query[Any] = Query(
    update(table_of(Claim))
    .where(
        c.cause_id == bindparam("which"),
        c.cause == bindparam("why"),
        c.starts_at < bindparam("until"),
        c.ends_at > bindparam("until"),
    )
    .values(ends_at=bindparam("until"))
)


def take(tx: Tx, units: Iterable[int], span: Span, cause: str, cause_id: int) -> None:
    """Claim all units for the span or none. Raises Conflict("slot_taken") when the database refuses one."""
    for unit in sorted(units):  # one order for everyone: two composite claims cannot wait for each other
        if not tx.run(TAKE, unit_id=unit, starts_at=span.start, ends_at=span.end, cause=cause, cause_id=cause_id):
            raise Conflict("slot_taken_now")


def give_back(tx: Tx, cause: str, cause_id: int, *, is_freed: bool = True) -> tuple[int, ...]:
    """Free the time that something held, and announce what of it is still to come. Returns the units.

    Nothing is announced when the same transaction gives the time to somebody at once (`is_freed` false).
    """
    held = tx.rows(HELD, cause=cause, cause_id=cause_id)
    if held:
        tx.run(GIVE_BACK, cause=cause, cause_id=cause_id)
    ahead = [(unit, start, end) for unit, start, end in held if end > tx.now]
    if ahead and is_freed:
        units = tuple(unit for unit, _start, _end in ahead)
        tx.announce(Freed(units, min(start for _unit, start, _end in ahead), max(end for *_unit, end in ahead)))
    return tuple(unit for unit, _start, _end in held)


def shorten(tx: Tx, cause: str, cause_id: int, until: int) -> None:
    """Free the rest of the time that something holds, from an instant on; nothing when it ends before."""
    held = [one for one in tx.rows(HELD, cause=cause, cause_id=cause_id) if one[1] < until < one[2]]
    if not held:
        return
    tx.run(SHORTEN, which=cause_id, why=cause, until=until)
    tx.announce(Freed(tuple(unit for unit, _start, _end in held), until, max(end for *_unit, end in held)))


def overlapping(reader: Reader) -> int:
    """How many claims begin before the one before them on their unit has ended: none, while the guards hold."""
    row = reader.row(OVERLAPPING)
    return row[0] if row else 0
