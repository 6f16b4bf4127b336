"""Tables of meetings at a distance: how each room holds them, rooms opened on a server, slots to test."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class VisioRoom(Table, table=True):
    """How meetings of a resource are held, and how to plug in there. Without a row there are none."""

    __tablename__ = "visio_room"
    __table_args__ = (CheckConstraint("kind IN ('fixed', 'jitsi', 'bbb')", name="kind"),)

    resource_id: int = Field(primary_key=True, sa_type=Id, foreign_key="resource.id", ondelete="CASCADE")
    kind: str = Field(max_length=10)
    address: str = Field(max_length=500)
    salt: str = Field(max_length=64)
    plug: str = Field(max_length=300)
    camera: str = Field(max_length=300)
    microphone: str = Field(max_length=300)
    changed_at: int = Field(sa_type=BigInteger)
    changed_by: int | None = Field(default=None, sa_type=BigInteger)


class VisioMeeting(Table, table=True):
    """When the server was last asked to open the room of a reservation (the first of its chain), and answered."""

    __tablename__ = "visio_meeting"

    origin_id: int = Field(primary_key=True, sa_type=Id)
    opened_at: int = Field(sa_type=BigInteger)


class VisioTest(Table, table=True):
    """A quarter of an hour in the room, to test the equipment before a meeting. It goes with its reservation."""

    __tablename__ = "visio_test"

    id: int = Field(primary_key=True, sa_type=Id)
    reservation_id: int = Field(sa_type=BigInteger, foreign_key="reservation.id", unique=True)
    starts_at: int = Field(sa_type=BigInteger)
    ends_at: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
