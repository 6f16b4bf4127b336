"""Every message of contract 1, as frozen structs: what travels, in which unit, within which bounds."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from devices.wire.bounds import (
    VERSION,
    BootId,
    Celsius,
    Code,
    Colour,
    ConfigVersion,
    FileName,
    FileUrl,
    Instant,
    JobRef,
    Key,
    MessageId,
    Millimetres,
    Percent,
    PlateNumber,
    Seconds,
    Seq,
    Sha256,
    Slot,
    SlotOrNone,
    TtlSeconds,
    WattHours,
    Watts,
    Words,
)
from devices.wire.vocabulary import AckResult, MachineState, Op, Outcome, ProgressBasis


class Wired(Struct, frozen=True, kw_only=True):
    """What every message starts with: the version of the contract. Members that a reader does not know are ignored."""

    v: Literal[1] = VERSION


class Availability(Wired, frozen=True, kw_only=True):
    """up/availability, retained: birth (online true), and will or farewell (online false) of the SAME boot_id.

    A reader ignores an offline message whose boot_id is not the one it last saw online: it is a late will.
    """

    online: bool
    boot_id: BootId
    kind: Key | None = None
    software: Words = ""


class Temperature(Struct, frozen=True, kw_only=True):
    """One heater or probe, degrees Celsius; target is None where nothing is aimed at."""

    sensor: Key
    actual: Celsius
    target: Celsius | None = None


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that is wrong with the machine now; `text` is in the machine's own words."""

    code: Code
    text: Words = ""


class Job(Struct, frozen=True, kw_only=True):
    """The job on the machine now, or the last one while the state is `ended`."""

    job_ref: JobRef
    file: FileName | None = None
    progress_percent: Percent | None = None
    progress_basis: ProgressBasis = ProgressBasis.UNKNOWN
    seconds_left: Seconds | None = None
    started_at: Instant | None = None
    outside_queue: bool = False
    """True when somebody started it at the machine: it blocks the queue and has no job in the service."""


class Loaded(Struct, frozen=True, kw_only=True):
    """What lies in one slot of a machine. Empty and None: not told. `left_percent` of a whole spool."""

    slot: Slot
    material: Annotated[str, Meta(max_length=40)] = ""
    colour: Colour | None = None
    left_percent: Percent | None = None
    is_tagged: bool = False
    """The spool tells of itself by a radio tag; else somebody typed it at the machine."""
    is_feeding: bool = False


Temperatures = Annotated[tuple[Temperature, ...], Meta(max_length=16)]
Faults = Annotated[tuple[Fault, ...], Meta(max_length=16)]
Slots = Annotated[tuple[Loaded, ...], Meta(max_length=32)]


class Snapshot(Wired, frozen=True, kw_only=True):
    """up/state, retained: all that is known of the machine, so that the last one is enough. Never a fact to count.

    A reader drops a snapshot whose seq is not above the last one of the same boot_id.
    """

    state: MachineState
    boot_id: BootId
    seq: Seq
    observed_at: Instant
    substate: Words = ""
    job: Job | None = None
    temperatures: Temperatures = ()
    needs_operator: bool = False
    faults: Faults = ()
    config_version: ConfigVersion | None = None
    slots: Slots | None = None
    """What is loaded, an empty slot left out; None where the machine has no slots or has not told them yet."""


class Telemetry(Wired, frozen=True, kw_only=True):
    """up/telemetry, QoS 0: measures that may be lost. energy_wh only grows; a decrease means the meter was reset."""

    boot_id: BootId
    observed_at: Instant
    power_w: Watts | None = None
    energy_wh: WattHours | None = None
    temperatures: Temperatures = ()
    progress_percent: Percent | None = None


class JobStarted(Struct, frozen=True, kw_only=True, tag_field="kind", tag="job_started"):
    """The machine began a job; said once per (boot_id, job_ref)."""

    job_ref: JobRef
    file: FileName | None = None
    outside_queue: bool = False

    @property
    def once(self) -> str:
        """What is said once within a boot."""
        return f"{self.job_ref}/started"


class JobEnded(Struct, frozen=True, kw_only=True, tag_field="kind", tag="job_ended"):
    """A job is over; said once per (boot_id, job_ref). duration_s counts from its start, pauses included."""

    job_ref: JobRef
    outcome: Outcome
    duration_s: Seconds | None = None
    filament_mm: Millimetres | None = None
    reason: Code | None = None
    outside_queue: bool = False

    @property
    def once(self) -> str:
        """What is said once within a boot."""
        return f"{self.job_ref}/ended"


class MachineCleared(Struct, frozen=True, kw_only=True, tag_field="kind", tag="machine_cleared"):
    """A person told the machine itself that it is empty and ready (a key on its screen); said once per job.

    `after_ref` is the last job that was on it.
    """

    after_ref: JobRef

    @property
    def once(self) -> str:
        """What is said once within a boot."""
        return f"{self.after_ref}/cleared"


Fact = JobStarted | JobEnded | MachineCleared


class Report(Wired, frozen=True, kw_only=True):
    """up/report, QoS 1, not retained: one fact to be counted once. Sent again after a loss, with the same report_id."""

    report_id: MessageId
    boot_id: BootId
    seq: Seq
    at: Instant
    fact: Fact


class Ack(Wired, frozen=True, kw_only=True):
    """up/ack, QoS 1: what became of a command. The same cmd_id is always answered with the same ack."""

    cmd_id: MessageId
    boot_id: BootId
    at: Instant
    result: AckResult
    reason: Code | None = None
    state: MachineState | None = None


class JobOrder(Struct, frozen=True, kw_only=True):
    """The job of a start or of a fetch; where to read its file, and what its bytes must hash to."""

    job_ref: JobRef
    file_name: FileName
    file_url: FileUrl | None = None
    file_sha256: Sha256 | None = None
    estimated_seconds: Seconds | None = None
    plate: PlateNumber | None = None
    """Which plate of a sliced package; the first where none is named."""
    slots: Annotated[tuple[SlotOrNone, ...], Meta(max_length=32)] | None = None
    """For each tool of the file the slot that feeds it, -1 for a tool that lays nothing; None: the machine's choice."""


class Command(Wired, frozen=True, kw_only=True):
    """down/cmd, NEVER retained: do this, if you are still the same boot and ttl_s has not passed since issued_at.

    `job` is required by start and fetch. pause, resume and cancel may name `job_ref`: refused if another job is on.
    """

    needs_job: ClassVar[frozenset[Op]] = frozenset({Op.START, Op.FETCH})

    cmd_id: MessageId
    op: Op
    issued_at: Instant
    ttl_s: TtlSeconds
    boot_id: BootId
    job: JobOrder | None = None
    job_ref: JobRef | None = None

    def __post_init__(self) -> None:
        if self.op in self.needs_job and self.job is None:
            raise ValueError(f"{self.op} needs a job")


class Config(Wired, frozen=True, kw_only=True):
    """down/config, retained: how often a device speaks. Its version comes back in up/state."""

    version: ConfigVersion
    telemetry_every_s: Annotated[int, Meta(ge=1, le=3_600)] = 10
    state_every_s: Annotated[int, Meta(ge=1, le=3_600)] = 30
    """A snapshot is sent at each change, and at least this often."""


UpMessage = Availability | Snapshot | Telemetry | Report | Ack
DownMessage = Command | Config
Message = UpMessage | DownMessage
