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


def _by_end(state: str) -> Index:
    """Those of one state by their end: what is over and not closed, and the no-shows of a day."""
    which = text(f"state = '{state}'")
    return Index(f"ix_reservation_{state}", "ends_at", sqlite_where=which, postgresql_where=which)


IN_SERIES = text("series_id IS NOT NULL")
CAUSES = "'reservation', 'closure', 'maintenance', 'run', 'hold', 'import', 'session', 'appointment'"


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

    `bundle_id` joins those made together (all or none). `moved_from` leads to the one it replaced; `origin_id` is
    the first of that chain and `sequence` how often it changed since (calendars know it by these two; 0 means
    itself). `title` is what it is for, in its person's words. `ended_because` says why it is over before its time:
    person, house, displaced, released, left, lapsed, lost or series.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        Index("ix_reservation_person_id_ends_at", "person_id", "ends_at"),
        Index("ix_reservation_bundle_id", "bundle_id"),
        Index("ix_reservation_starts_at", "starts_at", "id"),
        Index("ix_reservation_series_id", "series_id", sqlite_where=IN_SERIES, postgresql_where=IN_SERIES),
        Index("ix_reservation_requested", "ends_at", sqlite_where=REQUESTED, postgresql_where=REQUESTED),
        _by_end("confirmed"),
        _by_end("checked_in"),
        _by_end("missed"),
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
    origin_id: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    sequence: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    series_id: int | None = Field(default=None, sa_type=BigInteger)
    title: str = Field(default="", max_length=120, sa_column_kwargs={"server_default": ""})
    price_cents: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    ended_because: str = Field(default="", max_length=20, sa_column_kwargs={"server_default": ""})
    late_until: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class Closure(Table, table=True):
    """What is out of use for a span, with the reason people see: one resource, or all of a place.

    Without a resource `place` says where: "space:…", "site:…", or "" for the whole house. `kind` is closure or
    maintenance. `source` names what closed it when no person did ("machine:…"). It ends at `ends_at`, or at
    `lifted_at` when it was taken back before it began.
    """

    __tablename__ = "closure"
    __table_args__ = (Index("ix_closure_ends_at", "ends_at"),)

    id: int = Field(primary_key=True, sa_type=Id)
    resource_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="resource.id")
    starts_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    reason: str = Field(max_length=200)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    place: str = Field(default="", max_length=50, sa_column_kwargs={"server_default": ""})
    kind: str = Field(default="closure", max_length=20, sa_column_kwargs={"server_default": "closure"})
    source: str = Field(default="", max_length=50, sa_column_kwargs={"server_default": ""})
    created_at: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    lifted_at: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
