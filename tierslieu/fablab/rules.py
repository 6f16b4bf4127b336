"""Rules of machines and of the queue. Pure: what is shown, what is allowed, what counts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

import msgspec

from tierslieu.basics.errors import Reason

STALE_AFTER: Final = 60
OFFLINE_AFTER: Final = 180
ECHO_WITHIN: Final = 60
"""A machine that does not say within this time that it began has not begun: the job is queued again."""
COMMAND_TTL: Final = 20
MEASURE_EVERY: Final = 2
SIGN_OF_LIFE_EVERY: Final = 10

AT_WORK: Final = frozenset({"preparing", "running", "paused", "attention"})
AT_REST: Final = frozenset({"idle", "ended"})
ACTIVE: Final = ("dispatched", "running", "to_check")
OPEN: Final = ("queued", *ACTIVE)
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


def places(machine: MachineNow) -> tuple[str, ...]:
    """Where a machine stands, for permissions that hold in some places only."""
    return f"machine:{machine.key}", f"kind:{machine.kind}", f"site:{machine.site}"


def job_places(one: JobNow, machines: Iterable[MachineNow]) -> frozenset[str]:
    """Where a job belongs: the places of its machine, or of every machine that could make it."""
    bound = one.machine_id if one.state != "queued" else one.wanted_machine_id
    able = (machine for machine in machines if machine.id == bound or (bound is None and machine.kind == one.kind))
    return frozenset(place for machine in able for place in places(machine))


class FileFit(msgspec.Struct, frozen=True):
    """The part of a file's facts that a machine must fit: size in millimetres, material, commands to look at."""

    size_mm: tuple[float, float, float] | None = None
    seconds: int | None = None
    forbidden: int = 0


def link_of(machine: MachineNow, now: int) -> Link:
    """How well the machine is heard. Silence counts more than what it last said."""
    silence = now - machine.last_message_at
    if not machine.is_online or silence > OFFLINE_AFTER:
        return "offline"
    return "stale" if silence > STALE_AFTER else "online"


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


def reasons_against_dispatch(
    job: JobNow, fit: FileFit, machine: MachineNow, active: str | None, now: int, *, is_seen: bool
) -> tuple[Reason, ...]:
    """Every reason not to send this job to this machine; `is_seen`: staff looked at the flagged commands."""
    where = {"machine": machine.name}
    found = [Reason(code, where) for code in _machine_codes(machine, active, now)]
    if job.state != "queued":
        found.append(Reason("job_not_waiting"))
    if job.kind != machine.kind or job.wanted_machine_id not in (None, machine.id):
        found.append(Reason("other_machine_wanted", where))
    if machine.material and job.material and machine.material.casefold() != job.material.casefold():
        found.append(Reason("wrong_material", {**where, "loaded": machine.material, "wanted": job.material}))
    if fit.size_mm is not None and machine.build is not None and not fits(fit.size_mm, machine.build):
        found.append(Reason("too_big_for_bed", {**where, "size": size_text(fit.size_mm)}))
    if fit.forbidden and not is_seen:
        found.append(Reason("flagged_commands", {"count": fit.forbidden}))
    return tuple(found)


def _machine_codes(machine: MachineNow, active: str | None, now: int) -> Iterable[str]:
    link = link_of(machine, now)
    if machine.status == "maintenance":
        yield "machine_in_maintenance"
    if link != "online":
        yield f"machine_{link}"
    elif machine.state == "fault":
        yield "machine_fault"
    elif machine.state in AT_WORK:
        yield "machine_outside_job" if machine.is_outside else "machine_busy"
    elif machine.state not in AT_REST:
        yield "machine_unknown"
    if active in ("dispatched", "running") and machine.state not in AT_WORK:
        yield "machine_busy"
    if machine.needs_clear or active == "to_check":
        yield "machine_needs_clearing"


def fits(size: tuple[float, float, float], build: tuple[int, int, int]) -> bool:
    """True when the part lies inside the volume, turned by a quarter or not."""
    x, y, z = size
    return z <= build[2] and ((x <= build[0] and y <= build[1]) or (y <= build[0] and x <= build[1]))


def size_text(size: tuple[float, float, float]) -> str:
    """« 20 × 20 × 10 mm »."""
    return " × ".join(f"{round(value)}" for value in size) + " mm"


def is_worth_writing(machine: MachineNow, progress: float | None, temperatures: str, now: int) -> bool:
    """Telemetry comes often; it is stored when it says something new, not more than every MEASURE_EVERY seconds,
    and as a sign of life every SIGN_OF_LIFE_EVERY seconds."""
    if now - machine.last_message_at >= SIGN_OF_LIFE_EVERY or not machine.is_online:
        return True
    is_new = temperatures != machine.temperatures or (progress is not None and progress != machine.progress)
    return is_new and now - machine.measured_at >= MEASURE_EVERY


def is_snapshot_news(machine: MachineNow, boot_id: str, seq: int) -> bool:
    """Order is `seq` within a boot; a boot that another followed has nothing to say any more."""
    if boot_id == machine.boot_id:
        return seq > machine.seq
    return boot_id != machine.former_boot_id


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
    return is_contact_lost and state in ("idle", "ended", "fault") and shown_ref != job_ref


class Slot(msgspec.Struct, frozen=True):
    """When a machine can take its next job; `kind` and `id` say for whom."""

    machine_id: int
    kind: str
    free_at: int


class Wish(msgspec.Struct, frozen=True):
    """A waiting job as the estimate sees it."""

    job_id: int
    kind: str
    wanted_machine_id: int | None
    seconds: int | None


def expected_starts(wishes: Sequence[Wish], slots: Sequence[Slot]) -> Mapping[int, int]:
    """When each waiting job may begin, each taking in order the machine that is free first. No machine: no entry."""
    free = {slot.machine_id: slot.free_at for slot in slots}
    kinds = {slot.machine_id: slot.kind for slot in slots}
    found: dict[int, int] = {}
    for wish in wishes:
        able = [id_ for id_ in free if kinds[id_] == wish.kind and wish.wanted_machine_id in (None, id_)]
        if able:
            chosen = min(able, key=lambda id_: free[id_])
            found[wish.job_id] = free[chosen]
            free[chosen] += wish.seconds or USUAL_SECONDS
    return found
