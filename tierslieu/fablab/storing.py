"""How the FabLab's rows change: the statements behind the actions and the inbox, and the machine's log."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, text, update

from tierslieu.fablab import queries
from tierslieu.fablab.rules import JobNow, MachineNow, boots_before, job_text
from tierslieu.fablab.tables import DeviceReport, FabricationJob, JobFile, JobNumber, Machine, MachineEvent
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of, to_json
from tierslieu.infra.transaction import Tx
from tierslieu.people.qualifications.actions import cover
from tierslieu.people.qualifications.queries import Covered

m, j, f, d = columns(Machine), columns(FabricationJob), columns(JobFile), columns(DeviceReport)
ADD_MACHINE: Query[Any] = Query(insert_into(Machine))
ADD_FILE: Query[Any] = Query(insert_into(JobFile))
ADD_JOB: Query[Any] = Query(insert_into(FabricationJob))
ADD_EVENT: Query[Any] = Query(insert_into(MachineEvent))
ADD_REPORT = insert_or_nothing(DeviceReport)
FIRST_NUMBER = insert_or_nothing(JobNumber)
NEXT_NUMBER: Query[tuple[int]] = Query(text("UPDATE job_number SET last = last + 1 WHERE id = 1 RETURNING last"))
FORGET_FILE: Query[Any] = Query(delete(table_of(JobFile)).where(f.id == bindparam("which")))
FORGET_REPORTS: Query[Any] = Query(delete(table_of(DeviceReport)).where(d.received_at < bindparam("before")))
LOCK: Query[Any] = Query(
    postgresql=text("SELECT id FROM machine WHERE id = :machine FOR UPDATE").bindparams(
        bindparam("machine", type_=BigInteger())
    )
)
"""PostgreSQL: people and messages about one machine wait for each other. SQLite has one writer anyway."""

MACHINES, JOBS = "machines", "fablab_jobs"
"""Live topics: what machines show, and who waits."""


def _set_machine(*names: str) -> Query[Any]:
    """UPDATE of some columns of one machine, its id as `which`."""
    changed = {name: bindparam(name, type_=m[name].type) for name in names}
    return Query(update(table_of(Machine)).where(m.id == bindparam("which")).values(changed))


def set_job(*names: str) -> Query[Any]:
    """UPDATE of some columns of one job, if it still is in the state it was read in."""
    changed = {name: bindparam(name, type_=j[name].type) for name in (*names, "changed_at")}
    same = (j.id == bindparam("which"), j.state == bindparam("former"))
    return Query(update(table_of(FabricationJob)).where(*same).values(changed))


SET_STATUS = _set_machine("status", "status_note")
SET_MATERIAL = _set_machine("material", "colour")
SET_CLEAR = _set_machine("needs_clear")
SET_LINK = _set_machine("shown_link")
SET_HEARD = _set_machine("last_message_at")
SET_THROUGH_TERMINAL = _set_machine("state", "faults", "is_online", "last_message_at", "shown_link")
SET_ONLINE = _set_machine("is_online", "state", "boot_id", "former_boot_id", "seq", "last_message_at", "shown_link")
SET_SHOWN = _set_machine(
    *("state", "substate", "job_ref", "is_outside", "progress", "seconds_left", "temperatures", "faults"),
    *(
        "slots",
        "needs_operator",
        "is_online",
        "boot_id",
        "former_boot_id",
        "seq",
        "observed_at",
        "last_message_at",
        "shown_link",
    ),
)

TO_MACHINE = set_job(
    *("state", "machine_id", "cmd_id", "job_ref", "attempts", "notice", "dispatched_at", "outcome"),
    *("started_at", "ended_at", "filament_mm", "seconds_spent"),
)
SET_RUNNING = set_job("state", "machine_id", "started_at", "notice", "is_contact_lost")
SET_STATE = set_job("state", "notice")
SET_ENDED = set_job("state", "machine_id", "outcome", "notice", "ended_at", "filament_mm", "seconds_spent")
SET_CLEARED = set_job("state", "outcome", "copies_done", "notice")
SET_CONTACT = set_job("is_contact_lost")
SET_RANK = set_job("rank")


def change_job(tx: Tx, query: Query[Any], one: JobNow, **values: object) -> bool:
    """Change a job if nobody was faster. False when it is in another state by now."""
    tx.touch(MACHINES)
    tx.touch(JOBS)
    return tx.run(query, which=one.id, former=one.state, changed_at=tx.now, **values) == 1


def locked(tx: Tx, machine_id: int) -> MachineNow:
    """A machine that nobody else changes until this transaction is over."""
    tx.rows(LOCK, machine=machine_id)
    return queries.machine_by_id(tx, machine_id)


def silence(tx: Tx, machine: MachineNow) -> None:
    """Nobody speaks for the machine any more: nothing is known of it, and its last boot has nothing to say from now."""
    tx.run(
        SET_ONLINE,
        which=machine.id,
        is_online=0,
        state="unknown",
        boot_id="",
        former_boot_id=boots_before(machine, ""),
        seq=-1,
        last_message_at=machine.last_message_at,
        shown_link="offline",
    )
    tx.touch(MACHINES)


def next_number(tx: Tx) -> int:
    """The next number for a job; two callers never get the same."""
    tx.run(FIRST_NUMBER, id=1, last=0)
    found = tx.row(NEXT_NUMBER)
    return found[0] if found else 1


def note(tx: Tx, machine_id: int, kind: str, job: JobNow | None = None, **facts: object) -> None:
    """A line in the machine's log."""
    tx.run(
        ADD_EVENT,
        id=tx.new_id(),
        machine_id=machine_id,
        at=tx.now,
        kind=kind,
        job_id=job.id if job else None,
        person_id=tx.by.person_id,
        facts=to_json({"job": job_text(job.number), **facts} if job else facts),
    )


