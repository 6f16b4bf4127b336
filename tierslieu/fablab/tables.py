"""Tables of the FabLab. What a machine says of itself is kept beside what the house knows of it."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

STATUSES = "'in_service', 'maintenance'"
JOB_STATES = (
    "'requested', 'queued', 'held', 'dispatched', 'running', 'to_check', 'done', 'failed', 'cancelled', 'refused'"
)
SERVICES = "'self', 'staff'"
FORMATS = "'gcode', 'bgcode', 'sliced_3mf', 'model', 'drawing'"
ACTIVE = "state IN ('dispatched', 'running', 'to_check')"


class Machine(Table, table=True):
    """A machine: the house's own facts first (needs_clear is ours and outlives restarts), then its last words.

    `key` is the key of its device account and of its place on the bus. `last_message_at` is the service's own time.
    `shown_link` is how the link was last shown, so that a change can be noticed without a message.
    `slots`: what it says is loaded, as JSON (trays.py), "" for a machine that does not say.
    Limits that nobody noted (nozzle, temperatures, firmware) are NULL or empty: nothing is compared with them.
    """

    __tablename__ = "machine"
    __table_args__ = (CheckConstraint(f"status IN ({STATUSES})", name="status"),)

    id: int = Field(primary_key=True, sa_type=Id)
    key: str = Field(max_length=32, unique=True)
    site: str = Field(max_length=32)
    resource_key: str | None = Field(default=None, max_length=40)
    name: str = Field(max_length=200)
    kind: str = Field(max_length=40)
    model: str = Field(max_length=200)
    qualification: str | None = Field(default=None, max_length=80)
    build_x: int | None = Field(default=None)
    build_y: int | None = Field(default=None)
    build_z: int | None = Field(default=None)
    notices: str = Field(sa_type=Text)
    position: int
    status: str = Field(max_length=20)
    status_note: str = Field(max_length=500)
    material: str = Field(max_length=40)
    needs_clear: int
    is_online: int
    state: str = Field(max_length=20)
    substate: str = Field(max_length=200)
    job_ref: str | None = Field(default=None, max_length=64)
    is_outside: int
    progress: float | None = Field(default=None)
    seconds_left: int | None = Field(default=None, sa_type=BigInteger)
    temperatures: str = Field(sa_type=Text)
    faults: str = Field(sa_type=Text)
    needs_operator: int
    boot_id: str = Field(max_length=32)
    former_boot_id: str = Field(max_length=32)
    seq: int = Field(sa_type=BigInteger)
    observed_at: int = Field(sa_type=BigInteger)
    last_message_at: int = Field(sa_type=BigInteger)
    measured_at: int = Field(sa_type=BigInteger)
    shown_link: str = Field(max_length=10)
    nozzle_mm: float | None = Field(default=None)
    max_tool_c: int | None = Field(default=None)
    max_bed_c: int | None = Field(default=None)
    firmware: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})
    colour: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})
    takes_queue: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    hourly_cents: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    slots: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})


class JobFile(Table, table=True):
    """One file as one person brought it; the bytes lie in the file store, once per content."""

    __tablename__ = "job_file"
    __table_args__ = (CheckConstraint(f"format IN ({FORMATS})", name="format"),)

    id: int = Field(primary_key=True, sa_type=Id)
    sha256: str = Field(max_length=64, index=True)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True)
    name: str = Field(max_length=200)
    size: int = Field(sa_type=BigInteger)
    facts: str = Field(sa_type=Text)
    thumbnail_sha: str | None = Field(default=None, max_length=64)
    created_at: int = Field(sa_type=BigInteger, index=True)
    format: str = Field(default="gcode", max_length=20, sa_column_kwargs={"server_default": "gcode"})
    preview_sha: str | None = Field(default=None, max_length=64)


class FabricationJob(Table, table=True):
    """A wish to make something. Its place in the queue is derived from `rank`, never stored.

    `service`: self, its person stands at the machine; staff, the house makes it for them. `requested`: staff look at
    it first. `held`: it keeps its place and waits. `priority`: staff put it before others, `priority_reason` says why.
    `parent_id`: the job that this one was split from. Costs are in cents, NULL while unknown.
    `job_ref` names the last attempt on the bus (J000123, then J000123-2): a machine ends each name once.
    """

    __tablename__ = "fabrication_job"
    __table_args__ = (
        CheckConstraint(f"state IN ({JOB_STATES})", name="state"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(f"service IN ({SERVICES})", name="service"),
        Index("ux_one_active_job", "machine_id", unique=True, sqlite_where=text(ACTIVE), postgresql_where=text(ACTIVE)),
        Index("ix_fabrication_job_state_rank", "state", "rank"),
        Index("ix_fabrication_job_person_id_rank", "person_id", "rank"),
        Index("ix_fabrication_job_machine_id_ended_at", "machine_id", "ended_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    number: int = Field(unique=True)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id")
    queued_by: int | None = Field(default=None, sa_type=BigInteger)
    file_id: int = Field(sa_type=BigInteger, foreign_key="job_file.id")
    kind: str = Field(max_length=40)
    wanted_machine_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="machine.id")
    machine_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="machine.id")
    material: str = Field(max_length=40)
    quantity: int
    copies_done: int
    note: str = Field(max_length=500)
    state: str = Field(max_length=20)
    outcome: str | None = Field(default=None, max_length=20)
    notice: str = Field(max_length=80)
    rank: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)
    dispatched_at: int | None = Field(default=None, sa_type=BigInteger)
    started_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    cmd_id: str | None = Field(default=None, max_length=64)
    job_ref: str | None = Field(default=None, max_length=64, unique=True)
    attempts: int
    is_contact_lost: int
    filament_mm: float | None = Field(default=None)
    seconds_spent: int | None = Field(default=None, sa_type=BigInteger)
    service: str = Field(default="self", max_length=10, sa_column_kwargs={"server_default": "self"})
    colour: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})
    deadline: int | None = Field(default=None, sa_type=BigInteger)
    priority: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    priority_reason: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})
    held_reason: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})
    parent_id: int | None = Field(default=None, sa_type=BigInteger)
    filament_g: float | None = Field(default=None)
    estimate_cents: int | None = Field(default=None)
    cost_cents: int | None = Field(default=None)
    photo_sha: str | None = Field(default=None, max_length=64)


class JobNumber(Table, table=True):
    """The last number given to a job, in one row: the row's lock hands numbers out one by one."""

    __tablename__ = "job_number"

    id: int = Field(primary_key=True, sa_type=Id)
    last: int


class DeviceReport(Table, table=True):
    """A report that was taken in. The key is the promise that the same report is counted once."""

    __tablename__ = "device_report"

    device: str = Field(primary_key=True, max_length=32)
    report_id: str = Field(primary_key=True, max_length=64)
    received_at: int = Field(sa_type=BigInteger, index=True)


class MachineEvent(Table, table=True):
    """The machine's log: what happened, when, because of whom. `facts` is JSON."""

    __tablename__ = "machine_event"
    __table_args__ = (Index("ix_machine_event_machine_id_at", "machine_id", "at"),)

    id: int = Field(primary_key=True, sa_type=Id)
    machine_id: int = Field(sa_type=BigInteger, foreign_key="machine.id")
    at: int = Field(sa_type=BigInteger)
    kind: str = Field(max_length=40)
    job_id: int | None = Field(default=None, sa_type=BigInteger)
    person_id: int | None = Field(default=None, sa_type=BigInteger)
    facts: str = Field(sa_type=Text)
