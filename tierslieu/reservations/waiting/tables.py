"""Tables of the waiting list."""

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

STATES = "'waiting', 'offered', 'taken', 'declined', 'lapsed', 'withdrawn', 'expired'"
OPEN = text("state IN ('waiting', 'offered')")
SAME = ("person_id", "target", "first_day", "last_day", "from_minute", "to_minute", "minutes", "people")


class WaitingEntry(Table, table=True):
    """What somebody would like to have as soon as it is free.

    `target` is the key of a resource, "kind:…" or "space:…". On each day from the first to the last: `minutes` long,
    inside the window from `from_minute` to `to_minute` of the wall clock. `until_at` is the last instant at which that
    may begin. With a `reservation_id` it is an earlier time for that reservation. `alerts` counts the offers made,
    `alerted_on` is the day of the last one.
    """

    __tablename__ = "waiting_entry"
    __table_args__ = (
        CheckConstraint("from_minute >= 0 AND from_minute < to_minute AND to_minute <= 1440", name="window"),
        CheckConstraint("minutes > 0 AND people > 0", name="size"),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        Index("ix_waiting_entry_same", *SAME, unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_waiting_entry_earlier", "reservation_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_waiting_entry_open", "until_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_waiting_entry_person_id", "person_id"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id")
    asked_by: int | None = Field(default=None, sa_type=BigInteger)
    target: str = Field(max_length=80)
    first_day: str = Field(max_length=10)
    last_day: str = Field(max_length=10)
    from_minute: int
    to_minute: int
    minutes: int
    people: int
    reservation_id: int | None = Field(default=None, sa_type=BigInteger)
    from_at: int = Field(sa_type=BigInteger)
    until_at: int = Field(sa_type=BigInteger)
    state: str = Field(max_length=10)
    alerts: int
    alerted_on: str = Field(max_length=10)
    created_at: int = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)
