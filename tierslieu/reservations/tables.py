"""Tables of reservations. `claim` is the core: a row exists only while it blocks time on a unit.

The database refuses overlapping claims on a unit: a trigger on SQLite, an exclusion constraint on PostgreSQL
(both in the migrations). The primary key (unit_id, starts_at) is the neighbour probe's index: because the
claims of a unit never overlap, the last one that starts before B has the latest end; if it ends after A, the
span [A, B) is taken. One index seek, whatever the length of history.
"""

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

STATES = "'requested', 'confirmed', 'checked_in', 'finished', 'cancelled', 'rejected', 'missed'"
REQUESTED = text("state = 'requested'")
CAUSES = "'reservation', 'closure', 'maintenance', 'run'"


class Claim(Table, table=True):
    """This unit, from, until (half-open, seconds UTC, buffers included), because of that."""

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint(f"cause IN ({CAUSES})", name="cause"),
        Index("ix_claim_cause_id", "cause_id"),
        {"sqlite_with_rowid": False},
    )

    unit_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="unit.id")
    starts_at: int = Field(primary_key=True, sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    cause: str = Field(max_length=20)
    cause_id: int = Field(sa_type=BigInteger)


class Reservation(Table, table=True):
    """The right to use a resource for a span; keeps its history after its claims are gone.

    `bundle_id` joins those made together (all or none). `moved_from` leads to the one it replaced.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        Index("ix_reservation_person_id_ends_at", "person_id", "ends_at"),
        Index("ix_reservation_bundle_id", "bundle_id"),
        Index("ix_reservation_requested", "ends_at", sqlite_where=REQUESTED, postgresql_where=REQUESTED),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    bundle_id: int = Field(sa_type=BigInteger)
    resource_id: int = Field(sa_type=BigInteger, foreign_key="resource.id")
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id")
    booked_by: int | None = Field(default=None, sa_type=BigInteger)
    starts_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    people: int
    state: str = Field(max_length=20)
    created_at: int = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)
    moved_from: int | None = Field(default=None, sa_type=BigInteger)


class Closure(Table, table=True):
    """A resource that is out of use for a span, with the reason people see."""

    __tablename__ = "closure"

    id: int = Field(primary_key=True, sa_type=Id)
    resource_id: int = Field(sa_type=BigInteger, foreign_key="resource.id")
    starts_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    reason: str = Field(max_length=200)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
