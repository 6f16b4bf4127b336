"""Tables of access: badges, kiosks, and the scans that devices record. No table here holds a name of a person."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class Badge(Table, table=True):
    """A printed card or a phone's code of one person. The secret itself is only in the code; here is its hash.

    At most one badge of a kind is active per person: the database refuses a second one.
    """

    __tablename__ = "badge"
    __table_args__ = (
        CheckConstraint("kind IN ('card', 'phone')", name="kind"),
        CheckConstraint("state IN ('active', 'revoked')", name="state"),
        Index(
            "uq_badge_active",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
        Index("ix_badge_person_id", "person_id", "issued_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    kind: str = Field(max_length=10)
    card_number: str = Field(max_length=6, unique=True)
    secret_sha256: str = Field(max_length=64, unique=True)
    state: str = Field(max_length=10)
    issued_at: int = Field(sa_type=BigInteger)
    issued_by: int | None = Field(default=None, sa_type=BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)
    revoked_reason: str | None = Field(default=None, max_length=20)


class Scan(Table, table=True):
    """One presentation of a badge to a device, and what was answered. `scan_id` is the device's own random id.

    `at` is when it happened as far as known, `received_at` when the service heard of it: later for scans that
    a device kept while it had no network.
    """

    __tablename__ = "scan"
    __table_args__ = (
        CheckConstraint("outcome IN ('granted', 'denied')", name="outcome"),
        Index("ix_scan_received_at", "received_at"),
        Index("ix_scan_person_id", "person_id", "at"),
        {"sqlite_with_rowid": False},
    )

    device: str = Field(primary_key=True, max_length=40)
    scan_id: str = Field(primary_key=True, max_length=32)
    digest: str = Field(max_length=64)
    device_seq: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    received_at: int = Field(sa_type=BigInteger)
    person_id: int | None = Field(default=None, sa_type=BigInteger)
    outcome: str = Field(max_length=10)
    reason: str | None = Field(default=None, max_length=20)
    answer: str = Field(sa_type=Text)


class PassageCount(Table, table=True):
    """How many passages an hour had at a device: what stays when the passages themselves are forgotten.

    `hour` is the instant at which it began.
    """

    __tablename__ = "passage_count"

    hour: int = Field(primary_key=True, sa_type=BigInteger)
    device: str = Field(primary_key=True, max_length=40)
    outcome: str = Field(primary_key=True, max_length=10)
    passages: int


class Kiosk(Table, table=True):
    """A kiosk of the house. While a one-time code is open, whoever types it at a device makes it this kiosk.

    With a resource (not 0) it is the screen at that resource's door; `shows_names` lets it show first names.
    """

    __tablename__ = "kiosk"

    key: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=100)
    code_sha256: str | None = Field(default=None, max_length=64, unique=True)
    code_until: int = Field(sa_type=BigInteger)
    enrolled_at: int = Field(sa_type=BigInteger)
    resource_id: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    shows_names: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
