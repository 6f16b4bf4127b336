"""Tables of roles: who holds which role, where, until when."""

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table
from tierslieu.people.roles.rules import ROLES

LISTED = ", ".join(f"'{role}'" for role in sorted(ROLES))


class RoleGrant(Table, table=True):
    """A role of a person, everywhere (`scope` is "") or in one place ("space:fablab").

    `granted_by` is NULL when the house itself gave it. From `ends_at` on it counts no more. What was withdrawn
    is gone from here; the audit log remembers.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "scope"),
        CheckConstraint(f"role IN ({LISTED})", name="role"),
        Index("ix_role_grant_role", "role", "person_id"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    role: str = Field(max_length=30)
    scope: str = Field(max_length=60)
    granted_by: int | None = Field(default=None, sa_type=BigInteger)
    granted_at: int = Field(sa_type=BigInteger)
    ends_at: int | None = Field(default=None, sa_type=BigInteger)
