"""The clock was put back: what was noted ahead of it happened before now, by as much."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, case, update

from tierslieu.access.presence.folding import refold
from tierslieu.access.presence.tables import GroupVisit
from tierslieu.access.tables import Scan
from tierslieu.infra.beating import ClockSetBack
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx

s, g = columns(Scan), columns(GroupVisit)
BY, NOW = bindparam("by", type_=BigInteger()), bindparam("now", type_=BigInteger())
MOVE: Query[Any] = Query(
    update(table_of(Scan))
    .where(s.at > NOW)
    .values(
        at=s.at - BY,
        flags=case((s.flags == "", "clock"), (s.flags.like("%clock%"), s.flags), else_=s.flags + ",clock"),
    )
)
MOVE_VISITS: Query[Any] = Query(
    update(table_of(GroupVisit))
    .where(g.arrived_at > NOW)
    .values(arrived_at=g.arrived_at - BY, left_at=case((g.left_at > NOW, g.left_at - BY), else_=g.left_at))
)


def move_back(tx: Tx, event: ClockSetBack) -> None:
    """Put the hour of these passages right, with a flag that says so, and make presence anew from the log.

    When the house heard of each stays as it was noted. Twice is harmless: then nothing is ahead any more.
    """
    moved = tx.run(MOVE, by=event.by, now=tx.now) + tx.run(MOVE_VISITS, by=event.by, now=tx.now)
    if moved:
        refold(tx)
