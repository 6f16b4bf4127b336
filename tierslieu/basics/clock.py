"""Clocks: the time as an argument. The product uses the system's; tests hold their own."""

import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

ABSORBED: Final = 300
"""A clock that is put back by no more than this is followed slowly, so that no second comes twice."""


class Clock(Protocol):
    """Answers the current instant."""

    def now(self) -> int:
        """Whole seconds since the epoch, UTC."""
        ...

    def set_back(self) -> int:
        """By how many seconds the clock jumped back since this was last asked; 0: it did not."""
        ...


class SystemClock:
    """The computer's own clock, moved by a fixed offset (a demonstration may live on another day).

    It never goes back by a little: it goes at half the pace until the computer's clock has caught up. A jump of more
    than five minutes is a correction: it is followed at once, and told once.
    """

    def __init__(
        self,
        offset: int = 0,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._offset = offset
        self._wall, self._steady = wall, steady
        self._seen = (wall(), steady())
        self._ahead = 0.0
        self._last = 0.0
        self._jumped = 0.0
        self._lock = threading.Lock()

    def now(self) -> int:
        """Whole seconds since the epoch, UTC, plus the offset."""
        with self._lock:
            return int(self._look()) + self._offset

    def set_back(self) -> int:
        """By how many seconds the computer's clock was put back, more than is absorbed."""
        with self._lock:
            self._look()
            jumped, self._jumped = self._jumped, 0.0
            return round(jumped)

    def _look(self) -> float:
        wall, steady = self._wall(), self._steady()
        passed = steady - self._seen[1]
        back = self._seen[0] + passed - wall
        self._seen = (wall, steady)
        self._ahead = max(0.0, self._ahead - passed / 2)
        if back > ABSORBED:
            self._jumped += back + self._ahead
            self._ahead = self._last = 0.0
        else:
            self._ahead = max(0.0, self._ahead + back)
        self._last = max(self._last, wall + self._ahead)
        return self._last


class SetClock:
    """A clock that stands still until somebody moves it."""

    def __init__(self, instant: int) -> None:
        self.instant = instant

    def now(self) -> int:
        """The instant it was last set to."""
        return self.instant

    def set_back(self) -> int:
        """Whoever moves it knows."""
        return 0
