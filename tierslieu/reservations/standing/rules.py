"""What no-shows lead to. Pure."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from tierslieu.basics.spans import DAY

Consequence = Literal["approval", "horizon"]


class Policy(msgspec.Struct, frozen=True):
    """What the house does about presence. Repeated no-shows have no consequence while `missed_count` is 0.

    `missed_count` no-shows within `missed_days` lead to the `consequence` for `lasting_days`: requests wait for the
    desk (approval), or reserving reaches only `horizon_days` ahead (horizon). `most_late_minutes` is the longest
    delay that keeps a place. `app_check_in`: an arrival may be noted from anywhere, not only on the spot.
    `unknown_days`: for so long after its end staff are asked whether somebody came, where no grace time tells.
    """

    most_late_minutes: int = 30
    app_check_in: bool = True
    unknown_days: int = 2
    missed_count: int = 0
    missed_days: int = 30
    lasting_days: int = 30
    consequence: Consequence = "approval"
    horizon_days: int = 2


class Standing(msgspec.Struct, frozen=True):
    """What repeated no-shows lead to for somebody: how many there were, what follows, until when."""

    missed: int
    consequence: Consequence
    until: int
    horizon_days: int


def standing(missed: Iterable[int], policy: Policy, now: int) -> Standing | None:
    """What these no-shows (their instants, pardoned ones left out) lead to now; None when nothing follows."""
    if not policy.missed_count:
        return None
    known = sorted(instant for instant in missed if instant <= now)
    reach, lasting, behind = policy.missed_days * DAY, policy.lasting_days * DAY, policy.missed_count - 1
    until = 0
    for place in range(behind, len(known)):
        if known[place] - known[place - behind] < reach:
            until = known[place] + lasting
    if until <= now:
        return None
    recent = sum(1 for instant in known if instant > now - reach)
    return Standing(max(recent, policy.missed_count), policy.consequence, until, policy.horizon_days)


def look_back(policy: Policy) -> int:
    """How many seconds of no-shows matter: older ones cannot lead to anything now."""
    return (policy.missed_days + policy.lasting_days) * DAY
