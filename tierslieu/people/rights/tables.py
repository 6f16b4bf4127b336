"""Tables of rights: what was removed by age and when, and who was told that their account will be."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class RetentionRun(Table, table=True):
    """One application of a retention rule: how many it removed, none too, and of before when. Counts only."""

    __tablename__ = "retention_run"
    __table_args__ = (Index("ix_retention_run_rule", "rule", "at"),)

    id: int = Field(primary_key=True, sa_type=Id)
    rule: str = Field(max_length=80)
    at: int = Field(sa_type=BigInteger)
    before: int = Field(sa_type=BigInteger)
    removed: int


class ForgetWarning(Table, table=True):
    """A person whose account is forgotten at `due_at` unless a sign of life comes first."""

    __tablename__ = "forget_warning"

    person_id: int = Field(primary_key=True, sa_type=Id, foreign_key="person.id", ondelete="CASCADE")
    warned_at: int = Field(sa_type=BigInteger)
    due_at: int = Field(sa_type=BigInteger, index=True)
