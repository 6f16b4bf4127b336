"""Tables of families: consents, the house's age rules, school breaks."""

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

SCOPES = "'account', 'machines', 'going_home_alone', 'outing', 'photo_web', 'photo_press', 'photo_social'"
IN_FORCE = text("ended_at IS NULL")


class Consent(Table, table=True):
    """`guardian_id` agreed to something for `person_id` (themselves, when they are of age).

    `given_on` and `until` are days, the last one included. `is_agreed`: the person themselves agreed too.
    `paper_seen_by` saw a signed paper; NULL when the guardian agreed in their own space. A consent ends by its
    day, withdrawn or replaced by a newer one; it is never removed while its person is known.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(f"scope IN ({SCOPES})", name="scope"),
        CheckConstraint("ended_how IN ('', 'withdrawn', 'replaced')", name="ended_how"),
        CheckConstraint("given_on <= until", name="order"),
        Index(
            "uq_consent_in_force",
            "person_id",
            "guardian_id",
            "scope",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
        Index("ix_consent_until", "until", sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
        Index("ix_consent_guardian_id", "guardian_id"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    guardian_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    scope: str = Field(max_length=20)
    is_agreed: int
    given_on: str = Field(max_length=10)
    until: str = Field(max_length=10)
    paper_seen_by: int | None = Field(default=None, sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_by: int | None = Field(default=None, sa_type=BigInteger)
    ended_how: str = Field(max_length=10)
    reminded_at: int | None = Field(default=None, sa_type=BigInteger)


class AgeRule(Table, table=True):
    """What the house asks of minors for a target: a resource's key, "kind:…", "space:…" or "" (everywhere).

    Hours are wall clock minutes: on school days and on the other days; NULL leaves them open.
    """

    __tablename__ = "age_rule"
    __table_args__ = (
        CheckConstraint("school_from < school_to", name="school"),
        CheckConstraint("free_from < free_to", name="free"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    target: str = Field(max_length=60, unique=True)
    min_age: int | None = None
    min_age_alone: int | None = None
    needs_consent: str = Field(max_length=20)
    school_from: int | None = None
    school_to: int | None = None
    free_from: int | None = None
    free_to: int | None = None
    changed_at: int = Field(sa_type=BigInteger)
    changed_by: int | None = Field(default=None, sa_type=BigInteger)


class SchoolBreak(Table, table=True):
    """Days without school, the last one included."""

    __tablename__ = "school_break"
    __table_args__ = (CheckConstraint("first_day <= last_day", name="order"),)

    id: int = Field(primary_key=True, sa_type=Id)
    name: str = Field(max_length=80)
    first_day: str = Field(max_length=10, unique=True)
    last_day: str = Field(max_length=10)
