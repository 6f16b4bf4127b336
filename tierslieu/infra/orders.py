"""Orders to boxes on their way over the bus: how one leaves, and once more while nobody answers. Knows no feature."""

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from devices.wire import Unreadable, encode
from devices.wire.doors import DoorOrder
from devices.wire.interlocks import LockOrder
from tierslieu.basics.errors import Unavailable
from tierslieu.infra.broker import Broker
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Tx

ANSWER_WITHIN: Final = 2
"""Seconds in which a box that is there has answered."""
MOST_TRIES: Final = 2


class Courier(msgspec.Struct, frozen=True):
    """How orders of one kind leave: `ordered` makes the event that sends one, `await_answer` is the job that looks
    whether it was answered, `set_tries` counts."""

    ordered: Callable[[str], msgspec.Struct]
    await_answer: str
    set_tries: Query[Any]

    def send_off(self, tx: Tx, cmd_id: str, *, is_awaited: bool = True) -> None:
        """The order leaves with this commit; unless its answer is of no interest, it is looked for."""
        tx.announce(self.ordered(cmd_id))
        if is_awaited:
            tx.later(self.await_answer, {"cmd_id": cmd_id}, at=tx.now + ANSWER_WITHIN)

    def send_again(self, tx: Tx, cmd_id: str, tries: int) -> bool:
        """The same order once more, with the same number: a box carries it out once. False: it was sent enough."""
        if tries >= MOST_TRIES:
            return False
        tx.run(self.set_tries, which=cmd_id, tries=tries + 1)
        self.send_off(tx, cmd_id)
        return True


def publish_orders(broker: Broker, topic: str, orders: Iterable[DoorOrder | LockOrder]) -> bool:
    """Publish sealed orders one after the other, never retained. False when one of them could not leave."""
    try:
        for order in orders:
            broker.publish(topic, encode(order))
    except (Unavailable, Unreadable):
        return False
    return True
