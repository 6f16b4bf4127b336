"""Material that people take: charged to their account, settled at the desk or waived with a reason."""

from tierslieu.basics.actor import SYSTEM, require
from tierslieu.basics.errors import Forbidden, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.fablab.stock import queries, rules, storing
from tierslieu.fablab.stock.actions import SEE, TAKE, require_left
from tierslieu.fablab.stock.alerts import look_at
from tierslieu.fablab.stock.queries import ItemNow
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.persons.queries import known
from tierslieu.people.relations.queries import may_act_for

RETURNED = "returned"


def sell(tx: Tx, number: int, quantity: float, person_id: int, act: str = "") -> int | None:
    """Charge somebody for a quantity of an item; returns the sale's id.

    Staff sell anything to anyone; people take for themselves (or for whom they answer) what is free to take. The same
    `act` of a page counts once: None when it was noted before. Raises NotFound, Forbidden, Refused.
    """
    one = storing.locked(tx, queries.item(tx, number).id)
    _require_right(tx, one, person_id)
    if known(tx, person_id) is None:
        raise Refused((Reason("no_such_person"),))
    amount = rules.stored(one.kind, quantity)
    cents = rules.price(one.kind, amount, one.price_cents)
    reasons = []
    if one.finished_at is not None:
        reasons.append(Reason("item_finished", {"code": rules.number_text(number)}))
    if cents is None:
        reasons.append(Reason("no_price"))
    if amount < 1:
        reasons.append(Reason("too_little_to_sell"))
    if reasons or cents is None:
        raise Refused(tuple(reasons))
    sale_id = tx.new_id()
    require_left(one, amount)
    if storing.move(tx, one.id, -amount, "sale", f"s{act}" if act else f"s{sale_id}") is None:
        return None
    _add(tx, sale_id, one, person_id, amount, cents)
    record_for(tx, "fablab.stock.sell", person_id, show(sale_id), cents=cents)
    look_at(tx, one.material_id)
    return sale_id


def _require_right(tx: Tx, one: ItemNow, person_id: int) -> None:
    if tx.by == SYSTEM or tx.by.may(SEE):
        return
    if not tx.by.may(TAKE) or not may_act_for(tx, tx.by.person_id, person_id, tx.now):
        raise Forbidden("not_allowed")
    if not one.is_free_to_take:
        raise Refused((Reason("ask_team_for_it"),))


def _add(tx: Tx, sale_id: int, one: ItemNow, person_id: int, amount: int, cents: int) -> None:
    tx.run(
        storing.ADD_SALE,
        id=sale_id,
        person_id=person_id,
        item_id=one.id,
        amount=amount,
        cents=cents,
        state="due" if cents else "settled",
        reason="",
        made_at=tx.now,
        made_by=tx.by.person_id,
        closed_at=None if cents else tx.now,
        closed_by=None,
    )
    tx.run(storing.OPEN_IT, which=one.id, at=tx.now)


def settle(tx: Tx, sale_id: int) -> None:
    """It was paid at the desk."""
    _close(tx, sale_id, "settled", "")


def waive(tx: Tx, sale_id: int, reason: str) -> None:
    """Nothing is to be paid, for a reason."""
    _close(tx, sale_id, "waived", reason)


def take_back(tx: Tx, sale_id: int) -> None:
    """The material came back untouched: nothing is to be paid, and it is there again."""
    one = _close(tx, sale_id, "waived", RETURNED)
    storing.move(tx, one.item_id, one.amount, "taken_back", f"s{one.id}")


def _close(tx: Tx, sale_id: int, state: str, reason: str) -> queries.Sale:
    require(tx.by, SEE)
    one = queries.sale(tx, sale_id)
    if not tx.run(storing.CLOSE_SALE, which=sale_id, new_state=state, why=reason, at=tx.now, by=tx.by.person_id):
        raise Refused((Reason("sale_closed"),))
    record_for(tx, "fablab.stock.close_sale", one.person_id, show(sale_id), state=state)
    return one
