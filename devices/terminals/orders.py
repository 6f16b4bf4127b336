"""Orders of a terminal: judged as all sealed orders are, answered with the lock as it is right after."""

from collections.abc import Callable
from typing import NamedTuple

from devices.sealed import Answer, SealedOrders
from devices.spool import Spool
from devices.wire import encode
from devices.wire.interlocks import LockAck, LockOrder, LockWord, is_sealed


class Shown(NamedTuple):
    """The lock right after an order."""

    lock: LockWord
    relay: bool
    sense: bool | None
    state_seq: int


class Orders(SealedOrders[LockOrder]):
    """The orders of one boot of a terminal."""

    def __init__(
        self, key: bytes, site: str, device: str, boot_id: str, *, spool: Spool, show: Callable[[], Shown]
    ) -> None:
        self._here, self._show = boot_id, show
        super().__init__(boot_id, spool, is_sealed=lambda order: is_sealed(key, site, device, order), ack=self._answer)

    def _answer(self, order: LockOrder, answer: Answer) -> bytes:
        shown = self._show()
        return encode(
            LockAck(
                cmd_id=order.cmd_id,
                seq=order.seq,
                boot_id=self._here,
                result=answer.result,
                reason=answer.reason,
                lock=shown.lock,
                relay=shown.relay,
                sense=shown.sense,
                state_seq=shown.state_seq,
            )
        )
