"""Materials in (Pydantic) and out (frozen structs). Quantities are in g, in cm², or in pieces, as the kind asks."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from tierslieu.people.persons.schemas import readable

LARGEST = 1_000_000
Kind = Literal["filament", "resin", "sheet", "vinyl", "other"]
Line = Annotated[str, AfterValidator(readable), Field(max_length=80)]


def number(value: object) -> object:
    """A number as people type it: a comma is a point, spaces say nothing."""
    if isinstance(value, str):
        return value.replace("\u202f", "").replace("\u00a0", "").replace(" ", "").replace(",", ".")
    return value


Quantity = Annotated[float, BeforeValidator(number), Field(gt=0, le=LARGEST, allow_inf_nan=False)]
Counted = Annotated[float, BeforeValidator(number), Field(ge=0, le=LARGEST, allow_inf_nan=False)]
Price = Annotated[Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] | None, BeforeValidator(number)]
Grams = Annotated[Annotated[float, Field(ge=0, le=20_000, allow_inf_nan=False)] | None, BeforeValidator(number)]
Millimetres = Annotated[int, Field(ge=1, le=100_000)]


class Strict(BaseModel):
    """A command: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


def _example(**fields: JsonValue) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [fields]})


class NewMaterial(Strict):
    """A kind of material. `price` in euros for 1 kg, 1 m² or 1 piece; none: not known, which is not free."""

    model_config = _example(
        kind="filament", type="PLA", name="PLA blanc", colour="Blanc", price=22.5, threshold=1000, diameter_mm=1.75
    )

    kind: Kind
    type: Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=40)]
    name: Annotated[str, AfterValidator(readable), Field(min_length=1, max_length=120)]
    colour: Annotated[str, AfterValidator(readable), Field(max_length=40)] = ""
    colour_hex: Annotated[str, Field(pattern=r"^(#[0-9A-Fa-f]{6})?$")] = ""
    density: Annotated[Annotated[float, Field(gt=0, le=25, allow_inf_nan=False)] | None, BeforeValidator(number)] = None
    diameter_mm: Annotated[
        Annotated[float, Field(gt=0.5, le=5, allow_inf_nan=False)] | None, BeforeValidator(number)
    ] = None
    price: Price = None
    threshold: Annotated[Counted, Field(description="0: nobody is told")] = 0
    is_free_to_take: Annotated[bool, Field(description="people take it themselves and are charged")] = False


class MaterialChange(NewMaterial):
    """A material as it is from now on; one that is not active is not delivered any more."""

    is_active: bool = True


class Delivery(Strict):
    """Items that came in, all alike: so much in each. Of sheets and rolls their sides."""

    model_config = _example(count=2, quantity=1000, empty_g=230, location="Étagère A")

    count: Annotated[int, Field(ge=1, le=100)] = 1
    quantity: Quantity | None = None
    width_mm: Millimetres | None = None
    height_mm: Millimetres | None = None
    in_pile: Annotated[int, Field(ge=1, le=1000, description="sheets that lie under one label")] = 1
    empty_g: Grams = None
    location: Line = ""
    lot: Line = ""


class Place(Strict):
    """Where an item lies, its lot, and the weight of the empty spool."""

    model_config = _example(location="Étagère A", lot="2026-31", empty_g=230)

    location: Line = ""
    lot: Line = ""
    empty_g: Grams = None


class Load(Strict):
    """Put an item on a machine; what lay on that tool is taken off."""

    model_config = _example(machine="p3d-1", tool=0)

    machine: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
    tool: Annotated[int, Field(ge=0, le=15)] = 0


class Weighing(Strict):
    """What the scales show with the spool on it; with the empty spool's weight when nobody noted it."""

    model_config = _example(gross_g=640, empty_g=230)

    gross_g: Counted
    empty_g: Grams = None


class Amount(Strict):
    """A quantity of an item."""

    model_config = _example(quantity=120)

    quantity: Quantity


class Count(Strict):
    """What was counted: an inventory."""

    model_config = _example(quantity=3)

    quantity: Counted


class Cut(Strict):
    """A rectangle cut from a sheet or a roll; with a rest of these sides that is kept as an item of its own."""

    model_config = _example(width_mm=300, height_mm=200, rest_width_mm=300, rest_height_mm=300)

    width_mm: Millimetres
    height_mm: Millimetres
    rest_width_mm: Millimetres | None = None
    rest_height_mm: Millimetres | None = None


class NewSale(Strict):
    """Material that somebody takes. Without `person`, for oneself."""

    model_config = _example(item=12, quantity=1)

    item: Annotated[int, Field(ge=1, le=999_999_999)]
    quantity: Quantity
    person: Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{13}$")] | None = None


class Waiver(Strict):
    """Why nothing is to be paid."""

    model_config = _example(reason="Essai offert")

    reason: Annotated[str, AfterValidator(readable), Field(min_length=3, max_length=200)]


class MaterialView(msgspec.Struct, frozen=True):
    """A material with what is there of it and what waits in the queue for it, in `unit`."""

    id: str
    kind: str
    type: str
    name: str
    colour: str
    unit: str
    price_cents: int | None
    on_hand: float
    promised: float
    threshold: float
    is_low: bool
    is_active: bool
    items: int


class ItemView(msgspec.Struct, frozen=True):
    """An item. `remaining` counts what is known; `needs_weighing`: it cannot be right any more."""

    number: int
    code: str
    material: str
    kind: str
    type: str
    colour: str
    unit: str
    remaining: float
    needs_weighing: bool
    location: str
    lot: str
    machine: str | None
    tool: int | None
    width_mm: int | None
    height_mm: int | None
    opened_at: datetime | None
    is_finished: bool


class SaleView(msgspec.Struct, frozen=True):
    """What somebody took: the item, how much, what it costs, and whether it is settled."""

    id: str
    item: int
    material: str
    quantity: float
    unit: str
    cents: int
    state: str
    made_at: datetime
