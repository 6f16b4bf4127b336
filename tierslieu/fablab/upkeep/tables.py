"""Tables of upkeep: what machines did, what is to be done to them, what went wrong, what people must have read."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

WORKS = "'job', 'session', 'set'"
MEASURES = "'hours', 'jobs', 'metres', 'days'"
INCIDENT_KINDS = "'does_not_work', 'poor_quality', 'danger', 'missing', 'dirty'"
INCIDENT_STATES = "'open', 'in_hand', 'closed'"
HOWS = "'self', 'guardian', 'paper'"


class MachineWork(Table, table=True):
    """One stretch of work of a machine, by a name that counts once: an attempt of a job, a session, a counter set."""

    __tablename__ = "machine_work"
    __table_args__ = (
        CheckConstraint(f"kind IN ({WORKS})", name="kind"),
        Index("ix_machine_work_machine_id", "machine_id", "at"),
    )

    ref: str = Field(primary_key=True, max_length=64)
    machine_id: int = Field(sa_type=BigInteger, foreign_key="machine.id")
    kind: str = Field(max_length=10)
    seconds: int = Field(sa_type=BigInteger)
    jobs: int
    filament_mm: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)


class MaintenancePlan(Table, table=True):
    """Something to do to a machine every so many hours, jobs, metres or days. `steps` is JSON: a list of texts.

    `done_at` and `done_reading` (of the plan's own measure) are those of the last time, or of its making.
    `told_at`: when who mends the machine was told that it is due, 0 since it was done. `is_blocking`: an overdue
    one takes the machine out of service.
    """

    __tablename__ = "maintenance_plan"
    __table_args__ = (
        CheckConstraint(f"measure IN ({MEASURES})", name="measure"),
        CheckConstraint("every > 0", name="every"),
        Index("ix_maintenance_plan_machine_id", "machine_id"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    machine_id: int = Field(sa_type=BigInteger, foreign_key="machine.id")
    title: str = Field(max_length=120)
    measure: str = Field(max_length=10)
    every: int
    steps: str = Field(sa_type=Text)
    is_blocking: int
    is_active: int
    done_at: int = Field(sa_type=BigInteger)
    done_reading: int = Field(sa_type=BigInteger)
    told_at: int = Field(sa_type=BigInteger)
    blocked_at: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)


class MaintenanceDone(Table, table=True):
    """What was done to a machine, by whom: by a plan with its steps ticked, or without one. `steps` is JSON."""

    __tablename__ = "maintenance_done"
    __table_args__ = (Index("ix_maintenance_done_machine_id", "machine_id", "at"),)

    id: int = Field(primary_key=True, sa_type=Id)
    machine_id: int = Field(sa_type=BigInteger, foreign_key="machine.id")
    plan_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="maintenance_plan.id")
    title: str = Field(max_length=120)
    steps: str = Field(sa_type=Text)
    note: str = Field(max_length=500)
    reading: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    done_by: int | None = Field(default=None, sa_type=BigInteger)


class Incident(Table, table=True):
    """What somebody told of a machine, followed until it is closed. A danger blocks every start while it is open."""

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint(f"kind IN ({INCIDENT_KINDS})", name="kind"),
        CheckConstraint(f"state IN ({INCIDENT_STATES})", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index("ix_incident_machine_id", "machine_id", "created_at"),
        Index(
            "ix_incident_open",
            "machine_id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    machine_id: int = Field(sa_type=BigInteger, foreign_key="machine.id")
    person_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="person.id", index=True)
    kind: str = Field(max_length=20)
    text: str = Field(max_length=500)
    photo_sha: str | None = Field(default=None, max_length=64)
    state: str = Field(max_length=10)
    created_at: int = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)
    closed_at: int | None = Field(default=None, sa_type=BigInteger)
    closed_by: int | None = Field(default=None, sa_type=BigInteger)


class IncidentNote(Table, table=True):
    """One step of an incident: what was done or found; `state` is what it became. The reporter reads it."""

    __tablename__ = "incident_note"
    __table_args__ = (Index("ix_incident_note_incident_id", "incident_id", "at"),)

    id: int = Field(primary_key=True, sa_type=Id)
    incident_id: int = Field(sa_type=BigInteger, foreign_key="incident.id", ondelete="CASCADE")
    at: int = Field(sa_type=BigInteger)
    noted_by: int | None = Field(default=None, sa_type=BigInteger)
    state: str = Field(max_length=10)
    text: str = Field(max_length=500)


class SafetySheet(Table, table=True):
    """What people must have read before they use a machine. A change makes a new version. `signs` is JSON."""

    __tablename__ = "safety_sheet"

    machine_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="machine.id")
    version: int = Field(primary_key=True)
    text: str = Field(sa_type=Text)
    signs: str = Field(sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)


class SheetAcceptance(Table, table=True):
    """Somebody read a version of a machine's sheet, or who answers for them did, or staff hold it on paper."""

    __tablename__ = "sheet_acceptance"
    __table_args__ = (CheckConstraint(f"how IN ({HOWS})", name="how"),)

    machine_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="machine.id")
    version: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="person.id", index=True)
    how: str = Field(max_length=10)
    at: int = Field(sa_type=BigInteger)
    noted_by: int | None = Field(default=None, sa_type=BigInteger)
