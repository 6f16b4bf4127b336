"""Listening on the venue's broker to what is not ours: topics of plugins and of plugs. Never publishes."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from devices.adapters.base import Bus
from devices.link import send_at_once

KEEPALIVE_S: Final = 20
MAX_BYTES: Final = 256 * 1024

log: Final = logging.getLogger(__name__)


class Heard(msgspec.Struct, frozen=True):
    """One message; the topic without its root. `is_retained`: the broker kept it from an earlier time."""

    topic: str
    payload: bytes
    is_retained: bool = False


class Listener:
    """Hears some topics under one root, connected for as long as it lives. Both functions are called in its thread."""

    def __init__(
        self,
        bus: Bus,
        client_id: str,
        root: str,
        filters: Sequence[str],
        hear: Callable[[Heard], None],
        turn: Callable[[bool], None],
    ) -> None:
        self._bus, self._client_id, self._root, self._filters = bus, client_id, root.strip("/"), tuple(filters)
        self._hear, self._turn = hear, turn
        self._mqtt = self._build_client()
        self.messages = 0

    def start(self) -> None:
        url = urlsplit(self._bus.url)
        self._mqtt.connect_async(
            url.hostname or "127.0.0.1", url.port or (8883 if url.scheme == "mqtts" else 1883), KEEPALIVE_S
        )
        self._mqtt.loop_start()

    def stop(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()
        self._mqtt = self._build_client()  # paho closes its inner sockets only when nobody holds the client

    def _on_connect(self, client: mqtt.Client, _u: Any, _f: Any, reason: ReasonCode, _p: Any) -> None:
        if reason.is_failure:
            log.warning("%s: refused by the broker: %s", self._client_id, reason)
            return
        for one in self._filters:
            client.subscribe(f"{self._root}/{one}", qos=1)
        self._turn(True)

    def _on_disconnect(self, *_: Any) -> None:
        self._turn(False)

    def _on_message(self, _client: Any, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        if len(message.payload) > MAX_BYTES or not message.topic.startswith(f"{self._root}/"):
            return
        self.messages += 1
        topic = message.topic[len(self._root) + 1 :]
        try:
            self._hear(Heard(topic, bytes(message.payload), message.retain))
        except Exception:
            log.exception("%s: a message could not be taken in", self._client_id)

    def _build_client(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=self._client_id, protocol=MQTTProtocolVersion.MQTTv311
        )
        if self._bus.username:
            client.username_pw_set(self._bus.username, self._bus.password)
        if urlsplit(self._bus.url).scheme == "mqtts":
            client.tls_set(ca_certs=self._bus.ca_file)
        client.reconnect_delay_set(1, 30)
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_message = self._on_message
        client.on_socket_open = send_at_once
        return client
