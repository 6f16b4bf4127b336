"""The acceptance bench of door nodes: the service's end of the contract, and faults on the way."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from devices.badges import codec
from devices.badges.signing import Signer, public_of
from devices.doors.box import DoorNode
from devices.doors.deciding import SIGNED_WITH
from devices.doors.lists import BadgeList
from devices.doors.pins import PretendedPins
from devices.doors.readings import Scan
from devices.link import Address, send_at_once
from devices.wire import Channel, build_topic, encode, parse
from devices.wire.doors import DoorAck, DoorEvent, DoorEventType, DoorOp, DoorOrder, DoorState, seal_door
from devices.wire.seals import UNSEALED
from tests.devices.brokers import DEADLINE_S, SITE, Broker

DEVICE = "door-1"
KEY = bytes(range(32))
SEED = bytes(range(32, 64))
BEGIN = 1_795_300_000
SOFIA, LUC, GONE, STRANGER = (bytes([number]) * 16 for number in (1, 2, 3, 4))
"""The secrets of four cards: two that open, one that was stopped, one that nobody knows."""
M = TypeVar("M", bound=msgspec.Struct)


def text_of(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def name_of(secret: bytes) -> str:
    """How the list names a card."""
    return text_of(bytes.fromhex(codec.stored(secret))[:16])


class ListAsker:
    """The service's list, signed as it signs it; `facts` may be changed between two questions."""

    def __init__(self) -> None:
        self.rev, self.is_away, self.asked = 5, False, 0
        self.gate: dict[str, Any] | None = {"zone": 3, "rules": [["anyone", "", "always"]], "stale_s": 86_400}
        self.holders: list[Any] = [
            [1, "Sofia M.", 0, [name_of(SOFIA)]],
            [2, "Luc B.", 0, [name_of(LUC)]],
            [3, "", 0, [], {"x": [name_of(GONE)]}],
        ]
        self.seed = SEED

    def answer(self, **more: Any) -> bytes:
        facts = {
            "v": 1,
            "site": 7,
            "made_at": BEGIN,
            "rev": self.rev,
            "is_full": True,
            "gate": self.gate,
            "keys": [[1, text_of(public_of(self.seed)), 0]],
            "profiles": [[["member"], [], [], False]],
            "holders": self.holders,
            "inside": [],
        }
        payload = json.dumps(facts | more)
        signature = text_of(Signer(self.seed).sign((SIGNED_WITH + payload).encode()))
        return f"{json.dumps({'signature': signature, 'kid': 1})}\n{payload}".encode()

    def ask(self, since: int, etag: str) -> tuple[int, str, bytes]:
        self.asked += 1
        if since == self.rev and etag:
            return 304, etag, b""
        return 200, f'"{self.rev}"', self.answer()

    def close(self) -> None:
        """Nothing is held."""


