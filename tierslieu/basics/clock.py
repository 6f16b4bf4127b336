"""Clocks: the time as an argument. The product uses the system's; tests hold their own."""

import time
from typing import Protocol


class Clock(Protocol):
    """Answers the current instant."""

    def now(self) -> int:
        """Whole seconds since the epoch, UTC."""
        ...


class SystemClock:
    """The computer's own clock, moved by a fixed offset (a demonstration may live on another day)."""

    def __init__(self, offset: int = 0) -> None:
        self._offset = offset

    def now(self) -> int:
        """Whole seconds since the epoch, UTC, plus the offset."""
        return int(time.time()) + self._offset


class SetClock:
    """A clock that stands still until somebody moves it."""

    def __init__(self, instant: int) -> None:
        self.instant = instant

    def now(self) -> int:
        """The instant it was last set to."""
        return self.instant
