"""The broker's client: device messages come in, commands go out. Acknowledged only after the commit.

paho runs its own thread; arriving.py takes messages from there to the loop. When too many wait, what may be lost
(QoS 0) is dropped first; what is counted (QoS 1) stays unacknowledged, so the broker keeps and sends it again.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from devices.wire import SERVICE_AVAILABILITY, ServiceAvailability, encode_presence
from tierslieu.basics.errors import Unavailable
from tierslieu.infra.arriving import Arrivals
from tierslieu.infra.database import Database
from tierslieu.infra.embedded_broker_accounts import covers
from tierslieu.infra.feature import Inbox, Intake, Message
from tierslieu.infra.logs import log
from tierslieu.infra.metrics import Metrics
from tierslieu.infra.reading_ahead import Client, Heard

KNOWN_TOPICS: Final = 8192
FAREWELL_SECONDS: Final = 1.0
ONLINE: Final = encode_presence(ServiceAvailability(online=True))
OFFLINE: Final = encode_presence(ServiceAvailability(online=False))
LOG = log("broker")
Way = Inbox | Intake


def outermost(filters: Iterable[str]) -> tuple[str, ...]:
    """The filters that no other one covers: a broker may send a message once for each of a client's filters."""
    every = sorted(set(filters))
    return tuple(one for one in every if not any(other != one and covers(other, one) for other in every))


PORTS = {"mqtt": 1883, "mqtts": 8883}


class Broker:
    """One connection to the broker, kept up; `is_up` tells whether it is there now.

    `on_up` is called in the loop each time the connection is there: what is retained can be said again.
    """

    def __init__(self, metrics: Metrics, client_id: str = "tierslieu-service", ca_file: str = "") -> None:
        self._metrics = metrics
        self.client_id = client_id
        self._ca_file = ca_file
        self.on_up: list[Callable[[], object]] = []
        self._ways: tuple[Way, ...] = ()
        self._way_of: dict[str, Way | None] = {}
        self._client: mqtt.Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._arrivals: Arrivals | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.is_up = False

    def start(self, url: str, ways: Sequence[Way], db: Database) -> None:
        """Connect in the background and take messages in. `url` is mqtt://user:password@host:port.

        A message goes the first way whose filter it matches, those for one channel before those for a whole tree.
        """
        self._loop = asyncio.get_running_loop()
        self._ways = tuple(sorted(ways, key=lambda way: "#" in way.filter))
        self._client = client = self._client_for(url)
        self._arrivals = arrivals = Arrivals(self._metrics, db, client.ack)
        client.loop_start()
        self._tasks = [asyncio.create_task(arrivals.store_counted()), asyncio.create_task(arrivals.store_gathered())]

    def _client_for(self, url: str) -> mqtt.Client:
        place = urlsplit(url)
        client = Client(
            CallbackAPIVersion.VERSION2,
            self.client_id,
            hear=self._hear,
            clean_session=False,
            manual_ack=True,
            reconnect_on_failure=True,
        )
        if place.username:
            client.username_pw_set(unquote(place.username), unquote(place.password or ""))
        if place.scheme == "mqtts":
            client.tls_set(ca_certs=self._ca_file or None)
        client.will_set(SERVICE_AVAILABILITY, OFFLINE, qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_socket_open = _no_delay
        client.reconnect_delay_set(1, 30)
        client.connect_async(place.hostname or "127.0.0.1", place.port or PORTS[place.scheme], keepalive=30)
        return client

    async def stop(self) -> None:
        """Say goodbye, disconnect and end."""
        if self._client is not None:
            await asyncio.to_thread(_say_goodbye, self._client, self.is_up)
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def publish(self, topic: str, payload: bytes, qos: int = 1, retain: bool = False) -> None:
        """Send a command or a state. Raises Unavailable when the broker is away: nothing is sent late."""
        if self._client is None or not self.is_up:
            raise Unavailable("broker_away")
        self._client.publish(topic, payload, qos=qos, retain=retain)

    # -- paho's thread -------------------------------------------------------------------------------

    def _on_connect(self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _props: Any) -> None:
        if reason.is_failure:
            LOG.warning("broker refused us", reason=str(reason))
            return
        for one in outermost(way.filter for way in self._ways):
            client.subscribe(one, qos=1)
        client.subscribe(SERVICE_AVAILABILITY, qos=1)
        client.publish(SERVICE_AVAILABILITY, ONLINE, qos=1, retain=True)
        self._call(self._set_up, True)

    def _on_disconnect(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _props: Any) -> None:
        self._call(self._set_up, False)
        LOG.info("broker connection ended", reason=str(reason))

    def _on_message(self, client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        qos = message.qos
        if self._hand_on(Message(message.topic, bytes(message.payload), message.retain), message.mid, qos):
            return  # answered for when it is stored
        if qos:
            client.ack(message.mid, qos)

    def _hear(self, heard: Sequence[Heard]) -> None:
        """Messages that may be lost, in large lots: they pass by paho."""
        gathered: dict[Intake, list[Message]] = {}
        for raw, payload, is_retained in heard:
            message = Message(raw.decode(errors="replace"), payload, is_retained)
            way = self._find_way(message.topic)
            if isinstance(way, Intake):
                gathered.setdefault(way, []).append(message)
            else:
                self._hand_on(message)
        for intake, messages in gathered.items():
            self._gather(intake, messages)

    def _hand_on(self, message: Message, mid: int = 0, qos: int = 0) -> bool:
        """Bring one message to its way. True when it will be answered for later."""
        way = self._find_way(message.topic)
        if isinstance(way, Inbox):
            if self._arrivals is not None and self._arrivals.take(message, way, mid, qos):
                return True
            self._metrics.messages.labels("dropped").inc()
        elif way is not None:
            self._gather(way, [message])
        elif message.topic == SERVICE_AVAILABILITY and message.payload == OFFLINE and self._client is not None:
            # the will of a connection of before
            self._client.publish(SERVICE_AVAILABILITY, ONLINE, qos=1, retain=True)
        return False

    def _gather(self, intake: Intake, messages: Sequence[Message]) -> None:
        lost = len(messages) if self._arrivals is None else self._arrivals.gather(intake, messages)
        if lost:
            self._metrics.messages.labels("dropped").inc(lost)

    def _find_way(self, topic: str) -> Way | None:
        """The first way that takes this topic; topics that were seen are remembered."""
        try:
            return self._way_of[topic]
        except KeyError:
            if len(self._way_of) >= KNOWN_TOPICS:
                self._way_of.clear()
            found = next((way for way in self._ways if mqtt.topic_matches_sub(way.filter, topic)), None)
            self._way_of[topic] = found
            return found

    def _call(self, function: Callable[..., object], *args: Any) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(function, *args)

    # -- the loop ------------------------------------------------------------------------------------

    def _set_up(self, is_up: bool) -> None:
        self.is_up = is_up
        self._metrics.broker_up.set(int(is_up))
        if is_up:
            for told in self.on_up:
                told()


def _say_goodbye(client: mqtt.Client, is_up: bool) -> None:
    """A will is for those who could not say it themselves."""
    if is_up:
        with contextlib.suppress(RuntimeError, ValueError):
            client.publish(SERVICE_AVAILABILITY, OFFLINE, qos=1, retain=True).wait_for_publish(FAREWELL_SECONDS)
    client.disconnect()
    client.loop_stop()


def _no_delay(_client: mqtt.Client, _data: Any, sock: Any) -> None:
    """Small messages leave at once: 0.3 ms for a command and its answer instead of 40 or more."""
    with contextlib.suppress(OSError, AttributeError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
