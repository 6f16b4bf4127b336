"""All reads of materials. Each costs a fixed number of statements, whatever the history."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, cast, func, select

from tierslieu.basics.errors import NotFound
from tierslieu.fablab.stock import rules
from tierslieu.fablab.stock.tables import Material, StockItem, StockLoading, StockMove, StockSale
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader

MOST_ITEMS = 2_000
LARGEST_NUMBER = 999_999_999
ma, it, mv, lo, sa = (columns(one) for one in (Material, StockItem, StockMove, StockLoading, StockSale))
LEFT = cast(
    func.coalesce(select(func.sum(mv.amount)).where(mv.item_id == it.id).correlate(StockItem).scalar_subquery(), 0),
    BigInteger(),
)


class MaterialNow(msgspec.Struct, frozen=True):
    """A kind of material as it is stored; columns of the table, in order."""

    id: int
    kind: str
    type: str
    name: str
    colour: str
    colour_hex: str
    density: float | None
    diameter_mm: float | None
    price_cents: int | None
    threshold: int
    is_free_to_take: int
    is_active: int
    told_at: int
    partner_id: int | None
    created_at: int


class ItemNow(msgspec.Struct, frozen=True):
    """An item with what is left of it, its material, and where it is loaded."""

    id: int
    number: int
    material_id: int
    lot: str
    location: str
    empty_mg: int | None
    width_mm: int | None
    height_mm: int | None
    opened_at: int | None
    finished_at: int | None
    needs_weighing: int
    parent_id: int | None
    partner_id: int | None
    created_at: int
    kind: str
    type: str
    name: str
    colour: str
    colour_hex: str
    density: float | None
    diameter_mm: float | None
    price_cents: int | None
    is_free_to_take: int
    left: int
    machine_id: int | None
    tool: int | None

    @property
    def remaining(self) -> int:
        """What is left; an item that gave more than it had holds nothing until somebody weighs it."""
        return max(0, self.left)


class Loaded(msgspec.Struct, frozen=True):
    """What lies on a tool of a machine."""

    spool_id: int
    material: str
    colour: str
    remaining_g: float
    tool: int


class Loading(msgspec.Struct, frozen=True):
    """An item on a tool from, until, with what it is made of."""

    item_id: int
    tool: int
    from_at: int
    until_at: int | None
    type: str
    density: float | None
    diameter_mm: float | None


class Move(msgspec.Struct, frozen=True):
    """One movement of an item."""

    id: int
    amount: int
    reason: str
    about: str
    source: str
    at: int
    by_id: int | None


class Sale(msgspec.Struct, frozen=True):
    """What somebody took, with the name of the material."""

    id: int
    person_id: int
    item_id: int
    number: int
    kind: str
    name: str
    amount: int
    cents: int
    state: str
    reason: str
    made_at: int
    made_by: int | None
    closed_at: int | None


MATERIAL = tuple(ma[name] for name in MaterialNow.__struct_fields__)
_OWN = {**dict(ma.items()), **dict(it.items()), "left": LEFT, "machine_id": lo.machine_id, "tool": lo.tool}
ITEM = tuple(_OWN[name] for name in ItemNow.__struct_fields__)


def _items() -> Any:
    now = (lo.item_id == it.id) & lo.until_at.is_(None)
    return (
        select(*ITEM)
        .select_from(StockItem)
        .join(Material, ma.id == it.material_id)
        .join(StockLoading, now, isouter=True)
    )


MATERIALS = Query(select(*MATERIAL).order_by(ma.kind, ma.type, ma.name), into=MaterialNow)
MATERIAL_BY_ID = Query(select(*MATERIAL).where(ma.id == bindparam("id")), into=MaterialNow)
ITEM_BY_ID = Query(_items().where(it.id == bindparam("id")), into=ItemNow)
ITEM_BY_NUMBER = Query(_items().where(it.number == bindparam("number")), into=ItemNow)
OPEN_ITEMS = Query(
    _items().where(it.finished_at.is_(None)).order_by(ma.kind, ma.type, ma.name, it.number).limit(MOST_ITEMS),
    into=ItemNow,
)
OF_MATERIAL = Query(
    _items().where(it.material_id == bindparam("material"), it.finished_at.is_(None)).order_by(it.number), into=ItemNow
)
ON_MACHINE = Query(
    _items().where(lo.machine_id == bindparam("machine"), it.finished_at.is_(None)).order_by(lo.tool), into=ItemNow
)
LOADED = Query(_items().where(lo.machine_id.is_not(None)).order_by(lo.machine_id, lo.tool), into=ItemNow)
LAY_THERE = Query(
    select(lo.item_id, lo.tool, lo.from_at, lo.until_at, ma.type, ma.density, ma.diameter_mm)
    .select_from(StockLoading)
    .join(StockItem, it.id == lo.item_id)
    .join(Material, ma.id == it.material_id)
    .where(
        lo.machine_id == bindparam("machine"),
        lo.from_at <= bindparam("until", type_=BigInteger()),
        (lo.until_at.is_(None)) | (lo.until_at > bindparam("since", type_=BigInteger())),
        ma.kind == "filament",
    )
    .order_by(lo.from_at, lo.id),
    into=Loading,
)
MOVES = Query(
    select(mv.id, mv.amount, mv.reason, mv.about, mv.source, mv.at, mv.by_id)
    .where(mv.item_id == bindparam("item"))
    .order_by(mv.id.desc())
    .limit(50),
    into=Move,
)
USED_BY: Query[tuple[int, int]] = Query(
    select(mv.item_id, mv.amount).where(mv.about == bindparam("ref"), mv.reason == "use")
)
SALE = (
    *(sa.id, sa.person_id, sa.item_id, it.number, ma.kind, ma.name, sa.amount, sa.cents, sa.state, sa.reason),
    *(sa.made_at, sa.made_by, sa.closed_at),
)


def _sales() -> Any:
    return (
        select(*SALE)
        .select_from(StockSale)
        .join(StockItem, it.id == sa.item_id)
        .join(Material, ma.id == it.material_id)
        .order_by(sa.id.desc())
    )


SALES_OF = Query(_sales().where(sa.person_id == bindparam("person")).limit(100), into=Sale)
DUE = Query(_sales().where(sa.state == "due").limit(500), into=Sale)
SALE_BY_ID = Query(_sales().where(sa.id == bindparam("id")), into=Sale)


def materials(reader: Reader) -> list[MaterialNow]:
    """All kinds of materials, by kind and type."""
    return reader.rows(MATERIALS)


def material(reader: Reader, material_id: int) -> MaterialNow:
    """One kind of material. Raises NotFound."""
    found = reader.row(MATERIAL_BY_ID, id=material_id)
    if found is None:
        raise NotFound("unknown_material")
    return found


def item(reader: Reader, number: int) -> ItemNow:
    """One item by the number on its label. Raises NotFound."""
    found = reader.row(ITEM_BY_NUMBER, number=number) if 0 < number <= LARGEST_NUMBER else None
    if found is None:
        raise NotFound("unknown_stock_item")
    return found


def item_by_id(reader: Reader, item_id: int) -> ItemNow:
    """One item by its id. Raises NotFound."""
    found = reader.row(ITEM_BY_ID, id=item_id)
    if found is None:
        raise NotFound("unknown_stock_item")
    return found


def items(reader: Reader) -> list[ItemNow]:
    """All items that are not finished."""
    return reader.rows(OPEN_ITEMS)


def items_of(reader: Reader, material_id: int) -> list[ItemNow]:
    """The items of one material that are not finished."""
    return reader.rows(OF_MATERIAL, material=material_id)


def on_machine(reader: Reader, machine_id: int) -> list[ItemNow]:
    """What is loaded on one machine, by tool."""
    return reader.rows(ON_MACHINE, machine=machine_id)


def loaded(reader: Reader) -> dict[int, list[Loaded]]:
    """What is loaded on each machine that has something, by the machine's id."""
    found: dict[int, list[Loaded]] = {}
    for one in reader.rows(LOADED):
        if one.machine_id is not None and one.tool is not None:
            grams = rules.shown("filament", one.remaining)
            found.setdefault(one.machine_id, []).append(Loaded(one.id, one.type, one.colour, grams, one.tool))
    return found


