"""Tables of groups: the groups, their levels and members, and the file that waits to be confirmed."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

KINDS = "'association', 'school_class', 'programme', 'company', 'other'"
ROLES = "'member', 'contact', 'leader'"
PRESENT = text("until IS NULL")


class PersonGroup(Table, table=True):
    """A group of people. `headcount` counts those who come without being known by name.

    `school_year` is the year in which it begins; `starts_on` and `ends_on` are days, both included.
    """

    __tablename__ = "person_group"
    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("headcount >= 0", name="headcount"),
        CheckConstraint("starts_on <= ends_on", name="order"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    key: str | None = Field(default=None, max_length=40, unique=True)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=120)
    place: str = Field(max_length=200)
    contact_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="person.id", ondelete="SET NULL")
    headcount: int | None = None
    school_year: int | None = None
    starts_on: str | None = Field(default=None, max_length=10)
    ends_on: str | None = Field(default=None, max_length=10)
    created_at: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)
    closed_at: int | None = Field(default=None, sa_type=BigInteger)


class GroupLevel(Table, table=True):
    """How many pupils of a class are of a level: a class may have two levels."""

    __tablename__ = "group_level"
    __table_args__ = (CheckConstraint("headcount > 0", name="headcount"),)

    group_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="person_group.id", ondelete="CASCADE")
    level: str = Field(primary_key=True, max_length=40)
    headcount: int


class GroupMember(Table, table=True):
    """Somebody is in a group, from an instant until another one; once at a time."""

    __tablename__ = "group_member"
    __table_args__ = (
        CheckConstraint(f"role IN ({ROLES})", name="role"),
        Index(
            "uq_group_member_present",
            "group_id",
            "person_id",
            unique=True,
            sqlite_where=PRESENT,
            postgresql_where=PRESENT,
        ),
        Index("ix_group_member_person_id", "person_id"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    group_id: int = Field(sa_type=BigInteger, foreign_key="person_group.id", ondelete="CASCADE")
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    role: str = Field(max_length=10)
    since: int = Field(sa_type=BigInteger)
    until: int | None = Field(default=None, sa_type=BigInteger)
    added_by: int | None = Field(default=None, sa_type=BigInteger)


class GroupImport(Table, table=True):
    """The lines of a file that one member of staff looks at before they confirm: gone when used or after an hour."""

    __tablename__ = "group_import"

    id: int = Field(primary_key=True, sa_type=Id)
    group_id: int = Field(sa_type=BigInteger, foreign_key="person_group.id", ondelete="CASCADE")
    staff_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    expires_at: int = Field(sa_type=BigInteger, index=True)
    content: str = Field(sa_type=Text)
