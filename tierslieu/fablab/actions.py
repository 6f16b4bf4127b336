"""All changes that people make: deposit, queue, cancel, dispatch, clear, reorder, mend."""

import secrets

from tierslieu.basics.actor import SYSTEM, Actor, require
from tierslieu.basics.errors import Conflict, Forbidden, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.fablab import queries, rules, storing
from tierslieu.fablab.events import Cleared, Dispatched, Ended, Queued, Started, Steered
from tierslieu.fablab.files.facts import Facts, read
from tierslieu.fablab.queries import StoredFile
from tierslieu.fablab.rules import FileFit, JobNow, MachineNow
from tierslieu.fablab.schemas import NewJob
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.qualifications.actions import note_use, passed_over
from tierslieu.people.qualifications.queries import reasons_against_alone
from tierslieu.people.relations.queries import may_act_for

QUEUE = "fablab.queue_own"
RUN = "fablab.run_machines"
MEND = "fablab.mend_machines"
REPORT = "fablab.report_problem"
WATCH = "fablab.watch_wall"
FETCH = "fablab.fetch_file"
"""The permissions of the FabLab. RUN and MEND may hold for some machines only."""
AWAIT_ECHO = "fablab.await_echo"
MOST_WAITING = 20
"""How many jobs one person may have in the queue."""


def fit_of(facts: Facts) -> FileFit:
    """What a machine must fit."""
    return FileFit(facts.size_mm, facts.seconds, facts.flag_count)


def own_file(tx: Tx, file_id: int) -> StoredFile:
    """A file of the actor, or any for who runs every machine. Raises NotFound: existence is not told."""
    found = queries.file(tx, file_id)
    if not may_act_for(tx, tx.by.person_id, found.person_id, tx.now) and not tx.by.may_everywhere(RUN):
        raise NotFound("unknown_file")
    return found


def queue_job(tx: Tx, wish: NewJob, file_id: int) -> int:
    """Put a file of one's own into the queue. Raises Refused with every reason, NotFound for another's file."""
    stored = own_file(tx, file_id)
    facts = read(stored.facts)
    wanted = queries.machine(tx, wish.machine) if wish.machine else None
    reasons = _against_queueing(tx, wish, facts, wanted, stored.person_id)
    if reasons:
        raise Refused(reasons)
    job_id = tx.new_id()
    tx.run(
        storing.ADD_JOB,
        id=job_id,
        number=storing.next_number(tx),
        person_id=stored.person_id,
        queued_by=tx.by.person_id,
        file_id=stored.id,
        kind=wanted.kind if wanted else wish.kind,
        wanted_machine_id=wanted.id if wanted else None,
        machine_id=None,
        material=wish.material or facts.material or "",
        quantity=wish.quantity,
        copies_done=0,
        note=wish.note,
        state="queued",
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
        service=wish.service,
        colour=wish.colour,
        deadline=None,
        priority=0,
        priority_reason="",
        held_reason="",
        parent_id=None,
        filament_g=None,
        estimate_cents=None,
        cost_cents=None,
        photo_sha=None,
    )
    tx.announce(Queued(job_id))
    record_for(tx, "fablab.queue", stored.person_id, show(job_id))
    tx.touch(storing.MACHINES)
    tx.touch(storing.JOBS)
    return job_id


def _against_queueing(
    tx: Tx, wish: NewJob, facts: Facts, wanted: MachineNow | None, person_id: int
) -> tuple[Reason, ...]:
    found = []
    able = [wanted] if wanted else [one for one in queries.machines(tx) if one.kind == wish.kind]
    if (wanted.kind if wanted else wish.kind) not in rules.FILE_KINDS or not able:
        found.append(Reason("kind_takes_no_file"))
    builds = [one.build for one in able if one.build is not None]
    if facts.size_mm and builds and not any(rules.fits(facts.size_mm, build) for build in builds):
        found.append(Reason("too_big_for_all", {"size": rules.size_text(facts.size_mm)}))
    open_jobs = [one for one in queries.mine(tx, person_id) if one.state in rules.OPEN]
    if len(open_jobs) >= MOST_WAITING:
        found.append(Reason("too_many_jobs", {"count": MOST_WAITING}))
    return tuple(found)


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
    if one.state == "queued":
        _require(storing.change_job(tx, storing.SET_STATE, one, state="cancelled", notice=""))
    elif one.state in ("dispatched", "running") and one.machine_id is not None:
        _steer(tx, queries.machine_by_id(tx, one.machine_id), one, "cancel")
    else:
        raise Refused((Reason("job_over"),))
    record_for(tx, "fablab.cancel", one.person_id, show(one.id))


def dispatch(tx: Tx, job_id: int, key: str, *, is_seen: bool = False) -> None:
    """Start a waiting job on a machine: the order leaves with this commit. Raises Refused with every reason."""
    machine = storing.locked(tx, queries.machine(tx, key).id)
    require(tx.by, RUN, *rules.places(machine))
    one = queries.job(tx, job_id)
    active = queries.active_on(tx, machine.id)
    fit = fit_of(read(one.facts))
    state = active.state if active else None
    reasons = rules.reasons_against_dispatch(one, fit, machine, state, tx.now, is_seen=is_seen)
    if not machine.is_remote:
        reasons = (*reasons, Reason("no_remote_start", {"machine": machine.name}))
    if reasons:
        raise Refused(reasons)
    cmd_id = secrets.token_hex(12)
    _hand_over(tx, one, machine, "dispatched", cmd_id)
    tx.announce(Dispatched(one.id, cmd_id))
    tx.later(AWAIT_ECHO, {"job_id": one.id, "cmd_id": cmd_id}, at=tx.now + rules.ECHO_WITHIN)


