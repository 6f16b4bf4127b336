"""Rules of upkeep: what a counter says, when something is due, what keeps a machine from being started. Pure."""

from collections.abc import Collection, Sequence
from typing import Final, Literal

import msgspec

from tierslieu.basics.errors import Reason, Remedy

HOUR, DAY = 3_600, 86_400
IN_UNIT: Final = {"hours": HOUR, "jobs": 1, "metres": 1_000, "days": DAY}
"""What one unit of a plan is in the counters' own figures: seconds, jobs, millimetres, seconds."""
WINDOW_DAYS: Final = 28
"""How far back the pace of a machine is looked at."""
SOON_PART: Final = 10
SOON_DAYS: Final = 7
DANGER: Final = "danger"
KINDS: Final = ("does_not_work", "poor_quality", DANGER, "missing", "dirty")
MOST_OPEN: Final = 10
"""How many open incidents one person may have told."""

Urgency = Literal["overdue", "soon", "later"]


class Reading(msgspec.Struct, frozen=True):
    """What a machine did: seconds at work, jobs, millimetres of filament."""

    seconds: int = 0
    jobs: int = 0
    filament_mm: int = 0

    def of(self, measure: str, now: int) -> int:
        """The figure that a plan of this measure looks at."""
        return {"hours": self.seconds, "jobs": self.jobs, "metres": self.filament_mm, "days": now}[measure]


class Due(msgspec.Struct, frozen=True):
    """When something is to be done. `left` in the plan's own unit (below zero: so much too late)."""

    left: int
    at: int | None
    urgency: Urgency


def due(measure: str, every: int, done_reading: int, total: Reading, lately: Reading, now: int) -> Due:
    """How much is left of a plan, and the day it will be due at the pace of the last weeks; None: it stands still."""
    unit = IN_UNIT[measure]
    left = done_reading + every * unit - total.of(measure, now)
    at = _due_at(measure, left, lately, now)
    if left <= 0:
        urgency: Urgency = "overdue"
    elif left * SOON_PART <= every * unit or (at is not None and at - now <= SOON_DAYS * DAY):
        urgency = "soon"
    else:
        urgency = "later"
    return Due(_whole(left, unit), at, urgency)


def _due_at(measure: str, left: int, lately: Reading, now: int) -> int | None:
    if left <= 0:
        return now
    if measure == "days":
        return now + left
    pace = lately.of(measure, now)
    return now + left * WINDOW_DAYS * DAY // pace if pace > 0 else None


def _whole(left: int, unit: int) -> int:
    """Whole units, rounded up: what is not quite over counts."""
    return -(-left // unit)


def missing_steps(steps: Sequence[str], ticked: Collection[int]) -> tuple[int, ...]:
    """The steps of a checklist that nobody ticked."""
    return tuple(at for at in range(len(steps)) if at not in ticked)


def reasons(machine_key: str, machine_name: str, *, is_unsafe: bool, is_sheet_missing: bool) -> tuple[Reason, ...]:
    """What keeps somebody from starting a machine, each with what to do about it."""
    found = []
    if is_unsafe:
        found.append(Reason("safety_incident_open", {"machine": machine_name}))
    if is_sheet_missing:
        remedy = Remedy("read_sheet", {"href": f"/fablab/machines/{machine_key}/fiche"})
        found.append(Reason("sheet_not_accepted", {"machine": machine_name}, (remedy,)))
    return tuple(found)


def may_become(state: str) -> tuple[str, ...]:
    """What an incident may become."""
    return () if state == "closed" else ("in_hand", "closed")
