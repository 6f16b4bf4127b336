"""Device messages: one transaction each. State is shown, reports are counted, and each report once.

Measures come another way (telemetry/intake.py): they may be lost, and many share a transaction.

Order is judged by `seq` within a boot. Retained messages are what was, not a sign of life.
"""

from typing import Final

from devices.wire import (
    Ack,
    AckResult,
    Availability,
    Job,
    JobEnded,
    JobStarted,
    MachineCleared,
    MachineState,
    Outcome,
    Report,
    Snapshot,
    Unreadable,
    parse,
)
from tierslieu.fablab import actions, claiming, queries, rules, storing
from tierslieu.fablab.events import Started
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.infra.feature import Message
from tierslieu.infra.statements import to_json
from tierslieu.infra.transaction import Tx
from tierslieu.people.qualifications.actions import note_use

REFUSED: Final = frozenset({AckResult.REFUSED, AckResult.EXPIRED, AckResult.BUSY})


def handle(tx: Tx, message: Message) -> None:
    """Take in one message. Raises Unreadable for what is outside the contract or comes from an unknown machine."""
    where, said = parse(message.topic, message.payload)
    machine = tx.row(queries.BY_KEY, key=where.device)
    if machine is None or machine.site != where.site:
        raise Unreadable("topic", f"no such machine: {where.site}/{where.device}")
    machine = storing.locked(tx, machine.id)
    if isinstance(said, Availability):
        _appear(tx, machine, said, is_now=not message.retain)
    elif isinstance(said, Snapshot):
        _show(tx, machine, said, is_now=not message.retain)
    elif isinstance(said, Report) and not message.retain:
        _count(tx, machine, said)
    elif isinstance(said, Ack) and not message.retain:
        _answer(tx, machine, said)


# -- presence ------------------------------------------------------------------------------------------


def _appear(tx: Tx, machine: MachineNow, said: Availability, *, is_now: bool) -> None:
    """Birth, farewell or will. A late will of an older boot changes nothing."""
    if rules.is_of_the_past(machine, said.boot_id):
        return
    if not said.online and rules.is_late_will(machine, said.boot_id):
        return
    is_reborn = said.boot_id != machine.boot_id
    if (not said.online or is_reborn) and (one := queries.active_on(tx, machine.id)) is not None:
        _lose_sight(tx, machine, one)
    tx.run(
        storing.SET_ONLINE,
        which=machine.id,
        is_online=int(said.online),
        state="unknown" if is_reborn else machine.state,  # what an earlier boot did says nothing of this one
        boot_id=said.boot_id,
        former_boot_id=rules.boots_before(machine, said.boot_id),
        seq=-1 if is_reborn else machine.seq,
        last_message_at=tx.now if is_now else machine.last_message_at,
        shown_link="online" if said.online and is_now else machine.shown_link,
    )
    if said.online != bool(machine.is_online):
        storing.note(tx, machine.id, "appeared" if said.online else "vanished")
    tx.touch(storing.MACHINES)


def _lose_sight(tx: Tx, machine: MachineNow, one: JobNow) -> None:
    if one.state == "running" and not one.is_contact_lost:
        storing.change_job(tx, storing.SET_CONTACT, one, is_contact_lost=1)
        storing.note(tx, machine.id, "contact_lost", one)


# -- state ----------------------------------------------------------------------------------


