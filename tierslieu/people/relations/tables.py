"""Tables of relations between persons."""

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

KINDS = "'parent', 'guardian', 'foster', 'other', 'relative', 'carer'"
IN_FORCE = text("ended_at IS NULL")


class FamilyLink(Table, table=True):
    """`guardian_id` answers for `person_id`, the one who is cared for.

    Guards of a minor are parent, guardian, foster or other; those who help an adult are relative or carer.
    `checked_by` is the member of staff who saw that it is so. A link ends, it is never changed or removed.
    """

    __tablename__ = "family_link"
    __table_args__ = (
        CheckConstraint("person_id <> guardian_id", name="oneself"),
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        Index(
            "uq_family_link_in_force",
            "person_id",
            "guardian_id",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
        Index("ix_family_link_guardian_id", "guardian_id"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    guardian_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    kind: str = Field(max_length=20)
    may_act: int
    receives_messages: int
    checked_by: int | None = Field(default=None, sa_type=BigInteger)
    since: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_by: int | None = Field(default=None, sa_type=BigInteger)


class AgeNote(Table, table=True):
    """What staff noted of a person's age when the birth year does not tell: adult or minor. The last one counts."""

    __tablename__ = "age_note"
    __table_args__ = (
        CheckConstraint("standing IN ('adult', 'minor')", name="standing"),
        Index("ix_age_note_person_id", "person_id", "id"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    standing: str = Field(max_length=10)
    noted_by: int | None = Field(default=None, sa_type=BigInteger)
    noted_at: int = Field(sa_type=BigInteger)