def price_per_kg(reader: Reader, material: str, colour: str = "") -> int | None:
    """The price in cents of a kilo of a type of filament or resin: of that colour, else the cheapest one."""
    able = [
        one
        for one in materials(reader)
        if one.kind in ("filament", "resin") and one.price_cents is not None and one.is_active
        if one.type.casefold() == material.casefold()
    ]
    exact = [one for one in able if colour and one.colour.casefold() == colour.casefold()]
    return min((one.price_cents for one in exact or able if one.price_cents is not None), default=None)


def lay_there(reader: Reader, machine_id: int, since: int, until: int) -> list[Loading]:
    """The filaments that lay on a machine at some time of a stretch, in the order they came."""
    return reader.rows(LAY_THERE, machine=machine_id, since=since, until=until)


def used_by(reader: Reader, job_ref: str) -> dict[int, int]:
    """What one attempt of a job took, by item."""
    return {item_id: -amount for item_id, amount in reader.rows(USED_BY, ref=job_ref)}


def grams_by(reader: Reader, job_ref: str) -> float | None:
    """What one attempt of a job took from spools; None when nothing was counted."""
    found = used_by(reader, job_ref)
    return sum(found.values()) / 1_000 if found else None


def moves(reader: Reader, item_id: int) -> list[Move]:
    """The last movements of an item, newest first."""
    return reader.rows(MOVES, item=item_id)


def sales_of(reader: Reader, person_id: int) -> list[Sale]:
    """What a person took, newest first."""
    return reader.rows(SALES_OF, person=person_id)


def due(reader: Reader) -> list[Sale]:
    """What everybody still owes, newest first."""
    return reader.rows(DUE)


def sale(reader: Reader, sale_id: int) -> Sale:
    """One sale. Raises NotFound."""
    found = reader.row(SALE_BY_ID, id=sale_id)
    if found is None:
        raise NotFound("unknown_sale")
    return found
