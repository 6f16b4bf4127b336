"""Tables of series. The dates are rows of their own, so that what could not be had is never lost."""

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

ACTIVE = text("state = 'active'")


class ReservationSeries(Table, table=True):
    """A reservation that repeats: days by an RFC 5545 rule from `first_day` on, hours of the wall clock.

    `former_id` is the series from which these dates were split. Where series are to be confirmed again,
    `kept_until` is the last day that is (ISO; "" where none needs to be), `asked_at` when its person was asked
    whether they keep what follows (0: not since), `deadline` the instant at which what follows is free again.
    """

    __tablename__ = "reservation_series"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'ended')", name="state"),
        CheckConstraint("from_minutes >= 0 AND from_minutes < to_minutes AND to_minutes <= 2880", name="order"),
        Index("ix_reservation_series_person_id", "person_id"),
        Index("ix_reservation_series_kept_until", "kept_until", sqlite_where=ACTIVE, postgresql_where=ACTIVE),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id")
    resource_id: int = Field(sa_type=BigInteger, foreign_key="resource.id")
    first_day: str = Field(max_length=10)
    from_minutes: int
    to_minutes: int
    rule: str = Field(max_length=200)
    people: int
    title: str = Field(max_length=120)
    state: str = Field(max_length=10)
    version: int
    former_id: int | None = Field(default=None, sa_type=BigInteger)
    kept_until: str = Field(max_length=10)
    asked_at: int = Field(sa_type=BigInteger)
    deadline: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)


class SeriesDate(Table, table=True):
    """One date of a series. `open`: to be treated, `kept`: reserved, `unchanged`: reserved, and a later change of
    the series was refused there, `dropped`: its person does without.

    `origin_id` is the first reservation of this date (0: none so far); where that was moved to, its chain tells.
    """

    __tablename__ = "series_date"
    __table_args__ = (CheckConstraint("state IN ('open', 'kept', 'unchanged', 'dropped')", name="state"),)

    series_id: int = Field(
        primary_key=True, sa_type=BigInteger, foreign_key="reservation_series.id", ondelete="CASCADE"
    )
    day: str = Field(primary_key=True, max_length=10)
    state: str = Field(max_length=10)
    origin_id: int = Field(sa_type=BigInteger)
