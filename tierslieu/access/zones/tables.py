"""Tables of zones: what doors and kiosks stand in front of, and who may enter."""

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class AccessZone(Table, table=True):
    """A group of doors with the same rights. `number` (1 to 255) is its name in signed passes, never given again.

    One zone may be the whole site (`is_site`): whoever is in any zone is in it. `space_id` 0: no space of its own.
    `capacity` 0: people are not counted against anything. `stale_s`: how old a reader's facts may be without network
    (0: any age will do). `retired_at` 0: in use.
    """

    __tablename__ = "access_zone"
    __table_args__ = (
        CheckConstraint("passback IN ('off', 'soft', 'timed', 'hard')", name="passback"),
        CheckConstraint("number BETWEEN 1 AND 255", name="number"),
        CheckConstraint("capacity >= 0", name="capacity"),
        Index(
            "uq_access_zone_site",
            "is_site",
            unique=True,
            sqlite_where=text("is_site = 1 AND retired_at = 0"),
            postgresql_where=text("is_site = 1 AND retired_at = 0"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(max_length=40, unique=True)
    number: int = Field(unique=True)
    name: str = Field(max_length=100)
    is_site: int
    space_id: int = Field(sa_type=BigInteger)
    capacity: int
    counts_staff: int
    passback: str = Field(max_length=5)
    passback_s: int
    early_s: int
    stale_s: int
    position: int
    retired_at: int = Field(sa_type=BigInteger)


class ZoneRule(Table, table=True):
    """One line of who may enter a zone: devices.badges.decide.Rule as it is stored."""

    __tablename__ = "zone_rule"
    __table_args__ = (
        CheckConstraint("who IN ('anyone', 'role', 'plan', 'qualification', 'reservation')", name="who"),
        CheckConstraint("moment IN ('open', 'staffed', 'always')", name="moment"),
        CheckConstraint("pin IN ('never', 'unstaffed', 'always')", name="pin"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    zone_id: int = Field(sa_type=BigInteger, foreign_key="access_zone.id", ondelete="CASCADE", index=True)
    who: str = Field(max_length=14)
    value: str = Field(max_length=60)
    moment: str = Field(max_length=8)
    pin: str = Field(max_length=10)
