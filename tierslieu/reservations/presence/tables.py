"""Tables of presence: when people came and went, the codes on doors."""

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

IN_FORCE = text("revoked_at = 0")


class Attendance(Table, table=True):
    """What is known of somebody's presence at one reservation: when they came and left (0: unknown), by what.

    `booked_until` is the end that was reserved: leaving early ends a reservation before. `noted_by` is who of the
    staff noted it last, if anybody did.
    """

    __tablename__ = "attendance"
    __table_args__ = (CheckConstraint("how IN ('kiosk', 'code', 'app', 'desk', '')", name="how"),)

    reservation_id: int = Field(primary_key=True, sa_type=Id, foreign_key="reservation.id", ondelete="CASCADE")
    arrived_at: int = Field(sa_type=BigInteger)
    how: str = Field(max_length=10)
    left_at: int = Field(sa_type=BigInteger)
    booked_until: int = Field(sa_type=BigInteger)
    noted_by: int | None = Field(default=None, sa_type=BigInteger)


class DoorCode(Table, table=True):
    """The code printed for a resource: it opens this resource's page, and says that one stands before it."""

    __tablename__ = "door_code"
    __table_args__ = (
        Index("uq_door_code_in_force", "resource_id", unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
    )

    code: str = Field(primary_key=True, max_length=20)
    resource_id: int = Field(sa_type=BigInteger, foreign_key="resource.id", ondelete="CASCADE")
    created_at: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    revoked_at: int = Field(sa_type=BigInteger)
