"""Tables of people: persons, their sessions, and devices (which have accounts of their own)."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class Person(Table, table=True):
    """Someone known to the house. Only the names are needed: many people have no e-mail."""

    __tablename__ = "person"

    id: int = Field(primary_key=True, sa_type=Id)
    key: str | None = Field(default=None, max_length=40, unique=True)
    first_name: str = Field(max_length=200)
    last_name: str = Field(max_length=200)
    email: str | None = Field(default=None, max_length=320, unique=True)
    password_hash: str | None = Field(default=None, max_length=200)
    roles: str = Field(max_length=200)
    locale: str = Field(max_length=5)
    is_active: int
    created_at: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)


class Session(Table, table=True):
    """A signed-in browser or program; the secret itself is only on its side."""

    __tablename__ = "session"

    secret_sha256: str = Field(primary_key=True, max_length=64)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True, ondelete="CASCADE")
    created_at: int = Field(sa_type=BigInteger)
    seen_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger, index=True)


class Device(Table, table=True):
    """A kiosk, a machine's box or a door: it has its own secret and never a person's rights."""

    __tablename__ = "device"
    __table_args__ = (CheckConstraint("kind IN ('kiosk', 'machine', 'door', 'service')", name="kind"),)

    key: str = Field(primary_key=True, max_length=40)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=100)
    secret_sha256: str = Field(max_length=64, unique=True)
    created_at: int = Field(sa_type=BigInteger)
    revoked_at: int = Field(sa_type=BigInteger)
