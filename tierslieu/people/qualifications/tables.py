"""Tables of qualifications: the catalogue, what machines it covers, grants, last uses, training sessions.

The database refuses a second grant in force (partial unique index), a rewritten or reopened grant, and a seat
beyond a session's capacity (triggers, in the migrations).
"""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

LEVELS = "'discovery', 'accompanied', 'autonomous', 'trainer'"
REASONS = "'replaced', 'withdrawn', 'unsafe', 'rules', 'asked', 'mistake'"
IN_FORCE = text("ended_at IS NULL")


class Qualification(Table, table=True):
    """A qualification of the catalogue. `levels` are the levels it uses, lowest first, with commas between.

    A grant lasts `valid_months`, and `unused_months` after the last use of a covered machine (None: no limit).
    `is_enforced`: without it the machine is refused; otherwise people are only told.
    """

    __tablename__ = "qualification"
    __table_args__ = (
        CheckConstraint("valid_months > 0", name="valid_months"),
        CheckConstraint("unused_months > 0", name="unused_months"),
        CheckConstraint("training_minutes > 0", name="training_minutes"),
        CheckConstraint("min_age > 0", name="min_age"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=100)
    description: str = Field(sa_type=Text)
    levels: str = Field(max_length=60)
    valid_months: int | None = None
    unused_months: int | None = None
    training_minutes: int
    min_age: int | None = None
    is_active: int
    is_enforced: int
    position: int


class Prerequisite(Table, table=True):
    """A qualification that must be held first, at this level or above."""

    __tablename__ = "qualification_prerequisite"
    __table_args__ = (
        CheckConstraint("qualification_id <> needs_id", name="other"),
        CheckConstraint(f"min_level IN ({LEVELS})", name="min_level"),
    )

    qualification_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="qualification.id")
    needs_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="qualification.id")
    min_level: str = Field(max_length=20)


class CoveredMachine(Table, table=True):
    """A machine that asks for a qualification, as the workshop told it. `kind` is its group."""

    __tablename__ = "covered_machine"

    machine_key: str = Field(primary_key=True, max_length=40)
    qualification_key: str = Field(max_length=80, index=True)
    name: str = Field(max_length=200)
    kind: str = Field(max_length=40)


class Grant(Table, table=True):
    """A level given to a person. `valid_until` is the instant after its last day (None: no end).

    `ended_at` is None while the grant is in force; then it says when, by whom and why it ended.
    """

    __tablename__ = "qualification_grant"
    __table_args__ = (
        CheckConstraint(f"level IN ({LEVELS})", name="level"),
        CheckConstraint(f"end_reason IN ({REASONS})", name="end_reason"),
        Index(
            "ux_one_grant_in_force",
            "person_id",
            "qualification_id",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
        Index("ix_qualification_grant_person_id", "person_id", "granted_at"),
        Index("ix_qualification_grant_in_force", "valid_until", sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id")
    qualification_id: int = Field(sa_type=BigInteger, foreign_key="qualification.id")
    level: str = Field(max_length=20)
    granted_by: int | None = Field(default=None, sa_type=BigInteger)
    granted_at: int = Field(sa_type=BigInteger)
    session_id: int | None = Field(default=None, sa_type=BigInteger)
    note: str = Field(max_length=40)
    valid_until: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_by: int | None = Field(default=None, sa_type=BigInteger)
    end_reason: str | None = Field(default=None, max_length=20)


class LastUse(Table, table=True):
    """When a person last used a machine that the qualification covers."""

    __tablename__ = "qualification_use"

    person_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="person.id")
    qualification_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="qualification.id")
    used_at: int = Field(sa_type=BigInteger)


class Reminder(Table, table=True):
    """That a person was told once that a grant ends at this instant."""

    __tablename__ = "qualification_reminder"

    grant_id: int = Field(
        primary_key=True, sa_type=BigInteger, foreign_key="qualification_grant.id", ondelete="CASCADE"
    )
    ends_at: int = Field(primary_key=True, sa_type=BigInteger)


class TrainingSession(Table, table=True):
    """A training with a few seats."""

    __tablename__ = "training_session"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("state IN ('planned', 'cancelled')", name="state"),
        Index("ix_training_session_starts_at", "state", "starts_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    qualification_id: int = Field(sa_type=BigInteger, foreign_key="qualification.id")
    starts_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    place: str = Field(max_length=200)
    trainer_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="person.id")
    capacity: int
    state: str = Field(max_length=20)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)


class TrainingSeat(Table, table=True):
    """One taken seat of a session: seats have numbers, from 1 to the capacity."""

    __tablename__ = "training_seat"
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    session_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="training_session.id")
    seat: int = Field(primary_key=True, sa_type=BigInteger)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True)
    taken_by: int | None = Field(default=None, sa_type=BigInteger)
    taken_at: int = Field(sa_type=BigInteger)
