"""Tables of calendars: secret addresses to subscribe to, and what was imported from the calendars of others."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

DETAILS = "'own', 'busy', 'names', 'opening'"
EVENT_STATES = "'claimed', 'left_out'"


class CalendarFeed(Table, table=True):
    """A calendar that somebody subscribed to, under an address of which only the hash is kept.

    `place` is what it shows: "" for one's own reservations, else "resource:…", "space:…" or "site:…". `tag` stands for
    what was shown last and `changed_at` is since when, so that calendars are told when nothing changed.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (CheckConstraint(f"detail IN ({DETAILS})", name="detail"),)

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE", index=True)
    token_sha256: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=40)
    place: str = Field(max_length=60)
    detail: str = Field(max_length=10)
    created_at: int = Field(sa_type=BigInteger)
    last_used_at: int = Field(sa_type=BigInteger)
    tag: str = Field(max_length=64)
    changed_at: int = Field(sa_type=BigInteger)


class CalendarImport(Table, table=True):
    """A calendar of somebody else, as it was brought last. `resources` are the ids of what it takes, as JSON."""

    __tablename__ = "calendar_import"

    id: int = Field(primary_key=True, sa_type=Id)
    name: str = Field(max_length=80)
    resources: str = Field(sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)
    changed_by: int | None = Field(default=None, sa_type=BigInteger)


class ImportedEvent(Table, table=True):
    """One occurrence of an imported calendar on one resource; its claims have the cause "import" and this id.

    `state` left_out: it takes no time here, and `why` says what stood in its way.
    """

    __tablename__ = "imported_event"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint(f"state IN ({EVENT_STATES})", name="state"),
        Index("uq_imported_event_known", "resource_id", "uid", "occurrence", unique=True),
        Index("ix_imported_event_import_id", "import_id", "starts_at"),
        Index("ix_imported_event_ends_at", "ends_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    import_id: int = Field(sa_type=BigInteger, foreign_key="calendar_import.id", ondelete="CASCADE")
    resource_id: int = Field(sa_type=BigInteger, foreign_key="resource.id")
    uid: str = Field(max_length=200)
    occurrence: str = Field(max_length=40)
    starts_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    title: str = Field(max_length=200)
    state: str = Field(max_length=10)
    why: str = Field(max_length=20)


class CalendarDraft(Table, table=True):
    """What a file would do, while a member of staff looks at it: gone when used or after an hour."""

    __tablename__ = "calendar_draft"

    id: int = Field(primary_key=True, sa_type=Id)
    staff_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    expires_at: int = Field(sa_type=BigInteger, index=True)
    content: str = Field(sa_type=Text)
