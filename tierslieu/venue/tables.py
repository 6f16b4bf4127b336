"""Tables of the venue."""

from sqlalchemy import BigInteger, CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

KINDS = "'desk', 'desk_pool', 'room', 'workstation', 'machine', 'loan_item', 'staff_time'"


class Site(Table, table=True):
    """An address run by the house, in or outside the walls."""

    __tablename__ = "site"

    id: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    kind: str = Field(max_length=20)
    capacity: int


class Space(Table, table=True):
    """A named part of a site, with its opening hours."""

    __tablename__ = "space"

    id: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(max_length=40, unique=True)
    site_id: int = Field(sa_type=BigInteger, foreign_key="site.id")
    name: str = Field(max_length=200)
    capacity: int
    closes_on_holidays: int
    position: int


class OpeningPeriod(Table, table=True):
    """Open on a weekday (0 is Monday) from `opens` to `closes`, wall clock minutes."""

    __tablename__ = "opening_period"
    __table_args__ = (
        UniqueConstraint("space_id", "weekday", "opens"),
        CheckConstraint("opens < closes AND opens >= 0 AND closes <= 2880", name="order"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    space_id: int = Field(sa_type=BigInteger, foreign_key="space.id", ondelete="CASCADE")
    weekday: int
    opens: int
    closes: int


class ClosureDay(Table, table=True):
    """A whole day on which a space does not follow its week: `periods` is JSON [[opens, closes]…], [] is closed."""

    __tablename__ = "closure_day"

    space_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="space.id", ondelete="CASCADE")
    day: str = Field(primary_key=True, max_length=10)
    periods: str = Field(sa_type=Text)
    reason: str = Field(max_length=200)


class Unit(Table, table=True):
    """What can be occupied only once at a time."""

    __tablename__ = "unit"

    id: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(max_length=40, unique=True)
    space_id: int = Field(sa_type=BigInteger, foreign_key="space.id")
    name: str = Field(max_length=200)


class Resource(Table, table=True):
    """What people book, with its rules. `pick` says whether it needs all of its units or any one of them."""

    __tablename__ = "resource"
    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("pick IN ('all', 'one')", name="pick"),
        CheckConstraint("grid_minutes > 0 AND min_minutes > 0 AND max_minutes >= min_minutes", name="minutes"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(max_length=40, unique=True)
    space_id: int = Field(sa_type=BigInteger, foreign_key="space.id")
    name: str = Field(max_length=200)
    kind: str = Field(max_length=20)
    pick: str = Field(max_length=3)
    capacity: int
    is_bookable: int
    is_listed: int
    needs_approval: int
    grid_minutes: int
    min_minutes: int
    max_minutes: int
    notice_minutes: int
    horizon_days: int
    buffer_before: int
    buffer_after: int
    cancel_minutes: int
    hourly_cents: int
    details: str = Field(sa_type=Text)
    position: int


class ResourceUnit(Table, table=True):
    """Which units a resource is made of."""

    __tablename__ = "resource_unit"

    resource_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="resource.id", ondelete="CASCADE")
    unit_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="unit.id", ondelete="CASCADE", index=True)
