"""What the FabLab announces. Ids only: who reads an event looks the rest up as it is by then; but for an attempt."""

import msgspec

from tierslieu.fablab.attempts import Attempt


class Queued(msgspec.Struct, frozen=True):
    """A job joined the queue."""

    job_id: int


class Dispatched(msgspec.Struct, frozen=True):
    """A job is to be started on its machine by this command."""

    job_id: int
    cmd_id: str


class Steered(msgspec.Struct, frozen=True):
    """A machine is to pause, resume or cancel the job it has."""

    machine_id: int
    op: str
    job_ref: str
    cmd_id: str
    asked_at: int


class Ended(msgspec.Struct, frozen=True):
    """An attempt of a job is over on its machine; somebody has to look."""

    job_id: int
    outcome: str
    attempt: Attempt | None = None


class Started(msgspec.Struct, frozen=True):
    """A machine began a job of ours: by its own word, or by hand."""

    job_id: int
    machine_id: int


class Cleared(msgspec.Struct, frozen=True):
    """A person emptied a machine. `job_id` 0: there was no job of ours. `outcome`: good or failed. `by`: who did,
    None when only the machine said so.

    `job_ref` names the attempt, so that who counts what it used counts it once.
    """

    machine_id: int
    job_id: int
    outcome: str
    job_ref: str
    by: int | None = None
    attempt: Attempt | None = None


class Weighed(msgspec.Struct, frozen=True):
    """The energy of an attempt is known now, or known to be unknown: some time after its end."""

    machine_id: int
    job_id: int
    job_ref: str


class ServiceChanged(msgspec.Struct, frozen=True):
    """A machine was taken out of service, or put back."""

    machine_id: int
    is_out: bool


class SessionStarted(msgspec.Struct, frozen=True):
    """A terminal unlocked a machine for somebody: its contactor was seen closed."""

    session_id: int
    machine_id: int
    person_id: int


class SessionEnded(msgspec.Struct, frozen=True):
    """Somebody's time at a machine is over. `seconds` it was unlocked, `busy_seconds` it worked."""

    session_id: int
    machine_id: int
    person_id: int
    seconds: int
    busy_seconds: int


class Badged(msgspec.Struct, frozen=True):
    """Somebody whom the house knows held a card before a machine's terminal."""

    machine_id: int
    person_id: int


class OopsReported(msgspec.Struct, frozen=True):
    """Somebody stopped a machine because something is wrong with it; nobody can unlock it until it was looked at."""

    machine_id: int
    person_id: int | None
    note: str
