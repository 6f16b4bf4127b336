"""The policy of a terminal: the last one that was believed, kept on disk because it must hold without network too."""

from collections.abc import Callable
from typing import Final

from devices.spool import Spool
from devices.wire import Unreadable, decode, encode
from devices.wire.interlocks import LockPolicy, unsealed

DEFAULT: Final = LockPolicy(version=0, mac=unsealed())


class KeptPolicy:
    """`now` is in force. What is on disk was sealed when it came, and the disk is the terminal's own."""

    def __init__(self, spool: Spool, is_sealed: Callable[[LockPolicy], bool]) -> None:
        self._spool, self._is_sealed = spool, is_sealed
        self.now = self._read()

    def _read(self) -> LockPolicy:
        try:
            kept = self._spool.note()
            return DEFAULT if kept is None else decode(LockPolicy, kept)
        except Unreadable:
            return DEFAULT

    def take(self, policy: LockPolicy) -> bool:
        """Believe a policy that is sealed and newer; False for another one."""
        if policy.version <= self.now.version or not self._is_sealed(policy):
            return False
        self.now = policy
        self._spool.say([], encode(policy))
        return True
