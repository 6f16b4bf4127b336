"""From what is known of an OctoPrint to what the coordinator is shown. PURE."""

from typing import Final

import msgspec

from devices.adapters.base import Sight
from devices.adapters.octoprint.reading import Picture, Run
from devices.printers.names import job_of
from devices.printers.states import Seen
from devices.wire import Job, MachineState, Outcome, ProgressBasis

_S: Final = MachineState


def sight_of(picture: Picture, now: int) -> Sight:
    """What the coordinator is shown. The end of a run stays on the machine until the next one begins."""
    run, phase = picture.run, picture.phase
    if phase is _S.IDLE and run is not None and run.outcome is not None:
        phase = _S.ENDED
    elif phase is _S.IDLE and picture.is_doubtful:
        phase = _S.UNKNOWN
    seen = Seen(state=phase, at=now, job=None if run is None else _job(run))
    if run is not None and run.outcome is not None:
        filament = run.filament_mm if run.outcome is Outcome.OK else None
        seen = msgspec.structs.replace(seen, outcome=run.outcome, reason=run.reason, filament_mm=filament)
    elif run is not None and phase is _S.FAULT:
        seen = msgspec.structs.replace(seen, outcome=Outcome.FAILED, reason="printer_error")
    return Sight(
        seen=seen,
        substate=picture.substate,
        temperatures=picture.temperatures,
        faults=picture.faults,
        needs_operator=phase in (_S.ENDED, _S.FAULT, _S.ATTENTION),
        machine_id=picture.machine_id,
    )


def _job(run: Run) -> Job:
    return msgspec.structs.replace(
        job_of(run.file, str(run.began_at)),
        progress_percent=run.completion,
        progress_basis=ProgressBasis.BYTES,
        seconds_left=run.seconds_left,
        started_at=run.began_at,
    )
