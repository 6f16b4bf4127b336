"""How the installation is: room on its disk, its clock, a database that is not the one that was here."""

import shutil
from pathlib import Path
from typing import Any, Final

import msgspec

from tierslieu.infra.seen import Beat, Gap

LEAST_FREE: Final = 500_000_000
"""Bytes: below this, the letters and files of some days may fill the disk."""
SLIP: Final = 120
"""Seconds that a clock may be behind what was written: two computers are never quite alike."""
EARLIEST: Final = 1_767_225_600
"""The year 2026: a computer that says less has forgotten the time."""
LATEST: Final = 2**31 - 86_400
"""The day before clocks of 32 bits run over: no venue of today has come so far."""


class Line(msgspec.Struct, frozen=True):
    """One thing that was looked at: a code with a sentence, and whether it is as it should be."""

    code: str
    is_sound: bool
    facts: dict[str, Any] = {}


def disk(folder: Path) -> Line:
    """Is there room where the data lies?"""
    free = shutil.disk_usage(folder).free
    if free >= LEAST_FREE:
        return Line("disk_has_room", True, {"free_gb": round(free / 1_000_000_000)})
    return Line("disk_nearly_full", False, {"free_mb": free // 1_000_000})


def clock(now: int, known: Beat | None) -> Line:
    """Is it plausible that it is now, after what was counted before? Pure."""
    if not EARLIEST <= now <= LATEST:
        return Line("clock_is_wrong", False, {"now_at": now})
    if known is not None and now < known.at - SLIP:
        return Line("clock_went_back", False, {"now_at": now, "last_at": known.at})
    return Line("clock_is_right", True, {"now_at": now})


def missing(gap: Gap | None) -> Line | None:
    """What staff are to read until one of them says so; None when there is nothing."""
    return Line(f"state_{gap.kind}", False, {"since_at": gap.since, "until_at": gap.until}) if gap else None
