"""Tables of floor plans."""

from sqlalchemy import BigInteger, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class DrawnPlan(Table, table=True):
    """A floor plan of a site, or of one space of it.

    `walls` is an SVG path drawn by the house itself; `picture` names the picture drawn behind everything, "" without.
    Outlines and walls use the units of `view_box`, which begins at 0 0.
    """

    __tablename__ = "floor_plan"

    id: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=80)
    site_id: int = Field(sa_type=BigInteger, foreign_key="site.id", ondelete="CASCADE")
    space_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="space.id", ondelete="SET NULL")
    view_box: str = Field(max_length=60)
    walls: str = Field(sa_type=Text)
    picture: str = Field(max_length=80)
    position: int


class PlanPlace(Table, table=True):
    """Where a resource or a space stands on a plan: its outline (an SVG path) and where its name is written."""

    __tablename__ = "plan_place"
    __table_args__ = (UniqueConstraint("plan_id", "key"),)

    id: int = Field(primary_key=True, sa_type=Id)
    plan_id: int = Field(sa_type=BigInteger, foreign_key="floor_plan.id", ondelete="CASCADE")
    key: str = Field(max_length=40)
    outline: str = Field(sa_type=Text)
    x: int
    y: int


class PlanPicture(Table, table=True):
    """The picture behind a plan, cleaned or made anew: never the bytes that somebody sent."""

    __tablename__ = "plan_picture"

    plan_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="floor_plan.id", ondelete="CASCADE")
    name: str = Field(max_length=80, unique=True)
    media_type: str = Field(max_length=40)
    content: bytes = Field(sa_type=LargeBinary)