class DoorBench:
    """The service's end: hears everything, seals orders, and can drop, repeat and reorder them."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self.broker, self.folder, self.now, self.seq = broker, folder, 0.0, 0
        self.heard: list[msgspec.Struct] = []
        self._news = threading.Condition()
        self._subscribed = threading.Event()
        self.pins, self.asker = PretendedPins(), ListAsker()
        self._boots = iter(f"boot-{number:03}" for number in range(1, 50))
        self.node = self.make_node(self.pins, folder)
        self._mqtt = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="doors-inbox")
        self._mqtt.username_pw_set("tierslieu", "s")
        self._mqtt.reconnect_delay_set(1, 1)
        self._mqtt.on_connect = lambda client, *_: client.subscribe(f"tierslieu/v1/+/{DEVICE}/up/#", qos=1)
        self._mqtt.on_subscribe = lambda *_: self._subscribed.set()
        self._mqtt.on_message = self._on_message
        self._mqtt.on_socket_open = send_at_once
        self._mqtt.connect("127.0.0.1", broker.port)
        self._mqtt.loop_start()
        assert self._subscribed.wait(DEADLINE_S)

    def make_node(self, pins: PretendedPins, folder: Path) -> DoorNode:
        badges = BadgeList(folder / "list.json", self.asker, lambda: BEGIN + self.now)
        badges.refresh()
        return DoorNode(
            Address(
                url=f"mqtt://127.0.0.1:{self.broker.port}", site=SITE, device=DEVICE, username=DEVICE, password=DEVICE
            ),
            KEY,
            pins,
            folder,
            badges=badges,
            clock=lambda: BEGIN + self.now,
            steady=lambda: self.now,
            boot_ids=lambda: next(self._boots),
        )

    def close(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()
        del self._mqtt

    def _on_message(self, _client: Any, _data: Any, message: mqtt.MQTTMessage) -> None:
        if not message.payload:
            return
        _where, said = parse(message.topic, bytes(message.payload))
        with self._news:
            self.heard.append(said)
            self._news.notify_all()

    # -- hearing ------------------------------------------------------------------------------------

    def wait(self, kind: type[M], which: Callable[[M], bool] = lambda _: True, since: int = 0) -> M:
        """The first message of a kind that fits, among those from `since` on, heard before or still to come."""

        def found() -> M | None:
            return next((one for one in self.heard[since:] if isinstance(one, kind) and which(one)), None)

        for _ in range(DEADLINE_S * 20):
            with self._news:
                if (answer := found()) is not None or self._news.wait_for(lambda: found() is not None, 0.05):
                    return answer or cast(M, found())
            self.node.tick()
        raise AssertionError(self.heard[-6:])

    def event(self, type: DoorEventType, since: int = 0) -> DoorEvent:
        return self.wait(DoorEvent, lambda one: one.type is type, since)

    def state(self, since: int = 0, **said: Any) -> DoorState:
        """The first state that says all this."""
        return self.wait(DoorState, lambda one: all(getattr(one, name) == value for name, value in said.items()), since)

    # -- ordering -----------------------------------------------------------------------------------

    def make(self, op: DoorOp = DoorOp.PULSE, **more: Any) -> DoorOrder:
        """A sealed order of its own, with the next number."""
        self.seq += 1
        given: dict[str, Any] = {
            "cmd_id": f"command-{self.seq:04}",
            "seq": self.seq,
            "op": op,
            "issued_at": int(BEGIN + self.now),
            "ttl_s": 5,
            "boot_id": self.node.boot_id,
            "ms": 5_000 if op is DoorOp.PULSE else 0,
            "mac": UNSEALED,
        }
        return seal_door(KEY, SITE, DEVICE, DoorOrder(**{**given, **more}))

    def publish(self, order: DoorOrder, *, retain: bool = False) -> None:
        topic = build_topic(SITE, DEVICE, Channel.DOOR_ORDER)
        self._mqtt.publish(topic, encode(order), qos=1, retain=retain).wait_for_publish(DEADLINE_S)

    def order(self, order: DoorOrder, *, retain: bool = False) -> DoorAck:
        """The answer to an order that is on its way now."""
        since = len(self.heard)
        self.publish(order, retain=retain)
        return self.wait(DoorAck, lambda ack: ack.cmd_id == order.cmd_id, since)

    def unretain(self, channel: Channel = Channel.DOOR_ORDER) -> None:
        """The broker keeps nothing of this channel any more."""
        topic = build_topic(SITE, DEVICE, channel)
        self._mqtt.publish(topic, b"", qos=1, retain=True).wait_for_publish(DEADLINE_S)

    def reboot(self) -> None:
        """The node loses its power and comes back; it listens before it says hello."""
        self.node.reboot()
        self.state(online=True, boot_id=self.node.boot_id)

    # -- people and time ----------------------------------------------------------------------------

    def show(self, secret: bytes, side: Any = "in") -> None:
        """Hold a card before the reader."""
        self.pins.hold_badge(Scan(codec.encode(secret), side))
        self.node.tick()

    def pass_time(self, seconds: float, step: float = 0.5) -> None:
        passed = 0.0
        while passed < seconds:
            self.now += step
            passed += step
            self.node.tick()


@contextmanager
def open_door_bench(broker: Broker, folder: Path) -> Iterator[DoorBench]:
    """The bench with its node, which has said hello."""
    bench = DoorBench(broker, folder)
    bench.node.start()
    try:
        bench.state(online=True, boot_id=bench.node.boot_id, strike="held", leaf="closed")
        yield bench
    finally:
        bench.node.stop()
        for channel in (Channel.DOOR_ORDER, Channel.DOOR):  # the next test's node bears the same names
            bench.unretain(channel)
        bench.close()
