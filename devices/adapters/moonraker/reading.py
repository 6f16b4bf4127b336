"""What Moonraker says of Klipper, put together: answers to questions and messages of changes. PURE.

Read in this order: is the server there, is Klipper ready, what does `print_stats` say. A machine that was stopped in an
emergency says `paused` while `webhooks` says `shutdown`, and one whose Klipper died says nothing at all.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from devices.adapters.base import Sight
from devices.adapters.loose import fault, member, number, seconds, temperature, words
from devices.printers.names import job_of
from devices.printers.states import Seen
from devices.wire import Fault, Job, MachineState, Outcome, ProgressBasis, Temperature

OBJECTS: Final = ("webhooks", "print_stats", "virtual_sdcard", "display_status", "extruder", "heater_bed")
HEATERS: Final = {"extruder": "tool0", "extruder1": "tool1", "heater_bed": "bed", "heater_generic chamber": "chamber"}
MAX_OBJECTS: Final = 64
MAX_FIELDS: Final = 64

_S = MachineState
_NOT_READY: Final = {"startup": _S.OFFLINE, "disconnected": _S.OFFLINE, "shutdown": _S.FAULT, "error": _S.FAULT}
_STATS: Final = {
    "standby": _S.IDLE,
    "printing": _S.RUNNING,
    "paused": _S.PAUSED,
    "complete": _S.ENDED,
    "cancelled": _S.ENDED,
    "error": _S.ENDED,
}
_OUTCOMES: Final = {"complete": Outcome.OK, "cancelled": Outcome.CANCELLED, "error": Outcome.FAILED}
_HISTORY: Final = {
    "completed": Outcome.OK,
    "cancelled": Outcome.CANCELLED,
    "error": Outcome.FAILED,
    "klippy_shutdown": Outcome.FAILED,
}
_WORK: Final = frozenset({"printing", "paused"})

Objects = Mapping[str, Mapping[str, object]]


class Past(msgspec.Struct, frozen=True):
    """The newest line of Moonraker's own history: how a print ended that nobody here saw end."""

    file: str
    status: str
    began_at: int


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known. `file` and `began_at` name the run, kept fixed from its first sight to the next run.

    `klippy` is what the server says of Klipper; `queued` how many files wait in its own queue; `estimated_s` what
    the slicer thought, 0 where it says nothing, None where nobody asked yet.
    """

    is_there: bool = False
    klippy: str = ""
    objects: Objects = {}
    file: str = ""
    began_at: int = 0
    lasted: float = 0.0
    past: Past | None = None
    queued: int = 0
    estimated_s: int | None = None
    machine_id: str = ""
    why_away: str = ""

    def of(self, name: str, field: str) -> object:
        return self.objects.get(name, {}).get(field)


def gone(picture: Picture, why: str) -> Picture:
    """Nobody answers; what Klipper last said is not true any more, which run it was is kept."""
    return msgspec.structs.replace(picture, is_there=False, klippy="", objects={}, why_away=why)


def after_info(picture: Picture, klippy: object, queued: int) -> Picture:
    """The server answers, and says how Klipper is."""
    state = words(klippy, 32)
    objects = {} if state in ("disconnected", "startup") else picture.objects
    return msgspec.structs.replace(picture, is_there=True, klippy=state, objects=objects, queued=queued, why_away="")


def after_objects(picture: Picture, status: object, now: int, *, is_whole: bool) -> Picture:
    """The picture after changed fields, or after all of them."""
    merged: dict[str, Mapping[str, object]] = {} if is_whole else dict(picture.objects)
    for name, fields in _few(status, MAX_OBJECTS):
        known = {} if is_whole else dict(merged.get(name, {}))
        merged[name] = dict(list((known | dict(_few(fields, MAX_FIELDS))).items())[:MAX_FIELDS])
    merged = dict(list(merged.items())[:MAX_OBJECTS])
    return _with_run(msgspec.structs.replace(picture, objects=merged), picture, now)


def after_history(picture: Picture, listed: object) -> Picture:
    """The picture with the newest line of the history."""
    jobs = member(listed, "jobs")
    newest = jobs[0] if isinstance(jobs, list) and jobs else None
    began_at = number(member(newest, "start_time"), 0, 4_102_444_800)
    file = _name(member(newest, "filename"))
    past = Past(file, words(member(newest, "status"), 32), int(began_at)) if file and began_at is not None else None
    return msgspec.structs.replace(picture, past=past)


def _few(found: object, limit: int) -> list[tuple[str, object]]:
    if not isinstance(found, Mapping):
        return []
    return [(name, value) for name, value in list(found.items())[:limit] if isinstance(name, str) and len(name) <= 64]


def _with_run(picture: Picture, before: Picture, now: int) -> Picture:
    """A run begins where work begins, with another file, or where its clock went back: the end between was not seen."""
    state = picture.of("print_stats", "state")
    file = _name(picture.of("print_stats", "filename"))
    lasted = number(picture.of("print_stats", "total_duration"), 0, 31 * 86_400) or 0.0
    if not isinstance(state, str) or state == "standby" or not file:
        return picture
    former = before.of("print_stats", "state")
    was_at_work = isinstance(former, str) and former in _WORK
    goes_on = file == before.file and lasted + 2 >= before.lasted
    is_over = state not in _WORK
    if goes_on and (is_over or was_at_work or not before.objects):
        return msgspec.structs.replace(picture, lasted=lasted)
    return msgspec.structs.replace(picture, file=file, began_at=now - int(lasted), lasted=lasted, estimated_s=None)


def _name(found: object) -> str:
    return found.rsplit("/", 1)[-1][:200] if isinstance(found, str) else ""


# -- what it means -----------------------------------------------------------------------------------------


def sight_of(picture: Picture, now: int) -> Sight:
    """What the coordinator is shown."""
    state = _state(picture)
    return Sight(
        seen=_seen(picture, state, now),
        substate=_substate(picture),
        temperatures=_temperatures(picture),
        faults=_faults(picture),
        needs_operator=state in (_S.ENDED, _S.FAULT, _S.ATTENTION) or picture.queued > 0,
        machine_id=picture.machine_id,
    )


def _state(picture: Picture) -> MachineState:
    if not picture.is_there:
        return _S.OFFLINE
    for said in (picture.klippy, words(picture.of("webhooks", "state"), 32)):
        if said in _NOT_READY:
            return _NOT_READY[said]
    stats = picture.of("print_stats", "state")
    state = _STATS.get(stats, _S.UNKNOWN) if isinstance(stats, str) else _S.UNKNOWN
    if state is _S.PAUSED and words(picture.of("print_stats", "message")):
        return _S.ATTENTION
    return _S.PREPARING if state is _S.RUNNING and _is_preparing(picture) else state


def _is_preparing(picture: Picture) -> bool:
    """It prints, and nothing has come out of it yet: it heats, or probes its bed."""
    printed = number(picture.of("print_stats", "print_duration"), 0, 31 * 86_400)
    heats = any(one.target is not None and one.actual < one.target - 3 for one in _temperatures(picture))
    return printed == 0 and heats


def _seen(picture: Picture, state: MachineState, now: int) -> Seen:
    if state is _S.OFFLINE or state is _S.UNKNOWN:
        return Seen(state=state, at=now)
    stats = picture.of("print_stats", "state")
    if state is _S.IDLE:
        return _past(picture, now)
    seen = Seen(state=state, at=now, job=_job(picture), filament_mm=_filament(picture))
    if state is _S.FAULT:
        return msgspec.structs.replace(seen, outcome=Outcome.FAILED, reason="klipper_shutdown")
    outcome = _OUTCOMES.get(stats) if isinstance(stats, str) else None
    reason = "gcode_error" if outcome is Outcome.FAILED else None
    return msgspec.structs.replace(seen, outcome=outcome, reason=reason)


def _past(picture: Picture, now: int) -> Seen:
    """Klipper remembers nothing after a restart; Moonraker's history does."""
    past = picture.past
    if past is None or past.status == "in_progress":
        return Seen(state=_S.IDLE, at=now)
    job = msgspec.structs.replace(job_of(past.file, str(past.began_at)), started_at=past.began_at)
    outcome = _HISTORY.get(past.status, Outcome.UNKNOWN)
    reason = None if outcome in (Outcome.OK, Outcome.CANCELLED) else _code(past.status)
    return Seen(state=_S.IDLE, at=now, job=job, outcome=outcome, reason=reason)


