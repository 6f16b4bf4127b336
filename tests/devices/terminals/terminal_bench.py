"""The acceptance bench of terminals: the service's end of the contract, and faults on the way.

`Subject` is all that it asks of a terminal; everything else goes over the broker.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from devices.link import Address, send_at_once
from devices.terminals.box import Keys, Terminal
from devices.terminals.pins import PretendedPins
from devices.wire import Availability, Channel, build_topic, encode, parse
from devices.wire.interlocks import (
    LockAck,
    LockEvent,
    LockEventType,
    LockOp,
    LockOrder,
    LockPolicy,
    LockState,
    LockWord,
    When,
    seal,
    unsealed,
)
from tests.devices.brokers import DEADLINE_S, SITE, Broker
from tests.devices.terminals.esp_subject import EspSubject

DEVICE = "las-1"
KEYS = Keys(bytes(range(32)), bytes(range(32, 64)))
BEGIN = 1_795_300_000
M = TypeVar("M", bound=msgspec.Struct)


class Subject(Protocol):
    """A terminal under test, and the hands at it."""

    pins: PretendedPins

    @property
    def is_connected(self) -> bool: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def reboot(self) -> None: ...

    def tick(self) -> None: ...


Make = Callable[[int, Path, Callable[[], float], Callable[[], float]], Subject]
"""From the broker's port, a folder, the wall's clock and the one that never jumps."""


class PythonSubject:
    """The reference terminal on pretended pins, in a time that the bench moves."""

    def __init__(self, port: int, folder: Path, clock: Callable[[], float], steady: Callable[[], float]) -> None:
        self.pins = PretendedPins()
        boots = iter(f"boot-{number:03}" for number in range(1, 50))
        url = f"mqtt://127.0.0.1:{port}"
        self._terminal = Terminal(
            Address(url=url, site=SITE, device=DEVICE, username=DEVICE, password=DEVICE),
            KEYS,
            self.pins,
            folder,
            clock=clock,
            steady=steady,
            kind="laser_cutter",
            boot_ids=lambda: next(boots),
        )

    @property
    def is_connected(self) -> bool:
        return self._terminal.is_connected

    def start(self) -> None:
        self._terminal.start()

    def stop(self) -> None:
        self._terminal.stop()

    def reboot(self) -> None:
        self._terminal.reboot()

    def tick(self) -> None:
        self._terminal.tick()


def esphome_subject(port: int, _folder: Path, clock: Callable[[], float], steady: Callable[[], float]) -> Subject:
    """The lock of the ESPHome terminal, compiled."""
    return EspSubject((SITE, DEVICE, port), KEYS, (clock, steady))


class LockBench:
    """The service's end: hears everything, seals orders, and can drop, repeat and reorder them."""

    def __init__(self, broker: Broker, folder: Path, make: Make) -> None:
        self.broker, self.now, self.boot, self.seq = broker, 0.0, "boot-001", 0
        self.heard: list[msgspec.Struct] = []
        self._news = threading.Condition()
        self._subscribed = threading.Event()
        self.subject = make(broker.port, folder, lambda: BEGIN + self.now, lambda: self.now)
        self._mqtt = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="inbox")
        self._mqtt.username_pw_set("tierslieu", "s")
        self._mqtt.reconnect_delay_set(1, 1)
        self._mqtt.on_connect = lambda client, *_: client.subscribe("tierslieu/v1/+/+/up/#", qos=1)
        self._mqtt.on_subscribe = lambda *_: self._subscribed.set()
        self._mqtt.on_message = self._on_message
        self._mqtt.on_socket_open = send_at_once
        self._mqtt.connect("127.0.0.1", broker.port)
        self._mqtt.loop_start()
        assert self._subscribed.wait(DEADLINE_S)

    def close(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()
        del self._mqtt

    def _on_message(self, _client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
        _where, said = parse(message.topic, bytes(message.payload))
        with self._news:
            self.heard.append(said)
            self._news.notify_all()

    # -- hearing ------------------------------------------------------------------------------------

    def all(self, kind: type[M]) -> list[M]:
        return [one for one in self.heard if isinstance(one, kind)]

    def wait(self, kind: type[M], which: Callable[[M], bool] = lambda _: True, since: int = 0) -> M:
        """The first message of a kind that fits, among those from `since` on, heard before or still to come."""

        def found() -> M | None:
            return next((one for one in self.heard[since:] if isinstance(one, kind) and which(one)), None)

        for _ in range(DEADLINE_S * 20):
            with self._news:
                if (answer := found()) is not None or self._news.wait_for(lambda: found() is not None, 0.05):
                    return answer or cast(M, found())
            self.subject.tick()
        raise AssertionError(self.heard[-6:])

    def event(self, type: LockEventType, since: int = 0) -> LockEvent:
        return self.wait(LockEvent, lambda one: one.type is type, since)

    def state(self, word: LockWord, since: int = 0) -> LockState:
        return self.wait(LockState, lambda one: one.lock is word, since)

    # -- ordering -----------------------------------------------------------------------------------

    def make(self, op: LockOp, **more: Any) -> LockOrder:
        """A sealed order of its own, with the next number."""
        self.seq += 1
        given: dict[str, Any] = {
            "cmd_id": f"command-{self.seq:04}",
            "seq": self.seq,
            "op": op,
            "issued_at": int(BEGIN + self.now),
            "ttl_s": 10,
            "boot_id": self.boot,
            "mac": unsealed(),
        }
        return seal(KEYS.lock, SITE, DEVICE, LockOrder(**{**given, **more}))

    def unlock(self, lease_id: str = "lease-0001", lease_s: int = 60, when: When = When.IDLE, **more: Any) -> LockOrder:
        return self.make(LockOp.UNLOCK, lease_id=lease_id, lease_s=lease_s, when=when, **more)

    def publish(self, order: LockOrder, *, retain: bool = False) -> None:
        topic = build_topic(SITE, DEVICE, Channel.LOCK_ORDER)
        self._mqtt.publish(topic, encode(order), qos=1, retain=retain).wait_for_publish(DEADLINE_S)

    def order(self, order: LockOrder, *, retain: bool = False) -> LockAck:
        """The answer to an order that is on its way now."""
        since = len(self.heard)
        self.publish(order, retain=retain)
        return self.wait(LockAck, lambda ack: ack.cmd_id == order.cmd_id, since)

    def set_policy(self, **more: Any) -> None:
        policy = seal(KEYS.lock, SITE, DEVICE, LockPolicy(**{"version": 1, "mac": unsealed(), **more}))
        topic = build_topic(SITE, DEVICE, Channel.LOCK_POLICY)
        self._mqtt.publish(topic, encode(policy), qos=1, retain=True).wait_for_publish(DEADLINE_S)
        since = len(self.heard)
        self.order(self.make(LockOp.IDENTIFY))
        self.subject.tick()
        self.wait(LockState, lambda one: one.policy_version == policy.version, since)

    # -- time ---------------------------------------------------------------------------------------

    def pass_time(self, seconds: float, step: float = 1.0) -> None:
        passed = 0.0
        while passed < seconds:
            self.now += step
            passed += step
            self.subject.tick()

    def cut(self) -> None:
        """The broker dies, and the terminal has noticed it."""
        self.broker.kill()
        for _ in range(DEADLINE_S * 20):
            if not self.subject.is_connected:
                return
            self.subject.tick()
            with self._news:
                self._news.wait(0.05)
        raise AssertionError("the terminal believes in a dead broker")

    def open(self, lease_s: int = 60, when: When = When.IDLE) -> None:
        """An unlocked machine."""
        ack = self.order(self.unlock(lease_s=lease_s, when=when))
        assert (ack.result, ack.lock, ack.sense) == ("done", LockWord.UNLOCKED, True)
        self.subject.tick()
        self.state(LockWord.UNLOCKED)


@contextmanager
def open_lock_bench(broker: Broker, folder: Path, make: Make) -> Iterator[LockBench]:
    """The bench with its terminal, which has said hello."""
    bench = LockBench(broker, folder, make)
    bench.subject.start()
    try:
        bench.wait(Availability, lambda one: one.online)
        bench.subject.tick()
        bench.state(LockWord.LOCKED)
        yield bench
    finally:
        bench.subject.stop()
        bench.close()
