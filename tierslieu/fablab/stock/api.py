"""Materials for programs. With an `Idempotency-Key` a sale or a delivery that is sent twice happens once."""

from litestar import Controller, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import read
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.stock import actions, loading, queries, selling
from tierslieu.fablab.stock.actions import KEEP, SEE, TAKE
from tierslieu.fablab.stock.sale_views import sale_view
from tierslieu.fablab.stock.schemas import (
    Amount,
    Count,
    Cut,
    Delivery,
    ItemView,
    Load,
    MaterialChange,
    MaterialView,
    NewMaterial,
    NewSale,
    SaleView,
    Waiver,
    Weighing,
)
from tierslieu.fablab.stock.views import Stock, item_view
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader, Tx


def list_materials(reader: Reader) -> list[MaterialView]:
    """Every kind, with what is there."""
    stock = Stock(reader)
    return [stock.view(one) for one in stock.materials]


def one_material(reader: Reader, material_id: int) -> MaterialView:
    """One kind. Raises NotFound."""
    return Stock(reader).view(queries.material(reader, material_id))


def list_items(reader: Reader) -> list[ItemView]:
    """Every item that is not finished."""
    machines = {one.id: one for one in fablab.machines(reader)}
    return [item_view(one, machines) for one in queries.items(reader)]


def one_item(reader: Reader, number: int) -> ItemView:
    """One item. Raises NotFound."""
    return item_view(queries.item(reader, number), {one.id: one for one in fablab.machines(reader)})


def add_and_show(tx: Tx, wish: NewMaterial) -> MaterialView:
    """Describe a material and show it."""
    return one_material(tx, actions.add_material(tx, wish))


def change_and_show(tx: Tx, material_id: int, wish: MaterialChange) -> MaterialView:
    """Change a material and show it."""
    actions.change_material(tx, material_id, wish)
    return one_material(tx, material_id)


def deliver_and_show(tx: Tx, material_id: int, wish: Delivery) -> list[ItemView]:
    """Take items in and show them."""
    return [one_item(tx, number) for number in actions.deliver(tx, material_id, wish)]


def load_and_show(tx: Tx, number: int, wish: Load) -> ItemView:
    """Load an item and show it."""
    loading.load(tx, number, wish.machine, wish.tool)
    return one_item(tx, number)


def unload_and_show(tx: Tx, number: int) -> ItemView:
    """Take an item off its machine and show it."""
    loading.unload(tx, number)
    return one_item(tx, number)


def weigh_and_show(tx: Tx, number: int, wish: Weighing) -> ItemView:
    """Weigh an item and show it."""
    actions.weigh(tx, number, wish)
    return one_item(tx, number)


def count_and_show(tx: Tx, number: int, wish: Count) -> ItemView:
    """Note an inventory and show the item."""
    actions.count(tx, number, wish.quantity)
    return one_item(tx, number)


def write_off_and_show(tx: Tx, number: int, wish: Amount) -> ItemView:
    """Write a quantity off and show the item."""
    actions.write_off(tx, number, wish.quantity)
    return one_item(tx, number)


def cut_and_show(tx: Tx, number: int, wish: Cut) -> list[ItemView]:
    """Cut a rectangle; shows the item, and the offcut if one was kept."""
    offcut = actions.cut(tx, number, wish)
    return [one_item(tx, one) for one in (number, offcut) if one is not None]


def sell_and_show(tx: Tx, wish: NewSale) -> SaleView:
    """Sell and show the sale."""
    person_id = read(wish.person) if wish.person else tx.by.person_id or 0
    sale_id = selling.sell(tx, wish.item, wish.quantity, person_id)
    return sale_view(queries.sale(tx, sale_id or 0))


def own_sales(reader: Reader, who: Actor) -> list[SaleView]:
    """What one took."""
    return [sale_view(one) for one in queries.sales_of(reader, who.person_id or 0)]


class MaterialsApi(Controller):
    """Kinds of materials."""

    path = "/api/v1/fablab/materials"
    tags = ("fablab",)

    @get("/", opt=allow(SEE))
    async def all(self, request: AnyRequest) -> list[MaterialView]:
        """Every material, what is there of it and what the queue will take."""
        return await house(request).db.read(list_materials)

    @post("/", opt=allow(KEEP))
    async def add(self, request: AnyRequest, data: JSONBody[NewMaterial]) -> MaterialView:
        """One more kind of material."""
        return await house(request).db.write(add_and_show, data, by=actor(request))

    @patch("/{id:str}", opt=allow(KEEP))
    async def change(self, request: AnyRequest, id: FromPath[str], data: JSONBody[MaterialChange]) -> MaterialView:
        """What it is from now on."""
        return await house(request).db.write(change_and_show, read(id), data, by=actor(request))

    @post("/{id:str}/deliveries", opt=allow(KEEP))
    async def deliver(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Delivery]) -> list[ItemView]:
        """Items that came in."""
        return await house(request).db.write(deliver_and_show, read(id), data, by=actor(request))


