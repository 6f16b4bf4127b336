"""Whether an order is carried out, and the one ack it gets: seal, memory, retain flag, boot, age, order."""

from collections.abc import Callable
from typing import Final, NamedTuple

from devices.spool import Spool
from devices.terminals.states import Answer
from devices.wire import AckResult, encode
from devices.wire.interlocks import LockAck, LockOrder, LockWord, is_sealed

CLOCK_IS_SET_AFTER: Final = 1_735_689_600
"""A clock before 2025 was never set; then the boot and the order of messages must do."""


class Shown(NamedTuple):
    """The lock right after an order."""

    lock: LockWord
    relay: bool
    sense: bool | None


Obey = Callable[[LockOrder], Answer]


class Orders:
    """Carries out each order of one boot at most once, never out of order, and answers it always the same."""

    def __init__(
        self, key: bytes, site: str, device: str, boot_id: str, *, spool: Spool, show: Callable[[], Shown]
    ) -> None:
        self._key, self._site, self._device, self._boot_id = key, site, device, boot_id
        self._spool, self._show = spool, show
        self._last_seq = -1

    def take(self, order: LockOrder, obey: Obey, *, now: int, retained: bool) -> bytes:
        """The payload of the ack to publish. An order with a wrong seal is answered and leaves no trace."""
        if not is_sealed(self._key, self._site, self._device, order):
            return self._ack(order, Answer(AckResult.REFUSED, "wrong_seal"))
        if (given := self._spool.answered(order.cmd_id)) is not None:
            return given
        answer = self._refusal(order, now, retained=retained)
        if answer is None:
            self._last_seq = order.seq
            answer = obey(order)
        ack = self._ack(order, answer)
        self._spool.answer(order.cmd_id, ack)
        return ack

    def _refusal(self, order: LockOrder, now: int, *, retained: bool) -> Answer | None:
        if retained:
            return Answer(AckResult.REFUSED, "retained")
        if order.boot_id != self._boot_id:
            return Answer(AckResult.REFUSED, "boot_changed")
        if now > CLOCK_IS_SET_AFTER and now > order.issued_at + order.ttl_s:
            return Answer(AckResult.EXPIRED, "ttl_passed")
        if order.seq <= self._last_seq:
            return Answer(AckResult.REFUSED, "old_seq")
        return None

    def _ack(self, order: LockOrder, answer: Answer) -> bytes:
        lock, relay, sense = self._show()
        return encode(
            LockAck(
                cmd_id=order.cmd_id,
                seq=order.seq,
                boot_id=self._boot_id,
                result=answer.result,
                reason=answer.reason,
                lock=lock,
                relay=relay,
                sense=sense,
            )
        )
