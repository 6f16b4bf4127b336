"""Tables of terms: sets of rules and their lines."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

IN_FORCE = text("state = 'in_force'")


class RuleSet(Table, table=True):
    """A set of rules: a draft, in force (at most one, the database sees to it), or past."""

    __tablename__ = "rule_set"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'in_force', 'past')", name="state"),
        Index("uq_rule_set_in_force", "state", unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    name: str = Field(max_length=120)
    state: str = Field(max_length=10)
    note: str = Field(sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    in_force_at: int = Field(sa_type=BigInteger)
    put_in_force_by: int | None = Field(default=None, sa_type=BigInteger)


class RuleLine(Table, table=True):
    """One rule of a set: on `target`, for `audience` ("" everybody), `name` is `value`."""

    __tablename__ = "rule_line"
    __table_args__ = (UniqueConstraint("set_id", "target", "audience", "name"),)

    id: int = Field(primary_key=True, sa_type=Id)
    set_id: int = Field(sa_type=BigInteger, foreign_key="rule_set.id", ondelete="CASCADE")
    target: str = Field(max_length=60)
    audience: str = Field(max_length=60)
    name: str = Field(max_length=30)
    value: int
