"""How long an order to a door takes to its acknowledgement, against what the broker itself takes there and back."""

import threading
import time
from pathlib import Path
from statistics import median

import paho.mqtt.client as mqtt

from devices.doors.box import DoorNode
from devices.doors.lists import BadgeList
from devices.doors.pins import PretendedPins
from devices.link import Address
from devices.wire import Channel, build_topic, encode
from devices.wire.doors import DoorOp, DoorOrder, seal_door
from devices.wire.seals import UNSEALED
from tests.bench.commanding import DEADLINE_S, DEVICE, SITE, TURNS, WARM, Commanding, _client, _raw
from tests.support.own_broker import OwnBroker
from tierslieu.infra.embedded_broker_accounts import Account, password_sha256

KEY, BOOT = bytes(32), "boot-bench"


class NoList:
    """A service that is never asked."""

    def ask(self, since: int, etag: str) -> tuple[int, str, bytes]:
        return 503, "", b""

    def close(self) -> None:
        """Nothing is held."""


def dooring(folder: Path) -> Commanding:
    """Measure both over one embedded broker, in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    every = ("tierslieu/v1/#", "bench/#")
    broker = OwnBroker(folder, [Account(name, password_sha256("x"), every, every) for name in (DEVICE, "near", "far")])
    broker.start()
    try:
        raw = _raw(broker.port)
        return Commanding(_orders(broker.port, folder), min(raw, _raw(broker.port)))
    finally:
        broker.kill()


def _orders(port: int, folder: Path) -> float:
    """From the publishing of a sealed pulse to the ack of the reference node, which has freed its strike by then."""
    badges = BadgeList(folder / "list.json", NoList(), time.time)
    address = Address(url=f"mqtt://127.0.0.1:{port}", site=SITE, device=DEVICE, username=DEVICE, password="x")
    node = DoorNode(
        address,
        KEY,
        PretendedPins(),
        folder,
        badges=badges,
        clock=time.time,
        steady=time.monotonic,
        boot_ids=lambda: BOOT,
    )
    answered = threading.Semaphore(0)
    service = _client(port, "near", build_topic(SITE, DEVICE, Channel.DOOR_ACK))
    service.on_message = lambda *_: answered.release()
    node.start()
    times = [_one(service, node, answered, number) for number in range(1, WARM + TURNS + 1)]
    service.disconnect()
    service.loop_stop()
    node.stop()
    return median(times[WARM:]) * 1000


def _one(service: mqtt.Client, node: DoorNode, answered: threading.Semaphore, number: int) -> float:
    """One order; the first may come before the node listens, and is said again."""
    node.tick()
    while True:
        order = DoorOrder(
            cmd_id=f"bench-{number:05d}",
            seq=number,
            op=DoorOp.PULSE,
            issued_at=int(time.time()),
            ttl_s=5,
            boot_id=BOOT,
            ms=1_000,
            mac=UNSEALED,
        )
        payload = encode(seal_door(KEY, SITE, DEVICE, order))
        began = time.perf_counter()
        service.publish(build_topic(SITE, DEVICE, Channel.DOOR_ORDER), payload, qos=1)
        if answered.acquire(timeout=1 if number == 1 else DEADLINE_S):
            return time.perf_counter() - began
        node.tick()
