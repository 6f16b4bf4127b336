"""Rules of credits: which lots a spending takes from. Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple

KINDS: Final = ("half_day", "day", "hour", "print_minutes", "workshop", "euro")
"""What can be counted; euros are counted in cents."""
LARGEST: Final = 1_000_000
NEVER: Final = 1 << 62


class Lot(NamedTuple):
    """What is left of a lot, and its end (None: without)."""

    id: int
    expires_at: int | None
    left: int


def taken(lots: Sequence[Lot], amount: int) -> list[tuple[int, int]] | None:
    """How much to take from which lot, the one that expires first before the others; None when there is too little."""
    found: list[tuple[int, int]] = []
    for lot in sorted(lots, key=lambda one: (NEVER if one.expires_at is None else one.expires_at, one.id)):
        if amount <= 0:
            break
        part = min(lot.left, amount)
        if part > 0:
            found.append((lot.id, part))
            amount -= part
    return None if amount > 0 else found
