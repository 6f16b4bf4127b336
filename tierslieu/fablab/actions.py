"""What becomes of a job: queued, handed over, given back, over, cleared, cancelled. Who is next is queue/'s."""

import secrets

from tierslieu.basics.actor import SYSTEM, Actor, require
from tierslieu.basics.errors import Conflict, Forbidden, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.fablab import claiming, queries, rules, storing
from tierslieu.fablab.attempts import attempt_of
from tierslieu.fablab.events import Cleared, Ended, Steered
from tierslieu.fablab.queries import StoredFile
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.qualifications.actions import note_use
from tierslieu.people.relations.queries import may_act_for

QUEUE = "fablab.queue_own"
RUN = "fablab.run_machines"
MEND = "fablab.mend_machines"
REPORT = "fablab.report_problem"
WATCH = "fablab.watch_wall"
FETCH = "fablab.fetch_file"
"""The permissions of the FabLab. RUN and MEND may hold for some machines only."""
AWAIT_ECHO = "fablab.await_echo"
AWAIT_END = "fablab.await_end"
MOST_WAITING = 20
"""How many jobs one person may have in the queue."""


def own_file(tx: Tx, file_id: int) -> StoredFile:
    """A file of the actor, or any for who runs every machine. Raises NotFound: existence is not told."""
    found = queries.file(tx, file_id)
    if not may_act_for(tx, tx.by.person_id, found.person_id, tx.now) and not tx.by.may_everywhere(RUN):
        raise NotFound("unknown_file")
    return found


def own_job(tx: Tx, job_id: int) -> JobNow:
    """A job of the actor, or any for who runs its machine. Raises NotFound: existence is not told."""
    found = queries.job(tx, job_id)
    if not may_act_for(tx, tx.by.person_id, found.person_id, tx.now) and not runs(tx, tx.by, found):
        raise NotFound("unknown_job")
    return found


def runs(reader: Reader, who: Actor, one: JobNow) -> bool:
    """True when the actor runs the machine of a job, or one that could make it."""
    if not who.may(RUN) or who.may_everywhere(RUN):
        return who.may(RUN)
    return who.may(RUN, *rules.job_places(one, queries.machines(reader)))


def cancel_job(tx: Tx, job_id: int) -> None:
    """Take a waiting job out of the queue; ask the machine to stop one that runs."""
    one = own_job(tx, job_id)
    if one.state in ("queued", "held"):
        _require(storing.change_job(tx, storing.SET_STATE, one, state="cancelled", notice=""))
    elif one.state in ("dispatched", "running") and one.machine_id is not None:
        _steer(tx, queries.machine_by_id(tx, one.machine_id), one, "cancel")
    else:
        raise Refused((Reason("job_over"),))
    record_for(tx, "fablab.cancel", one.person_id, show(one.id))


def _locked_job(tx: Tx, job_id: int) -> JobNow:
    """A job whose machine nobody else changes until this transaction is over."""
    one = queries.job(tx, job_id)
    if one.machine_id is None:
        return one
    storing.locked(tx, one.machine_id)
    return queries.job(tx, job_id)


def hand_over(tx: Tx, one: JobNow, machine: MachineNow, state: str, cmd_id: str | None) -> None:
    """Give a job to a machine as its next attempt. Raises Conflict when somebody was faster."""
    attempt = one.attempts + 1
    done = storing.change_job(
        tx,
        storing.TO_MACHINE,
        one,
        state=state,
        machine_id=machine.id,
        cmd_id=cmd_id,
        job_ref=rules.attempt_ref(one.number, attempt),
        attempts=attempt,
        notice="",
        dispatched_at=tx.now,
        outcome=None,
        started_at=None,  # what the former attempt took is not this one's
        ended_at=None,
        filament_mm=None,
        seconds_spent=None,
    )
    _require(done)
    storing.note(tx, machine.id, "dispatched" if cmd_id else "started_by_hand", one)


def give_back(tx: Tx, job_id: int, cmd_id: str, notice: str) -> bool:
    """The machine did not begin: the job is queued again, at its former place, with a note. False: it is too late."""
    one = _locked_job(tx, job_id)
    if one.state != "dispatched" or one.cmd_id != cmd_id or one.machine_id is None:
        return False
    storing.note(tx, one.machine_id, "given_back", one, why=notice)
    claiming.give_back(tx, one)
    return storing.change_job(tx, storing.SET_STATE, one, state="queued", notice=notice)


