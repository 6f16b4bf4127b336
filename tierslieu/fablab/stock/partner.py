"""The partner that keeps spools (Spoolman): it is told each use once, although its own call counts each repetition.

How: uses wait in a table, written with the movement itself. One at a time for each spool they are told like this: read
the spool; if its mark is this use's, it was told before (an answer was lost) and nothing is sent; else one PATCH
sets the sum used so far plus this use, and the mark, together. The partner does both or neither, so that the mark
always says whether the sum holds the use. Repeated by two processes at once, the same PATCH sets the same sum.
What this leaves open: a use that another program notes between our reading and our PATCH, some milliseconds long.
"""

from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, Integer, bindparam, func, literal, select, update

from tierslieu.fablab.stock import storing
from tierslieu.fablab.stock.partner_calls import NO_ANSWER, Away, Partner
from tierslieu.fablab.stock.tables import PartnerUse, StockItem
from tierslieu.infra.house import House
from tierslieu.infra.logs import log
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Reader, Tx

TURN: Final = 120
"""Longer than all calls of one use may take together: who takes a turn over is alone."""
MOST_TRIES: Final = 40
SLOWEST: Final = 3_600
LOG = log("stock")
u, it = columns(PartnerUse), columns(StockItem)


class Use(msgspec.Struct, frozen=True):
    """A use that waits to be told: by how much the spool at the partner changes."""

    move_id: int
    item_id: int
    partner_id: int
    amount: int
    tries: int

    @property
    def mark(self) -> str:
        """What the spool at the partner bears once it was told."""
        return f"m{self.move_id}"


class Owed(msgspec.Struct, frozen=True):
    """How much waits to be told, and what was given up."""

    waiting: int
    given_up: int
    last_error: str


_same = table_of(PartnerUse).alias("earlier")
NEXT = Query(
    select(u.move_id, u.item_id, it.partner_id, u.amount, u.tries)
    .select_from(PartnerUse)
    .join(StockItem, it.id == u.item_id)
    .where(
        u.state == "waiting",
        it.partner_id.is_not(None),
        u.due_at <= bindparam("now", type_=BigInteger()),
        u.turn_until <= bindparam("now", type_=BigInteger()),
        ~select(_same.c.move_id)
        .where(_same.c.item_id == u.item_id, _same.c.state == "waiting", _same.c.move_id < u.move_id)
        .exists(),
    )
    .order_by(u.move_id)
    .limit(1),
    into=Use,
)
"""The first that is due; of one spool, never a later one before the one that waits."""
TAKE: Query[Any] = Query(
    update(table_of(PartnerUse))
    .where(u.move_id == bindparam("which"), u.state == "waiting", u.turn_until <= bindparam("now", type_=BigInteger()))
    .values(turn_until=bindparam("until", type_=BigInteger()), tries=u.tries + 1)
)
TOLD: Query[Any] = Query(
    update(table_of(PartnerUse)).where(u.move_id == bindparam("which")).values(state=literal("told"), turn_until=0)
)
AGAIN: Query[Any] = Query(
    update(table_of(PartnerUse))
    .where(u.move_id == bindparam("which"), u.state == "waiting")
    .values(
        state=bindparam("new_state"),
        turn_until=literal(0, type_=Integer()),
        due_at=bindparam("at", type_=BigInteger()),
        last_error=bindparam("error"),
    )
)
OWED: Query[tuple[str, int, str]] = Query(
    select(u.state, func.count(), func.max(u.last_error)).where(u.state != "told").group_by(u.state)
)


def take_next(tx: Tx) -> Use | None:
    """The next use to tell, for the time of a turn nobody else's; None when nothing is due."""
    one = tx.row(NEXT, now=tx.now)
    if one is None or not tx.run(TAKE, which=one.move_id, now=tx.now, until=tx.now + TURN):
        return None
    return one


def note_told(tx: Tx, one: Use) -> None:
    """The partner has it."""
    tx.run(TOLD, which=one.move_id)
    tx.touch(storing.STOCK)


def note_failure(tx: Tx, one: Use, error: str) -> None:
    """Not told: again later and later; given up in the end, for staff to see."""
    is_over = one.tries + 1 >= MOST_TRIES
    at = tx.now + min(10 * 2 ** min(one.tries, 10), SLOWEST)
    tx.run(AGAIN, which=one.move_id, new_state="given_up" if is_over else "waiting", at=at, error=error)
    tx.touch(storing.STOCK)


def owed(reader: Reader) -> Owed:
    """What the partner does not know yet."""
    found = {state: (count, error) for state, count, error in reader.rows(OWED)}
    waiting, given_up = found.get("waiting", (0, "")), found.get("given_up", (0, ""))
    return Owed(waiting[0], given_up[0], waiting[1] or given_up[1])


async def tell(house: House, _payload: object) -> None:
    """Tell the partner what is due, one after the other, until nothing is due or it is away."""
    url = house.settings.stock.spoolman_url
    if not url:
        return
    partner = Partner(url)
    while (one := await house.db.write(take_next)) is not None:
        try:
            await partner.count_use(one.partner_id, one.amount / 1_000, one.mark)
        except Away as away:
            LOG.warning("partner of spools not told", error=away.code)
            await house.db.write(note_failure, one, away.code)
            if away.code == NO_ANSWER:
                return
        else:
            await house.db.write(note_told, one)
