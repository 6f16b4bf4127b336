"""A terminal's connection: that of every box, with the channels of its lock beside."""

import logging
from collections.abc import Callable
from typing import Any, Final

from devices.boxes import BoxLink
from devices.wire import Channel, Unreadable, decode, parse_topic
from devices.wire.interlocks import LockOrder, LockPolicy

log: Final = logging.getLogger(__name__)


class TerminalLink(BoxLink):
    """Gives orders (with the retain flag) and policies to who asked for them."""

    def __init__(
        self,
        *args: Any,
        on_order: Callable[[LockOrder, bool], bytes],
        on_policy: Callable[[LockPolicy], None],
        **more: Any,
    ) -> None:
        self._on_order, self._on_policy = on_order, on_policy
        super().__init__(*args, **more)

    def _receive(self, topic: str, payload: bytes, retained: bool) -> None:
        try:
            channel = parse_topic(topic).channel
            if channel is Channel.LOCK_ORDER:
                self._publish(Channel.LOCK_ACK, self._on_order(decode(LockOrder, payload), retained))
                return
            if channel is Channel.LOCK_POLICY:
                self._on_policy(decode(LockPolicy, payload))
                return
        except Unreadable as wrong:
            log.warning("unreadable on %s: %s", topic, wrong)
            return
        super()._receive(topic, payload, retained)