def _code(status: str) -> str:
    return status if status.replace("_", "").isalnum() and status.isascii() and status[0] != "_" else "unknown"


def _job(picture: Picture) -> Job | None:
    if not picture.file:
        return None
    told = number(picture.of("display_status", "progress"), 0, 1)
    read = number(picture.of("virtual_sdcard", "progress"), 0, 1)
    progress, basis = (told, ProgressBasis.FIRMWARE) if told else (read, ProgressBasis.BYTES)
    left = max(0, picture.estimated_s - int(picture.lasted)) if picture.estimated_s else None
    return msgspec.structs.replace(
        job_of(picture.file, str(picture.began_at)),
        progress_percent=None if progress is None else round(progress * 100, 1),
        progress_basis=basis,
        seconds_left=left,
        started_at=picture.began_at,
    )


def _filament(picture: Picture) -> float | None:
    used = number(picture.of("print_stats", "filament_used"), 0, 1e8)
    return used or None  # it counts extrusion only where Klipper follows it: nothing is not a measure


def _substate(picture: Picture) -> str:
    if not picture.is_there:
        return picture.why_away
    if picture.klippy and picture.klippy != "ready":
        return picture.klippy
    return words(picture.of("display_status", "message")) if _state(picture) is not _S.IDLE else ""


def _faults(picture: Picture) -> tuple[Fault, ...]:
    found: list[Fault] = []
    if _state(picture) is _S.FAULT:
        found.append(fault("klipper_shutdown", _first_line(picture.of("webhooks", "state_message"))))
    elif picture.of("print_stats", "state") == "error":
        found.append(fault("gcode_error", picture.of("print_stats", "message")))
    if picture.queued:
        found.append(fault("own_queue", str(picture.queued)))
    return tuple(found)


def _first_line(text: object) -> str:
    return text.split("\n", 1)[0] if isinstance(text, str) else ""


def _temperatures(picture: Picture) -> tuple[Temperature, ...]:
    found: list[Temperature] = []
    for name, sensor in HEATERS.items():
        found += temperature(sensor, picture.of(name, "temperature"), picture.of(name, "target"))
    return tuple(found)


def estimate_of(metadata: object) -> int | None:
    """How long the slicer thought that a file takes."""
    return seconds(member(metadata, "estimated_time"))
