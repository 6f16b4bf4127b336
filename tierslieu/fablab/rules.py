"""Rules of machines and of the queue. Pure: what is shown, what is allowed, what counts."""

from collections.abc import Iterable
from typing import Final, Literal, Protocol

import msgspec

from tierslieu.basics.errors import Reason

STALE_AFTER: Final = 60
OFFLINE_AFTER: Final = 180
ECHO_WITHIN: Final = 60
"""A machine that does not say within this time that it began has not begun: the job is queued again."""
COMMAND_TTL: Final = 20
END_WITHIN: Final = 120
"""How long a machine at rest may leave a job of ours without an end before nobody expects one any more."""
ROOM_FOR_BOOTS: Final = 32
MEASURE_EVERY: Final = 2
SIGN_OF_LIFE_EVERY: Final = 10

AT_WORK: Final = frozenset({"preparing", "running", "paused", "attention"})
AT_REST: Final = frozenset({"idle", "ended"})
OVER: Final = AT_REST | {"fault"}
"""What a machine shows that makes nothing."""
GIVEN_BACK: Final = ("queued", "held")
"""Where a job is that was handed to a machine and came back, because the machine did not say that it began."""
ACTIVE: Final = ("dispatched", "running", "to_check")
WAITING: Final = ("requested", "queued", "held")
"""States of a job that no machine has: what machine it once was on says nothing."""
OPEN: Final = (*WAITING, *ACTIVE)
REMOTE_KINDS: Final = frozenset({"printer_3d"})
"""Kinds that take an order to start; the others are started by hand, and said so."""
FILE_KINDS: Final = ("printer_3d", "cnc_router")
MATERIALS: Final = ("PLA", "PETG", "TPU", "ABS", "ASA")
USUAL_SECONDS: Final = 3600
"""How long a job of unknown length is taken to last when a wait is estimated."""

Link = Literal["online", "stale", "offline"]
Look = Literal["running", "paused", "free", "fault", "silent"]


class MachineNow(msgspec.Struct, frozen=True):
    """A machine as the database knows it; columns of the table, in order."""

    id: int
    key: str
    site: str
    name: str
    kind: str
    model: str
    qualification: str | None
    build_x: int | None
    build_y: int | None
    build_z: int | None
    notices: str
    position: int
    status: str
    status_note: str
    material: str
    needs_clear: int
    is_online: int
    state: str
    substate: str
    job_ref: str | None
    is_outside: int
    progress: float | None
    seconds_left: int | None
    temperatures: str
    faults: str
    needs_operator: int
    boot_id: str
    former_boot_id: str
    seq: int
    last_message_at: int
    measured_at: int
    shown_link: str
    nozzle_mm: float | None
    max_tool_c: int | None
    max_bed_c: int | None
    firmware: str
    colour: str
    takes_queue: int
    hourly_cents: int
    resource_key: str | None = None
    slots: str = ""

    @property
    def is_remote(self) -> bool:
        """True when the house can start it from afar."""
        return self.kind in REMOTE_KINDS

    @property
    def build(self) -> tuple[int, int, int] | None:
        """The volume it can make, in millimetres."""
        if self.build_x is None or self.build_y is None or self.build_z is None:
            return None
        return (self.build_x, self.build_y, self.build_z)


class JobNow(msgspec.Struct, frozen=True):
    """A job with what its file says; columns of a query, in order."""

    id: int
    number: int
    person_id: int
    file_id: int
    kind: str
    wanted_machine_id: int | None
    machine_id: int | None
    material: str
    quantity: int
    copies_done: int
    note: str
    state: str
    outcome: str | None
    notice: str
    rank: int
    created_at: int
    dispatched_at: int | None
    started_at: int | None
    ended_at: int | None
    cmd_id: str | None
    job_ref: str | None
    attempts: int
    is_contact_lost: int
    filament_mm: float | None
    seconds_spent: int | None
    service: str
    colour: str
    deadline: int | None
    priority: int
    priority_reason: str
    held_reason: str
    parent_id: int | None
    filament_g: float | None
    estimate_cents: int | None
    cost_cents: int | None
    photo_sha: str | None
    file_name: str
    sha256: str
    facts: str
    thumbnail_sha: str | None
    format: str


class Expected(msgspec.Struct, frozen=True):
    """Where a waiting job stands (0: it is held), and from when to when it is expected on which machine.

    `is_measured`: the length rests on what the machine really did, over `samples` jobs. Without a start `why` tells
    every reason of the machine that comes closest. `is_by_team`: its person may use none of the machines that can
    make it; `why` tells what is missing, and the team starts it.
    """

    place: int
    starts_at: int | None
    ends_at: int | None
    machine_id: int | None
    is_measured: bool
    why: tuple[Reason, ...] = ()
    samples: int = 0
    is_by_team: bool = False


def places(machine: MachineNow) -> tuple[str, ...]:
    """Where a machine stands, for permissions that hold in some places only."""
    return f"machine:{machine.key}", f"kind:{machine.kind}", f"site:{machine.site}"


