"""Tables of credits: lots, and the moves whose entries fill and empty them. Only added to (triggers, in migrations)."""

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table
from tierslieu.people.memberships.tables import FREE_REASONS

KINDS = "'half_day', 'day', 'hour', 'print_minutes', 'workshop', 'euro'"
REASONS = (
    "'bought', 'given', 'goodwill', 'correction', 'used', 'expired', 'reversed', 'reservation', 'fabrication',"
    " 'workshop'"
)


class CreditLot(Table, table=True):
    """What a person was given at once, with its end (None: without). Only its person may change, by a merge.

    What is left is the sum of its entries; the first of them adds what was `given`.
    """

    __tablename__ = "credit_lot"
    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("given > 0", name="given"),
        Index("ix_credit_lot_person_id", "person_id", "kind"),
        Index("ix_credit_lot_expires_at", "expires_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id")
    kind: str = Field(max_length=30)
    given: int
    expires_at: int | None = Field(default=None, sa_type=BigInteger)


class CreditMove(Table, table=True):
    """One act on credits. `reason` and `about` (what it was for) name it: the same act counts once."""

    __tablename__ = "credit_move"
    __table_args__ = (
        CheckConstraint(f"reason IN ({REASONS})", name="reason"),
        UniqueConstraint("reason", "about"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    reason: str = Field(max_length=30)
    about: str = Field(max_length=80)
    at: int = Field(sa_type=BigInteger)
    by_id: int | None = Field(default=None, sa_type=BigInteger)


class CreditEntry(Table, table=True):
    """What a move adds to a lot or takes from it. Never changed, never removed."""

    __tablename__ = "credit_entry"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_credit_entry_lot_id", "lot_id"),
        {"sqlite_with_rowid": False},
    )

    move_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="credit_move.id")
    lot_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="credit_lot.id")
    amount: int


class PassSale(Table, table=True):
    """The terms and the price with which a lot was sold as a pass."""

    __tablename__ = "pass_sale"
    __table_args__ = (
        CheckConstraint("price_cents = list_cents OR (price_cents = 0 AND free_reason <> '')", name="price"),
        CheckConstraint("list_cents >= 0", name="cents"),
        CheckConstraint(f"free_reason IN ({FREE_REASONS})", name="free_reason"),
    )

    lot_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="credit_lot.id")
    terms_id: int = Field(sa_type=BigInteger, foreign_key="plan_terms.id")
    category: str = Field(max_length=40)
    list_cents: int
    price_cents: int
    free_reason: str = Field(max_length=20)