def _show(tx: Tx, machine: MachineNow, said: Snapshot, *, is_now: bool) -> None:
    if not rules.is_snapshot_news(machine, said.boot_id, said.seq):
        return
    is_reborn = said.boot_id != machine.boot_id
    job = said.job if said.state is not MachineState.IDLE else None
    tx.run(
        storing.SET_SHOWN,
        which=machine.id,
        state=said.state.value,
        substate=said.substate,
        job_ref=job.job_ref if job else None,
        is_outside=int(_is_outside(tx, machine, job)),
        progress=job.progress_percent if job else None,
        seconds_left=job.seconds_left if job else None,
        temperatures=to_json(said.temperatures),
        faults=to_json(said.faults),
        slots=_slots(machine, said, is_reborn=is_reborn),
        needs_operator=int(said.needs_operator),
        is_online=1 if is_now else machine.is_online,
        boot_id=said.boot_id,
        former_boot_id=rules.boots_before(machine, said.boot_id),
        seq=said.seq,
        observed_at=said.observed_at,
        last_message_at=tx.now if is_now else machine.last_message_at,
        shown_link="online" if is_now else machine.shown_link,
    )
    tx.touch(storing.MACHINES)
    if is_now:
        _close_gate(tx, machine, said)
        _find_again(tx, machine, said, is_reborn=is_reborn)


def _slots(machine: MachineNow, said: Snapshot, *, is_reborn: bool) -> str:
    """What is loaded stays known while the machine says nothing of it, until it starts anew."""
    if said.slots is not None:
        return to_json(said.slots)
    return "" if is_reborn else machine.slots


def _is_outside(tx: Tx, machine: MachineNow, job: Job | None) -> bool:
    """True for a job that the queue did not send."""
    if job is None:
        return False
    if job.job_ref == machine.job_ref:
        return job.outside_queue or bool(machine.is_outside)
    known = queries.job_by_ref(tx, job.job_ref)
    return job.outside_queue or known is None


def _close_gate(tx: Tx, machine: MachineNow, said: Snapshot) -> None:
    """An attempt that was given back was made after all, and its report is still on the way: it lies on the bed."""
    if said.job is None or said.state not in (MachineState.ENDED, MachineState.FAULT) or machine.needs_clear:
        return
    one = queries.job_by_ref(tx, said.job.job_ref)
    if one is not None and one.machine_id == machine.id and one.outcome is None and one.state not in rules.ACTIVE:
        tx.run(storing.SET_CLEAR, which=machine.id, needs_clear=1)


def _find_again(tx: Tx, machine: MachineNow, said: Snapshot, *, is_reborn: bool) -> None:
    """A machine that we lost sight of is back: either it still makes the job, or nobody knows how that ended."""
    one = queries.active_on(tx, machine.id)
    if one is None or one.state != "running" or not machine.is_remote:
        return
    is_lost = bool(one.is_contact_lost) or is_reborn
    shown = said.job.job_ref if said.job and said.state is not MachineState.IDLE else None
    if rules.lost_after(said.state.value, one.job_ref, shown, is_contact_lost=is_lost):
        actions.finish(tx, one, machine.id, "unknown", notice="lost")
        storing.note(tx, machine.id, "lost", one)
        return
    if one.is_contact_lost and shown == one.job_ref:
        storing.change_job(tx, storing.SET_CONTACT, one, is_contact_lost=0)
    if said.state.value in rules.OVER and one.cmd_id is not None:  # its report is on the way, or lost for ever
        about = {"job_id": one.id, "job_ref": one.job_ref}
        tx.later(actions.AWAIT_END, about, at=tx.now + rules.END_WITHIN, dedup=f"{actions.AWAIT_END}:{one.job_ref}")


# -- reports and answers ---------------------------------------------------------------------------------


def _count(tx: Tx, machine: MachineNow, said: Report) -> None:
    """A fact, once: the second telling of a report ends here."""
    if not tx.run(storing.ADD_REPORT, device=machine.key, report_id=said.report_id, received_at=tx.now):
        return
    tx.run(storing.SET_HEARD, which=machine.id, last_message_at=tx.now)
    tx.touch(storing.MACHINES)
    if isinstance(said.fact, JobStarted):
        is_late = said.boot_id != machine.boot_id
        _begin(tx, machine, queries.job_by_ref(tx, said.fact.job_ref), said.fact, is_late=is_late)
    elif isinstance(said.fact, JobEnded):
        _end(tx, machine, queries.job_by_ref(tx, said.fact.job_ref), said.fact)
    elif isinstance(said.fact, MachineCleared):
        _believe_cleared(tx, machine, said.fact)


