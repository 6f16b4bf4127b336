"""From what a printer shows to what is reported: a start and an end of each job, once. PURE.

Printers show levels ("finished" may stay for days, and is shown again after a restart); the service counts edges.
`after` turns the one into the other, and what it knows is kept on disk, so that a restart in the middle of a job still
ends it. A job_ref names one attempt: whoever prints again gives a new one.
"""

from typing import Final

import msgspec

from devices.wire import Job, JobEnded, JobStarted, MachineState, Outcome

KEPT_REFS: Final = 64
MAX_DURATION_S: Final = 31 * 86_400

AT_WORK: Final = frozenset(
    {MachineState.PREPARING, MachineState.RUNNING, MachineState.PAUSED, MachineState.ATTENTION},
)
OVER: Final = frozenset({MachineState.IDLE, MachineState.ENDED, MachineState.FAULT})
"""States that leave no job on the machine. `offline` and `unknown` are in neither set: they prove nothing."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What an adapter sees of its printer at one instant; the outcome only if the printer tells."""

    state: MachineState
    at: int
    job: Job | None = None
    outcome: Outcome | None = None
    filament_mm: float | None = None
    reason: str | None = None


class OpenJob(msgspec.Struct, frozen=True):
    """A job that was reported as started and not yet as ended."""

    job_ref: str
    started_at: int
    outside_queue: bool = False


class Known(msgspec.Struct, frozen=True):
    """What has been reported so far; the last refs that ended, oldest first.

    `machine_id` is the machine that was last seen behind the address, `cleared` the last job after which somebody told
    the machine that it is empty.
    """

    open: OpenJob | None = None
    ended: tuple[str, ...] = ()
    machine_id: str = ""
    cleared: str = ""


def remember(note: bytes | None) -> Known:
    """What an earlier boot knew. A note that cannot be read is as good as none."""
    if note is None:
        return Known()
    try:
        return msgspec.json.decode(note, type=Known)
    except msgspec.MsgspecError:
        return Known()


def note_of(known: Known) -> bytes:
    """The form in which knowledge is kept on disk."""
    return msgspec.json.encode(known)


JobFact = JobStarted | JobEnded


def after(known: Known, seen: Seen) -> tuple[Known, tuple[JobFact, ...]]:
    """What is known after this sight, and the facts to report, in order. The same sight again reports nothing."""
    facts: list[JobFact] = []
    if known.open is not None and _is_over(known.open, seen):
        facts.append(_end(known.open, seen))
        known = _with(known, None, (*known.ended, known.open.job_ref)[-KEPT_REFS:])
    if known.open is None and seen.state in AT_WORK and seen.job is not None and seen.job.job_ref not in known.ended:
        facts.append(_start(seen.job))
        opened = OpenJob(seen.job.job_ref, _begin(seen.job, seen.at), seen.job.outside_queue)
        known = _with(known, opened, known.ended)
    return known, tuple(facts)


def _with(known: Known, opened: OpenJob | None, ended: tuple[str, ...]) -> Known:
    return msgspec.structs.replace(known, open=opened, ended=ended)


def _is_over(job: OpenJob, seen: Seen) -> bool:
    if seen.state in AT_WORK:
        return seen.job is not None and seen.job.job_ref != job.job_ref
    return seen.state in OVER


def _start(job: Job) -> JobStarted:
    return JobStarted(job_ref=job.job_ref, file=job.file, outside_queue=job.outside_queue)


def _begin(job: Job, now: int) -> int:
    return now if job.started_at is None else min(job.started_at, now)


def _end(job: OpenJob, seen: Seen) -> JobEnded:
    """The end of this job as far as it was seen: the printer's word counts only if it still speaks of this job."""
    is_told = seen.job is not None and seen.job.job_ref == job.job_ref
    return JobEnded(
        job_ref=job.job_ref,
        outcome=_told(seen) if is_told else Outcome.UNKNOWN,
        duration_s=max(0, min(seen.at - job.started_at, MAX_DURATION_S)),
        filament_mm=seen.filament_mm if is_told else None,
        reason=seen.reason if is_told else "lost",
        outside_queue=job.outside_queue,
    )


def _told(seen: Seen) -> Outcome:
    if seen.outcome is not None:
        return seen.outcome
    return Outcome.FAILED if seen.state is MachineState.FAULT else Outcome.UNKNOWN
