"""An attempt of a job as it was. The next one takes its place in the job's row, and may begin before everybody who
reacts to the end of the first has come to it: what they count, bill and tell travels with the news. Pure."""

import msgspec

from tierslieu.fablab.rules import JobNow


class Attempt(msgspec.Struct, frozen=True):
    """What a job's row says of one attempt."""

    job_ref: str | None
    machine_id: int | None
    started_at: int | None
    ended_at: int | None
    filament_mm: float | None
    seconds_spent: int | None


def attempt_of(one: JobNow) -> Attempt:
    """The attempt that a job is at."""
    return Attempt(one.job_ref, one.machine_id, one.started_at, one.ended_at, one.filament_mm, one.seconds_spent)


def as_it_was(one: JobNow, attempt: Attempt | None) -> JobNow:
    """A job with the facts of one of its attempts. Without (news of an older version): as it is."""
    return one if attempt is None else msgspec.structs.replace(one, **msgspec.structs.asdict(attempt))
