"""Tables of offers."""

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

STATES = "'open', 'taken', 'declined', 'lapsed', 'void'"
CAUSES = "'waiting', 'earlier', 'request', 'displaced', 'ask_again'"
"""The last two: instead of a reservation, or of a request, that a closure displaced."""
OPEN = text("state = 'open'")


class Offer(Table, table=True):
    """A time kept for a person until an instant, by claims of cause "hold" that carry this id.

    `cause_id` is what it answers (an entry of the waiting list, a request); `replaces` the reservation that gives way
    when it is accepted. `asked_by` made the wish for the person, `made_by` the offer, when somebody else did.
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint(f"cause IN ({CAUSES})", name="cause"),
        Index("ix_offer_open", "cause", "cause_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_offer_until", "until_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_offer_cause_id", "cause_id"),
        Index("ix_offer_person_id", "person_id"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id")
    asked_by: int | None = Field(default=None, sa_type=BigInteger)
    cause: str = Field(max_length=10)
    cause_id: int = Field(sa_type=BigInteger)
    replaces: int | None = Field(default=None, sa_type=BigInteger)
    resource_id: int = Field(sa_type=BigInteger, foreign_key="resource.id")
    starts_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    people: int
    title: str = Field(max_length=120)
    note: str = Field(max_length=500)
    state: str = Field(max_length=10)
    made_at: int = Field(sa_type=BigInteger)
    made_by: int | None = Field(default=None, sa_type=BigInteger)
    until_at: int = Field(sa_type=BigInteger)
    ended_at: int = Field(sa_type=BigInteger)
