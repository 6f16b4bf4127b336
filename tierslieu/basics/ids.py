"""Ids: 63-bit integers ordered by time, shown to people and programs as 13 characters.

Layout, high to low: 42 bits of milliseconds since 2025-01-01 UTC, 21 bits of chance (then counting up
within one millisecond). Ordered ids keep database indexes compact; chance keeps them hard to guess and
lets several processes make them without asking each other.
"""

import random
import time
from collections.abc import Callable
from typing import Final

from tierslieu.basics.errors import Invalid

EPOCH_MS: Final = 1_735_689_600_000
CHANCE_BITS: Final = 21
MASK: Final = (1 << CHANCE_BITS) - 1
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 13
VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}


class Ids:
    """A source of new ids. Give it a clock in milliseconds and a source of chance to make it repeatable."""

    def __init__(self, now_ms: Callable[[], int] | None = None, chance: random.Random | None = None) -> None:
        self._now_ms = now_ms or (lambda: time.time_ns() // 1_000_000)
        self._chance = chance or random.SystemRandom()
        self._last = 0

    def new(self) -> int:
        """A fresh id, greater than every id this source gave before (even when the clock steps back)."""
        stamp = max(self._now_ms() - EPOCH_MS, 0)
        fresh = (stamp << CHANCE_BITS) | self._chance.getrandbits(CHANCE_BITS - 1)
        self._last = fresh if fresh > self._last else self._last + 1
        return self._last


def show(number: int) -> str:
    """The 13-character form used in JSON and URLs (Crockford's alphabet: no I, L, O, U)."""
    letters = []
    for _ in range(LENGTH):
        number, digit = divmod(number, 32)
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))


def read(text: str) -> int:
    """The number behind the 13-character form. Raises Invalid for anything else."""
    if len(text) != LENGTH:
        raise Invalid("bad_id")
    number = 0
    for letter in text.upper():
        value = VALUES.get(letter)
        if value is None:
            raise Invalid("bad_id")
        number = number * 32 + value
    if number >= 1 << 63:
        raise Invalid("bad_id")
    return number
