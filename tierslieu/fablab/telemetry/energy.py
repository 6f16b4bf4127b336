"""Energy from a meter that only counts up, and starts again at zero when it is reset. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tierslieu.fablab.telemetry.activity import LONGEST_GAP

MOST_WATTS: Final = 25_000
"""What no machine of a workshop draws: a counter that rose faster is another meter's."""
LOST_FOR: Final = 7 * 86_400
"""A counter that was silent longer tells how much, but no longer when: it counts for nothing."""


class Reading(NamedTuple):
    """One measure: the meter's total, or only the power, or neither."""

    at: int
    power_w: float | None
    energy_wh: float | None


class Part(NamedTuple):
    """Energy between two instants."""

    start: int
    end: int
    wh: float


def parts(readings: Iterable[Reading], former: Reading | None = None) -> tuple[list[Part], Reading | None]:
    """The energy between each two readings that tell it, and the last reading, to go on from."""
    found: list[Part] = []
    for now in readings:
        if now.power_w is None and now.energy_wh is None:
            continue
        if former is not None:
            if now.at <= former.at:
                continue
            if (used := between(former, now)) is not None:
                found.append(Part(former.at, now.at, used))
        former = now
    return found, former


def between(former: Reading, now: Reading) -> float | None:
    """Watt-hours between two readings. None: nobody knows, which is not nothing."""
    seconds = now.at - former.at
    if former.energy_wh is not None and now.energy_wh is not None and seconds <= LOST_FOR:
        rise = now.energy_wh - former.energy_wh
        used = rise if rise >= 0 else now.energy_wh  # set back to zero: what it shows came since
        if used <= MOST_WATTS * seconds / 3600:
            return used
    if former.power_w is not None and seconds <= LONGEST_GAP:
        return former.power_w * seconds / 3600
    return None


def within(found: Sequence[Part], start: int, end: int) -> float | None:
    """What fell between two instants, parts on the edge by their share. None when most of the time is not known."""
    wh, known = 0.0, 0
    for part in found:
        overlap = min(part.end, end) - max(part.start, start)
        if overlap > 0:
            wh += part.wh * overlap / (part.end - part.start)
            known += overlap
    return wh if end > start and known >= LEAST_KNOWN * (end - start) else None


LEAST_KNOWN: Final = 0.9
