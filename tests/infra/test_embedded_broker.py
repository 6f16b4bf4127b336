"""The embedded broker: who gets in, what each may say and hear, and that it lives and dies with the service."""

import asyncio
import os
import queue
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from tierslieu.infra.embedded_broker import BrokerFailed, EmbeddedBroker
from tierslieu.infra.embedded_broker_accounts import (
    Account,
    Accounts,
    DurableSession,
    covers,
    password_sha256,
    write_accounts,
)

DEADLINE_S = 30
SERVICE = "tierslieu"
MINE = "tierslieu/v1/oasis/p3d-1"
OTHERS = "tierslieu/v1/oasis/p3d-2"


def account(name: str, publish: str, subscribe: str, durable: DurableSession | None = None) -> Account:
    return Account(name, password_sha256(f"secret of {name}"), (publish,), (subscribe,), durable)


HOUSE = [
    account(SERVICE, "tierslieu/v1/#", "tierslieu/v1/#", DurableSession("inbox", ("tierslieu/v1/+/+/up/#",))),
    account("p3d-1", f"{MINE}/up/#", f"{MINE}/down/#"),
    account("p3d-2", f"{OTHERS}/up/#", f"{OTHERS}/down/#"),
]


class Client:
    """One MQTT client that waits for answers instead of guessing when they come."""

    def __init__(self, port: int, name: str | None, *, client_id: str = "", clean: bool = True) -> None:
        self.heard: queue.Queue[mqtt.MQTTMessage] = queue.Queue()
        self._answers: queue.Queue[object] = queue.Queue()
        self.lost = threading.Event()
        self._port = port
        self.mqtt = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id or f"test-{name}", clean_session=clean)
        if name is not None:
            self.mqtt.username_pw_set(name, f"secret of {name}")
        self.mqtt.on_connect = lambda _c, _u, _f, code, _p: self._answers.put(not code.is_failure)
        self.mqtt.on_subscribe = lambda _c, _u, _m, codes, _p: self._answers.put(not codes[0].is_failure)
        self.mqtt.on_message = lambda _c, _u, message: self.heard.put(message)
        self.mqtt.on_disconnect = lambda *_: self.lost.set()

    def connect(self, keepalive: int = 60) -> bool:
        self.mqtt.connect("127.0.0.1", self._port, keepalive)
        self.mqtt.loop_start()
        return bool(self._answers.get(timeout=DEADLINE_S))

    def subscribe(self, wanted: str) -> bool:
        self.mqtt.subscribe(wanted, qos=1)
        return bool(self._answers.get(timeout=DEADLINE_S))

    def publish(self, topic: str, payload: str = "x", *, retain: bool = False) -> None:
        self.mqtt.publish(topic, payload, qos=1, retain=retain).wait_for_publish(DEADLINE_S)

    def next(self) -> tuple[str, str]:
        message = self.heard.get(timeout=DEADLINE_S)
        return message.topic, message.payload.decode()

    def close(self) -> None:
        self.mqtt.disconnect()
        self.mqtt.loop_stop()
        del self.mqtt  # paho closes its inner sockets only when nobody holds the client


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.json"
    write_accounts(path, HOUSE)
    return path


