"""Taking over the spools of the partner: each once, with what is left of it. What is known here already stays."""

import msgspec

from tierslieu.basics.actor import require
from tierslieu.fablab.stock import queries, rules, storing
from tierslieu.fablab.stock.actions import KEEP, add_item, add_material
from tierslieu.fablab.stock.partner_calls import PartnerFilament, PartnerSpool
from tierslieu.fablab.stock.queries import MaterialNow
from tierslieu.fablab.stock.schemas import Delivery, NewMaterial
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record


class Imported(msgspec.Struct, frozen=True):
    """How many spools came over, and how many were known."""

    new: int
    known: int


def take_over(tx: Tx, spools: list[PartnerSpool]) -> Imported:
    """Every spool that no item stands for yet becomes one."""
    require(tx.by, KEEP)
    known = {one.partner_id for one in queries.items(tx)}
    fresh = [one for one in spools if one.id not in known and not one.archived]
    for one in fresh:
        _take_over(tx, one)
    record(tx, "fablab.stock.import", None, "", count=len(fresh))
    return Imported(len(fresh), len(spools) - len(fresh))


def _take_over(tx: Tx, one: PartnerSpool) -> None:
    material = _material_for(tx, one.filament)
    left = one.remaining_weight
    if left is None:
        left = max(0.0, (one.filament.weight or 0.0) - one.used_weight)
    place = Delivery(
        quantity=max(left, 0.001),
        empty_g=one.filament.spool_weight,
        location=one.location[:80],
        lot=one.lot_nr[:80],
    )
    number = add_item(tx, material, rules.stored("filament", left), place)
    tx.run(storing.SET_PARTNER, which=queries.item(tx, number).id, partner_id=one.id)


def _material_for(tx: Tx, one: PartnerFilament) -> MaterialNow:
    """The material that stands for a filament of the partner, made when there is none."""
    known = queries.materials(tx)
    found = next((each for each in known if each.partner_id == one.id), None)
    if found is not None:
        return found
    name = (one.name or one.material or "Filament")[:100]
    if any(each.name.casefold() == name.casefold() for each in known):
        name = f"{name} (Spoolman {one.id})"
    per_kg = one.price * 1_000 / one.weight if one.price is not None and one.weight else None
    wish = NewMaterial(
        kind="filament",
        type=(one.material or "Filament")[:40],
        name=name,
        colour_hex=f"#{one.color_hex[:6]}" if len(one.color_hex) >= 6 else "",
        density=one.density or None,
        diameter_mm=one.diameter or None,
        price=None if per_kg is None else round(per_kg, 2),
    )
    return queries.material(tx, add_material(tx, wish, one.id))
