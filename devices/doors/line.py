"""A door's connection: that of every device, with the channels of doors, and the door's own farewell."""

import logging
from collections.abc import Callable
from typing import Any, Final

from devices.link import Link
from devices.wire import Channel, Unreadable, decode, encode, parse_topic
from devices.wire.doors import DoorMessage, DoorOrder, DoorState

log: Final = logging.getLogger(__name__)


class DoorLink(Link):
    """Gives orders (with the retain flag) to who asked for them; `state` is asked for the birth and the farewell."""

    def __init__(
        self,
        *args: Any,
        on_order: Callable[[DoorOrder, bool], bytes],
        state: Callable[[bool], DoorState],
        on_up: Callable[[], None],
        **more: Any,
    ) -> None:
        self._on_order, self._state, self._on_up = on_order, state, on_up
        super().__init__(*args, **more)

    def say(self, channel: Channel, message: DoorMessage) -> None:
        """Publish, if there is a broker now; the caller says again what must not be lost."""
        payload = encode(message)
        self._tasks.put(lambda: self._publish_if_up(channel, payload))

    def _publish_if_up(self, channel: Channel, payload: bytes) -> None:
        if self._is_up:
            self._publish(channel, payload)

    def _presence(self, *, online: bool) -> tuple[Channel, bytes]:
        return Channel.DOOR, encode(self._state(online))

    def _begin_connection(self) -> None:
        super()._begin_connection()
        self._on_up()

    def _receive(self, topic: str, payload: bytes, retained: bool) -> None:
        try:
            if parse_topic(topic).channel is Channel.DOOR_ORDER:
                self._publish(Channel.DOOR_ACK, self._on_order(decode(DoorOrder, payload), retained))
        except Unreadable as wrong:
            log.warning("unreadable on %s: %s", topic, wrong)
