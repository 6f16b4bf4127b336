"""Tables of passes: the keys that sign them, those of guests, the uses of phone passes."""

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class PassKey(Table, table=True):
    """A key that signs passes. `kid` is its name in them. `until` 0: it signs now; else readers trust it until then.

    One key signs at a time. A number is taken again only when nothing signed under it is good any more.
    """

    __tablename__ = "pass_key"
    __table_args__ = (
        CheckConstraint("kid BETWEEN 0 AND 15", name="kid"),
        Index(
            "uq_pass_key_signing",
            "until",
            unique=True,
            sqlite_where=text("until = 0"),
            postgresql_where=text("until = 0"),
        ),
    )

    kid: int = Field(primary_key=True, sa_type=Id)
    seed: bytes = Field(sa_type=LargeBinary)
    public: bytes = Field(sa_type=LargeBinary)
    created_at: int = Field(sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger)


class GuestPass(Table, table=True):
    """A pass for somebody without an account. `handle` is its name in the code, `zone` the number of the zone it opens.

    `first_name` is what the guest wants to be called, "" for none. `revoked_at` 0: not stopped.
    """

    __tablename__ = "guest_pass"
    __table_args__ = (
        CheckConstraint("zone BETWEEN 0 AND 255", name="zone"),
        CheckConstraint("valid_from < valid_until", name="window"),
        Index("ix_guest_pass_valid_until", "valid_until"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    handle: str = Field(max_length=10, unique=True)
    kid: int
    zone: int
    first_name: str = Field(max_length=40)
    valid_from: int = Field(sa_type=BigInteger)
    valid_until: int = Field(sa_type=BigInteger)
    issued_at: int = Field(sa_type=BigInteger)
    issued_by: int | None = Field(default=None, sa_type=BigInteger)
    revoked_at: int = Field(sa_type=BigInteger)


class PassUse(Table, table=True):
    """A phone pass was shown at a kiosk (`device`), at a door (`door`), or at both: it counts once for each.

    Shown at another kiosk or another door in its half minute, it is a copy. "": at none of that kind.
    """

    __tablename__ = "pass_use"
    __table_args__ = (Index("ix_pass_use_at", "at"), {"sqlite_with_rowid": False})

    handle: str = Field(primary_key=True, max_length=14)
    slot: int = Field(primary_key=True, sa_type=BigInteger)
    device: str = Field(max_length=40)
    at: int = Field(sa_type=BigInteger)
    door: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})
