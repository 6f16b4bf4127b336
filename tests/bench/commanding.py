"""How long a command takes to its acknowledgement, against what the broker itself takes there and back."""

import asyncio
import socket
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from devices.commands import Answer
from devices.link import Address, Link
from devices.spool import Spool
from devices.wire import (
    EVERY_UP,
    Ack,
    AckResult,
    Channel,
    Command,
    Config,
    MachineState,
    Op,
    build_topic,
    encode,
    parse,
)
from tests.support.own_broker import OwnBroker
from tierslieu.basics.clock import SystemClock
from tierslieu.infra.broker import Broker
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.embedded_broker_accounts import Account, password_sha256
from tierslieu.infra.feature import Inbox, Message
from tierslieu.infra.metrics import Metrics
from tierslieu.infra.transaction import Tx

SITE, DEVICE, BOOT = "oasis", "bench-1", "boot-bench"
WARM, TURNS = 20, 100
DEADLINE_S = 20


class Commanding(NamedTuple):
    """Medians in milliseconds."""

    command_ms: float
    raw_ms: float

    @property
    def ratio(self) -> float:
        """How many times the broker's own way."""
        return self.command_ms / self.raw_ms


def commanding(folder: Path) -> Commanding:
    """Measure both over one embedded broker, in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    every = ("tierslieu/v1/#", "bench/#")
    accounts = [Account(name, password_sha256("x"), every, every) for name in ("service", DEVICE, "near", "far")]
    broker = OwnBroker(folder, accounts)
    broker.start()
    try:
        raw = _raw(broker.port)
        return Commanding(asyncio.run(_commands(broker.port, folder)), min(raw, _raw(broker.port)))
    finally:
        broker.kill()


def _client(port: int, name: str, heard: str) -> mqtt.Client:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, name)
    client.username_pw_set(name, "x")
    client.on_socket_open = lambda _client, _data, sock: _no_delay(sock)
    ready = threading.Event()
    client.on_subscribe = lambda *_: ready.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.subscribe(heard, qos=1)
    assert ready.wait(DEADLINE_S)
    return client


def _no_delay(sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _raw(port: int) -> float:
    """There and back through the broker, QoS 1, with clients that do nothing else."""
    near, far = _client(port, "near", "bench/back"), _client(port, "far", "bench/there")
    back = threading.Semaphore(0)

    def answer(client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        client.publish("bench/back", message.payload, qos=1)

    far.on_message = answer
    near.on_message = lambda *_: back.release()
    times = []
    for _ in range(WARM + TURNS):
        began = time.perf_counter()
        near.publish("bench/there", b"x" * 200, qos=1)
        assert back.acquire(timeout=DEADLINE_S)
        times.append(time.perf_counter() - began)
    for client in (near, far):
        client.disconnect()
        client.loop_stop()
    return median(times[WARM:]) * 1000


async def _commands(port: int, folder: Path) -> float:
    """From the service's publish to its hearing the acknowledgement, with the devices' own library at the other end."""
    db = Database(engine_for(f"sqlite:///{folder / 'commands.sqlite3'}"), SystemClock())
    await db.start()
    loop, heard = asyncio.get_running_loop(), asyncio.Event()

    def hear(_tx: Tx, message: Message) -> None:
        if isinstance(parse(message.topic, message.payload)[1], Ack):
            loop.call_soon_threadsafe(heard.set)

    broker = Broker(Metrics(), "bench-service")
    up = asyncio.Event()
    broker.on_up.append(up.set)
    broker.start(f"mqtt://service:x@127.0.0.1:{port}", (Inbox(EVERY_UP, hear),), db)
    link = _device(port, folder)
    async with asyncio.timeout(DEADLINE_S * 2):
        await up.wait()
        times = [await _one(broker, heard, number) for number in range(WARM + TURNS)]
    await asyncio.to_thread(link.stop)
    await broker.stop()
    await db.stop()
    return median(times[WARM:]) * 1000


async def _one(broker: Broker, heard: asyncio.Event, number: int) -> float:
    """One command; the first may come before the device listens, and is said again."""
    command = Command(cmd_id=f"bench-{number:05d}", op=Op.IDENTIFY, issued_at=int(time.time()), ttl_s=60, boot_id=BOOT)
    payload = encode(command)
    heard.clear()
    while True:
        began = time.perf_counter()
        broker.publish(build_topic(SITE, DEVICE, Channel.CMD), payload)
        try:
            async with asyncio.timeout(1):
                await heard.wait()
        except TimeoutError:
            continue
        return time.perf_counter() - began


def _device(port: int, folder: Path) -> Link:
    address = Address(url=f"mqtt://127.0.0.1:{port}", site=SITE, device=DEVICE, username=DEVICE, password="x")

    def obey(_command: Command) -> Answer:
        return Answer(AckResult.DONE, None, MachineState.IDLE)

    def no_config(_config: Config) -> None:
        """Nothing to set here."""

    spool = Spool(folder / "spool.sqlite3")
    link = Link(address, spool, lambda: int(time.time()), obey, boot_id=BOOT, on_config=no_config)
    link.start()
    return link
