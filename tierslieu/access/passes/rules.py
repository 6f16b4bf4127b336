"""What passes may be. Pure: which slots a phone may carry ahead, how a guest's time is rounded, when keys turn."""

from collections.abc import Iterable, Sequence
from typing import Final

from devices.badges.codec import EPOCH, HOUR, KEYS, QUARTER, SLOT_S
from tierslieu.basics.spans import Span

MINUTE: Final = 60
DAY: Final = 86_400
AHEAD: Final = 2 * HOUR
"""How far ahead a phone carries passes: whoever copies them from it has them so long."""
AT_LEAST: Final = 5 * MINUTE
"""What a phone gets at any hour."""
EARLY: Final = 15 * MINUTE
"""Passes of a reservation begin so long before it."""
LATEST_SLOTS: Final = 1
"""How many slots early or late a pass is taken: clocks differ."""
KEY_LIVES: Final = 365 * DAY
SPARE: Final = 10 * MINUTE
KEY_VOUCHES: Final = 365 * DAY
"""So long after its end a former key goes on signing lists: readers that were off when it turned know no other."""
SITES: Final = 255
GUEST_AHEAD: Final = 60 * DAY
"""How far ahead a guest pass may begin."""


def spans_to_carry(now: int, opened: Iterable[Span], reserved: Iterable[Span]) -> list[Span]:
    """The instants for which a phone gets passes: the next minutes, opening hours, its person's reservations."""
    limit = now + AHEAD
    wished = [Span(now, now + AT_LEAST), *opened, *(Span(one.start - EARLY, one.end) for one in reserved)]
    cut = [Span(max(one.start, now), min(one.end, limit)) for one in wished]
    return sorted(one for one in cut if one.is_real)


def starts_of(now: int, spans: Sequence[Span]) -> list[int]:
    """When each slot begins that overlaps one of the spans, the present one first."""
    first = now - (now - EPOCH) % SLOT_S
    starts = range(first, now + AHEAD, SLOT_S)
    return [start for start in starts if any(start < one.end and one.start < start + SLOT_S for one in spans)]


def guest_window(starts_at: int, minutes: int) -> Span:
    """A guest's time as passes hold it: from the full hour before, to the next quarter. `minutes` count from the
    wished start."""
    start = starts_at - (starts_at - EPOCH) % HOUR
    end = starts_at + minutes * MINUTE
    return Span(start, end + -(end - EPOCH) % QUARTER)


def next_kid(kid: int) -> int:
    """The number of the key after this one."""
    return (kid + 1) % KEYS
