"""How rows of materials change: the statements behind the actions, and the one function that moves amounts."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, func, literal, select, text, update

from tierslieu.fablab.stock import queries
from tierslieu.fablab.stock.queries import ItemNow
from tierslieu.fablab.stock.rules import LARGEST
from tierslieu.fablab.stock.tables import (
    Material,
    PartnerUse,
    StockItem,
    StockLoading,
    StockMove,
    StockNumber,
    StockSale,
)
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx

ma, it, lo, sa, mv = (columns(one) for one in (Material, StockItem, StockLoading, StockSale, StockMove))
STOCK = "fablab_stock"
"""The live topic of materials."""
TELL_PARTNER = "fablab.stock.tell_partner"
ADD_MATERIAL: Query[Any] = Query(insert_into(Material))
ADD_ITEM: Query[Any] = Query(insert_into(StockItem))
ADD_MOVE = insert_or_nothing(StockMove)
ADD_LOADING: Query[Any] = Query(insert_into(StockLoading))
ADD_SALE: Query[Any] = Query(insert_into(StockSale))
ADD_PARTNER_USE = insert_or_nothing(PartnerUse)
FIRST_NUMBER = insert_or_nothing(StockNumber)
NEXT_NUMBER: Query[tuple[int]] = Query(text("UPDATE stock_number SET last = last + 1 WHERE id = 1 RETURNING last"))
LOCK: Query[tuple[int]] = Query(
    postgresql=select(it.id).where(it.id == bindparam("which")).with_for_update(key_share=True)
)
"""PostgreSQL: two movements of one item wait for each other. SQLite has one writer anyway."""


def _set(table: Any, *names: str) -> Query[Any]:
    """UPDATE of some columns of one row, its id as `which`."""
    c = columns(table)
    changed = {name: bindparam(name, type_=c[name].type) for name in names}
    return Query(update(table_of(table)).where(c.id == bindparam("which")).values(changed))


SET_MATERIAL = _set(
    Material,
    *("kind", "type", "name", "colour", "colour_hex", "density", "diameter_mm"),
    *("price_cents", "threshold", "is_free_to_take", "is_active"),
)
SET_PLACE = _set(StockItem, "location", "lot", "empty_mg")
SET_EMPTY = _set(StockItem, "empty_mg")
SET_WEIGHING = _set(StockItem, "needs_weighing")
SET_FINISHED = _set(StockItem, "finished_at")
SET_PARTNER = _set(StockItem, "partner_id")
TELL: Query[Any] = Query(
    update(table_of(Material))
    .where(ma.id == bindparam("which"), ma.told_at == 0)
    .values(told_at=bindparam("at", type_=BigInteger()))
)
REFILLED: Query[Any] = Query(
    update(table_of(Material)).where(ma.id == bindparam("which"), ma.told_at != 0).values(told_at=literal(0))
)
OPEN_IT: Query[Any] = Query(
    update(table_of(StockItem))
    .where(it.id == bindparam("which"), it.opened_at.is_(None))
    .values(opened_at=bindparam("at", type_=BigInteger()))
)
TAKE_OFF: Query[Any] = Query(
    update(table_of(StockLoading))
    .where(lo.item_id == bindparam("which"), lo.until_at.is_(None))
    .values(until_at=bindparam("at", type_=BigInteger()))
)
TAKE_OFF_TOOL: Query[Any] = Query(
    update(table_of(StockLoading))
    .where(lo.machine_id == bindparam("machine"), lo.tool == bindparam("which_tool"), lo.until_at.is_(None))
    .values(until_at=bindparam("at", type_=BigInteger()))
)
CLOSE_SALE: Query[Any] = Query(
    update(table_of(StockSale))
    .where(sa.id == bindparam("which"), sa.state == "due")
    .values(
        state=bindparam("new_state"),
        reason=bindparam("why"),
        closed_at=bindparam("at", type_=BigInteger()),
        closed_by=bindparam("by", type_=BigInteger()),
    )
)
PARTNER_OF: Query[tuple[int | None]] = Query(select(it.partner_id).where(it.id == bindparam("which")))
COUNT_ITEMS: Query[tuple[int]] = Query(select(func.count()).where(it.material_id == bindparam("material")))


def next_number(tx: Tx) -> int:
    """The next number for an item; two callers never get the same."""
    tx.run(FIRST_NUMBER, id=1, last=0)
    found = tx.row(NEXT_NUMBER)
    return found[0] if found else 1


def locked(tx: Tx, item_id: int) -> ItemNow:
    """An item that nobody else moves until this transaction is over. Raises NotFound."""
    tx.rows(LOCK, which=item_id)
    return queries.item_by_id(tx, item_id)


def move(tx: Tx, item_id: int, amount: int, reason: str, about: str = "", source: str = "") -> int | None:
    """Add a movement; returns its id, None when the same act (reason, about) moved this item already."""
    move_id = tx.new_id()
    bounded = max(-LARGEST, min(LARGEST, amount))
    is_new = tx.run(
        ADD_MOVE,
        id=move_id,
        item_id=item_id,
        amount=bounded,
        reason=reason,
        about=about or f"m{move_id}",
        source=source,
        at=tx.now,
        by_id=tx.by.person_id,
    )
    tx.touch(STOCK)
    if not is_new:
        return None
    if reason != "delivery" and (tx.row(PARTNER_OF, which=item_id) or (None,))[0] is not None:
        _owe_to_partner(tx, move_id, item_id, bounded)
    return move_id


def _owe_to_partner(tx: Tx, move_id: int, item_id: int, amount: int) -> None:
    tx.run(
        ADD_PARTNER_USE,
        move_id=move_id,
        item_id=item_id,
        amount=amount,
        state="waiting",
        tries=0,
        due_at=tx.now,
        turn_until=0,
        last_error="",
    )
    tx.later(TELL_PARTNER, {}, dedup="stock:partner")
