"""Throttle: guessing is slowed per account and per address of origin; the owner's other ways in stay open."""

from collections import OrderedDict, deque

from tierslieu.basics.errors import Forbidden

WINDOW = 15 * 60
PER_ACCOUNT = 5
PER_ORIGIN = 30
KEPT = 10_000


class TooMany(Forbidden):
    """Too many wrong tries: wait."""

    def __init__(self) -> None:
        super().__init__("too_many_attempts", minutes=WINDOW // 60)


class Throttle:
    """Counts recent failures of one process, in bounded memory."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, deque[int]] = OrderedDict()

    def require_room(self, account: str, origin: str, now: int) -> None:
        """Raise TooMany when this account from this origin, or this origin alone, failed too often lately."""
        if self._count(f"a:{account}|{origin}", now) >= PER_ACCOUNT or self._count(f"o:{origin}", now) >= PER_ORIGIN:
            raise TooMany

    def failed(self, account: str, origin: str, now: int) -> None:
        """Note a wrong try."""
        for name in (f"a:{account}|{origin}", f"o:{origin}"):
            self._failures.setdefault(name, deque()).append(now)
            self._failures.move_to_end(name)
        while len(self._failures) > KEPT:
            self._failures.popitem(last=False)

    def _count(self, name: str, now: int) -> int:
        tries = self._failures.get(name)
        if tries is None:
            return 0
        while tries and tries[0] <= now - WINDOW:
            tries.popleft()
        return len(tries)