class WantedJob(msgspec.Struct, frozen=True):
    """A job to store: whose it is, what it is made from and where. `parent_id`: the job it was split from."""

    person_id: int
    file_id: int
    kind: str
    wanted_machine_id: int | None
    material: str
    quantity: int
    note: str = ""
    state: str = "queued"
    service: str = "self"
    colour: str = ""
    deadline: int | None = None
    estimate_cents: int | None = None
    parent_id: int | None = None


def add_job(tx: Tx, wanted: WantedJob) -> int:
    """Store a job with the next number, last in its queue. Returns its id."""
    job_id = tx.new_id()
    tx.run(
        ADD_JOB,
        id=job_id,
        number=next_number(tx),
        queued_by=tx.by.person_id,
        machine_id=None,
        copies_done=0,
        outcome=None,
        notice="",
        rank=job_id,
        created_at=tx.now,
        changed_at=tx.now,
        dispatched_at=None,
        started_at=None,
        ended_at=None,
        cmd_id=None,
        job_ref=None,
        attempts=0,
        is_contact_lost=0,
        filament_mm=None,
        seconds_spent=None,
        priority=0,
        priority_reason="",
        held_reason="",
        filament_g=None,
        cost_cents=None,
        photo_sha=None,
        **msgspec.structs.asdict(wanted),
    )
    tx.touch(MACHINES)
    tx.touch(JOBS)
    return job_id


class NewMachine(msgspec.Struct, frozen=True):
    """A machine to put into service."""

    key: str
    site: str
    name: str
    kind: str
    model: str = ""
    qualification: str | None = None
    build: tuple[int, int, int] | None = None
    notices: tuple[str, ...] = ()
    material: str = ""
    position: int = 0
    status: str = "in_service"
    nozzle_mm: float | None = None
    max_tool_c: int | None = None
    max_bed_c: int | None = None
    firmware: str = ""
    colour: str = ""
    takes_queue: bool = True
    hourly_cents: int = 0


def add_machine(tx: Tx, new: NewMachine) -> int:
    """Put a machine into service; it is offline until it speaks. Returns its id."""
    machine_id = tx.new_id()
    x, y, z = new.build or (None, None, None)
    tx.run(
        ADD_MACHINE,
        id=machine_id,
        key=new.key,
        site=new.site,
        resource_key=new.key,
        name=new.name,
        kind=new.kind,
        model=new.model,
        qualification=new.qualification,
        build_x=x,
        build_y=y,
        build_z=z,
        notices=to_json(new.notices),
        position=new.position,
        status=new.status,
        status_note="",
        material=new.material,
        needs_clear=0,
        is_online=0,
        state="unknown",
        substate="",
        job_ref=None,
        is_outside=0,
        progress=None,
        seconds_left=None,
        temperatures="[]",
        faults="[]",
        needs_operator=0,
        boot_id="",
        former_boot_id="",
        seq=-1,
        observed_at=0,
        last_message_at=0,
        measured_at=0,
        shown_link="offline",
        nozzle_mm=new.nozzle_mm,
        max_tool_c=new.max_tool_c,
        max_bed_c=new.max_bed_c,
        firmware=new.firmware,
        colour=new.colour,
        takes_queue=int(new.takes_queue),
        hourly_cents=new.hourly_cents,
        slots="",
    )
    if new.qualification is not None:
        cover(tx, Covered(new.key, new.qualification, new.name, new.kind))
    tx.touch(MACHINES)
    return machine_id
