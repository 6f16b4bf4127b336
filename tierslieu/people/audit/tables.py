"""Tables of the audit log: the chained entries, and the anchor that stands for those removed by age.

The database refuses to change an entry, and to remove one that the anchor does not stand for (triggers, in
the migrations).
"""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class AuditEntry(Table, table=True):
    """One act. `by` is the actor's handle, `subject_id` the person it concerned, `about` the thing, `facts` JSON."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject_id", "subject_id", "seq"),)

    seq: int = Field(primary_key=True, sa_type=Id)
    at: int = Field(sa_type=BigInteger, index=True)
    by: str = Field(max_length=60, index=True)
    act: str = Field(max_length=80)
    subject_id: int | None = Field(default=None, sa_type=BigInteger)
    about: str = Field(max_length=80)
    facts: str = Field(sa_type=Text)
    sha256: str = Field(max_length=64)


class AuditAnchor(Table, table=True):
    """Up to which entry the log was removed by age, and that entry's hash. One row."""

    __tablename__ = "audit_anchor"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: int = Field(primary_key=True, sa_type=Id)
    seq: int = Field(sa_type=BigInteger)
    sha256: str = Field(max_length=64)
