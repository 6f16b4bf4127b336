"""Tables of what doors were ordered and what they told. The door itself is in zones/. No table here holds a name."""

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field

from tierslieu.infra.tables import Table


class DoorCommand(Table, table=True):
    """One order to a door: granted, sent, then confirmed (the strike was released), refused, unknown or expired.

    `scan_ref` names the granted passage that it carries out: the database refuses a second one for the same. `origin`
    is scan, kiosk, reservation or staff; staff say why in `cause`. `opened_at`: when the contact was seen open, 0 if
    never.
    """

    __tablename__ = "door_command"
    __table_args__ = (
        CheckConstraint(
            "state IN ('granted', 'sent', 'confirmed', 'refused', 'unknown', 'expired')",
            name="state",
        ),
        Index("ix_door_command_door_id", "door_id", "issued_at"),
    )

    cmd_id: str = Field(primary_key=True, max_length=64)
    door_id: int = Field(sa_type=BigInteger, foreign_key="access_door.id")
    seq: int = Field(sa_type=BigInteger)
    op: str = Field(max_length=12)
    ms: int
    issued_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    boot_id: str = Field(max_length=32)
    event_id: str | None = Field(default=None, max_length=64)
    answer: str = Field(max_length=20)
    scan_ref: str | None = Field(default=None, max_length=80, unique=True)
    origin: str = Field(max_length=12)
    asked_by: int | None = Field(default=None, sa_type=BigInteger, index=True)
    reservation_id: int | None = Field(default=None, sa_type=BigInteger)
    cause: str = Field(max_length=20)
    tries: int
    state: str = Field(max_length=10)
    reason: str = Field(max_length=64)
    answered_at: int = Field(sa_type=BigInteger)
    opened_at: int = Field(sa_type=BigInteger)


class DoorEventRow(Table, table=True):
    """What a door told. The key is the promise that an event is counted once. Whose badge it was is in the scan."""

    __tablename__ = "door_event"
    __table_args__ = (Index("ix_door_event_at", "door_id", "at"),)

    door_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="access_door.id")
    event_id: str = Field(primary_key=True, max_length=64)
    at: int = Field(sa_type=BigInteger)
    type: str = Field(max_length=20)
    side: str = Field(max_length=3)
    reason: str = Field(max_length=64)
