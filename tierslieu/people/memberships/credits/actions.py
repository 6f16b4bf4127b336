"""All moves of credits. Other features spend and give through here; the same act (reason, about) counts once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from tierslieu.basics.errors import Invalid, Reason, Refused, Remedy
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing
from tierslieu.infra.transaction import Tx
from tierslieu.people.memberships.credits.queries import entries_of, expired, left_of, lots
from tierslieu.people.memberships.credits.rules import LARGEST, taken
from tierslieu.people.memberships.credits.tables import CreditEntry, CreditLot, CreditMove, PassSale
from tierslieu.people.memberships.noting import note, require_person

if TYPE_CHECKING:
    from tierslieu.people.memberships.quoting import Quote

lot = columns(CreditLot)
LOCK: Query[tuple[int]] = Query(
    select(lot.id)
    .where(lot.person_id == bindparam("person"), lot.kind == bindparam("what"))
    .order_by(lot.id)
    .with_for_update(key_share=True)
)
LOCK_LOT: Query[tuple[int]] = Query(select(lot.id).where(lot.id == bindparam("which")).with_for_update(key_share=True))
ADD_LOT: Query[Any] = Query(insert_into(CreditLot))
ADD_MOVE = insert_or_nothing(CreditMove)
ADD_ENTRY: Query[Any] = Query(insert_into(CreditEntry))
ADD_SALE: Query[Any] = Query(insert_into(PassSale))
EXPIRE = "people.memberships.expire_credits"
BATCH = 200


def give(
    tx: Tx,
    person_id: int,
    kind: str,
    amount: int,
    reason: str = "given",
    about: str = "",
    expires_at: int | None = None,
) -> int | None:
    """A new lot for somebody; returns its id, None when the same (reason, about) gave one already."""
    require_person(tx, person_id)
    _require_amount(amount)
    lot_id = tx.new_id()
    move_id = _begin(tx, reason, about or show(lot_id))
    if move_id is None:
        return None
    tx.run(ADD_LOT, id=lot_id, person_id=person_id, kind=kind, given=amount, expires_at=expires_at)
    tx.run(ADD_ENTRY, move_id=move_id, lot_id=lot_id, amount=amount)
    note(tx, "people.credits.give", person_id, show(lot_id), kind=kind, amount=amount, reason=reason)
    return lot_id


def sell_pass(tx: Tx, person_id: int, found: "Quote", free_reason: str) -> int:
    """The lot of a pass, with the terms and the price it was sold with."""
    terms = found.offer.terms
    lot_id = give(tx, person_id, terms.credit_kind, terms.credits, "bought", expires_at=found.ends_at) or 0
    values = {"list_cents": found.list_cents, "price_cents": found.price_cents, "free_reason": free_reason}
    tx.run(ADD_SALE, lot_id=lot_id, terms_id=terms.id, category=found.category, **values)
    note(tx, "people.memberships.sell", person_id, show(lot_id), plan=terms.key, cents=found.price_cents)
    return lot_id


def spend(tx: Tx, person_id: int, kind: str, amount: int, reason: str, about: str) -> bool:
    """Take from what somebody has, the lot that expires first before the others.

    False when the same (reason, about) was spent already: nothing happens twice. Raises Refused
    ("credit_too_low") with what is left; nothing is taken then.
    """
    require_person(tx, person_id)
    _require_amount(amount)
    move_id = _begin(tx, reason, about)
    if move_id is None:
        return False
    tx.rows(LOCK, person=person_id, what=kind)
    found = lots(tx, person_id, kind)
    parts = taken(found, amount)
    if parts is None:
        raise too_low(kind, amount, sum(one.left for one in found))
    _write(tx, move_id, [(lot_id, -part) for lot_id, part in parts])
    note(tx, "people.credits.spend", person_id, about, kind=kind, amount=amount, reason=reason)
    return True


def reverse(tx: Tx, person_id: int, move_id: int) -> None:
    """Undo a move of somebody's account by its opposite, once. What was given and spent since stays spent."""
    found = entries_of(tx, move_id)
    if any(one.person_id != person_id for one in found):
        raise Refused((Reason("not_reversible"),))
    if found[0].reason in ("reversed", "expired"):
        raise Refused((Reason("not_reversible"),))
    reversal = _begin(tx, "reversed", show(move_id))
    if reversal is None:
        raise Refused((Reason("already_reversed"),))
    tx.rows(LOCK, person=person_id, what=found[0].kind)
    left = {one.id: one.left for one in lots(tx, person_id, found[0].kind)}
    for one in found:
        if one.amount > left.get(one.lot_id, 0):
            raise too_low(one.kind, one.amount, left.get(one.lot_id, 0))
    _write(tx, reversal, [(one.lot_id, -one.amount) for one in found])
    note(tx, "people.credits.reverse", person_id, show(move_id), kind=found[0].kind)


def expire_due(tx: Tx, _payload: object = None) -> int:
    """Write off what is left of lots past their end; once for each state of a lot, whoever runs it."""
    written = 0
    for lot_id in expired(tx, BATCH):
        tx.rows(LOCK_LOT, which=lot_id)
        written += _expire(tx, lot_id)
    if written == BATCH:
        tx.later(EXPIRE, {})
    return written


def _expire(tx: Tx, lot_id: int) -> int:
    """What is left is read again under the lock: a spending may have come first."""
    left, last = left_of(tx, lot_id)
    if not left:
        return 0
    move_id = _begin(tx, "expired", f"{show(lot_id)}-{show(last)}")
    if move_id is None:
        return 0
    _write(tx, move_id, [(lot_id, -left)])
    return 1


def too_low(kind: str, amount: int, left: int) -> Refused:
    """The refusal of a spending: what it takes, what is left, where to find more."""
    facts: dict[str, object] = {"kind": kind, "amount": amount, "left": left}
    if kind == "euro":
        facts |= {name: f"{cents // 100},{cents % 100:02d} €" for name, cents in (("amount", amount), ("left", left))}
    return Refused((Reason("credit_too_low", facts, (Remedy("see_plans", {"href": "/formules"}),)),))


def _begin(tx: Tx, reason: str, about: str) -> int | None:
    """A new move, None when the same act was noted already."""
    move_id = tx.new_id()
    is_new = tx.run(ADD_MOVE, id=move_id, reason=reason, about=about, at=tx.now, by_id=tx.by.person_id)
    return move_id if is_new else None


def _write(tx: Tx, move_id: int, entries: Sequence[tuple[int, int]]) -> None:
    for lot_id, amount in sorted(entries):  # one order for everyone: two spendings cannot wait for each other
        tx.run(ADD_ENTRY, move_id=move_id, lot_id=lot_id, amount=amount)


def _require_amount(amount: int) -> None:
    if not 1 <= amount <= LARGEST:
        raise Invalid("amount_not_possible", {"amount": "amount_not_possible"})
