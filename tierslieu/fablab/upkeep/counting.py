"""Counters of machines: each stretch of work is added once, by its name."""

from tierslieu.basics.actor import require
from tierslieu.basics.ids import show
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.actions import MEND
from tierslieu.fablab.attempts import as_it_was
from tierslieu.fablab.events import Cleared, SessionEnded
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.rules import places
from tierslieu.fablab.upkeep import queries, rules, storing
from tierslieu.fablab.upkeep.rules import Reading
from tierslieu.fablab.upkeep.schemas import Counter
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record

LOOK = "fablab.upkeep.look"


def is_ours(_reader: Reader, event: Cleared) -> bool:
    """True when a job of ours was on the machine."""
    return event.job_id != 0 and bool(event.job_ref)


def count_job(tx: Tx, event: Cleared) -> None:
    """One attempt of a job, good or failed: the machine worked as long as it says, else from start to end."""
    job = as_it_was(fablab.job(tx, event.job_id), event.attempt)
    seconds = job.seconds_spent
    if seconds is None and job.started_at is not None and job.ended_at is not None:
        seconds = max(0, job.ended_at - job.started_at)
    length = job.filament_mm
    if length is None and event.outcome == "good":
        length = read(job.facts).total_mm
    add(tx, event.machine_id, event.job_ref, "job", Reading(seconds or 0, 1, round(length or 0)))


def count_session(tx: Tx, event: SessionEnded) -> None:
    """Somebody's time at a terminal: what the machine worked of it; where nobody measures that, all of it."""
    add(tx, event.machine_id, f"s{show(event.session_id)}", "session", Reading(event.busy_seconds or event.seconds))


def add(tx: Tx, machine_id: int, ref: str, kind: str, work: Reading) -> bool:
    """Add a stretch of work once; what is due is looked at after the commit."""
    is_new = tx.run(
        storing.ADD_WORK,
        ref=ref,
        machine_id=machine_id,
        kind=kind,
        seconds=work.seconds,
        jobs=work.jobs,
        filament_mm=work.filament_mm,
        at=tx.now,
    )
    if is_new:
        tx.later(LOOK, {}, dedup="upkeep:look")
    return bool(is_new)


def set_counter(tx: Tx, key: str, wish: Counter) -> None:
    """What the machine's own counter shows is what it did; what is not said stays as it is."""
    machine = fablab.machine(tx, key)
    require(tx.by, MEND, *places(machine))
    now = queries.readings(tx).get(machine.id, Reading())
    wanted = Reading(
        now.seconds if wish.hours is None else wish.hours * rules.HOUR,
        now.jobs if wish.jobs is None else wish.jobs,
        now.filament_mm if wish.metres is None else wish.metres * 1_000,
    )
    step = Reading(wanted.seconds - now.seconds, wanted.jobs - now.jobs, wanted.filament_mm - now.filament_mm)
    if step != Reading():
        add(tx, machine.id, f"set-{show(tx.new_id())}", "set", step)
        record(tx, "fablab.upkeep.set_counter", None, key)
