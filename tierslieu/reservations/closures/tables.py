"""Tables of closures: whom they displaced. Closures themselves are in reservations/tables.py."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class Displacement(Table, table=True):
    """A reservation that could not take place, and the last offer made instead (none when nothing fits).

    `was` is the state it had: what was confirmed needs no second answer elsewhere, a request does. Without a
    closure its hours changed, or its resource was retired: `because` says which, or "closure".
    """

    __tablename__ = "displacement"
    __table_args__ = (
        Index("ix_displacement_person_id", "person_id", "created_at"),
        Index("ix_displacement_closure_id", "closure_id"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    closure_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="closure.id")
    reservation_id: int = Field(sa_type=BigInteger, foreign_key="reservation.id", unique=True)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id")
    offer_id: int | None = Field(default=None, sa_type=BigInteger)
    was: str = Field(max_length=20)
    because: str = Field(max_length=20)
    reason: str = Field(max_length=200)
    created_at: int = Field(sa_type=BigInteger)
