"""Tables of materials. Amounts are whole numbers: mg of filament and resin, mm² of sheets and vinyl, else pieces."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

KINDS = "'filament', 'resin', 'sheet', 'vinyl', 'other'"
REASONS = "'delivery', 'use', 'weighing', 'sale', 'taken_back', 'loss', 'inventory', 'cut', 'offcut', 'repair'"
SALE_STATES = "'due', 'settled', 'waived'"
NOW_LOADED = "until_at IS NULL"


class Material(Table, table=True):
    """A kind of material. `price_cents` is for 1 kg, 1 m² or 1 piece; NULL: nobody set one.

    `threshold`: less than this of all its items together is too little (0: nobody is told). `told_at` is when who
    keeps the stock was told so, 0 since it was refilled. `is_free_to_take`: people take it themselves and are charged.
    `partner_id` is its number at the partner that keeps spools, if there is one.
    """

    __tablename__ = "material"
    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("threshold >= 0", name="threshold"),
        CheckConstraint("price_cents IS NULL OR price_cents >= 0", name="price"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    kind: str = Field(max_length=20)
    type: str = Field(max_length=40)
    name: str = Field(max_length=120, unique=True)
    colour: str = Field(max_length=40)
    colour_hex: str = Field(max_length=7)
    density: float | None = Field(default=None)
    diameter_mm: float | None = Field(default=None)
    price_cents: int | None = Field(default=None)
    threshold: int = Field(sa_type=BigInteger)
    is_free_to_take: int
    is_active: int
    told_at: int = Field(sa_type=BigInteger)
    partner_id: int | None = Field(default=None, sa_type=BigInteger, unique=True)
    created_at: int = Field(sa_type=BigInteger)


class StockItem(Table, table=True):
    """One spool, bottle, sheet, roll or box, with the number on its label.

    `needs_weighing`: what is counted cannot be right any more; somebody weighs it. `parent_id`: what it was cut from.
    """

    __tablename__ = "stock_item"

    id: int = Field(primary_key=True, sa_type=Id)
    number: int = Field(unique=True)
    material_id: int = Field(sa_type=BigInteger, foreign_key="material.id", index=True)
    lot: str = Field(max_length=80)
    location: str = Field(max_length=80)
    empty_mg: int | None = Field(default=None, sa_type=BigInteger)
    width_mm: int | None = Field(default=None)
    height_mm: int | None = Field(default=None)
    opened_at: int | None = Field(default=None, sa_type=BigInteger)
    finished_at: int | None = Field(default=None, sa_type=BigInteger)
    needs_weighing: int
    parent_id: int | None = Field(default=None, sa_type=BigInteger)
    partner_id: int | None = Field(default=None, sa_type=BigInteger, unique=True)
    created_at: int = Field(sa_type=BigInteger)


class StockNumber(Table, table=True):
    """The last number given to an item, in one row: the row's lock hands numbers out one by one."""

    __tablename__ = "stock_number"

    id: int = Field(primary_key=True, sa_type=Id)
    last: int


class StockMove(Table, table=True):
    """What came to or went from an item. Only added to (triggers); `about` names the act, which counts once.

    A use is about one attempt of a job (its name on the bus). `source` says where the figure comes from.
    """

    __tablename__ = "stock_move"
    __table_args__ = (
        CheckConstraint(f"reason IN ({REASONS})", name="reason"),
        UniqueConstraint("item_id", "reason", "about", name="uq_stock_move_act"),
        Index("ix_stock_move_about", "about"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    item_id: int = Field(sa_type=BigInteger, foreign_key="stock_item.id")
    amount: int = Field(sa_type=BigInteger)
    reason: str = Field(max_length=20)
    about: str = Field(max_length=64)
    source: str = Field(max_length=20)
    at: int = Field(sa_type=BigInteger)
    by_id: int | None = Field(default=None, sa_type=BigInteger)


class StockLoading(Table, table=True):
    """What lay on which tool of which machine from, until: what a job took is taken from what was there."""

    __tablename__ = "stock_loading"
    __table_args__ = (
        Index(
            "ux_one_item_a_tool",
            *("machine_id", "tool"),
            unique=True,
            sqlite_where=text(NOW_LOADED),
            postgresql_where=text(NOW_LOADED),
        ),
        Index(
            "ux_item_on_one_machine",
            "item_id",
            unique=True,
            sqlite_where=text(NOW_LOADED),
            postgresql_where=text(NOW_LOADED),
        ),
        Index("ix_stock_loading_machine_id", "machine_id", "from_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    item_id: int = Field(sa_type=BigInteger, foreign_key="stock_item.id")
    machine_id: int = Field(sa_type=BigInteger, foreign_key="machine.id")
    tool: int
    from_at: int = Field(sa_type=BigInteger)
    until_at: int | None = Field(default=None, sa_type=BigInteger)


class StockSale(Table, table=True):
    """What somebody took and owes: `due`, then settled at the desk, or waived with a reason."""

    __tablename__ = "stock_sale"
    __table_args__ = (
        CheckConstraint(f"state IN ({SALE_STATES})", name="state"),
        CheckConstraint("amount > 0 AND cents >= 0", name="amount"),
        Index("ix_stock_sale_person_id", "person_id", "made_at"),
        Index("ix_stock_sale_state", "state", "made_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id")
    item_id: int = Field(sa_type=BigInteger, foreign_key="stock_item.id")
    amount: int = Field(sa_type=BigInteger)
    cents: int
    state: str = Field(max_length=10)
    reason: str = Field(max_length=200)
    made_at: int = Field(sa_type=BigInteger)
    made_by: int | None = Field(default=None, sa_type=BigInteger)
    closed_at: int | None = Field(default=None, sa_type=BigInteger)
    closed_by: int | None = Field(default=None, sa_type=BigInteger)


class PartnerUse(Table, table=True):
    """A use that the partner is to be told, once. `turn_until`: somebody tells it now."""

    __tablename__ = "stock_partner_use"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'told', 'given_up')", name="state"),
        Index("ix_stock_partner_use_state", "state", "due_at"),
    )

    move_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="stock_move.id")
    item_id: int = Field(sa_type=BigInteger, foreign_key="stock_item.id")
    amount: int = Field(sa_type=BigInteger)
    state: str = Field(max_length=10)
    tries: int
    due_at: int = Field(sa_type=BigInteger)
    turn_until: int = Field(sa_type=BigInteger)
    last_error: str = Field(sa_type=Text)