def clear_after(tx: Tx, machine: MachineNow, one: JobNow | None, outcome: str, text: str = "") -> None:
    """The machine is empty again; the job that was on it is over, or waits for its next copy. The log keeps `text`."""
    if one is not None:
        _close(tx, one, outcome)
        claiming.give_back(tx, one)
    tx.run(storing.SET_CLEAR, which=machine.id, needs_clear=0)
    storing.note(tx, machine.id, "cleared", one, outcome=outcome, note=text)
    attempt = attempt_of(one) if one else None
    ref = (one.job_ref or "") if one else ""
    tx.announce(Cleared(machine.id, one.id if one else 0, outcome, ref, tx.by.person_id, attempt))
    tx.touch(storing.MACHINES)


def _close(tx: Tx, one: JobNow, outcome: str) -> None:
    """Good: one copy more, back to the queue while copies are missing. Failed: over, staff may queue it again."""
    copies = one.copies_done + (outcome == "good")
    state = "failed" if outcome != "good" else "done" if copies >= one.quantity else "queued"
    done = storing.change_job(
        tx,
        storing.SET_CLEARED,
        one,
        state=state,
        outcome=outcome,
        copies_done=copies,
        notice="next_copy" if state == "queued" else "",
    )
    _require(done)


def end_by_hand(tx: Tx, job_id: int, outcome: str, text: str = "") -> None:
    """Staff say how a job ended that no machine will report. The machine waits to be cleared."""
    one = _locked_job(tx, job_id)
    if tx.by != SYSTEM and not runs(tx, tx.by, one):
        raise Forbidden("not_allowed")
    if one.state not in ("dispatched", "running") or one.machine_id is None:
        raise Refused((Reason("job_over"),))
    finish(tx, one, one.machine_id, "ok" if outcome == "good" else "failed", notice="by_hand")
    storing.note(tx, one.machine_id, "ended_by_hand", one, note=text)


def finish(
    tx: Tx,
    one: JobNow,
    machine_id: int,
    outcome: str,
    notice: str = "",
    filament_mm: float | None = None,
    seconds_spent: int | None = None,
) -> None:
    """A job is over on its machine, however it went: somebody looks at it, and clears the machine."""
    done = storing.change_job(
        tx,
        storing.SET_ENDED,
        one,
        state="to_check",
        machine_id=machine_id,
        outcome=outcome,
        notice=notice,
        ended_at=tx.now,
        filament_mm=filament_mm,
        seconds_spent=seconds_spent,
    )
    _require(done)
    tx.run(storing.SET_CLEAR, which=machine_id, needs_clear=1)
    machine = queries.machine_by_id(tx, machine_id)
    claiming.keep_until_cleared(tx, machine, one)
    note_use(tx, one.person_id, machine.qualification, tx.now)
    tx.announce(Ended(one.id, outcome, attempt_of(queries.job(tx, one.id))))


def queue_again(tx: Tx, job_id: int) -> None:
    """A failed or cancelled job waits once more, at its former place: first in line, most often."""
    one = own_job(tx, job_id)
    if one.state not in ("failed", "cancelled"):
        raise Refused((Reason("job_not_over"),))
    if one.attempts == 0 and not runs(tx, tx.by, one):  # nobody accepted it so far, perhaps
        raise Refused((Reason("never_started"),))
    _require(storing.change_job(tx, storing.SET_STATE, one, state="queued", notice="again"))


def steer(tx: Tx, key: str, op: str) -> None:
    """Pause, resume or cancel what the machine makes for us."""
    machine = queries.machine(tx, key)
    require(tx.by, RUN, *rules.places(machine))
    one = queries.active_on(tx, machine.id)
    if one is None or one.state not in ("dispatched", "running"):
        raise Refused((Reason("no_job_on_machine", {"machine": machine.name}),))
    _steer(tx, machine, one, op)


def _steer(tx: Tx, machine: MachineNow, one: JobNow, op: str) -> None:
    if not machine.is_remote:
        raise Refused((Reason("no_remote_start", {"machine": machine.name}),))
    link = rules.link_of(machine, tx.now)
    if link != "online" or one.job_ref is None:
        raise Refused((Reason(f"machine_{link}", {"machine": machine.name}),))
    tx.announce(Steered(machine.id, op, one.job_ref, secrets.token_hex(12), tx.now))
    storing.note(tx, machine.id, f"asked_{op}", one)
    tx.touch(storing.MACHINES)


def _require(done: bool) -> None:
    if not done:
        raise Conflict("job_moved")