def _believe_cleared(tx: Tx, machine: MachineNow, fact: MachineCleared) -> None:
    """A person emptied the machine and told it so: the gate opens, if this is still about the last job."""
    one, told = queries.active_on(tx, machine.id), queries.job_by_ref(tx, fact.after_ref)
    if one is not None and (one.state != "to_check" or one.job_ref != fact.after_ref):
        return
    if one is None and told is not None and told.outcome is not None:
        return  # that job was cleared before: what lies there now came later, from elsewhere
    if one is not None or machine.needs_clear:
        actions.clear_after(tx, machine, one, "good" if one and one.outcome == "ok" else "failed")


def _begin(tx: Tx, machine: MachineNow, one: JobNow | None, fact: JobStarted, *, is_late: bool) -> None:
    """The echo of our order. A job that was given back meanwhile is taken up again, if the machine has no other.

    `is_late`: it was said before the machine's last start, so that nobody knows whether it still makes the job.
    """
    if one is None or one.machine_id != machine.id:
        storing.note(tx, machine.id, "outside_started", file=fact.file or fact.job_ref)
        return
    active = queries.active_on(tx, machine.id)
    if one.state not in ("dispatched", *rules.GIVEN_BACK) or (active is not None and active.id != one.id):
        return
    if one.outcome is not None:
        return  # this attempt is over: its start was on the way for longer than its end
    if one.state in rules.GIVEN_BACK:  # its time was given back too: as much of it as is still free
        claiming.lengthen(tx, machine, one, tx.now + (read(one.facts).seconds or rules.USUAL_SECONDS))
    storing.change_job(
        tx,
        storing.SET_RUNNING,
        one,
        state="running",
        machine_id=machine.id,
        started_at=tx.now,
        notice="",
        is_contact_lost=int(is_late),
    )
    tx.announce(Started(one.id, machine.id))
    note_use(tx, one.person_id, machine.qualification, tx.now)
    storing.note(tx, machine.id, "started", one)


def _end(tx: Tx, machine: MachineNow, one: JobNow | None, fact: JobEnded) -> None:
    """An attempt is over: its outcome counts once, and whatever it was, something may lie on the bed."""
    storing.note(tx, machine.id, "ended", one, outcome=fact.outcome.value, reason=fact.reason or "")
    if one is None or one.machine_id != machine.id:
        tx.run(storing.SET_CLEAR, which=machine.id, needs_clear=1)
        return
    was_given_up = one.state == "to_check" and one.outcome == "unknown"
    if was_given_up and fact.outcome is not Outcome.UNKNOWN:  # the machine knows better
        _finish(tx, machine, one, fact)
    if one.outcome is not None:
        return
    active = queries.active_on(tx, machine.id)
    is_ours = one.state in ("dispatched", "running", *rules.GIVEN_BACK)
    if is_ours and (active is None or active.id == one.id):
        _finish(tx, machine, one, fact)
    else:
        tx.run(storing.SET_CLEAR, which=machine.id, needs_clear=1)


def _finish(tx: Tx, machine: MachineNow, one: JobNow, fact: JobEnded) -> None:
    actions.finish(tx, one, machine.id, fact.outcome.value, fact.reason or "", fact.filament_mm, fact.duration_s)


def _answer(tx: Tx, machine: MachineNow, said: Ack) -> None:
    """A machine that will not begin says so at once; one that will is believed only when it has begun."""
    tx.run(storing.SET_HEARD, which=machine.id, last_message_at=tx.now)
    one = queries.job_by_command(tx, said.cmd_id)
    if one is None:
        if said.result in REFUSED:
            storing.note(tx, machine.id, "order_refused", reason=said.reason or said.result.value)
            tx.touch(storing.MACHINES)
    elif said.result in REFUSED and one.machine_id == machine.id:
        is_back = actions.give_back(tx, one.id, said.cmd_id, f"machine_said_{said.result.value}")
        if is_back and said.reason:
            storing.note(tx, machine.id, "order_refused", one, reason=said.reason)
