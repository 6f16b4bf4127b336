"""What staff do with materials: describe, take in, place, weigh, count, write off, cut. Loading is in loading.py."""

from decimal import Decimal

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Invalid, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.fablab.stock import queries, rules, storing
from tierslieu.fablab.stock.alerts import look_at
from tierslieu.fablab.stock.queries import ItemNow, MaterialNow
from tierslieu.fablab.stock.schemas import Cut, Delivery, MaterialChange, NewMaterial, Place, Weighing
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record

SEE = "fablab.see_stock"
KEEP = "fablab.keep_stock"
TAKE = "fablab.take_material"


def add_material(tx: Tx, wish: NewMaterial, partner_id: int | None = None) -> int:
    """A new kind of material; returns its id. Raises Invalid for a name that is taken."""
    require(tx.by, KEEP)
    _require_free_name(tx, wish.name, None)
    material_id = tx.new_id()
    values = _values(wish)
    tx.run(
        storing.ADD_MATERIAL,
        id=material_id,
        **values,
        is_active=1,
        told_at=0,
        partner_id=partner_id,
        created_at=tx.now,
    )
    record(tx, "fablab.stock.describe", None, show(material_id))
    tx.touch(storing.STOCK)
    return material_id


def change_material(tx: Tx, material_id: int, wish: MaterialChange) -> None:
    """What a material is from now on. Its kind stays once there are items: their amounts are of that kind."""
    require(tx.by, KEEP)
    former = queries.material(tx, material_id)
    _require_free_name(tx, wish.name, material_id)
    if wish.kind != former.kind and (tx.row(storing.COUNT_ITEMS, material=material_id) or (0,))[0]:
        raise Invalid("form", {"kind": "kind_has_items"})
    tx.run(storing.SET_MATERIAL, which=material_id, **_values(wish), is_active=int(wish.is_active))
    record(tx, "fablab.stock.describe", None, show(material_id))
    look_at(tx, material_id)
    tx.touch(storing.STOCK)


def _require_free_name(tx: Tx, name: str, own_id: int | None) -> None:
    same = name.casefold()
    if any(one.name.casefold() == same and one.id != own_id for one in queries.materials(tx)):
        raise Invalid("form", {"name": "material_exists"})


def _values(wish: NewMaterial) -> dict[str, object]:
    cents = None if wish.price is None else int((Decimal(str(wish.price)) * 100).to_integral_value())
    return {
        "kind": wish.kind,
        "type": wish.type,
        "name": wish.name,
        "colour": wish.colour,
        "colour_hex": wish.colour_hex.upper(),
        "density": wish.density,
        "diameter_mm": wish.diameter_mm,
        "price_cents": cents,
        "threshold": rules.stored(wish.kind, wish.threshold),
        "is_free_to_take": int(wish.is_free_to_take),
    }


def deliver(tx: Tx, material_id: int, wish: Delivery) -> list[int]:
    """Take items in; returns their numbers. Raises Invalid when it is not said how much is in each."""
    require(tx.by, KEEP)
    material = queries.material(tx, material_id)
    amount = _amount_of(material, wish)
    numbers = [add_item(tx, material, amount, wish) for _ in range(wish.count)]
    record(tx, "fablab.stock.deliver", None, show(material_id), count=wish.count)
    _refilled(tx, material_id)
    return numbers


def _amount_of(material: MaterialNow, wish: Delivery) -> int:
    if rules.MEASURES[material.kind] == rules.AREA:
        if wish.width_mm is None or wish.height_mm is None:
            raise Invalid("form", {"width_mm" if wish.width_mm is None else "height_mm": "missing"})
        return wish.width_mm * wish.height_mm * wish.in_pile
    if wish.quantity is None:
        raise Invalid("form", {"quantity": "missing"})
    return rules.stored(material.kind, wish.quantity)


def add_item(
    tx: Tx, material: MaterialNow, amount: int, wish: Delivery, reason: str = "delivery", parent_id: int | None = None
) -> int:
    """One item with what it holds; returns its number."""
    item_id, number = tx.new_id(), storing.next_number(tx)
    tx.run(
        storing.ADD_ITEM,
        id=item_id,
        number=number,
        material_id=material.id,
        lot=wish.lot,
        location=wish.location,
        empty_mg=None if wish.empty_g is None else rules.stored("filament", wish.empty_g),
        width_mm=wish.width_mm,
        height_mm=wish.height_mm,
        opened_at=None,
        finished_at=None,
        needs_weighing=0,
        parent_id=parent_id,
        partner_id=None,
        created_at=tx.now,
    )
    storing.move(tx, item_id, amount, reason)
    return number


def place(tx: Tx, number: int, wish: Place) -> None:
    """Where an item lies, and what its empty spool weighs."""
    require(tx.by, KEEP)
    one = queries.item(tx, number)
    empty = one.empty_mg if wish.empty_g is None else rules.stored("filament", wish.empty_g)
    tx.run(storing.SET_PLACE, which=one.id, location=wish.location, lot=wish.lot, empty_mg=empty)
    tx.touch(storing.STOCK)