@pytest.fixture
def port(accounts: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "tierslieu.infra.embedded_broker", "--bind", "127.0.0.1:0", "--accounts"]
    with subprocess.Popen([*command, str(accounts)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        ready = child.stdout.readline().decode()
        assert ready.startswith("ready 127.0.0.1:")
        yield int(ready.rpartition(":")[2])
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(DEADLINE_S) == 0, "the broker ends when its parent's pipe does"


@pytest.fixture
def service(port: int) -> Iterator[Client]:
    client = Client(port, SERVICE)
    assert client.connect()
    assert client.subscribe("tierslieu/v1/#")
    yield client
    client.close()


@pytest.fixture
def printer(port: int) -> Iterator[Client]:
    client = Client(port, "p3d-1")
    assert client.connect()
    yield client
    client.close()


def test_a_wrong_password_and_no_name_are_refused(port: int) -> None:
    known = Client(port, "p3d-1")
    assert known.connect()
    known.close()
    forged = Client(port, "p3d-1")
    forged.mqtt.username_pw_set("p3d-1", "guess")
    assert not forged.connect()
    forged.close()
    nobody = Client(port, None)
    assert not nobody.connect()
    nobody.close()


def test_a_device_speaks_only_under_its_own_topics(service: Client, printer: Client) -> None:
    for topic in (f"{OTHERS}/up/report", f"{MINE}/down/cmd", "tierslieu/v1/x", "elsewhere"):
        printer.publish(topic, "forged")
    printer.publish(f"{MINE}/up/report", "true")
    assert service.next() == (f"{MINE}/up/report", "true")


def test_a_device_reads_only_what_is_for_it(printer: Client) -> None:
    assert printer.subscribe(f"{MINE}/down/#")
    for wanted in ("#", "tierslieu/v1/+/+/down/#", f"{OTHERS}/down/cmd", f"{MINE}/#", f"{MINE}/+/cmd", "$SYS/#"):
        assert not printer.subscribe(wanted), wanted


def test_what_is_kept_for_others_is_not_sent_to_a_newcomer(service: Client, port: int) -> None:
    service.publish(f"{OTHERS}/down/config", "theirs", retain=True)
    service.publish(f"{MINE}/down/config", "mine", retain=True)
    late = Client(port, "p3d-1")
    assert late.connect()
    assert late.subscribe(f"{MINE}/down/#")
    assert late.next() == (f"{MINE}/down/config", "mine")
    service.publish(f"{MINE}/down/cmd", "last")
    assert late.next() == (f"{MINE}/down/cmd", "last")
    late.close()


def test_a_will_on_a_foreign_topic_is_refused(port: int) -> None:
    honest = Client(port, "p3d-1")
    honest.mqtt.will_set(f"{MINE}/up/availability", "gone", 1, True)
    assert honest.connect()
    honest.close()
    forger = Client(port, "p3d-1")
    forger.mqtt.will_set(f"{OTHERS}/down/cmd", "start", 1, False)
    assert not forger.connect()
    forger.close()


@pytest.mark.parametrize("name", [None, "p3d-2"])
def test_a_client_id_of_another_account_ends_nobodys_session(
    service: Client, printer: Client, port: int, name: str | None
) -> None:
    for clean in (True, False):
        stranger = Client(port, name, client_id=f"test-{SERVICE}", clean=clean)
        assert stranger.connect() is (name is not None)
        stranger.close()
    printer.publish(f"{MINE}/up/report", "still heard")
    assert service.next() == (f"{MINE}/up/report", "still heard")
    assert not service.lost.is_set()


def test_a_second_connection_of_a_device_ends_the_first_after_its_will(service: Client, port: int) -> None:
    first, second = Client(port, "p3d-1"), Client(port, "p3d-1")
    for client in (first, second):
        client.mqtt.will_set(f"{MINE}/up/availability", "gone", 1, True)
    assert first.connect()
    first.publish(f"{MINE}/up/availability", "first", retain=True)
    assert second.connect()
    second.publish(f"{MINE}/up/availability", "second", retain=True)
    assert first.lost.wait(DEADLINE_S)
    first.close()
    assert [service.next()[1] for _ in range(3)] == ["first", "gone", "second"]
    second.close()


def test_the_accounts_file_is_read_again_when_it_changes(
    service: Client, printer: Client, port: int, accounts: Path
) -> None:
    newcomer = Client(port, "las-1")
    assert not newcomer.connect()
    newcomer.close()
    las = account("las-1", "tierslieu/v1/oasis/las-1/up/#", "tierslieu/v1/oasis/las-1/down/#")
    write_accounts(accounts, [HOUSE[0], las])
    newcomer = Client(port, "las-1")
    assert newcomer.connect()
    printer.publish(f"{MINE}/up/report", "from an account that is no more")
    newcomer.publish("tierslieu/v1/oasis/las-1/up/report", "welcome")
    assert service.next()[1] == "welcome"
    newcomer.close()


def test_reports_wait_for_a_service_that_has_never_connected(port: int, printer: Client) -> None:
    printer.publish(f"{MINE}/up/telemetry", "may be lost")
    for number in range(3):
        printer.publish(f"{MINE}/up/report", str(number))
    inbox = Client(port, SERVICE, client_id="inbox", clean=False)
    assert inbox.connect()
    messages = [inbox.heard.get(timeout=DEADLINE_S) for _ in range(3)]
    assert [(m.payload, m.qos, m.retain) for m in messages] == [(b"0", 1, False), (b"1", 1, False), (b"2", 1, False)]
    inbox.close()


def test_a_client_that_falls_silent_is_declared_gone(service: Client, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as frozen:
        frozen.sendall(_connect_packet("p3d-1", keepalive=1, will=f"{MINE}/up/availability"))
        assert frozen.recv(4) == b"\x20\x02\x00\x00"
        assert service.next() == (f"{MINE}/up/availability", "gone")


def test_a_packet_without_measure_ends_the_connection(service: Client, printer: Client, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S) as greedy:
        greedy.sendall(_connect_packet("p3d-2", keepalive=60, will=f"{OTHERS}/up/availability"))
        assert greedy.recv(4) == b"\x20\x02\x00\x00"
        greedy.sendall(b"\x30\xff\xff\xff\x7f" + struct.pack("!H", 4) + b"a/bc")
        assert greedy.recv(4) == b""
    printer.publish(f"{MINE}/up/report", "alive")
    assert [service.next()[1], service.next()[1]] == ["gone", "alive"]


def test_a_broker_that_dies_comes_back_on_its_port(accounts: Path) -> None:
    async def story() -> None:
        broker = EmbeddedBroker(accounts)
        port = await broker.start()
        client = Client(port, "p3d-1")
        client.mqtt.reconnect_delay_set(1, 1)
        assert await asyncio.to_thread(client.connect)
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGKILL)
        assert await asyncio.to_thread(client._answers.get, True, DEADLINE_S), "connected again, same port"
        await asyncio.to_thread(client.close)
        await broker.stop()
        assert broker.pid is None
        await broker.stop()

    asyncio.run(story())


def test_a_broker_without_accounts_does_not_start(tmp_path: Path) -> None:
    async def story() -> None:
        with pytest.raises(BrokerFailed):
            await EmbeddedBroker(tmp_path / "nowhere.json").start()

    asyncio.run(story())


def test_a_broken_accounts_file_keeps_those_of_before(accounts: Path) -> None:
    kept = Accounts(accounts)
    assert kept.knows("p3d-1", "secret of p3d-1")
    accounts.write_text("[{")
    assert kept.knows("p3d-1", "secret of p3d-1")
    accounts.write_bytes(msgspec.json.encode([]))
    assert not kept.knows("p3d-1", "secret of p3d-1")


def test_the_accounts_file_is_for_its_owner_only(accounts: Path) -> None:
    assert accounts.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("granted", "wanted", "answer"),
    [
        ("a/#", "a/b/c", True),
        ("a/#", "a", True),
        ("a/#", "a/#", True),
        ("a/#", "a/+/c", True),
        ("a/+", "a/b", True),
        ("a/+", "a/+", True),
        ("a/+", "a/#", False),
        ("a/b", "a/+", False),
        ("a/b", "#", False),
        ("a/+/c", "a/b/d", False),
        ("a/+", "a/b/c", False),
        ("a/b/c", "a/b", False),
        ("#", "$SYS/x", False),
        ("+/x", "$SYS/x", False),
    ],
)
def test_a_right_covers_all_that_a_filter_can_match(granted: str, wanted: str, answer: bool) -> None:
    assert covers(granted, wanted) is answer


def _connect_packet(name: str, keepalive: int, will: str) -> bytes:
    """CONNECT of MQTT 3.1.1: clean session, a will, name and password."""

    def text(value: str) -> bytes:
        return struct.pack("!H", len(value)) + value.encode()

    head = text("MQTT") + bytes([4, 0b1100_0110]) + struct.pack("!H", keepalive)
    body = head + text("raw") + text(will) + text("gone") + text(name) + text(f"secret of {name}")
    assert len(body) < 256
    size = bytes([len(body)]) if len(body) < 128 else bytes([len(body) & 0x7F | 0x80, len(body) >> 7])
    return b"\x10" + size + body
