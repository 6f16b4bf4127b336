"""Tables of kiosks at work: how each one is, who called, staff at a kiosk, and the list they hold for bad days."""

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class KioskHealth(Table, table=True):
    """What a kiosk last told of itself. `page` is the version of the page it shows, `rev` and `snapshot_at` are of the
    list it holds, `kept` counts passages that wait there. `has_camera` is 0 while no camera ever read since it was
    enrolled, 1 while one reads, 2 when it did before. `copied_at`: it was stopped, its secret was used twice.
    """

    __tablename__ = "kiosk_health"

    key: str = Field(primary_key=True, max_length=40)
    seen_at: int = Field(sa_type=BigInteger)
    page: str = Field(max_length=16)
    rev: int = Field(sa_type=BigInteger)
    snapshot_at: int = Field(sa_type=BigInteger)
    kept: int
    is_durable: int
    has_camera: int
    copied_at: int = Field(sa_type=BigInteger)


class KioskCall(Table, table=True):
    """Somebody at a kiosk asks for a person to come. `call_id` is the kiosk's own: asked twice, it counts once."""

    __tablename__ = "kiosk_call"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'coming', 'over')", name="state"),)

    id: int = Field(primary_key=True, sa_type=Id)
    kiosk: str = Field(max_length=40)
    call_id: str = Field(max_length=32, unique=True)
    state: str = Field(max_length=8)
    asked_at: int = Field(sa_type=BigInteger, index=True)
    answered_at: int = Field(sa_type=BigInteger)
    answered_by: int | None = Field(default=None, sa_type=BigInteger)


class KioskTurn(Table, table=True):
    """A member of staff at a kiosk, for a minute after each gesture. The secret is in the kiosk's cookie."""

    __tablename__ = "kiosk_turn"

    secret_sha256: str = Field(primary_key=True, max_length=64)
    kiosk: str = Field(max_length=40)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE", index=True)
    began_at: int = Field(sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger)


class SnapshotState(Table, table=True):
    """One row: the revision of the list that kiosks hold. `profiles` is only ever appended to: rows name them by place.

    A kiosk that holds a revision below `floor` may have missed a row that went, and gets the whole list.
    """

    __tablename__ = "snapshot_state"

    id: int = Field(primary_key=True, sa_type=Id)
    rev: int = Field(sa_type=BigInteger)
    floor: int = Field(sa_type=BigInteger)
    next_number: int = Field(sa_type=BigInteger)
    made_at: int = Field(sa_type=BigInteger)
    digest: str = Field(max_length=64)
    holders: int
    profiles: str = Field(sa_type=Text)


class SnapshotRow(Table, table=True):
    """One holder in that list, a person or a guest pass, as kiosks get it. `gone_at` 0: in the list now."""

    __tablename__ = "snapshot_row"

    holder_id: int = Field(primary_key=True, sa_type=Id)
    number: int = Field(sa_type=BigInteger, unique=True)
    rev: int = Field(sa_type=BigInteger, index=True)
    text: str = Field(sa_type=Text)
    gone_at: int = Field(sa_type=BigInteger)
