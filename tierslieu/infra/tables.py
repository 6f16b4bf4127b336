"""Tables of the ground works: jobs and schedules, quarantined messages, small settings of the house.

Every feature imports `Table` from here, so that the naming convention is set before the first table.
"""

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, Text
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Table = SQLModel

Id = BigInteger().with_variant(Integer(), "sqlite")
"""The type of a primary key: on SQLite an INTEGER key is the row's own address, one tree instead of two."""


class Job(Table, table=True):
    """Work that left with a commit: run at least once, at `run_at` or later. Deleted when done."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_run_at", "failed_at", "run_at"),)

    id: int = Field(primary_key=True, sa_type=Id)
    kind: str = Field(max_length=80)
    payload: str = Field(sa_type=Text)
    run_at: int = Field(sa_type=BigInteger)
    lease_until: int = Field(sa_type=BigInteger)
    attempts: int
    dedup: str | None = Field(default=None, max_length=120, unique=True)
    failed_at: int = Field(sa_type=BigInteger)
    last_error: str | None = Field(default=None, sa_type=Text)


class Schedule(Table, table=True):
    """When a repeated job is due next. Whoever moves the mark forward queues the job: one runner wins."""

    __tablename__ = "schedule"

    kind: str = Field(primary_key=True, max_length=80)
    next_at: int = Field(sa_type=BigInteger)


class QuarantinedMessage(Table, table=True):
    """A device message nobody could read, kept for the staff to look at."""

    __tablename__ = "quarantined_message"

    id: int = Field(primary_key=True, sa_type=Id)
    at: int = Field(sa_type=BigInteger, index=True)
    topic: str = Field(max_length=400)
    reason: str = Field(max_length=80)
    payload: bytes = Field(sa_type=LargeBinary)


class HouseValue(Table, table=True):
    """A small fact of the installation under a name: secret keys made at first start, demo marks."""

    __tablename__ = "house_value"

    name: str = Field(primary_key=True, max_length=80)
    value: str = Field(sa_type=Text)


class KeptOutcome(Table, table=True):
    """What a write answered, kept for those who send the same request again. `digest` stands for the caller, their
    key and the number of the write in its request; `outcome` is sealed with that key, which is not kept."""

    __tablename__ = "kept_outcome"

    digest: str = Field(primary_key=True, max_length=64)
    fingerprint: str = Field(max_length=64)
    outcome: str = Field(sa_type=Text)
    kept_at: int = Field(sa_type=BigInteger, index=True)
