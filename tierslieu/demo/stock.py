"""Loading the demonstration's materials: a dozen spools, plywood, acrylic, vinyl, spare parts, somebody's purchases."""

from typing import Final, NamedTuple

from tierslieu.fablab.stock import actions, loading, selling, storing
from tierslieu.fablab.stock.schemas import Delivery, NewMaterial
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import by_key


class Spools(NamedTuple):
    """A filament with the grams of each of its spools, and the machine that the last one lies on."""

    wish: NewMaterial
    grams: tuple[int, ...]
    machine: str = ""


def _filament(type_: str, colour: str, hex_: str, price: float, threshold: int) -> NewMaterial:
    return NewMaterial(
        kind="filament",
        type=type_,
        name=f"{type_} {colour.lower()}",
        colour=colour,
        colour_hex=hex_,
        diameter_mm=1.75,
        price=price,
        threshold=threshold,
    )


SPOOLS: Final = (
    Spools(_filament("PLA", "Blanc", "#FFFFFF", 22.5, 1000), (1000, 1000, 600), "p3d-1"),
    Spools(_filament("PLA", "Noir", "#1B1B1B", 22.5, 1000), (1000, 400), "p3d-3"),
    Spools(_filament("PLA", "Bois", "#A9794B", 38, 300), (640,)),
    Spools(_filament("PLA", "Rouge", "#C8202F", 22.5, 500), (750,)),
    Spools(_filament("PETG", "Transparent", "#E6F0F2", 26, 500), (900,), "p3d-2"),
    Spools(_filament("TPU", "Gris", "#8A8F8C", 42, 500), (430,)),
)
PLYWOOD = NewMaterial(
    kind="sheet", type="Contreplaqué", name="Contreplaqué peuplier 3 mm", price=14, threshold=14_400,
    is_free_to_take=True,
)  # fmt: skip
ACRYLIC = NewMaterial(kind="sheet", type="Acrylique", name="Acrylique coulé 3 mm", price=48, threshold=7_200)
FLEX = NewMaterial(kind="vinyl", type="Flex", name="Flex textile", colour="Bleu", colour_hex="#22458C", price=26)
VINYL = NewMaterial(kind="vinyl", type="Adhésif", name="Vinyle adhésif", price=18, is_free_to_take=True)
NOZZLES = NewMaterial(kind="other", type="Buse", name="Buse laiton 0,4 mm", price=4, threshold=3)
BEARINGS = NewMaterial(kind="other", type="Graisse", name="Graisse PTFE, dose", price=1.5, threshold=2)
BUYER: Final = "u05"


def load(tx: Tx) -> None:
    """Everything of the workshop's cupboard."""
    for one in SPOOLS:
        _spools(tx, one)
    plywood = _item(tx, PLYWOOD, Delivery(width_mm=600, height_mm=300, in_pile=18, location="Râtelier bois"))
    _item(tx, ACRYLIC, Delivery(width_mm=600, height_mm=300, in_pile=6, location="Râtelier bois"))
    _item(tx, FLEX, Delivery(width_mm=500, height_mm=8500, location="Armoire textile"))
    _item(tx, VINYL, Delivery(width_mm=630, height_mm=12_000, location="Armoire textile"))
    _item(tx, NOZZLES, Delivery(quantity=5, location="Tiroir 3"))
    _item(tx, BEARINGS, Delivery(quantity=6, location="Tiroir 3"))
    buyer = by_key(tx, BUYER)
    if buyer is not None:
        selling.sell(tx, plywood, 1800, buyer.id)


def _spools(tx: Tx, one: Spools) -> None:
    material_id = actions.add_material(tx, one.wish)
    if sum(one.grams) < one.wish.threshold:
        tx.run(storing.TELL, which=material_id, at=tx.now)  # the team of the demonstration knows
    numbers = []
    for grams in one.grams:
        wish = Delivery(quantity=grams, empty_g=230, location="Étagère filaments")
        numbers += actions.deliver(tx, material_id, wish)
    if one.machine:
        loading.load(tx, numbers[-1], one.machine)


def _item(tx: Tx, material: NewMaterial, wish: Delivery) -> int:
    return actions.deliver(tx, actions.add_material(tx, material), wish)[0]
