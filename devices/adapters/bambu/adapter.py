"""One Bambu Lab printer in the local network: watched by default, commanded where the venue chose so and it may be."""

import ftplib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from devices.adapters.bambu import files, orders
from devices.adapters.bambu.codes import needs_signature
from devices.adapters.bambu.connection import Connection, Pace, Place, View
from devices.adapters.bambu.reading import TAKES_A_JOB, name_of, sight_of, word_of
from devices.adapters.bambu.tls import WrongCertificate, context_of
from devices.adapters.base import START_WITHIN_S, Fetch, Sight
from devices.adapters.loose import fault
from devices.commands import Answer
from devices.printers.names import ref_of
from devices.printers.states import AT_WORK, Seen
from devices.wire import AckResult, Command, JobOrder, MachineState, Op

_TOLD: Final = frozenset({"wrong_key", "wrong_certificate", "bad_setting"})
"""What keeps a printer away until a person changes something."""
_SHOWN: Final = {
    Op.PAUSE: frozenset({"PAUSE"}),
    Op.RESUME: frozenset({"RUNNING", "PREPARE"}),
    Op.CANCEL: frozenset({"IDLE", "FAILED", "FINISH"}),
}


class Bambu:
    """An Adapter. `can_order`: the venue chose the control mode; whether the firmware lets us is seen from itself."""

    def __init__(
        self,
        place: Place | None,
        device: str,
        clock: Callable[[], int],
        *,
        can_order: bool,
        pace: Pace | None = None,
    ) -> None:
        self._place, self._clock, self._pace, self._can_order = place, clock, pace or Pace(), can_order
        self._line = None if place is None else Connection(place, device, clock, self._pace)

    def open(self, wake: Callable[[], None]) -> None:
        if self._line is not None:
            self._line.open(wake)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def diagnose(self) -> dict[str, str | int | float | None]:
        if self._line is None:
            return {"last_error": "bad_setting"}
        view = self._line.view()
        return {
            "mode": "control" if self._can_order else "read_only",
            "is_connected_to_machine": int(view.is_connected),
            "connections": self._line.connections,
            "messages": self._line.messages,
            "last_error": view.last_error or None,
            "last_message_age_s": None if view.heard_at is None else self._clock() - view.heard_at,
            "substate": word_of(view.report) or None,
            "needs_signature": int(needs_signature(view.report)),
        }

    # -- looking ------------------------------------------------------------------------------------------

    def look(self, now: int) -> Sight:
        view = None if self._line is None else self._line.view()
        if view is None or self._line is None or self._place is None:
            return _away(now, "bad_setting")
        if not view.is_connected or view.heard_at is None or now - view.heard_at >= self._pace.stale:
            return _away(now, view.last_error)
        if not word_of(view.report):
            self._line.ask()
            return Sight(seen=Seen(state=MachineState.UNKNOWN, at=now), substate="waiting_for_the_printer")
        return msgspec.structs.replace(sight_of(view.report, view.run, now), machine_id=self._place.serial)

    # -- orders -------------------------------------------------------------------------------------------

    def obey(self, command: Command, fetch: Fetch) -> Answer:
        sight = self.look(self._clock())
        if command.op is Op.IDENTIFY:
            return Answer(AckResult.DONE, None, sight.state)
        if self._line is None or sight.state is MachineState.OFFLINE:
            return Answer(AckResult.REFUSED, sight.faults[0].code if sight.faults else "offline", sight.state)
        if command.op is Op.FETCH and command.job is not None:
            return _held(command.job, fetch)
        if not self._can_order:
            return Answer(AckResult.REFUSED, "read_only", sight.state)
        view = self._line.view()
        if needs_signature(view.report):
            return Answer(AckResult.REFUSED, "signature_required", sight.state)
        if command.op is Op.START and command.job is not None:
            return self._start(self._line, command, command.job, fetch)
        return self._steer(self._line, command, sight)

    def _steer(self, line: Connection, command: Command, sight: Sight) -> Answer:
        job = sight.seen.job
        if sight.state not in AT_WORK:
            return Answer(AckResult.REFUSED, "no_job", sight.state)
        if command.job_ref is not None and (job is None or job.job_ref != command.job_ref):
            return Answer(AckResult.REFUSED, "other_job", sight.state)
        if command.op not in _SHOWN:
            return Answer(AckResult.REFUSED, "not_supported", sight.state)
        number = line.next_number()
        if not line.order(orders.steer(command.op, number)):
            return Answer(AckResult.REFUSED, "offline", MachineState.OFFLINE)
        result, reason = line.wait(number, lambda view: word_of(view.report) in _SHOWN[command.op])
        return Answer(result, reason, self.look(self._clock()).state)

    def _start(self, line: Connection, command: Command, order: JobOrder, fetch: Fetch) -> Answer:
        """Only on a printer that says it is at rest, before and after the file was brought: a start that reaches a
        printer at work stops what it is making."""
        if (against := self._against(line)) is not None:
            return against
        try:
            file = fetch(order)
            plate = orders.plate_of(file, order.plate)
        except OSError:
            return Answer(AckResult.REFUSED, "file_unavailable")
        if plate is None:
            return Answer(AckResult.REFUSED, "wrong_file_kind")
        name = f"{order.job_ref}.gcode.3mf"
        if ref_of(name) != order.job_ref:
            return Answer(AckResult.REFUSED, "bad_file_name")
        left = command.issued_at + START_WITHIN_S - self._clock()
        if (reason := self._send(line, file, name, left)) is not None:
            return Answer(AckResult.REFUSED, reason)
        return self._against(line) or self._begin(line, name, plate, order)

    def _against(self, line: Connection) -> Answer | None:
        sight, view = self.look(self._clock()), line.view()
        if sight.state in (MachineState.OFFLINE, MachineState.UNKNOWN):
            return Answer(AckResult.REFUSED, "offline", sight.state)
        if word_of(view.report) not in TAKES_A_JOB:
            return Answer(AckResult.BUSY, "job_on_machine", sight.state)
        return Answer(AckResult.REFUSED, "fault", sight.state) if sight.state is MachineState.FAULT else None

    def _send(self, line: Connection, file: Path, name: str, within_s: float) -> str | None:
        place = self._place
        if place is None:
            return "bad_setting"
        context = context_of(line.fingerprint, place.serial)
        try:
            files.send(context, place.host, place.files_port, place.access_code, file, name, within_s)
        except files.TooSlow:
            return "too_slow"
        except WrongCertificate:
            return "wrong_certificate"
        except ftplib.error_perm as refused:
            return "wrong_key" if str(refused).startswith("530") else "storage_refused"
        except (ftplib.Error, OSError, EOFError, ValueError):
            return "upload_failed"
        return None

    def _begin(self, line: Connection, name: str, plate: str, job: JobOrder) -> Answer:
        ref, slots = job.job_ref, job.slots or ()
        number = line.next_number()
        task = 1 + secrets.randbelow(orders.MAX_TASK)
        if not line.order(orders.start(number, file=name, plate=plate, ref=ref, task=task, slots=slots)):
            return Answer(AckResult.REFUSED, "offline", MachineState.OFFLINE)
        result, reason = line.wait(number, lambda view: _makes(view, ref))
        return Answer(result, reason, self.look(self._clock()).state)


def _makes(view: View, ref: str) -> bool:
    return view.is_connected and view.run.is_at_work and ref_of(name_of(view.report)) == ref


def _away(now: int, why: str) -> Sight:
    faults = (fault(why),) if why in _TOLD else ()
    return Sight(seen=Seen(state=MachineState.OFFLINE, at=now), faults=faults)


def _held(order: JobOrder, fetch: Fetch) -> Answer:
    try:
        fetch(order)
    except OSError:
        return Answer(AckResult.REFUSED, "file_unavailable")
    return Answer(AckResult.DONE)
