"""Whether a sealed order is carried out, and the one ack it gets: seal, memory, retain flag, boot, age, order."""

from collections.abc import Callable
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from devices.spool import Spool
from devices.wire import AckResult

CLOCK_IS_SET_AFTER: Final = 1_735_689_600
"""A clock before 2025 was never set; then the boot and the order of messages must do."""


class SealedOrder(Protocol):
    """What every sealed order has."""

    @property
    def cmd_id(self) -> str: ...

    @property
    def seq(self) -> int: ...

    @property
    def issued_at(self) -> int: ...

    @property
    def ttl_s(self) -> int: ...

    @property
    def boot_id(self) -> str: ...


Order = TypeVar("Order", bound=SealedOrder)


class Answer(NamedTuple):
    """What became of an order."""

    result: AckResult
    reason: str | None = None


DONE: Final = Answer(AckResult.DONE)


class SealedOrders(Generic[Order]):
    """Carries out each order of one boot at most once, never out of order, and answers it always the same.

    `is_sealed` judges the seal; `ack` makes the payload of an answer.
    """

    def __init__(
        self, boot_id: str, spool: Spool, *, is_sealed: Callable[[Order], bool], ack: Callable[[Order, Answer], bytes]
    ) -> None:
        self._boot_id, self._spool, self._is_sealed, self._ack = boot_id, spool, is_sealed, ack
        self._last_seq = -1

    def take(self, order: Order, obey: Callable[[Order], Answer], *, now: int, retained: bool) -> bytes:
        """The payload of the ack to publish. An order with a wrong seal is answered and leaves no trace."""
        if not self._is_sealed(order):
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

    def _refusal(self, order: Order, now: int, *, retained: bool) -> Answer | None:
        if retained:
            return Answer(AckResult.REFUSED, "retained")
        if order.boot_id != self._boot_id:
            return Answer(AckResult.REFUSED, "boot_changed")
        if now > CLOCK_IS_SET_AFTER and now > order.issued_at + order.ttl_s:
            return Answer(AckResult.EXPIRED, "ttl_passed")
        if order.seq <= self._last_seq:
            return Answer(AckResult.REFUSED, "old_seq")
        return None
