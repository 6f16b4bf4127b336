"""What is said to a Bambu printer, and what it answers. PURE but for reading the package."""

import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from devices.adapters.bambu.codes import BUSY, UNSIGNED, print_error
from devices.adapters.bambu.trays import EXTERNAL
from devices.adapters.loose import member, whole, words
from devices.wire import AckResult, Op

MAX_TASK: Final = 2**31 - 1
"""Greater numbers are clamped by the printer, and 0 makes two runs of a file one."""
_PLATE: Final = re.compile(r"Metadata/plate_([0-9]{1,3})\.gcode")
_WORDS: Final = {Op.PAUSE: "pause", Op.RESUME: "resume", Op.CANCEL: "stop"}

WHOLE_STATE: Final = json.dumps(
    {"pushing": {"sequence_id": "0", "command": "pushall", "version": 1, "push_target": 1}}
).encode()


def steer(op: Op, number: int) -> bytes:
    """Pause, resume or stop."""
    return json.dumps({"print": {"sequence_id": str(number), "command": _WORDS[op], "param": ""}}).encode()


def start(number: int, *, file: str, plate: str, ref: str, task: int, slots: Sequence[int] = ()) -> bytes:
    """Print one plate of a package that is on the printer. `task`: fresh for each start, 1 to MAX_TASK. `slots`: the
    tray for each filament of the file, -1 for one that is not used; nothing: the spool outside."""
    return json.dumps(
        {
            "print": {
                "sequence_id": str(number),
                "command": "project_file",
                "param": plate,
                "url": f"ftp://{file}",
                "file": file,
                "md5": "",
                "bed_type": "auto",
                "timelapse": False,
                "bed_leveling": True,
                "flow_cali": False,
                "vibration_cali": True,
                "layer_inspect": False,
                "use_ams": any(slot >= 0 and slot not in EXTERNAL for slot in slots),
                "ams_mapping": list(slots) or [0],
                "project_id": str(task),
                "profile_id": "0",
                "subtask_id": str(task),
                "task_id": str(task),
                "subtask_name": ref,
            }
        }
    ).encode()


def plate_of(package: Path, wanted: int | None = None) -> str | None:
    """The wanted plate of a sliced package, else its first; None for any other file, and for a plate that it has not.

    Raises OSError.
    """
    try:
        with zipfile.ZipFile(package) as opened:
            plates = [found for name in opened.namelist() if (found := _PLATE.fullmatch(name))]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    able = [found for found in plates if wanted in (None, int(found[1]))]
    return min(able, key=lambda found: int(found[1]))[0] if able else None


def refusal(report: object, number: int) -> tuple[AckResult, str] | None:
    """Why the printer will not do what was asked under this number; None while it has not said no."""
    told = member(report, "print")
    if whole(member(told, "err_code"), 0, 2**32 - 1) == UNSIGNED:
        return AckResult.REFUSED, "signature_required"
    if print_error(member(told, "print_error")) == BUSY:
        return AckResult.BUSY, "job_on_machine"
    is_answer = words(member(told, "sequence_id")) == str(number) and words(member(told, "command")) != "push_status"
    if is_answer and words(member(told, "result")).lower() in ("fail", "failed"):
        return AckResult.REFUSED, "machine_refused"
    return None
