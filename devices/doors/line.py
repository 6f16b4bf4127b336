"""A door's connection: that of every box, with the channels of doors, and the door's own farewell."""

import logging
from collections.abc import Callable
from typing import Any, Final

from devices.boxes import BoxLink
from devices.wire import Channel, Unreadable, decode, encode, parse_topic
from devices.wire.doors import DoorOrder, DoorState

log: Final = logging.getLogger(__name__)


class DoorLink(BoxLink):
    """Gives orders (with the retain flag) to who asked for them; `state` is asked for the birth and the farewell."""

    def __init__(
        self,
        *args: Any,
        on_order: Callable[[DoorOrder, bool], bytes],
        state: Callable[[bool], DoorState],
        **more: Any,
    ) -> None:
        self._on_order, self._state = on_order, state
        super().__init__(*args, **more)

    def _presence(self, *, online: bool) -> tuple[Channel, bytes]:
        return Channel.DOOR, encode(self._state(online))

    def _receive(self, topic: str, payload: bytes, retained: bool) -> None:
        try:
            if parse_topic(topic).channel is Channel.DOOR_ORDER:
                self._publish(Channel.DOOR_ACK, self._on_order(decode(DoorOrder, payload), retained))
        except Unreadable as wrong:
            log.warning("unreadable on %s: %s", topic, wrong)
