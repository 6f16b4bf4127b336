"""Which run of which job a machine shows: what a name alone does not tell. PURE.

A file stays on the printer after its job, and anybody may print it again at the screen: the same name, another run. And
a printer that numbers no runs gives a stranger's job another made-up name after a restart of this process: the same
run, another name.
"""

from hashlib import sha256
from typing import Final

import msgspec

from devices.printers.states import AT_WORK, Known, Seen
from devices.wire import Job, MachineState

MADE_UP: Final = "X-"


class Aliases(msgspec.Struct, frozen=True):
    """The run now on the machine under another name than the machine's. `is_fresh`: nothing at work was seen yet."""

    shown: str = ""
    meant: str = ""
    is_fresh: bool = True


def settle(aliases: Aliases, known: Known, seen: Seen) -> tuple[Aliases, Seen]:
    """The sight with its job under the name of its run, and what has to be remembered for the next one."""
    job = seen.job
    if job is None:
        return aliases, seen
    if seen.state in AT_WORK:
        aliases = _at_work(aliases, known, seen, job)
    if aliases.shown != job.job_ref:
        return aliases, seen
    meant = msgspec.structs.replace(job, job_ref=aliases.meant, outside_queue=True)
    return aliases, msgspec.structs.replace(seen, job=meant)


def began_unseen(known: Known, seen: Seen) -> Seen:
    """The sight before this one, where a job of the queue began and ended between two looks, or while nobody looked.

    Only of a job whose end the machine still tells, and that was never told: the service waits for its echo.
    """
    job = seen.job
    is_told = job is None or job.outside_queue or known.open is not None or job.job_ref in known.ended
    if is_told or seen.outcome is None or seen.state not in (MachineState.ENDED, MachineState.FAULT):
        return Seen(state=MachineState.UNKNOWN, at=seen.at)
    return msgspec.structs.replace(seen, state=MachineState.RUNNING, outcome=None)


def _at_work(aliases: Aliases, known: Known, seen: Seen, job: Job) -> Aliases:
    goes_on = aliases.shown == job.job_ref and aliases.meant not in known.ended
    if goes_on:
        return aliases
    if aliases.is_fresh and job.outside_queue and known.open is not None and known.open.outside_queue:
        return Aliases(job.job_ref, known.open.job_ref, is_fresh=False)
    if job.job_ref in known.ended:
        again = sha256(f"{job.job_ref}\0{seen.at}".encode()).hexdigest()[:16]
        return Aliases(job.job_ref, MADE_UP + again, is_fresh=False)
    return Aliases(is_fresh=False)
