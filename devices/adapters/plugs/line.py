"""The connection of a meter's adapter to the venue's broker. It publishes questions, and wipes retained orders."""

import logging
import secrets
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from devices.adapters.base import Bus
from devices.adapters.plugs.dialect import Dialect
from devices.link import send_at_once

KEEPALIVE_S: Final = 20
MAX_BYTES: Final = 64 * 1024

log: Final = logging.getLogger(__name__)


class Line:
    """Hears one plug. The functions are called in the thread of the connection.

    Nothing is ever published retained, but for the empty message that takes a retained order away.
    """

    def __init__(
        self,
        bus: Bus,
        device: str,
        dialect: Dialect,
        *,
        hear: Callable[[str, bytes, bool], None],
        wipe: Callable[[str], None],
        turn: Callable[[bool], None],
    ) -> None:
        self._bus, self._device, self._dialect = bus, device, dialect
        self._hear, self._wipe, self._turn = hear, wipe, turn
        self._orders = tuple(dialect.orders())
        self._client = self._build()

    def start(self) -> None:
        url = urlsplit(self._bus.url)
        port = url.port or (8883 if url.scheme == "mqtts" else 1883)
        self._client.connect_async(url.hostname or "127.0.0.1", port, KEEPALIVE_S)
        self._client.loop_start()

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        self._client = self._build()  # paho closes its inner sockets only when nobody holds the client

    def _on_connect(self, client: mqtt.Client, _userdata: Any, _flags: Any, reason: ReasonCode, _p: Any) -> None:
        if reason.is_failure:
            log.warning("%s: the meter's adapter was refused by the broker: %s", self._device, reason)
            return
        client.subscribe([(topic, 1) for topic in (*self._dialect.states(), *self._orders)])
        self._turn(True)

    def _ask(self, client: mqtt.Client, *_: Any) -> None:
        """Only once the broker listens for us: some work on what one client sends in any order."""
        for topic, payload in self._dialect.questions():
            client.publish(topic, payload, qos=0, retain=False)

    def _on_message(self, client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        payload = bytes(message.payload)
        if len(payload) > MAX_BYTES:
            return
        if any(mqtt.topic_matches_sub(one, message.topic) for one in self._orders):
            if message.retain and payload:
                client.publish(message.topic, b"", qos=1, retain=True)
                self._wipe(message.topic)
            return
        self._hear(message.topic, payload, message.retain)

    def _build(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"meter-{self._device}-{secrets.token_hex(2)}",
            protocol=MQTTProtocolVersion.MQTTv311,
        )
        if self._bus.username:
            client.username_pw_set(self._bus.username, self._bus.password)
        if urlsplit(self._bus.url).scheme == "mqtts":
            client.tls_set(ca_certs=self._bus.ca_file)
        client.reconnect_delay_set(1, 30)
        client.max_queued_messages_set(32)
        client.on_connect, client.on_message = self._on_connect, self._on_message
        client.on_subscribe = self._ask
        client.on_disconnect = lambda *_: self._turn(False)
        client.on_socket_open = send_at_once
        return client
