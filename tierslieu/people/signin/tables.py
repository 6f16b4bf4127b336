"""Tables of sign-in: sessions."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from tierslieu.infra.tables import Table


class Session(Table, table=True):
    """A signed-in browser or program; the secret itself is only on its side."""

    __tablename__ = "session"

    secret_sha256: str = Field(primary_key=True, max_length=64)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True, ondelete="CASCADE")
    created_at: int = Field(sa_type=BigInteger)
    seen_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger, index=True)
