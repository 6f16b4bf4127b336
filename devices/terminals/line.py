"""A terminal's connection: that of every device, with the channels of its lock beside."""

import logging
from collections.abc import Callable
from typing import Any, Final

from devices.link import Link
from devices.wire import Channel, Unreadable, decode, encode, parse_topic
from devices.wire.interlocks import Interlock, LockOrder, LockPolicy

log: Final = logging.getLogger(__name__)


class TerminalLink(Link):
    """Gives orders (with the retain flag) and policies to who asked for them; `on_up` is called at each connection."""

    def __init__(
        self,
        *args: Any,
        on_order: Callable[[LockOrder, bool], bytes],
        on_policy: Callable[[LockPolicy], None],
        on_up: Callable[[], None],
        **more: Any,
    ) -> None:
        self._on_order, self._on_policy, self._on_up = on_order, on_policy, on_up
        super().__init__(*args, **more)

    def say(self, channel: Channel, message: Interlock) -> None:
        """Publish a message of the lock, if there is a broker now; the caller says again what must not be lost."""
        payload = encode(message)
        self._tasks.put(lambda: self._publish_if_up(channel, payload))

    def _publish_if_up(self, channel: Channel, payload: bytes) -> None:
        if self._is_up:
            self._publish(channel, payload)

    def _begin_connection(self) -> None:
        super()._begin_connection()
        self._on_up()

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
