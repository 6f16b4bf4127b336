"""What PrusaLink's answers mean. PURE: everything but `printer.state` may be missing, and new words may come."""

from typing import Final

import msgspec

from devices.adapters.base import Sight
from devices.adapters.loose import fault, member, number, seconds, temperature, whole, words
from devices.printers.names import job_of
from devices.printers.states import AT_WORK, Seen
from devices.wire import Job, MachineState, Outcome, ProgressBasis

STATES: Final = {
    "IDLE": MachineState.IDLE,
    "READY": MachineState.IDLE,
    "BUSY": MachineState.PREPARING,
    "PRINTING": MachineState.RUNNING,
    "PAUSED": MachineState.PAUSED,
    "ATTENTION": MachineState.ATTENTION,
    "FINISHED": MachineState.ENDED,
    "STOPPED": MachineState.ENDED,
    "ERROR": MachineState.FAULT,
}
TAKES_A_JOB: Final = frozenset({"IDLE", "READY", "FINISHED", "STOPPED"})
READY: Final = "READY"
_OUTCOMES: Final = {"FINISHED": Outcome.OK, "STOPPED": Outcome.CANCELLED}
MAX_ID: Final = 2**53


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to GET /api/v1/status."""

    word: str
    state: MachineState
    job_id: int | None
    is_transferring: bool
    body: object

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK


def read_status(body: object) -> Status | None:
    """None for an answer that no PrusaLink gives."""
    word = words(member(body, "printer", "state"), 32)
    if not word:
        return None
    return Status(
        word=word,
        state=STATES.get(word, MachineState.UNKNOWN),
        job_id=whole(member(body, "job", "id"), 0, MAX_ID),
        is_transferring=bool(member(body, "transfer")),
        body=body,
    )


def read_job(body: object) -> tuple[int | None, Job | None]:
    """The id and the name of the job of GET /api/v1/job; no job while its file is not told."""
    job_id = whole(member(body, "id"), 0, MAX_ID)
    file = words(member(body, "file", "display_name")) or words(member(body, "file", "name"))
    return job_id, (job_of(file, str(job_id)) if file else None)


def began_at(status: Status, at: int) -> int | None:
    """When the job of this answer began, by the printer's own counting."""
    lasted = seconds(member(status.body, "job", "time_printing"))
    return None if lasted is None else max(0, at - lasted)


def sight_of(status: Status, job: Job | None, at: int, cleared_ref: str | None) -> Sight:
    """What is seen. `job` is the one this answer speaks of; `cleared_ref` counts only while the printer is ready."""
    printer = member(status.body, "printer")
    return Sight(
        seen=Seen(
            state=status.state,
            at=at,
            job=None if job is None else _with_progress(job, status),
            outcome=_OUTCOMES.get(status.word) if job is not None else None,
            reason="printer_error" if status.state is MachineState.FAULT else None,
        ),
        substate=status.word,
        temperatures=(
            *temperature("tool0", member(printer, "temp_nozzle"), member(printer, "target_nozzle")),
            *temperature("bed", member(printer, "temp_bed"), member(printer, "target_bed")),
        ),
        faults=(fault("printer_error"),) if status.state is MachineState.FAULT else (),
        needs_operator=status.state in (MachineState.ATTENTION, MachineState.FAULT),
        cleared_ref=cleared_ref if status.word == READY else None,
    )


def _with_progress(job: Job, status: Status) -> Job:
    told = member(status.body, "job")
    return msgspec.structs.replace(
        job,
        progress_percent=number(member(told, "progress"), 0, 100),
        progress_basis=ProgressBasis.FIRMWARE,
        seconds_left=seconds(member(told, "time_remaining")),
    )
