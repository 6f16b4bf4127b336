"""What a Bambu printer's merged report means. PURE: any member may be missing or of another shape."""

from typing import Final

import msgspec

from devices.adapters.bambu.codes import (
    CANCELLED,
    WAITS_FOR_A_PERSON,
    error_text,
    health,
    needs_signature,
    print_error,
)
from devices.adapters.bambu.trays import slots_of
from devices.adapters.base import Sight
from devices.adapters.loose import fault, member, number, temperature, whole, words
from devices.printers.names import job_of
from devices.printers.states import AT_WORK, Seen
from devices.wire import Fault, Job, MachineState, Outcome, ProgressBasis, Temperature

_STATES: Final = {
    "IDLE": MachineState.IDLE,
    "INIT": MachineState.PREPARING,
    "PREPARE": MachineState.PREPARING,
    "SLICING": MachineState.PREPARING,
    "RUNNING": MachineState.RUNNING,
    "PAUSE": MachineState.PAUSED,
    "FINISH": MachineState.ENDED,
    "FAILED": MachineState.ENDED,
}
TAKES_A_JOB: Final = frozenset({"IDLE", "FINISH", "FAILED"})
_FAKE_CHAMBER: Final = 5.0
"""What printers without a probe in their chamber say of it."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What must be remembered of the run on the printer: since when, and that somebody stopped it."""

    key: str = ""
    began_at: int = 0
    is_at_work: bool = False
    was_cancelled: bool = False
    last_error: int = 0


def word_of(report: object) -> str:
    """The printer's own word for what it does."""
    return words(member(report, "gcode_state"), 32).upper()


def name_of(report: object) -> str:
    """The name of the job; the file's where the job has none."""
    return words(member(report, "subtask_name")) or words(member(report, "gcode_file"))


def follow(run: Run, report: object, at: int) -> Run:
    """The run after this report. One number for two runs of a file is no number: then the time tells them apart."""
    is_at_work = _STATES.get(word_of(report)) in AT_WORK
    told = next((text for name in ("task_id", "subtask_id", "job_id") if (text := _id(member(report, name)))), "")
    if is_at_work and (not run.is_at_work or (told and told != run.key)):
        run = Run(key=told or f"at-{at}", began_at=at, last_error=run.last_error)
    error = print_error(member(report, "print_error"))
    is_stopped = error == CANCELLED and run.last_error != CANCELLED  # it may still be shown from the run before
    return msgspec.structs.replace(
        run, is_at_work=is_at_work, was_cancelled=run.was_cancelled or is_stopped, last_error=error
    )


def _id(value: object) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else words(value)
    return "" if text in ("", "0", "-1") else text


def sight_of(report: object, run: Run, at: int) -> Sight:
    """What is seen."""
    faults, is_fatal = health(member(report, "hms"))
    error = print_error(member(report, "print_error"))
    state = _state(report, error, is_fatal=is_fatal)
    return Sight(
        seen=Seen(
            state=state,
            at=at,
            job=_job(report, run, at) if state is not MachineState.IDLE else None,
            outcome=_outcome(report, run),
            reason=error_text(error) if word_of(report) == "FAILED" and error else None,
        ),
        substate=word_of(report),
        temperatures=_temperatures(report),
        faults=(*_error_fault(error), *faults, *_unsigned(report)),
        needs_operator=state in (MachineState.ATTENTION, MachineState.FAULT),
        slots=slots_of(report),
    )


def _state(report: object, error: int, *, is_fatal: bool) -> MachineState:
    """An error that is still shown makes a fault of a printer at rest, and a call for help of one at work."""
    state = _STATES.get(word_of(report), MachineState.UNKNOWN)
    is_wrong = error not in (0, CANCELLED)
    if state is MachineState.PAUSED:
        stage = whole(member(report, "stg_cur"), -1, 10_000)
        return MachineState.ATTENTION if is_wrong or is_fatal or stage in WAITS_FOR_A_PERSON else state
    if word_of(report) == "FAILED" and is_wrong:
        return MachineState.FAULT
    return MachineState.FAULT if is_fatal and state in (MachineState.IDLE, MachineState.ENDED) else state


def _outcome(report: object, run: Run) -> Outcome | None:
    word = word_of(report)
    if word == "FAILED":
        is_stopped = run.was_cancelled or run.last_error == CANCELLED
        return Outcome.CANCELLED if is_stopped else Outcome.FAILED
    return Outcome.OK if word == "FINISH" else None


def _job(report: object, run: Run, at: int) -> Job | None:
    name = name_of(report)
    if not name or word_of(report) not in _STATES:
        return None
    minutes = whole(member(report, "mc_remaining_time"), 0, 31 * 1_440)
    return msgspec.structs.replace(
        job_of(name, run.key),
        progress_percent=number(member(report, "mc_percent"), 0, 100),
        progress_basis=ProgressBasis.FIRMWARE,
        seconds_left=None if minutes is None else minutes * 60,
        started_at=min(run.began_at, at) or None,
    )


def _temperatures(report: object) -> tuple[Temperature, ...]:
    bed = temperature("bed", member(report, "bed_temper"), member(report, "bed_target_temper"))
    chamber = number(member(report, "chamber_temper"), -50, 300)
    return (
        *temperature("tool0", member(report, "nozzle_temper"), member(report, "nozzle_target_temper")),
        *(bed or _packed("bed", member(report, "device", "bed", "info", "temp"))),
        *(
            temperature("chamber", chamber, None)
            if chamber not in (None, _FAKE_CHAMBER)
            else _packed("chamber", member(report, "device", "ctc", "info", "temp"))
        ),
    )


def _packed(sensor: str, told: object) -> tuple[Temperature, ...]:
    """Two temperatures in one number: what is aimed at above the lower sixteen bits."""
    both = whole(told, 0, 2**32 - 1)
    return () if both is None else temperature(sensor, both & 0xFFFF, both >> 16)


def _error_fault(error: int) -> tuple[Fault, ...]:
    return () if error in (0, CANCELLED) else (fault(error_text(error)),)


def _unsigned(report: object) -> tuple[Fault, ...]:
    return (fault("signature_required"),) if needs_signature(report) else ()
