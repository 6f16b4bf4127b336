"""Taking and giving back time on units. Everybody passes through here: people, staff, jobs."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete

from tierslieu.basics.errors import Conflict
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.reservations.tables import Claim

c = columns(Claim)
TAKE: Query[Any] = Query(
    sqlite=insert_into(Claim),
    postgresql=insert_into(Claim, is_quiet=True),
)
GIVE_BACK: Query[Any] = Query(
    delete(table_of(Claim)).where(c.cause_id == bindparam("cause_id"), c.cause == bindparam("cause"))
)


def take(tx: Tx, units: Iterable[int], span: Span, cause: str, cause_id: int) -> None:
    """Claim all units for the span or none. Raises Conflict("slot_taken") when the database refuses one."""
    for unit in sorted(units):  # one order for everyone: two composite claims cannot wait for each other
        if not tx.run(TAKE, unit_id=unit, starts_at=span.start, ends_at=span.end, cause=cause, cause_id=cause_id):
            raise Conflict("slot_taken_now")


def give_back(tx: Tx, cause: str, cause_id: int) -> int:
    """Free the time that something held; returns how many claims that were."""
    return tx.run(GIVE_BACK, cause=cause, cause_id=cause_id)
