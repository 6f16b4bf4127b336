"""Tables of the venue."""

from sqlalchemy import BigInteger, CheckConstraint, Constraint, Text, UniqueConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

KINDS = "'desk', 'desk_pool', 'room', 'workstation', 'machine', 'loan_item', 'staff_time'"


def _week_of(owner: str) -> tuple[Constraint, ...]:
    """What holds for the periods of a week: each begins once, and ends after its beginning."""
    return (
        UniqueConstraint(owner, "weekday", "opens"),
        CheckConstraint("opens < closes AND opens >= 0 AND closes <= 2880", name="order"),
    )


class Site(Table, table=True):
    """An address run by the house, in or outside the walls."""

    __tablename__ = "site"

    id: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    kind: str = Field(max_length=20)
    capacity: int
    address: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    phone: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})
    access: str = Field(default="{}", sa_type=Text, sa_column_kwargs={"server_default": "{}"})
    access_note: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})


class Space(Table, table=True):
    """A named part of a site, with its opening hours.

    `access` is JSON: accessibility facts that are known, {"step_free": true, "hearing_loop": false}.
    `has_break_week`: the week of the school holidays is the one of BreakPeriod, not the usual one.
    """

    __tablename__ = "space"

    id: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(max_length=40, unique=True)
    site_id: int = Field(sa_type=BigInteger, foreign_key="site.id")
    name: str = Field(max_length=200)
    capacity: int
    closes_on_holidays: int
    position: int
    description: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    access: str = Field(default="{}", sa_type=Text, sa_column_kwargs={"server_default": "{}"})
    access_note: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    has_break_week: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class OpeningPeriod(Table, table=True):
    """Open on a weekday (0 is Monday) from `opens` to `closes`, wall clock minutes."""

    __tablename__ = "opening_period"
    __table_args__ = _week_of("space_id")

    id: int = Field(primary_key=True, sa_type=Id)
    space_id: int = Field(sa_type=BigInteger, foreign_key="space.id", ondelete="CASCADE")
    weekday: int
    opens: int
    closes: int


class BreakPeriod(Table, table=True):
    """Open in the school holidays on a weekday (0 is Monday) from `opens` to `closes`, instead of the usual week."""

    __tablename__ = "break_period"
    __table_args__ = _week_of("space_id")

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
    """What people book, with its rules. `pick` says whether it needs all of its units or any one of them.

    `details` is one line for lists, `description` the text of its page, `instructions` what those read who
    reserved it. `equipment` is JSON, a list of tags. A resource out of service since `retired_at` (0: in
    service) keeps its history.
    """

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
    min_people: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    move_minutes: int = Field(default=-1, sa_column_kwargs={"server_default": "-1"})
    one_at_a_time: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    holds_requests: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    grace_minutes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    noise: str = Field(default="", max_length=10, sa_column_kwargs={"server_default": ""})
    referent: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})
    parts: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": "[]"})
    equipment: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": "[]"})
    description: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    instructions: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    retired_at: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class ResourcePeriod(Table, table=True):
    """Available on a weekday (0 is Monday) from `opens` to `closes`, inside the hours of its space."""

    __tablename__ = "resource_period"
    __table_args__ = _week_of("resource_id")

    id: int = Field(primary_key=True, sa_type=Id)
    resource_id: int = Field(sa_type=BigInteger, foreign_key="resource.id", ondelete="CASCADE")
    weekday: int
    opens: int
    closes: int


class ResourceDay(Table, table=True):
    """A day on which a resource does not follow its own week: an absence, or other hours (as ClosureDay)."""

    __tablename__ = "resource_day"

    resource_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="resource.id", ondelete="CASCADE")
    day: str = Field(primary_key=True, max_length=10)
    periods: str = Field(sa_type=Text)
    reason: str = Field(max_length=200)


class Photo(Table, table=True):
    """A picture of a space or of a resource, made smaller and stored by the address of its content."""

    __tablename__ = "photo"
    __table_args__ = (CheckConstraint("(space_id IS NULL) <> (resource_id IS NULL)", name="subject"),)

    id: int = Field(primary_key=True, sa_type=Id)
    space_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="space.id", ondelete="CASCADE", index=True
    )
    resource_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="resource.id", ondelete="CASCADE", index=True
    )
    sha256: str = Field(max_length=64, index=True)
    small_sha256: str = Field(max_length=64, index=True)
    width: int
    height: int
    alt: str = Field(max_length=200)
    position: int


class SpaceNeighbour(Table, table=True):
    """Two spaces that hear each other; stored both ways."""

    __tablename__ = "space_neighbour"

    space_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="space.id", ondelete="CASCADE")
    other_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="space.id", ondelete="CASCADE")


class ResourceUnit(Table, table=True):
    """Which units a resource is made of."""

    __tablename__ = "resource_unit"

    resource_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="resource.id", ondelete="CASCADE")
    unit_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="unit.id", ondelete="CASCADE", index=True)
