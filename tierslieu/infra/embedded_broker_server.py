"""The broker that runs inside the child process: amqtt with our accounts, and without its open doors.

Imported by the child only. What the library leaves open, and is closed here (amqtt 0.12.1):
- it touches the session of a client id before it has checked the password: here the password comes first, and client
  ids are private to their account, so that nobody ends the session of another;
- it lets the old connection of a client id live on: here it is ended, its will sent, before the new one is welcome;
- it publishes wills on any topic: here a will needs the right to publish it;
- it sends retained messages of everybody's subscriptions to whoever connects: here only those of one's own;
- it loses a message when somebody subscribes while it is being handed out: here it walks through a copy;
- it never ends a silent connection (keep-alive), nor one that does not say CONNECT, nor limits the size of a packet.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from amqtt.adapters import ReaderAdapter, StreamReaderAdapter, StreamWriterAdapter, WriterAdapter
from amqtt.broker import Broker, Server
from amqtt.contexts import Action
from amqtt.errors import AMQTTError, MQTTError, NoDataError
from amqtt.mqtt.connack import NOT_AUTHORIZED, ConnackPacket
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from devices.wire import Unreadable, parse_topic
from tierslieu.infra.embedded_broker_accounts import Accounts

CONNECT_WITHIN_S: Final = 10
END_WITHIN_S: Final = 5
MAX_CLIENTS: Final = 500
MAX_PACKET_BYTES: Final = 256 * 1024
MAX_WAITING: Final = 10_000


class AccountAuth(BaseAuthPlugin):  # type: ignore[misc]
    """Lets in who knows the password of an account; refuses the anonymous."""

    @dataclass
    class Config:
        accounts: Accounts

    async def authenticate(self, *, session: Session) -> bool:
        return bool(self.config.accounts.knows(session.username, session.password))


class AccountTopics(BaseTopicPlugin):  # type: ignore[misc]
    """Lets an account publish and read what its filters grant, and nothing else."""

    @dataclass
    class Config:
        accounts: Accounts

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        if session is None or not topic:
            return False
        accounts: Accounts = self.config.accounts
        if action is Action.PUBLISH:
            return accounts.may_publish(session.username, topic)
        return accounts.may_read(session.username, topic)


class _BoundedReader(StreamReaderAdapter):  # type: ignore[misc]
    """A reader that is at its end for ever once a packet asks for too much."""

    _spent = False

    async def read(self, n: int = -1) -> bytes:
        self._spent = self._spent or n > MAX_PACKET_BYTES
        if self._spent:
            raise ConnectionResetError("packet too large")
        return bytes(await super().read(n))


class _Subscriptions(dict[str, list[tuple[Session, int]]]):
    """Subscriptions by filter, which may change while somebody walks through them."""

    def __iter__(self) -> Iterator[str]:
        return iter(list(super().__iter__()))

    def items(self) -> Any:
        return [(one, list(subscribers)) for one, subscribers in super().items()]


class _Handler(BrokerProtocolHandler):  # type: ignore[misc]
    """One connection, which can be waited for and which ends when its client falls silent."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.gone = asyncio.Event()
        self._ending: asyncio.Task[None] | None = None

    def handle_read_timeout(self) -> None:
        self._ending = asyncio.ensure_future(self.handle_connection_closed())


