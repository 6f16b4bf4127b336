"""Tables of the queue: how each kind of machine is shared, and how fast each machine truly is."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Table

POLICIES = "'first_come', 'deadline', 'shortest', 'fair'"


class QueuePolicy(Table, table=True):
    """How the queue of one kind of machine works; without a row the house's defaults hold.

    `guard_hours`: who waits longer than this goes before everybody who came later. `clear_minutes`: how long it takes
    to empty a machine. `makers_clear`: people may confirm that they emptied the machine of their own job.
    `starts_next`: who runs the machine and confirms that it is empty starts the next job with the same gesture.
    """

    __tablename__ = "queue_policy"
    __table_args__ = (
        CheckConstraint(f"policy IN ({POLICIES})", name="policy"),
        CheckConstraint("guard_hours > 0 AND clear_minutes >= 0", name="bounds"),
    )

    kind: str = Field(primary_key=True, max_length=40)
    policy: str = Field(max_length=20)
    guard_hours: int
    clear_minutes: int
    makers_clear: int
    starts_next: int
    changed_at: int = Field(sa_type=BigInteger)


class MachineSpeed(Table, table=True):
    """What a machine's last finished jobs took, compared with what their files said. 1.2: a fifth longer."""

    __tablename__ = "machine_speed"

    machine_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="machine.id")
    ratio: float
    samples: int
    measured_at: int = Field(sa_type=BigInteger)
