"""The table of doors: what stands between a zone and the outside, and what its node last said."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class AccessDoor(Table, table=True):
    """A door with a node of its own. Its account on the bus is the device of the same key.

    `side`: on which side of it there is a reader. `kiosk_key`: the kiosk beside it, whose welcome opens it too ("":
    none). `opens_online`: who has a reservation behind it may open it from the page of the reservation, while it runs.
    `generation` makes a new key; `seq` is the number of the last order, for the life of the door. From `boot_id` on:
    its last words (`pin_pad` is unknown where none is). `heard_at` is the service's own time. `retired_at` 0: in use.
    """

    __tablename__ = "access_door"
    __table_args__ = (
        CheckConstraint("side IN ('in', 'out', 'both')", name="side"),
        CheckConstraint("pulse_ms BETWEEN 1000 AND 10000", name="pulse_ms"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(max_length=32, unique=True)
    site: str = Field(max_length=32)
    name: str = Field(max_length=100)
    zone_id: int = Field(sa_type=BigInteger, foreign_key="access_zone.id", index=True)
    side: str = Field(max_length=4)
    pulse_ms: int
    kiosk_key: str = Field(max_length=40)
    opens_online: int
    generation: int
    seq: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    retired_at: int = Field(sa_type=BigInteger)
    is_online: int
    boot_id: str = Field(max_length=32)
    former_boot_id: str = Field(max_length=32)
    state_seq: int = Field(sa_type=BigInteger)
    strike: str = Field(max_length=10)
    leaf: str = Field(max_length=10)
    is_alarm: int
    reader: str = Field(max_length=10)
    pin_pad: str = Field(max_length=10, sa_column_kwargs={"server_default": "unknown"})
    list_version: int | None = Field(default=None, sa_type=BigInteger)
    list_at: int | None = Field(default=None, sa_type=BigInteger)
    fault: str | None = Field(default=None, max_length=64)
    uptime_s: int = Field(sa_type=BigInteger)
    heard_at: int = Field(sa_type=BigInteger)
    reborn_at: int = Field(sa_type=BigInteger)
    rebirths: int
