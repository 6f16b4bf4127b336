"""The connection of one device to the broker: reports arrive at least once, commands are done at most once."""

import contextlib
import logging
import queue
import socket
import threading
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, Final, cast
from urllib.parse import urlsplit

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from devices.commands import Commands, Hands, Obey
from devices.spool import Spool
from devices.wire import (
    Availability,
    Channel,
    Config,
    Fact,
    Report,
    Snapshot,
    Telemetry,
    Unreadable,
    build_topic,
    decode,
    down_filter,
    encode,
    parse_topic,
)
from devices.wire.messages import Command

KEEPALIVE_S: Final = 20
LONGEST_DELAY_S: Final = 30
IN_FLIGHT: Final = 10
MAX_TASKS: Final = 256
MAX_TELEMETRY_TASKS: Final = 32
STOP_WITHIN_S: Final = 3.0

log: Final = logging.getLogger(__name__)


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where and as whom a device connects: mqtt://host:port or mqtts://host:port."""

    url: str
    site: str
    device: str
    username: str
    password: str
    ca_file: str | None = None


class Link:
    """Birth, will, state, telemetry, reports and commands of one device over MQTT 3.1.1.

    Methods may be called from any thread and never wait for the network. One thread of its own publishes everything, in
    order, and calls `on_config`; another one calls `obey`, a command after the other: a file that is being sent to a
    printer holds up nothing that is said. Reports wait on disk, snapshots give way to newer ones, telemetry is dropped
    while there is no connection or too much to do.
    """

    def __init__(
        self,
        address: Address,
        spool: Spool,
        clock: Callable[[], int],
        obey: Obey,
        *,
        boot_id: str,
        kind: str | None = None,
        software: str = "",
        on_config: Callable[[Config], None] = lambda _config: None,
    ) -> None:
        self._at, self._spool, self._clock, self._boot_id = address, spool, clock, boot_id
        self._birth = Availability(online=True, boot_id=boot_id, kind=kind, software=software)
        self._on_config = on_config
        self._seq = 0
        self._seq_lock = threading.Lock()
        self._tasks: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._courier = threading.Thread(target=self._work, name=f"link {address.device}", daemon=True)
        self._hands = Hands(address.device, Commands(boot_id, spool, obey), clock, self._give_ack)
        self._snapshot: Snapshot | None = None
        self._shown: tuple[int, Snapshot] | None = None  # mid and snapshot in flight: never two, or the old could win
        self._rows: dict[int, int] = {}  # mid -> row of a report in flight
        self._last_row = 0
        self._is_up = False
        self._is_resending = False
        self._mqtt = self._build_client()

    def start(self) -> None:
        """Connect, now or as soon as the broker is there, and keep connecting."""
        url = urlsplit(self._at.url)
        port = url.port or (8883 if url.scheme == "mqtts" else 1883)
        self._courier.start()
        self._hands.start()
        self._mqtt.connect_async(url.hostname or "127.0.0.1", port, KEEPALIVE_S)
        self._mqtt.loop_start()

    def stop(self) -> None:
        """Say goodbye and end; reports that did not leave stay on disk. A link that never started has no goodbye."""
        if self._courier.ident is None:
            return
        self._hands.stop()
        self._tasks.put(self._say_goodbye)
        self._courier.join()
        self._mqtt.disconnect()
        self._forget_client()

    def cut(self) -> None:
        """End without goodbye, as a power cut would: the broker publishes the will."""
        self._hands.stop()
        self._tasks.put(None)
        self._courier.join()
        if (open_socket := self._mqtt.socket()) is not None:
            with contextlib.suppress(OSError):
                cast(socket.socket, open_socket).shutdown(socket.SHUT_RDWR)
        self._forget_client()

    def _forget_client(self) -> None:
        """End paho's thread, and let go of the client: it closes its inner sockets only when nobody holds it."""
        self._mqtt.loop_stop()
        self._is_up = False
        self._mqtt = self._build_client()

    @property
    def is_connected(self) -> bool:
        """Whether the broker answers now."""
        return self._mqtt.is_connected()

    def show(self, snapshot: Snapshot) -> None:
        """Make this the machine's state; its boot_id and seq are set here."""
        self._snapshot = msgspec.structs.replace(snapshot, boot_id=self._boot_id, seq=self._next_seq())
        self._tasks.put(self._publish_snapshot)

    def measure(self, telemetry: Telemetry) -> bool:
        """Send measures, or drop them and say so: they are the first to go."""
        if not self._is_up or self._tasks.qsize() >= MAX_TELEMETRY_TASKS:
            return False
        payload = encode(msgspec.structs.replace(telemetry, boot_id=self._boot_id))
        self._tasks.put(lambda: self._publish_telemetry(payload))
        return True

    def tell(self, facts: Sequence[Fact], note: bytes | None = None) -> None:
        """Report facts, in order. They, and the note beside them, are on disk when this returns."""
        self._spool.say([self._report(fact) for fact in facts], note)
        self._tasks.put(self._publish_reports)

    def _report(self, fact: Fact) -> tuple[str, bytes]:
        report_id = report_id_of(self._at.site, self._at.device, self._boot_id, fact)
        seq = self._next_seq()
        report = Report(report_id=report_id, boot_id=self._boot_id, seq=seq, at=self._clock(), fact=fact)
        return report_id, encode(report)

    def _next_seq(self) -> int:
        with self._seq_lock:
            self._seq += 1
            return self._seq

    # From here on: the courier's thread.

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            except Exception:
                log.exception("%s: task failed", self._at.device)

    def _begin_connection(self) -> None:
        """Listen, then say hello: whoever hears the hello may give an order at once, and nothing keeps it for later."""
        self._is_up, self._is_resending = True, bool(self._rows)
        self._mqtt.subscribe(down_filter(self._at.site, self._at.device), qos=1)
        self._publish(*self._presence(online=True))
        self._publish_snapshot()
        self._publish_reports()

    def _presence(self, *, online: bool) -> tuple[Channel, bytes]:
        """What this device says when it comes and when it goes; the farewell is its will too."""
        return Channel.AVAILABILITY, encode(msgspec.structs.replace(self._birth, online=online))

    def _publish(self, channel: Channel, payload: bytes) -> mqtt.MQTTMessageInfo:
        topic = build_topic(self._at.site, self._at.device, channel)
        return self._mqtt.publish(topic, payload, qos=channel.qos, retain=channel.retained)

    def _give_ack(self, payload: bytes) -> None:
        self._tasks.put(lambda: self._publish_ack(payload))

    def _publish_ack(self, payload: bytes) -> None:
        self._publish(Channel.ACK, payload)

    def _publish_telemetry(self, payload: bytes) -> None:
        self._publish(Channel.TELEMETRY, payload)

    def _publish_snapshot(self) -> None:
        """One snapshot in flight at a time; the newest follows when it is confirmed, and again after a reconnection."""
        newest = self._snapshot
        if newest is None or self._shown is not None or not self._is_up:
            return
        self._shown = (self._publish(Channel.STATE, encode(newest)).mid, newest)

    def _publish_reports(self) -> None:
        """Hand the next reports to the client, each once per life of this process: it sends them again by itself.

        After a reconnection the new ones wait until those in flight are confirmed, so that order is kept.
        """
        while self._is_up and not self._is_resending and (free := IN_FLIGHT - len(self._rows)) > 0:
            if not (waiting := self._spool.waiting(self._last_row, free)):
                return
            for report in waiting:
                sent = self._publish(Channel.REPORT, report.payload)
                if sent.rc == MQTTErrorCode.MQTT_ERR_QUEUE_SIZE:
                    return
                self._rows[sent.mid] = report.row
                self._last_row = report.row

    def _confirm(self, mid: int) -> None:
        if (row := self._rows.pop(mid, None)) is not None:
            self._spool.confirm(row)
            self._is_resending = self._is_resending and bool(self._rows)
            self._publish_reports()
        elif self._shown is not None and self._shown[0] == mid:
            _, confirmed = self._shown
            self._shown = None
            if confirmed is not self._snapshot:
                self._publish_snapshot()

    def _receive(self, topic: str, payload: bytes, retained: bool) -> None:
        try:
            channel = parse_topic(topic).channel
            if channel is Channel.CMD:
                self._hands.take(decode(Command, payload), retained=retained)
            elif channel is Channel.CONFIG:
                self._on_config(decode(Config, payload))
        except Unreadable as wrong:
            log.warning("%s: unreadable on %s: %s", self._at.device, topic, wrong)

    def _say_goodbye(self) -> None:
        if self._is_up:
            with contextlib.suppress(RuntimeError, ValueError):  # what paho says of a message it could not take
                self._publish(*self._presence(online=False)).wait_for_publish(STOP_WITHIN_S)
        self._tasks.put(None)  # after the confirmations that came in meanwhile

    # From here on: paho's thread. It holds locks of its own, so it only leaves tasks.

    def _on_connect(self, _client: Any, _userdata: Any, _flags: Any, reason: ReasonCode, _properties: Any) -> None:
        if reason.is_failure:
            log.warning("%s: refused by the broker: %s", self._at.device, reason)
            return
        self._tasks.put(self._begin_connection)

    def _on_disconnect(self, *_: Any) -> None:
        self._is_up = False

    def _on_message(self, _client: Any, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        if self._tasks.qsize() >= MAX_TASKS:
            log.warning("%s: too much to do, a message was dropped", self._at.device)
            return
        topic, payload, retained = message.topic, bytes(message.payload), message.retain
        self._tasks.put(lambda: self._receive(topic, payload, retained))

    def _on_publish(self, _client: Any, _userdata: Any, mid: int, _reason: Any, _properties: Any) -> None:
        self._tasks.put(lambda: self._confirm(mid))

    def _build_client(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"{self._at.site}-{self._at.device}",
            protocol=MQTTProtocolVersion.MQTTv311,
        )
        client.username_pw_set(self._at.username, self._at.password)
        if urlsplit(self._at.url).scheme == "mqtts":
            client.tls_set(ca_certs=self._at.ca_file)
        client.reconnect_delay_set(1, LONGEST_DELAY_S)
        client.max_queued_messages_set(MAX_TASKS)
        channel, will = self._presence(online=False)
        client.will_set(build_topic(self._at.site, self._at.device, channel), will, qos=1, retain=True)
        client.on_connect, client.on_message, client.on_publish = self._on_connect, self._on_message, self._on_publish
        client.on_disconnect = self._on_disconnect
        client.on_socket_open = send_at_once
        return client


def report_id_of(site: str, device: str, boot_id: str, fact: Fact) -> str:
    """The one id of this fact: the same fact of the same boot always has the same."""
    return sha256(f"{site}/{device}/{boot_id}/{fact.once}".encode()).hexdigest()[:32]


def send_at_once(_client: Any, _userdata: Any, opened: Any) -> None:
    """Small packets must not wait for each other (measured: 89 ms per round trip with Nagle, 0.3 ms without)."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