def start_by_hand(tx: Tx, job_id: int, key: str, exception: str = "") -> None:
    """Somebody started a waiting job at the machine itself (laser, mill…): from now on it is running there.

    Where a qualification is enforced the job's person must have it, unless staff say why not (`exception`).
    """
    machine = storing.locked(tx, queries.machine(tx, key).id)
    require(tx.by, RUN, *rules.places(machine))
    one = queries.job(tx, job_id)
    reasons = []
    if machine.status == "maintenance":
        reasons.append(Reason("machine_in_maintenance", {"machine": machine.name}))
    if queries.active_on(tx, machine.id) is not None or machine.needs_clear:
        reasons.append(Reason("machine_busy", {"machine": machine.name}))
    if one.state != "queued":
        reasons.append(Reason("job_not_waiting"))
    if one.kind != machine.kind:
        reasons.append(Reason("other_machine_wanted", {"machine": machine.name}))
    alone = reasons_against_alone(tx, one.person_id, machine.key, tx.now)
    reasons.extend(passed_over(tx, one.person_id, machine.key, exception, alone))
    if reasons:
        raise Refused(tuple(reasons))
    _hand_over(tx, one, machine, "running", None)
    tx.announce(Started(one.id, machine.id))
    note_use(tx, one.person_id, machine.qualification, tx.now)


def _hand_over(tx: Tx, one: JobNow, machine: MachineNow, state: str, cmd_id: str | None) -> None:
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
    )
    _require(done)
    storing.note(tx, machine.id, "dispatched" if cmd_id else "started_by_hand", one)


def _locked_job(tx: Tx, job_id: int) -> JobNow:
    """A job whose machine nobody else changes until this transaction is over."""
    one = queries.job(tx, job_id)
    if one.machine_id is None:
        return one
    storing.locked(tx, one.machine_id)
    return queries.job(tx, job_id)


def give_back(tx: Tx, job_id: int, cmd_id: str, notice: str) -> bool:
    """The machine did not begin: the job is queued again, at its former place, with a note. False: it is too late."""
    one = _locked_job(tx, job_id)
    if one.state != "dispatched" or one.cmd_id != cmd_id or one.machine_id is None:
        return False
    storing.note(tx, one.machine_id, "given_back", one, why=notice)
    return storing.change_job(tx, storing.SET_STATE, one, state="queued", notice=notice)


def confirm_clear(tx: Tx, key: str, outcome: str, text: str = "") -> JobNow | None:
    """A person has emptied the machine. Returns the job that is proposed next, if one waits for this machine."""
    machine = storing.locked(tx, queries.machine(tx, key).id)
    require(tx.by, RUN, *rules.places(machine))
    one = queries.active_on(tx, machine.id)
    if one is not None and one.state != "to_check":
        raise Refused((Reason("machine_busy", {"machine": machine.name}),))
    if one is None and not machine.needs_clear:
        raise Refused((Reason("nothing_to_clear", {"machine": machine.name}),))
    clear_after(tx, machine, one, outcome, text)
    return next_for(tx, machine)


def clear_after(tx: Tx, machine: MachineNow, one: JobNow | None, outcome: str, text: str = "") -> None:
    """The machine is empty again; the job that was on it is over, or waits for its next copy."""
    if one is not None:
        _close(tx, one, outcome, text)
    tx.run(storing.SET_CLEAR, which=machine.id, needs_clear=0)
    storing.note(tx, machine.id, "cleared", one, outcome=outcome, note=text)
    tx.announce(Cleared(machine.id, one.id if one else 0, outcome, (one.job_ref or "") if one else ""))
    tx.touch(storing.MACHINES)


def _close(tx: Tx, one: JobNow, outcome: str, text: str) -> None:
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
        note=text or one.note,
    )
    _require(done)


def next_for(reader: Reader, machine: MachineNow) -> JobNow | None:
    """The first waiting job that this machine could make."""
    able = (one for one in queries.waiting(reader) if one.kind == machine.kind)
    return next((one for one in able if one.wanted_machine_id in (None, machine.id)), None)


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
    note_use(tx, one.person_id, queries.machine_by_id(tx, machine_id).qualification, tx.now)
    tx.announce(Ended(one.id, outcome))


def queue_again(tx: Tx, job_id: int) -> None:
    """A failed or cancelled job waits once more, at its former place: first in line, most often."""
    one = own_job(tx, job_id)
    if one.state not in ("failed", "cancelled"):
        raise Refused((Reason("job_not_over"),))
    _require(storing.change_job(tx, storing.SET_STATE, one, state="queued", notice="again"))


def move_up(tx: Tx, job_id: int) -> None:
    """Change places with the job before: who runs its machines in the whole queue, others among their own jobs."""
    one = own_job(tx, job_id)
    ahead = [other for other in queries.waiting(tx) if other.kind == one.kind and other.rank < one.rank]
    if not runs(tx, tx.by, one):
        ahead = [other for other in ahead if other.person_id == tx.by.person_id]
    if one.state != "queued" or not ahead:
        raise Refused((Reason("already_first"),))
    former = ahead[-1]
    _require(storing.change_job(tx, storing.SET_RANK, former, rank=one.rank))
    _require(storing.change_job(tx, storing.SET_RANK, one, rank=former.rank))


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