class DeviceBroker(Broker):  # type: ignore[misc]
    """MQTT 3.1.1 for the devices of one venue."""

    def __init__(self, bind: str, accounts: Accounts) -> None:
        here = __name__
        super().__init__(
            {
                "listeners": {"default": {"type": "tcp", "bind": bind, "max_connections": MAX_CLIENTS}},
                "timeout_disconnect_delay": 0,
                "plugins": {
                    f"{here}.AccountAuth": {"accounts": accounts},
                    f"{here}.AccountTopics": {"accounts": accounts},
                },
            }
        )
        self._accounts = accounts
        self._subscriptions = _Subscriptions()

    async def start(self) -> None:
        """Listen; the durable sessions exist before the first client does."""
        await super().start()
        for username, durable in self._accounts.durable:
            client_id = _private(username, durable.client_id)
            handler, session = self.create_offline_session(client_id)
            session.username = username
            session.clean_session = False
            self._sessions[client_id] = (session, handler)
            for one in durable.filters:
                await self.add_subscription((one, 1), session)

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        server: Server = self._servers["default"]
        return int(server.instance.sockets[0].getsockname()[1])

    async def stream_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
    ) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await self._client_connected(listener_name, _BoundedReader(reader), StreamWriterAdapter(writer))

    async def _initialize_client_session(
        self, reader: ReaderAdapter, writer: WriterAdapter, remote_address: str, remote_port: int
    ) -> tuple[BrokerProtocolHandler, Session]:
        """The connection and the session of a client that has said who it is. Raises AMQTTError, the socket closed."""
        try:
            handler, session = await asyncio.wait_for(self._greet(reader, writer), CONNECT_WITHIN_S)
            if not (await self._authenticate(session, None) and await self._may_leave_will(session)):
                await ConnackPacket.build(0, NOT_AUTHORIZED).to_stream(writer)
                raise AMQTTError("not authorised")
            session.client_id = _private(session.username, session.client_id)
            session.keep_alive = ceil(session.keep_alive * 1.5)
            return handler, await self._settle(session)
        except (AMQTTError, MQTTError, NoDataError, TimeoutError, ValueError) as wrong:
            await writer.close()
            raise AMQTTError(f"{remote_address}: {wrong}") from None

    def _greet(self, reader: ReaderAdapter, writer: WriterAdapter) -> Coroutine[Any, Any, tuple[_Handler, Session]]:
        greeting: Coroutine[Any, Any, tuple[_Handler, Session]] = _Handler.init_from_connect(
            reader, writer, self.plugins_manager
        )
        return greeting

    async def _may_leave_will(self, session: Session) -> bool:
        if not session.will_flag:
            return True
        return bool(await self._topic_filtering(session, session.will_topic, Action.PUBLISH))

    async def _settle(self, session: Session) -> Session:
        """The session to go on with: the kept one, or this new one; the old connection of the same client is over."""
        kept, old = self._sessions.get(session.client_id, (None, None))
        if kept is not None and kept.transitions.is_connected():
            await old.handle_connection_closed()
            await asyncio.wait_for(old.gone.wait(), END_WITHIN_S)
        session.parent = 0
        if session.clean_session or kept is None or kept.clean_session:
            await self._delete_session(session.client_id)
            return session
        for name in ("will_flag", "will_retain", "will_message", "will_topic", "will_qos", "keep_alive", "password"):
            setattr(kept, name, getattr(session, name))
        kept.parent = 1
        return kept

    async def _handle_client_session(
        self,
        reader: ReaderAdapter,
        writer: WriterAdapter,
        client_session: Session,
        handler: _Handler,
        server: Server,
        listener_name: str,
    ) -> None:
        try:
            await super()._handle_client_session(reader, writer, client_session, handler, server, listener_name)
        finally:
            handler.gone.set()

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        if any(one is session for one, _ in self._subscriptions.get(subscription[0], ())):
            await super()._publish_retained_messages_for_subscription(subscription, session)

    async def _publish_session_retained_messages(self, session: Session) -> None:
        """Send what has waited for this client, in order, as the ordinary messages they were."""
        handler = self._get_handler(session)
        waiting = []
        while handler and not session.retained_messages.empty():
            message = session.retained_messages.get_nowait()
            sending = handler.mqtt_publish(message.topic, message.data, message.qos, retain=False)
            waiting.append(asyncio.ensure_future(sending))
        if waiting:
            await asyncio.wait(waiting)

    async def _retain_broadcast_message(self, broadcast: dict[str, Any], qos: int, target_session: Session) -> None:
        """Keep a message for a client that is away: not telemetry, and not without end."""
        if _may_be_lost(broadcast["topic"]) or target_session.retained_messages.qsize() >= MAX_WAITING:
            return
        await super()._retain_broadcast_message(broadcast, qos, target_session)


def _private(username: str, client_id: str) -> str:
    return f"{username}/{client_id}"


def _may_be_lost(topic: str) -> bool:
    try:
        return parse_topic(topic).channel.qos == 0
    except Unreadable:
        return False
