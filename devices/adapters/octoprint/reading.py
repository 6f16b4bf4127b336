"""What OctoPrint says, put together: events (socket or MQTT), its regular picture, its answers. PURE.

Events are edges and may be lost; the picture is a level and may be stale for a moment (one that still says « printing »
arrives after the end of a job). So events are believed at once, the picture where no event just said otherwise.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from devices.adapters.loose import fault, member, number, seconds, temperature, whole, words
from devices.wire import Fault, MachineState, Outcome, Temperature

SETTLE_S: Final = 5
"""How long after an event the regular picture may still be older than it."""

_S = MachineState
_PHASES: Final = {
    "OPERATIONAL": _S.IDLE,
    "STARTING": _S.PREPARING,
    "TRANSFERING_FILE": _S.PREPARING,
    "TRANSFERRING_FILE": _S.PREPARING,
    "PRINTING": _S.RUNNING,
    "RESUMING": _S.RUNNING,
    "FINISHING": _S.RUNNING,
    "CANCELLING": _S.RUNNING,
    "PAUSING": _S.RUNNING,  # it still moves, and would not hear a resume
    "PAUSED": _S.PAUSED,
    "NONE": _S.OFFLINE,
    "OPEN_SERIAL": _S.OFFLINE,
    "DETECT_SERIAL": _S.OFFLINE,
    "CONNECTING": _S.OFFLINE,
    "CLOSED": _S.OFFLINE,
    "OFFLINE": _S.OFFLINE,
    "ERROR": _S.FAULT,
    "CLOSED_WITH_ERROR": _S.FAULT,
}
_WORK: Final = frozenset({_S.PREPARING, _S.RUNNING, _S.PAUSED, _S.ATTENTION})


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One print of one file; the outcome once it is over."""

    file: str
    began_at: int
    stamp: int | None = None
    """OctoPrint's own instant of the start, where an event told it: a repeated or late event is known by it."""

    ended_at: int | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    completion: float | None = None
    seconds_left: int | None = None
    filament_mm: float | None = None


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of the machine. `edge_at`: when an event last began or ended a run.

    `is_doubtful`: an event says that the machine rests, and none told the end of its run: it has to be asked.
    """

    phase: MachineState = _S.UNKNOWN
    substate: str = ""
    run: Run | None = None
    error: str = ""
    edge_at: int = 0
    is_doubtful: bool = False
    machine_id: str = ""
    temperatures: tuple[Temperature, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        return (fault("firmware_error", self.error),) if self.error else ()


def gone(picture: Picture, why: str) -> Picture:
    """Nobody answers: what the machine does now is not known, what it did stays."""
    return msgspec.structs.replace(picture, phase=_S.OFFLINE, substate=why, temperatures=(), edge_at=0)


# -- events ----------------------------------------------------------------------------------------------


def after_event(picture: Picture, kind: str, payload: object, now: int) -> Picture:
    """The picture after one event, whatever its payload holds."""
    if kind == "PrinterStateChanged":
        return _after_state(picture, words(member(payload, "state_id")), words(member(payload, "state_string")))
    if kind == "PrintStarted":
        return _begun(picture, payload, now)
    if kind == "PrintDone":
        return _ended(picture, payload, Outcome.OK, now)
    if kind == "PrintCancelled":
        return _ended(picture, payload, Outcome.CANCELLED, now)
    if kind == "PrintFailed":
        is_wish = member(payload, "reason") == "cancelled"
        return _ended(picture, payload, Outcome.CANCELLED if is_wish else Outcome.FAILED, now)
    return _after_other(picture, kind, payload)


def _after_other(picture: Picture, kind: str, payload: object) -> Picture:
    if kind == "Error":
        error = words(member(payload, "error")) or "error"
        return msgspec.structs.replace(picture, error=error, phase=_S.FAULT)
    if kind == "PausedForUser" and picture.phase in _WORK:
        return msgspec.structs.replace(picture, phase=_S.ATTENTION)
    if kind == "Connected":
        return msgspec.structs.replace(picture, error="")
    if kind == "Disconnected" and not picture.error:
        return msgspec.structs.replace(picture, phase=_S.OFFLINE, temperatures=())
    if kind == "FirmwareData":
        return msgspec.structs.replace(picture, machine_id=words(member(payload, "data", "UUID"), 64))
    return picture


def _after_state(picture: Picture, state_id: str, text: str) -> Picture:
    phase = _PHASES.get(state_id.upper(), _S.UNKNOWN)
    if phase is _S.OFFLINE and picture.error:
        phase = _S.FAULT
    if phase is _S.IDLE:
        picture = msgspec.structs.replace(picture, error="")
        if picture.run is not None and picture.run.outcome is None:
            return msgspec.structs.replace(picture, is_doubtful=True)
    if phase in _WORK and (picture.run is None or picture.run.outcome is not None):
        return msgspec.structs.replace(picture, is_doubtful=True)  # a start whose file comes next, or a late echo
    if picture.phase is _S.ATTENTION and phase is _S.PAUSED:
        phase = _S.ATTENTION
    return msgspec.structs.replace(picture, phase=phase, substate="" if phase is _S.IDLE else text)


def _begun(picture: Picture, payload: object, now: int) -> Picture:
    file, stamp = _file(payload), _stamp(payload)
    if not file or _is_open(picture.run, file) or _is_old(picture.run, stamp, is_start=True):
        return picture
    run = Run(file=file, began_at=now, stamp=stamp)
    phase = picture.phase if picture.phase in _WORK else _S.PREPARING
    return msgspec.structs.replace(picture, run=run, phase=phase, edge_at=now, is_doubtful=False, error="")


def _stamp(payload: object) -> int | None:
    return whole(member(payload, "_timestamp"), 0, 4_102_444_800)


def _is_old(run: Run | None, stamp: int | None, *, is_start: bool) -> bool:
    """True for what happened before the run that we know, or is its own start told again."""
    if run is None or run.stamp is None or stamp is None:
        return False
    return stamp <= run.stamp if is_start else stamp < run.stamp


def _is_open(run: Run | None, file: str) -> bool:
    return run is not None and run.file == file and run.outcome is None


def _ended(picture: Picture, payload: object, outcome: Outcome, now: int) -> Picture:
    """The end of the run it names; of one that was not seen, only that it is over."""
    file = _file(payload)
    if not file or _is_old(picture.run, _stamp(payload), is_start=False):
        return picture
    run = picture.run if picture.run is not None and picture.run.file == file else Run(file=file, began_at=now)
    if run.outcome in (None, Outcome.UNKNOWN):
        reason = "printer_error" if outcome is Outcome.FAILED else None
        run = msgspec.structs.replace(run, outcome=outcome, ended_at=now, reason=reason, seconds_left=None)
        if outcome is Outcome.OK:
            run = msgspec.structs.replace(run, completion=100.0)
    phase = picture.phase if picture.phase in (_S.FAULT, _S.OFFLINE) else _S.IDLE
    return msgspec.structs.replace(picture, run=run, phase=phase, substate="", edge_at=now, is_doubtful=False)


def _file(payload: object) -> str:
    found = member(payload, "path") or member(payload, "name")
    return found.rsplit("/", 1)[-1][:200] if isinstance(found, str) else ""


# -- the regular picture ---------------------------------------------------------------------------------


def after_data(picture: Picture, data: object, now: int) -> Picture:
    """The picture after `current`, `history`, `printer_data`, or the REST answers put into their shape."""
    phase = _phase(data)
    file = _file(member(data, "job", "file"))
    error = words(member(data, "state", "error"))
    temperatures = _temperatures(data) or picture.temperatures
    picture = msgspec.structs.replace(picture, temperatures=temperatures)
    if _is_stale(picture, phase, file, now):
        return picture
    if phase is _S.OFFLINE and error:
        phase = _S.FAULT
    if picture.phase is _S.ATTENTION and phase is _S.PAUSED:
        phase = _S.ATTENTION
    run = _run_after(picture.run, phase, file, data, now)
    text = words(member(data, "state", "text")) if phase is not _S.IDLE else ""
    return msgspec.structs.replace(
        picture,
        phase=phase,
        substate=text,
        run=run,
        error=error if phase is _S.FAULT else "",
        is_doubtful=False,
        temperatures=() if phase is _S.OFFLINE else temperatures,
    )


def _is_stale(picture: Picture, phase: MachineState, file: str, now: int) -> bool:
    """True for a picture that contradicts an event of just before."""
    run = picture.run
    if run is None or now - picture.edge_at > SETTLE_S:
        return False
    if run.outcome is not None:
        return phase in _WORK and file == run.file
    return phase is _S.IDLE


def _phase(data: object) -> MachineState:
    flags = member(data, "state", "flags")
    on = {name for name, value in flags.items() if value is True} if isinstance(flags, Mapping) else set()
    if on & {"closedOrError", "error"} or "operational" not in on:
        return _S.FAULT if "error" in on else _S.OFFLINE
    if "paused" in on and not on & {"cancelling", "resuming"}:
        return _S.PAUSED
    if not on & {"printing", "pausing", "cancelling", "resuming", "finishing"}:
        return _S.IDLE
    return _S.PREPARING if _is_starting(data) else _S.RUNNING


def _is_starting(data: object) -> bool:
    text = words(member(data, "state", "text")).lower()
    has_no_height = isinstance(data, Mapping) and "currentZ" in data and data["currentZ"] is None
    return text.startswith(("starting", "transfer")) or (has_no_height and _is_heating(_temperatures(data)))


def _is_heating(temperatures: tuple[Temperature, ...]) -> bool:
    return any(one.target is not None and one.actual < one.target - 3 for one in temperatures)


def _run_after(run: Run | None, phase: MachineState, file: str, data: object, now: int) -> Run | None:
    if phase in _WORK and file:
        return _progress(run if _is_open(run, file) and run else _new_run(file, data, now), data)
    completion = number(member(data, "progress", "completion"), 0, 100)
    if run is None:  # nothing was seen yet: a finished file may be the end of a job that began before us
        return _finished(file, now) if phase is _S.IDLE and file and completion == 100 else None
    if run.outcome is not None or phase in (_S.OFFLINE, _S.UNKNOWN):
        return run
    if phase is _S.FAULT:
        return msgspec.structs.replace(run, outcome=Outcome.FAILED, reason="printer_error", ended_at=now)
    is_done = file == run.file and completion == 100
    outcome, reason = (Outcome.OK, None) if is_done else (Outcome.UNKNOWN, "end_unseen")
    return msgspec.structs.replace(run, outcome=outcome, reason=reason, ended_at=now, seconds_left=None)


def _new_run(file: str, data: object, now: int) -> Run:
    return Run(file=file, began_at=now - (seconds(member(data, "progress", "printTime")) or 0))


def _finished(file: str, now: int) -> Run:
    return Run(file=file, began_at=now, ended_at=now, outcome=Outcome.OK, completion=100.0)


def _progress(run: Run, data: object) -> Run:
    return msgspec.structs.replace(
        run,
        completion=number(member(data, "progress", "completion"), 0, 100),
        seconds_left=seconds(member(data, "progress", "printTimeLeft")),
        filament_mm=_filament(member(data, "job", "filament")) or run.filament_mm,
    )


def _filament(tools: object) -> float | None:
    """What OctoPrint's analysis of the file expects, over all tools; None where there was no analysis."""
    if not isinstance(tools, Mapping):
        return None
    lengths = [number(member(tool, "length"), 0, 1e8) for tool in tools.values()]
    known = [length for length in lengths if length]
    return sum(known) if known else None


def _temperatures(data: object) -> tuple[Temperature, ...]:
    """The newest of `temps`, or the `temperature` of a REST answer."""
    temps = member(data, "temps")
    newest = temps[-1] if isinstance(temps, list) and temps else member(data, "temperature")
    if not isinstance(newest, Mapping):
        return ()
    found: list[Temperature] = []
    for name, heater in list(newest.items())[:16]:
        if isinstance(name, str) and name.isascii() and name.isalnum() and len(name) <= 32:
            found += temperature(name, member(heater, "actual"), member(heater, "target"))
    return tuple(found)
