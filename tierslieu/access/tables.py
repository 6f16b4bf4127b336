"""Tables of access: badges, cards to lend, kiosks, scans. No table here holds a name of a person."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class Badge(Table, table=True):
    """A printed card, a card of the house lent for a day, or a phone of one person. Secrets are kept as hashes only.

    Several cards of a person work together when each has a `label` of its own (« clé de voiture »); one phone carries
    the badge. `handle` is the name of a phone in its passes ("" for cards). `valid_until` 0: until it is stopped.
    `doubted_at`: since when there may be a copy of the card (0: no doubt); it enters nowhere without its pin.
    """

    __tablename__ = "badge"
    __table_args__ = (
        CheckConstraint("kind IN ('card', 'phone', 'day')", name="kind"),
        CheckConstraint("state IN ('active', 'revoked')", name="state"),
        Index(
            "uq_badge_active",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'active' AND kind <> 'card'"),
            postgresql_where=text("state = 'active' AND kind <> 'card'"),
        ),
        Index(
            "uq_badge_handle",
            "handle",
            unique=True,
            sqlite_where=text("handle <> ''"),
            postgresql_where=text("handle <> ''"),
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
    label: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})
    handle: str = Field(default="", max_length=14, sa_column_kwargs={"server_default": ""})
    valid_until: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    doubted_at: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class HouseCard(Table, table=True):
    """A numbered card of the house, lent for a day. While it is lent a badge of kind "day" has its secret and number.

    In the drawer nothing says who had it, and it opens nothing. `retired_at` 0: in use.
    """

    __tablename__ = "house_card"

    id: int = Field(primary_key=True, sa_type=Id)
    card_number: str = Field(max_length=6, unique=True)
    secret_sha256: str = Field(max_length=64, unique=True)
    made_at: int = Field(sa_type=BigInteger)
    retired_at: int = Field(sa_type=BigInteger)


class Scan(Table, table=True):
    """One passage: a badge shown to a device, or somebody counted without one. `scan_id` is the device's random id.

    `at` is when it happened as far as known, `received_at` when the service heard of it: later for scans that
    a device kept while it had no network. `decided_by` the device itself, then. `flags` are codes with commas between.
    `people`: how many passed (a class of 28, a family at the counter), of which `band` of age when it was told.
    Presence is folded from these rows alone: corrections and the evening's closing are rows too.
    """

    __tablename__ = "scan"
    __table_args__ = (
        CheckConstraint("outcome IN ('granted', 'denied')", name="outcome"),
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        CheckConstraint("kind IN ('badge', 'desk', 'walk_in', 'group', 'correction', 'closing')", name="kind"),
        CheckConstraint("decided_by IN ('service', 'kiosk', 'door')", name="decided_by"),
        Index("ix_scan_received_at", "received_at"),
        Index("ix_scan_zone_id", "zone_id", "at"),
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
    kind: str = Field(default="badge", max_length=12, sa_column_kwargs={"server_default": "badge"})
    direction: str = Field(default="in", max_length=3, sa_column_kwargs={"server_default": "in"})
    zone_id: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    decided_by: str = Field(default="service", max_length=8, sa_column_kwargs={"server_default": "service"})
    flags: str = Field(default="", max_length=120, sa_column_kwargs={"server_default": ""})
    badge_id: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    guest_id: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    people: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    band: str = Field(default="", max_length=12, sa_column_kwargs={"server_default": ""})


class PassageCount(Table, table=True):
    """How many passages an hour had at a device, let through and refused: what stays when they are forgotten.

    `hour` is the instant at which it began. /presence/chiffres adds these to the passages that are still there.
    """

    __tablename__ = "passage_count"

    hour: int = Field(primary_key=True, sa_type=BigInteger)
    device: str = Field(primary_key=True, max_length=40)
    outcome: str = Field(primary_key=True, max_length=10)
    passages: int


class ZoneCount(Table, table=True):
    """How many people an hour brought into a zone, or saw leave: what stays when the passages are forgotten.

    `hour` is the instant at which it began, `band` the age band of those who were only counted.
    """

    __tablename__ = "zone_count"
    __table_args__ = (CheckConstraint("direction IN ('in', 'out')", name="direction"),)

    hour: int = Field(primary_key=True, sa_type=BigInteger)
    zone_id: int = Field(primary_key=True, sa_type=BigInteger)
    direction: str = Field(primary_key=True, max_length=3)
    band: str = Field(primary_key=True, max_length=12)
    people: int


class Kiosk(Table, table=True):
    """A kiosk of the house. While a one-time code is open, whoever types it at a device makes it this kiosk.

    It stands in front of a zone (0: it notes arrivals, and guards nothing). With a resource (not 0) it is the screen
    at that resource's door; `shows_names` lets it show first names.
    """

    __tablename__ = "kiosk"

    key: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=100)
    code_sha256: str | None = Field(default=None, max_length=64, unique=True)
    code_until: int = Field(sa_type=BigInteger)
    enrolled_at: int = Field(sa_type=BigInteger)
    resource_id: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    shows_names: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    zone_id: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
