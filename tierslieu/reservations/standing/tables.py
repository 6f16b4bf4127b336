"""Tables of standing: no-shows that were pardoned."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class Pardon(Table, table=True):
    """A no-show that does not count, because staff said so."""

    __tablename__ = "no_show_pardon"

    reservation_id: int = Field(primary_key=True, sa_type=Id, foreign_key="reservation.id", ondelete="CASCADE")
    pardoned_at: int = Field(sa_type=BigInteger)
    pardoned_by: int | None = Field(default=None, sa_type=BigInteger)