def seen_on(one: JobNow | None) -> str:
    """How who says that a machine is empty names the attempt that they saw there: "none" for what is none of ours."""
    return (one.job_ref if one is not None else None) or "none"


def job_places(one: JobNow, machines: Iterable[MachineNow]) -> frozenset[str]:
    """Where a job belongs: the places of its machine, or of every machine that could make it."""
    bound = one.wanted_machine_id if one.state in WAITING else one.machine_id
    able = (machine for machine in machines if machine.id == bound or (bound is None and machine.kind == one.kind))
    return frozenset(place for machine in able for place in places(machine))


def link_of(machine: MachineNow, now: int) -> Link:
    """How well the machine is heard. Silence counts more than what it last said.

    What was heard in times to come was heard before our clock was set back: nobody knows how long ago.
    """
    silence = now - machine.last_message_at
    if not machine.is_online or silence > OFFLINE_AFTER:
        return "offline"
    return "stale" if abs(silence) > STALE_AFTER else "online"


def look_of(machine: MachineNow, job_state: str | None, now: int) -> tuple[Look, str]:
    """How a machine is shown: the kind of its card, and a stable word for its state."""
    link = link_of(machine, now)
    if machine.status == "maintenance":
        return "paused", "maintenance"
    if link != "online":
        return "silent", ("never_heard" if machine.last_message_at == 0 else link)
    if machine.state == "fault":
        return "fault", "fault"
    if machine.state == "attention":
        return "fault", "attention"
    if machine.state in AT_WORK:
        return ("paused" if machine.state == "paused" else "running"), machine.state
    if job_state == "dispatched":
        return "running", "dispatched"
    if machine.needs_clear or job_state == "to_check":
        return "paused", "needs_clear"
    if job_state == "running":
        return "running", "running"
    return ("free", "free") if machine.state in AT_REST else ("silent", "unknown")


def is_ready(machine: MachineNow, job_state: str | None, now: int) -> bool:
    """True when a job may be started on it now. Never for a machine that is not heard."""
    return look_of(machine, job_state, now)[1] == "free"


def fits(size: tuple[float, float, float], build: tuple[int, int, int]) -> bool:
    """True when the part lies inside the volume, turned by a quarter or not."""
    x, y, z = size
    return z <= build[2] and ((x <= build[0] and y <= build[1]) or (y <= build[0] and x <= build[1]))


def size_text(size: tuple[float, float, float]) -> str:
    """« 20 × 20 × 10 mm »."""
    return " × ".join(f"{round(value)}" for value in size) + " mm"


class Heard(Protocol):
    """What is known of a machine when a measure comes."""

    @property
    def temperatures(self) -> str: ...
    @property
    def progress(self) -> float | None: ...
    @property
    def is_online(self) -> int: ...
    @property
    def last_message_at(self) -> int: ...
    @property
    def measured_at(self) -> int: ...


def is_worth_writing(machine: Heard, progress: float | None, temperatures: str, now: int) -> bool:
    """Telemetry comes often; it is stored when it says something new, not more than every MEASURE_EVERY seconds,
    and as a sign of life every SIGN_OF_LIFE_EVERY seconds."""
    if not 0 <= now - machine.last_message_at < SIGN_OF_LIFE_EVERY or not machine.is_online:
        return True
    is_new = temperatures != machine.temperatures or (progress is not None and progress != machine.progress)
    return is_new and now - machine.measured_at >= MEASURE_EVERY


def is_snapshot_news(machine: MachineNow, boot_id: str, seq: int) -> bool:
    """Order is `seq` within a boot; a boot that another followed has nothing to say any more."""
    if boot_id == machine.boot_id:
        return seq > machine.seq
    return not is_of_the_past(machine, boot_id)


def is_of_the_past(machine: MachineNow, boot_id: str) -> bool:
    """True for a boot that another followed: what it still says comes too late."""
    return boot_id in machine.former_boot_id.split()


def boots_before(machine: MachineNow, boot_id: str) -> str:
    """The boots before this one, the latest first, as many as there is room for."""
    if boot_id == machine.boot_id:
        return machine.former_boot_id
    kept: list[str] = []
    for one in (machine.boot_id, *machine.former_boot_id.split()):
        if len(" ".join((*kept, one))) > ROOM_FOR_BOOTS:
            break
        kept += [one] if one else []
    return " ".join(kept)


def is_late_will(machine: MachineNow, boot_id: str) -> bool:
    """A farewell counts only from the boot that is known: a will may come after the next birth."""
    return machine.boot_id not in ("", boot_id)


def job_text(number: int) -> str:
    """The number as people say it: J000123."""
    return f"J{number:06d}"


def attempt_ref(number: int, attempt: int) -> str:
    """The name of one attempt on the bus; a machine carries each name out once."""
    return job_text(number) if attempt == 1 else f"{job_text(number)}-{attempt}"


def lost_after(state: str, job_ref: str | None, shown_ref: str | None, *, is_contact_lost: bool) -> bool:
    """True when a machine that we lost sight of is back and does not speak of its job any more."""
    is_elsewhere = state in OVER or (state in AT_WORK and shown_ref is not None)
    return is_contact_lost and is_elsewhere and shown_ref != job_ref
