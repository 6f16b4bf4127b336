"""Arranging the queue: put aside, split, move, put before others, make again, and how each kind's queue works."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Conflict, Forbidden, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.fablab import actions, queries, rules, storing
from tierslieu.fablab.actions import own_job, runs
from tierslieu.fablab.events import Queued
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.queue import matching
from tierslieu.fablab.queue.queries import workshop
from tierslieu.fablab.queue.scheduler import Rules
from tierslieu.fablab.queue.tables import QueuePolicy
from tierslieu.fablab.rules import JobNow
from tierslieu.fablab.storing import WantedJob
from tierslieu.infra.statements import Query, upsert
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record, record_for

ARRANGE: Final = "fablab.arrange_queue"
"""The permission to decide how the queues work."""
SET_HELD = storing.set_job("state", "held_reason", "notice")
SET_QUANTITY = storing.set_job("quantity")
SET_WHERE = storing.set_job("kind", "wanted_machine_id", "notice")
SET_PRIORITY = storing.set_job("priority", "priority_reason")
PUT_POLICY: Query[Any] = upsert(QueuePolicy, ("kind",))


def hold(tx: Tx, job_id: int, reason: str) -> None:
    """Put a waiting job aside, saying why; it keeps its turn for when it is released."""
    one = _run_by(tx, job_id)
    _refuse_unless(one.state == "queued", "job_not_waiting")
    _done(storing.change_job(tx, SET_HELD, one, state="held", held_reason=reason, notice=""))
    record_for(tx, "fablab.hold", one.person_id, show(one.id))


def release(tx: Tx, job_id: int) -> None:
    """A job that was put aside waits again, where it was."""
    one = _run_by(tx, job_id)
    _refuse_unless(one.state == "held", "job_not_held")
    _done(storing.change_job(tx, SET_HELD, one, state="queued", held_reason="", notice=""))
    record_for(tx, "fablab.release", one.person_id, show(one.id))


def split(tx: Tx, job_id: int, parts: int) -> list[int]:
    """Share the copies that are still to be made among several jobs, so that several machines can make them.

    Returns the new jobs; the first part stays the job itself. Each keeps the turn of the job it comes from.
    """
    one = _run_by(tx, job_id)
    left = one.quantity - one.copies_done
    _refuse_unless(one.state in ("queued", "held"), "job_not_waiting")
    _refuse_unless(2 <= parts <= left, "too_few_copies")
    shares = [left // parts + (1 if part < left % parts else 0) for part in range(parts)]
    _done(storing.change_job(tx, SET_QUANTITY, one, quantity=one.copies_done + shares[0]))
    made = [_copy(tx, one, share, one.wanted_machine_id, parent_id=one.parent_id or one.id) for share in shares[1:]]
    for job_id_ in made:
        new = queries.job(tx, job_id_)
        storing.change_job(tx, storing.SET_RANK, new, rank=one.rank)
        storing.change_job(tx, SET_PRIORITY, new, priority=one.priority, priority_reason=one.priority_reason)
        if one.state == "held":
            storing.change_job(tx, SET_HELD, new, state="held", held_reason=one.held_reason, notice="")
    record_for(tx, "fablab.split", one.person_id, show(one.id), parts=parts)
    return made


def move(tx: Tx, job_id: int, key: str) -> None:
    """Ask for another machine ("" is any of the kind). Raises Refused with every reason why it cannot make the job."""
    one = _run_by(tx, job_id)
    _refuse_unless(one.state in ("queued", "held"), "job_not_waiting")
    machine = queries.machine(tx, key) if key else None
    if machine is not None:
        require(tx.by, actions.RUN, *rules.places(machine))
        wished = msgspec.structs.replace(one, kind=machine.kind, wanted_machine_id=machine.id)
        reasons = matching.never(wished, matching.fit_of(read(one.facts)), machine)
        if machine.kind != one.kind and machine.kind not in rules.FILE_KINDS:
            reasons = (*reasons, Reason("kind_takes_no_file"))
        if reasons:
            raise Refused(reasons)
    kind, wanted = (machine.kind, machine.id) if machine is not None else (one.kind, None)
    _done(storing.change_job(tx, SET_WHERE, one, kind=kind, wanted_machine_id=wanted, notice=""))
    record_for(tx, "fablab.move", one.person_id, show(one.id), machine=key)


def prioritise(tx: Tx, job_id: int, reason: str) -> None:
    """Put a job before all others, saying why; without a reason it stands where it stood again."""
    one = _run_by(tx, job_id)
    _refuse_unless(one.state in ("queued", "held"), "job_not_waiting")
    _done(storing.change_job(tx, SET_PRIORITY, one, priority=int(bool(reason)), priority_reason=reason))
    record_for(tx, "fablab.prioritise" if reason else "fablab.deprioritise", one.person_id, show(one.id))


def place(tx: Tx, job_id: int, way: str) -> None:
    """Change places with the job before or after, or go before all: who runs its machines in the whole queue, others
    among their own jobs. Raises Refused where the order follows something else than who came first."""
    one = own_job(tx, job_id)
    _refuse_unless(one.state == "queued", "job_not_waiting")
    is_runner = runs(tx, tx.by, one)
    line = [each for each in in_line(tx, one.kind) if is_runner or each.person_id == one.person_id]
    at = next(index for index, each in enumerate(line) if each.id == one.id)
    other = at - 1 if way == "up" else at + 1 if way == "down" else 0
    _refuse_unless(0 <= other < len(line) and other != at, "already_last" if way == "down" else "already_first")
    _take_turns(tx, line, at, other)
    now = [each.id for each in in_line(tx, one.kind) if is_runner or each.person_id == one.person_id]
    _refuse_unless(now.index(one.id) == other, "ordered_otherwise")


def in_line(reader: Reader, kind: str) -> list[JobNow]:
    """The jobs that wait for a kind of machine, in the order in which they are served."""
    shop = workshop(reader)
    places = shop.plan()
    found = [one for one in shop.waiting if one.kind == kind and one.state == "queued"]
    return sorted(found, key=lambda one: places[one.id].place)


def _take_turns(tx: Tx, line: list[JobNow], at: int, other: int) -> None:
    """Move one of a line to another place in it: the same turns, handed out anew, no two alike."""
    first = min(at, other)
    moved = [*line[:at], *line[at + 1 :]]
    moved.insert(other, line[at])
    tail, last = moved[first:], -1
    for one, turn in zip(tail, sorted(one.rank for one in tail), strict=True):
        last = max(turn, last + 1)
        if one.rank != last:
            _done(storing.change_job(tx, storing.SET_RANK, one, rank=last))


def make_again(tx: Tx, job_id: int, quantity: int = 1) -> int:
    """Queue what was made before once more, as a new job, without a request. Raises Refused while it is not over."""
    one = _run_by(tx, job_id)
    _refuse_unless(one.state in ("done", "failed", "cancelled"), "job_not_over")
    open_jobs = [each for each in queries.mine(tx, one.person_id) if each.state in rules.OPEN]
    if len(open_jobs) >= actions.MOST_WAITING:
        raise Refused((Reason("too_many_jobs", {"count": actions.MOST_WAITING}),))
    made = _copy(tx, one, quantity, one.wanted_machine_id)
    tx.announce(Queued(made))
    record_for(tx, "fablab.queue", one.person_id, show(made))
    return made


def in_bulk(tx: Tx, act: str, job_ids: Sequence[int], reason: str = "") -> None:
    """The same for several jobs: all of them or none."""
    for job_id in job_ids:
        if act == "hold":
            hold(tx, job_id, reason)
        elif act == "release":
            release(tx, job_id)
        else:
            actions.cancel_job(tx, job_id)


def set_rules(tx: Tx, kind: str, wanted: Rules) -> None:
    """Put another way of sharing a kind of machine in force."""
    require(tx.by, ARRANGE, f"kind:{kind}")
    _refuse_unless(any(one.kind == kind for one in queries.machines(tx)), "no_machine_of_kind")
    tx.run(
        PUT_POLICY,
        kind=kind,
        policy=wanted.policy,
        guard_hours=wanted.guard_hours,
        clear_minutes=wanted.clear_minutes,
        makers_clear=int(wanted.makers_clear),
        starts_next=int(wanted.starts_next),
        changed_at=tx.now,
    )
    record(tx, "fablab.set_policy", None, kind, policy=wanted.policy)
    tx.touch(storing.MACHINES)
    tx.touch(storing.JOBS)


def _copy(tx: Tx, one: JobNow, quantity: int, wanted: int | None, parent_id: int | None = None) -> int:
    new = WantedJob(
        one.person_id,
        one.file_id,
        one.kind,
        wanted,
        one.material,
        quantity,
        one.note if parent_id else "",
        service=one.service,
        colour=one.colour,
        deadline=one.deadline if parent_id else None,
        parent_id=parent_id,
    )
    return storing.add_job(tx, new)


def _run_by(tx: Tx, job_id: int) -> JobNow:
    """A job whose machines the actor runs. Raises NotFound for a stranger's, Forbidden for one's own."""
    one = own_job(tx, job_id)
    if not runs(tx, tx.by, one):
        raise Forbidden("not_allowed")
    return one


def _refuse_unless(is_so: bool, code: str) -> None:
    if not is_so:
        raise Refused((Reason(code),))


def _done(is_done: bool) -> None:
    if not is_done:
        raise Conflict("job_moved")
