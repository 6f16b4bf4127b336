"""The broker's client: device messages come in, commands go out. Acknowledged only after the commit.

paho runs its own thread. Messages cross to the loop through a bounded queue: when it is full, telemetry
(QoS 0) is dropped first; reports (QoS 1) stay unacknowledged, so the broker keeps and sends them again.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from devices.wire import Unreadable
from tierslieu.basics.errors import DomainError, Unavailable
from tierslieu.infra.database import Database
from tierslieu.infra.feature import Inbox, Message
from tierslieu.infra.logs import log
from tierslieu.infra.metrics import Metrics
from tierslieu.infra.quarantine import quarantine

QUEUE = 2000
RETRY_SECONDS = 1
LOG = log("broker")


class _Arrived(NamedTuple):
    message: Message
    handle: Callable[..., object]
    mid: int
    qos: int


class Broker:
    """One connection to the broker, kept up; `is_up` tells whether it is there now."""

    def __init__(self, metrics: Metrics, client_id: str = "tierslieu-service") -> None:
        self._metrics = metrics
        self.client_id = client_id
        self._inboxes: tuple[Inbox, ...] = ()
        self._client: mqtt.Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queue: asyncio.Queue[_Arrived] = asyncio.Queue(QUEUE)
        self._task: asyncio.Task[None] | None = None
        self._room = threading.BoundedSemaphore(QUEUE)
        self.is_up = False

    def start(self, url: str, inboxes: Sequence[Inbox], db: Database) -> None:
        """Connect in the background and take messages in. `url` is mqtt://user:password@host:port."""
        self._loop = asyncio.get_running_loop()
        self._inboxes = tuple(inboxes)
        place = urlsplit(url)
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            self.client_id,
            clean_session=False,
            manual_ack=True,
            reconnect_on_failure=True,
        )
        if place.username:
            client.username_pw_set(unquote(place.username), unquote(place.password or ""))
        if place.scheme == "mqtts":
            client.tls_set()
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_socket_open = _no_delay
        client.reconnect_delay_set(1, 30)
        client.connect_async(place.hostname or "127.0.0.1", place.port or 1883, keepalive=30)
        client.loop_start()
        self._client = client
        self._task = asyncio.create_task(self._take_in(db))

    async def stop(self) -> None:
        """Disconnect and end."""
        if self._client is not None:
            self._client.disconnect()
            await asyncio.to_thread(self._client.loop_stop)
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

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
        for item in self._inboxes:
            client.subscribe(item.filter, qos=1)
        self._call(self._set_up, True)

    def _on_disconnect(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _props: Any) -> None:
        self._call(self._set_up, False)
        LOG.info("broker connection ended", reason=str(reason))

    def _on_message(self, client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        handle = self._handler(message.topic)
        if handle is None or not self._room.acquire(blocking=message.qos > 0, timeout=30 if message.qos else None):
            client.ack(message.mid, message.qos)
            self._metrics.messages.labels("dropped").inc()
            return
        arrived = _Arrived(
            Message(message.topic, bytes(message.payload), message.retain), handle, message.mid, message.qos
        )
        self._call(self._queue.put_nowait, arrived)

    def _handler(self, topic: str) -> Callable[..., object] | None:
        for item in self._inboxes:
            if mqtt.topic_matches_sub(item.filter, topic):
                return item.handle
        return None

    def _call(self, function: Callable[..., object], *args: Any) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(function, *args)

    # -- the loop ------------------------------------------------------------------------------------

    def _set_up(self, is_up: bool) -> None:
        self.is_up = is_up
        self._metrics.broker_up.set(int(is_up))

    async def _take_in(self, db: Database) -> None:
        while True:
            arrived = await self._queue.get()
            self._room.release()
            while True:
                if await self._store(db, arrived):
                    break
                await asyncio.sleep(RETRY_SECONDS)  # the database is away: the message waits, unacknowledged
            if self._client is not None:
                self._client.ack(arrived.mid, arrived.qos)

    async def _store(self, db: Database, arrived: _Arrived) -> bool:
        """Take one message in; False when it must be tried again."""
        outcome = "stored"
        try:
            await db.write(arrived.handle, arrived.message)
        except Unavailable:
            return False
        except Unreadable as error:
            outcome = "quarantined"
            await db.write(quarantine, arrived.message, str(error))
        except DomainError as error:
            outcome = "refused"
            LOG.info("device message refused", topic=arrived.message.topic, code=error.code)
        except Exception as error:
            outcome = "quarantined"
            LOG.exception("device message stumbled", topic=arrived.message.topic)
            await db.write(quarantine, arrived.message, f"bug:{type(error).__name__}")
        self._metrics.messages.labels(outcome).inc()
        return True


def _no_delay(_client: mqtt.Client, _data: Any, sock: Any) -> None:
    """Small messages leave at once: 0.3 ms for a command and its answer instead of 40 or more."""
    with contextlib.suppress(OSError, AttributeError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
