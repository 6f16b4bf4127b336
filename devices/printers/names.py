"""From the name of a file on a printer to a job: ours by its number, anybody else's by a made-up reference. PURE.

Every printer echoes the name of its file and none echoes a foreign id, so the service puts the job into the name:
`J000123.gcode`, `J000123-2_vase.bgcode`.
"""

import re
from hashlib import sha256
from typing import Final

from devices.wire import Job

_OURS: Final = re.compile(r"(?:.*[/\\])?(J[0-9]{6,9}(?:-[0-9]{1,4})?)(?:[_.][^/\\]*)?", re.DOTALL)
_LONGEST: Final = 200


def ref_of(file: str) -> str | None:
    """The reference that the service put into a file's name, with or without folder; None for a stranger's file."""
    found = _OURS.fullmatch(file)
    return found[1] if found else None


def job_of(file: str, key: str) -> Job:
    """The job of a file. `key` tells two runs of the same stranger's file apart: the printer's own number of the run.

    A stranger's file keeps its name for itself: people name files after people, and no person is on the bus.
    """
    ref = ref_of(file)
    if ref is None:
        made_up = sha256(f"{file}\0{key}".encode(errors="replace")).hexdigest()[:16]
        return Job(job_ref=f"X-{made_up}", outside_queue=True)
    name = re.split(r"[/\\]", file)[-1][:_LONGEST]
    return Job(job_ref=ref, file="".join(letter for letter in name if letter.isprintable()) or None)
