"""Tables of requests."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from tierslieu.infra.tables import Table


class RequestFile(Table, table=True):
    """What happened to a request beside the reservation itself: who was told of it, what was answered.

    Instants are 0 while it did not happen. `note` is what was answered, in the words of who answered.
    """

    __tablename__ = "request_file"

    reservation_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="reservation.id", ondelete="CASCADE")
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True)
    opened_at: int = Field(sa_type=BigInteger)
    told_at: int = Field(sa_type=BigInteger)
    reminded_at: int = Field(sa_type=BigInteger)
    answered_at: int = Field(sa_type=BigInteger)
    answered_by: int | None = Field(default=None, sa_type=BigInteger)
    note: str = Field(max_length=500)