class ItemsApi(Controller):
    """Spools, sheets, rolls, boxes, by the number on their label."""

    path = "/api/v1/fablab/stock"
    tags = ("fablab",)

    @get("/", opt=allow(SEE))
    async def all(self, request: AnyRequest) -> list[ItemView]:
        """Every item that is not finished."""
        return await house(request).db.read(list_items)

    @get("/{number:int}", opt=allow(SEE))
    async def one(self, request: AnyRequest, number: FromPath[int]) -> ItemView:
        """One item."""
        return await house(request).db.read(one_item, number)

    @post("/{number:int}/load", opt=allow(RUN), status_code=200)
    async def load(self, request: AnyRequest, number: FromPath[int], data: JSONBody[Load]) -> ItemView:
        """Put it on a tool of a machine."""
        return await house(request).db.write(load_and_show, number, data, by=actor(request))

    @post("/{number:int}/unload", opt=allow(RUN), status_code=200)
    async def unload(self, request: AnyRequest, number: FromPath[int]) -> ItemView:
        """Take it off its machine."""
        return await house(request).db.write(unload_and_show, number, by=actor(request))

    @post("/{number:int}/weigh", opt=allow(SEE), status_code=200)
    async def weigh(self, request: AnyRequest, number: FromPath[int], data: JSONBody[Weighing]) -> ItemView:
        """What the scales show."""
        return await house(request).db.write(weigh_and_show, number, data, by=actor(request))

    @post("/{number:int}/count", opt=allow(KEEP), status_code=200)
    async def count(self, request: AnyRequest, number: FromPath[int], data: JSONBody[Count]) -> ItemView:
        """An inventory."""
        return await house(request).db.write(count_and_show, number, data, by=actor(request))

    @post("/{number:int}/write-off", opt=allow(KEEP), status_code=200)
    async def write_off(self, request: AnyRequest, number: FromPath[int], data: JSONBody[Amount]) -> ItemView:
        """Lost or spoiled."""
        return await house(request).db.write(write_off_and_show, number, data, by=actor(request))

    @post("/{number:int}/cut", opt=allow(SEE), status_code=200)
    async def cut(self, request: AnyRequest, number: FromPath[int], data: JSONBody[Cut]) -> list[ItemView]:
        """A rectangle taken from a sheet or a roll; the item, and the offcut if one was kept."""
        return await house(request).db.write(cut_and_show, number, data, by=actor(request))

    @delete("/{number:int}", opt=allow(SEE))
    async def finish(self, request: AnyRequest, number: FromPath[int]) -> None:
        """It is empty: off its machine, what was still counted is written off."""
        await house(request).db.write(actions.finish, number, by=actor(request))


class SalesApi(Controller):
    """Material that people take."""

    path = "/api/v1/fablab/sales"
    tags = ("fablab",)

    @get("/", opt=allow(TAKE))
    async def mine(self, request: AnyRequest) -> list[SaleView]:
        """What one took."""
        return await house(request).db.read(own_sales, actor(request))

    @post("/", opt=allow(TAKE))
    async def sell(self, request: AnyRequest, data: JSONBody[NewSale]) -> SaleView:
        """Take material, for oneself or (staff) for somebody."""
        return await house(request).db.write(sell_and_show, data, by=actor(request))

    @post("/{id:str}/settle", opt=allow(SEE), status_code=204)
    async def settle(self, request: AnyRequest, id: FromPath[str]) -> None:
        """It was paid at the desk."""
        await house(request).db.write(selling.settle, read(id), by=actor(request))

    @post("/{id:str}/waive", opt=allow(SEE), status_code=204)
    async def waive(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Waiver]) -> None:
        """Nothing is to be paid, for a reason."""
        await house(request).db.write(selling.waive, read(id), data.reason, by=actor(request))

    @post("/{id:str}/take-back", opt=allow(SEE), status_code=204)
    async def take_back(self, request: AnyRequest, id: FromPath[str]) -> None:
        """The material came back: it is there again and nothing is to be paid."""
        await house(request).db.write(selling.take_back, read(id), by=actor(request))
