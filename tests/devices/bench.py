"""A simulated printer on a broker, and the service's end, which hears it and gives it orders."""

import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from devices.link import Address
from devices.simulators.device import SimulatedDevice
from devices.simulators.printer import SimulatedPrinter
from devices.wire import (
    Ack,
    Channel,
    Command,
    JobOrder,
    MachineCleared,
    MachineState,
    Message,
    Op,
    Report,
    Snapshot,
    build_topic,
    encode,
    parse,
)
from devices.wire.doors import DoorMessage
from devices.wire.interlocks import Interlock
from tests.devices.brokers import DEADLINE_S, SITE, Broker

BEGIN = 1_795_300_000
M = TypeVar("M", bound=Message)


class Service:
    """The service's end: hears everything, waits for what must come, gives orders."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, Message | Interlock | DoorMessage, bool]] = []
        self._news = threading.Condition()
        self._connected = threading.Semaphore(0)
        self._mqtt = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="inbox", clean_session=False)
        self._mqtt.username_pw_set("tierslieu", "s")
        self._mqtt.reconnect_delay_set(1, 1)
        self._mqtt.on_connect = self._on_connect
        self._mqtt.on_subscribe = lambda *_: self._connected.release()
        self._mqtt.on_message = self._on_message
        self._mqtt.connect("127.0.0.1", port)
        self._mqtt.loop_start()
        self.wait_until_connected()

    def wait_until_connected(self) -> None:
        assert self._connected.acquire(timeout=DEADLINE_S)

    def close(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()
        del self._mqtt  # paho closes its inner sockets only when nobody holds the client

    def _on_connect(self, client: mqtt.Client, *_: object) -> None:
        client.subscribe("tierslieu/v1/+/+/up/#", qos=1)

    def _on_message(self, _client: object, _userdata: object, message: mqtt.MQTTMessage) -> None:
        where, read = parse(message.topic, bytes(message.payload))
        with self._news:
            self.heard.append((where.device, read, message.retain))
            self._news.notify_all()

    def all(self, kind: type[M], device: str = "p3d-1") -> list[M]:
        return [message for name, message, _ in self.heard if name == device and isinstance(message, kind)]

    def wait(self, kind: type[M], which: Callable[[M], bool] = lambda _: True, device: str = "p3d-1") -> M:
        """The first message of this kind that fits, heard before or still to come."""
        with self._news:
            assert self._news.wait_for(lambda: any(map(which, self.all(kind, device))), DEADLINE_S), self.heard[-5:]
            return next(filter(which, self.all(kind, device)))

    def facts(self) -> list[tuple[type, str]]:
        """What was reported, each report once, in the order of arrival."""
        once = {report.report_id: report.fact for report in self.all(Report)}
        return [(type(fact), fact.job_ref) for fact in once.values() if not isinstance(fact, MachineCleared)]

    def publish(self, channel: Channel, message: Message, *, retain: bool = False, device: str = "p3d-1") -> None:
        topic = build_topic(SITE, device, channel)
        self._mqtt.publish(topic, encode(message), qos=1, retain=retain).wait_for_publish(DEADLINE_S)

    def forget_retained(self, channel: Channel, *, device: str = "p3d-1") -> None:
        self._mqtt.publish(build_topic(SITE, device, channel), b"", qos=1, retain=True).wait_for_publish(DEADLINE_S)

    def order(self, command: Command) -> Ack:
        self.publish(Channel.CMD, command)
        return self.wait_for_ack(command.cmd_id)

    def wait_for_ack(self, cmd_id: str) -> Ack:
        return self.wait(Ack, lambda ack: ack.cmd_id == cmd_id)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = float(BEGIN)

    def __call__(self) -> float:
        return self.now


class Bench:
    """One simulated printer on one broker, heard by one service."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self.broker, self._folder, self.clock = broker, folder, Clock()
        self.service = Service(broker.port)
        self._boots = iter(f"boot-{number}" for number in range(1, 9))
        self.printer = self.build_printer()

    def build_printer(self) -> SimulatedDevice:
        url = f"mqtt://127.0.0.1:{self.broker.port}"
        return SimulatedDevice(
            Address(url=url, site=SITE, device="p3d-1", username="p3d-1", password="p3d-1"),
            "printer_3d",
            SimulatedPrinter(random.Random("story"), self.clock()),
            self._folder / "p3d-1.sqlite",
            self.clock,
            lambda: next(self._boots),
        )

    def command(self, op: Op, cmd_id: str, ref: str | None = None, boot_id: str = "boot-1") -> Command:
        job = None if ref is None else JobOrder(job_ref=ref, file_name=f"{ref}.gcode", estimated_seconds=600)
        now = int(self.clock())
        return Command(cmd_id=cmd_id, op=op, issued_at=now, ttl_s=10, boot_id=boot_id, job=job)

    def pass_time(self, seconds: int, step: int = 50) -> None:
        for _ in range(0, seconds, step):
            self.clock.now += step
            self.printer.tick()

    def wait_for_state(self, state: MachineState) -> Snapshot:
        return self.service.wait(Snapshot, lambda shown: shown.state is state)
