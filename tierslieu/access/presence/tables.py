"""Tables of presence: who is inside and how many, groups that came together, who needs help to get out, alarms."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class Presence(Table, table=True):
    """Where somebody is, by their newest passage; folded from the scans, and rebuilt from them at any time.

    Either a person or a guest (the other id is 0), once: the database refuses a second row. `takes_place`: they
    count against the capacity. `last_mark` orders passages of the same second.
    """

    __tablename__ = "presence"
    __table_args__ = (
        CheckConstraint("(person_id = 0) <> (guest_id = 0)", name="who"),
        CheckConstraint("last_direction IN ('in', 'out')", name="direction"),
        CheckConstraint("is_inside = 0 OR last_direction = 'in'", name="inside"),
        CheckConstraint("takes_place = 0 OR is_inside = 1", name="places"),
        Index("uq_presence_who", "person_id", "guest_id", unique=True),
        Index("ix_presence_zone_id", "zone_id", "is_inside"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger)
    guest_id: int = Field(sa_type=BigInteger)
    zone_id: int = Field(sa_type=BigInteger)
    is_inside: int
    takes_place: int
    last_at: int = Field(sa_type=BigInteger)
    last_direction: str = Field(max_length=3)
    last_mark: str = Field(max_length=120)


class Headcount(Table, table=True):
    """How many are in a zone; in the row of the site, how many are in any zone.

    `people` are known one by one, `places` those of them who count against the capacity, `visitors` the balance of
    those who were only counted: below zero when more left than came. What happened up to `closed_at` is over.
    """

    __tablename__ = "headcount"
    __table_args__ = (CheckConstraint("people >= 0 AND places >= 0", name="people"),)

    zone_id: int = Field(primary_key=True, sa_type=BigInteger)
    people: int
    places: int
    visitors: int
    closed_at: int = Field(sa_type=BigInteger)


class GroupVisit(Table, table=True):
    """A group that came together: a class, an association. `group_id` 0: no group of the files. `left_at` 0: here."""

    __tablename__ = "group_visit"
    __table_args__ = (
        CheckConstraint("people > 0", name="people"),
        Index("ix_group_visit_left_at", "left_at", "arrived_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    group_id: int = Field(sa_type=BigInteger)
    zone_id: int = Field(sa_type=BigInteger)
    people: int
    band: str = Field(max_length=12)
    arrived_at: int = Field(sa_type=BigInteger)
    left_at: int = Field(sa_type=BigInteger)


class EvacuationHelp(Table, table=True):
    """Somebody asked to be listed as needing help to get out, in their own words; gone as soon as they say so."""

    __tablename__ = "evacuation_help"

    person_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    note: str = Field(max_length=200)
    asked_at: int = Field(sa_type=BigInteger)
    noted_by: int | None = Field(default=None, sa_type=BigInteger)


class Alarm(Table, table=True):
    """A fire alarm: from the first signal until staff end it (`ended_at` 0: it lasts).

    `is_on` is the signal itself. `kept` is the list of who was inside when it began (JSON), emptied when it ends.
    """

    __tablename__ = "alarm"
    __table_args__ = (Index("ix_alarm_ended_at", "ended_at"),)

    id: int = Field(primary_key=True, sa_type=Id)
    source: str = Field(max_length=60)
    is_on: int
    started_at: int = Field(sa_type=BigInteger)
    ended_at: int = Field(sa_type=BigInteger)
    ended_by: int | None = Field(default=None, sa_type=BigInteger)
    kept: str = Field(sa_type=Text)