def weigh(tx: Tx, number: int, wish: Weighing) -> None:
    """What the scales say is what is left. Raises Invalid while nobody knows what the empty spool weighs."""
    require(tx.by, SEE)
    one = _open_item(tx, number)
    if rules.MEASURES[one.kind] != rules.MASS:
        raise Refused((Reason("not_weighed"),))
    empty = one.empty_mg if wish.empty_g is None else rules.stored("filament", wish.empty_g)
    if empty is None:
        raise Invalid("form", {"empty_g": "empty_weight_unknown"})
    gross = rules.stored("filament", wish.gross_g)
    if gross < empty:
        raise Invalid("form", {"gross_g": "lighter_than_empty"})
    tx.run(storing.SET_EMPTY, which=one.id, empty_mg=empty)
    _correct(tx, one, rules.net_of(gross, empty), "weighing")


def count(tx: Tx, number: int, quantity: float) -> None:
    """An inventory: what was counted is what is there."""
    require(tx.by, KEEP)
    one = _open_item(tx, number)
    _correct(tx, one, rules.stored(one.kind, quantity), "inventory")


def _correct(tx: Tx, one: ItemNow, amount: int, reason: str) -> None:
    storing.move(tx, one.id, amount - one.left, reason)
    tx.run(storing.SET_WEIGHING, which=one.id, needs_weighing=0)
    record(tx, "fablab.stock.correct", None, rules.number_text(one.number), reason=reason)
    if amount > one.left:
        _refilled(tx, one.material_id)
    else:
        look_at(tx, one.material_id)


def write_off(tx: Tx, number: int, quantity: float) -> None:
    """Lost, spoiled, given away. Raises Refused for more than there is."""
    require(tx.by, KEEP)
    one = _open_item(tx, number)
    amount = rules.stored(one.kind, quantity)
    require_left(one, amount)
    storing.move(tx, one.id, -amount, "loss")
    record(tx, "fablab.stock.write_off", None, rules.number_text(one.number))
    look_at(tx, one.material_id)


def finish(tx: Tx, number: int) -> None:
    """An item is empty or thrown away: off its machine, what was still counted is written off."""
    require(tx.by, SEE)
    one = _open_item(tx, number)
    if one.left:
        storing.move(tx, one.id, -one.left, "loss")
    tx.run(storing.TAKE_OFF, which=one.id, at=tx.now)
    tx.run(storing.SET_FINISHED, which=one.id, finished_at=tx.now)
    tx.run(storing.SET_WEIGHING, which=one.id, needs_weighing=0)
    record(tx, "fablab.stock.finish", None, rules.number_text(one.number))
    look_at(tx, one.material_id)


def cut(tx: Tx, number: int, wish: Cut) -> int | None:
    """Take a rectangle from a sheet or a roll. A rest with sides becomes an offcut; returns its number.

    The rest moves over to the offcut, so that the sum of both is right. Raises Refused for what does not fit.
    """
    require(tx.by, SEE)
    one = _open_item(tx, number)
    if rules.MEASURES[one.kind] != rules.AREA or one.width_mm is None or one.height_mm is None:
        raise Refused((Reason("not_cut"),))
    if not rules.rest_of_cut(one.width_mm, one.height_mm, wish.width_mm, wish.height_mm):
        raise Refused((Reason("larger_than_item", {"width": one.width_mm, "height": one.height_mm}),))
    area = wish.width_mm * wish.height_mm
    rest = (wish.rest_width_mm or 0) * (wish.rest_height_mm or 0)
    if area + rest > one.remaining:
        raise Refused((Reason("not_enough_left", {"code": rules.number_text(one.number)}),))
    storing.move(tx, one.id, -area, "cut")
    found = None
    if rest:
        sides = Delivery(width_mm=wish.rest_width_mm, height_mm=wish.rest_height_mm, location=one.location)
        found = add_item(tx, queries.material(tx, one.material_id), rest, sides, "offcut", one.id)
        storing.move(tx, one.id, -rest, "offcut")
    look_at(tx, one.material_id)
    return found


def take_part(tx: Tx, number: int, quantity: float, about: str) -> None:
    """A spare part that a repair used, once for each repair. Raises Refused for more than there is."""
    one = _open_item(tx, number)
    amount = rules.stored(one.kind, quantity)
    require_left(one, amount)
    storing.move(tx, one.id, -amount, "repair", about)
    look_at(tx, one.material_id)


def require_left(one: ItemNow, amount: int) -> None:
    """Raise Refused unless an item holds so much."""
    if amount > one.remaining:
        raise Refused((Reason("not_enough_left", {"code": rules.number_text(one.number)}),))


def _open_item(tx: Tx, number: int) -> ItemNow:
    """An item that is in use, and that nobody else moves meanwhile. Raises NotFound, Refused."""
    one = storing.locked(tx, queries.item(tx, number).id)
    if one.finished_at is not None:
        raise Refused((Reason("item_finished", {"code": rules.number_text(number)}),))
    return one


def _refilled(tx: Tx, material_id: int) -> None:
    """More is there than before: when it is enough again, the next shortage is told anew."""
    look_at(tx, material_id, is_refill=True)
