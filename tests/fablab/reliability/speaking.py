"""A printer on a real broker that is spoken for by hand: what it says waits there while the server is dead."""

from collections.abc import Callable
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from devices.wire import (
    Availability,
    Channel,
    Job,
    JobEnded,
    JobStarted,
    MachineState,
    Outcome,
    Report,
    Snapshot,
    build_topic,
    encode,
)
from devices.wire import Message as WireMessage
from tests.fablab.benches import SITE
from tests.fablab.buses import DEADLINE_S, DEVICE
from tests.support.waiting import until

KEPT = (Channel.AVAILABILITY, Channel.STATE)
BOOT = "boot-1"


class Speaker:
    """The printer's connection. `now` is the time on the wall."""

    def __init__(self, port: int, now: Callable[[], int]) -> None:
        self.orders, self._now, self._seq = list[dict[str, Any]](), now, 0
        self._client = client = mqtt.Client(CallbackAPIVersion.VERSION2, DEVICE)
        client.username_pw_set(DEVICE, "d")
        client.on_message = lambda _client, _data, heard: self.orders.append(msgspec.json.decode(heard.payload))
        subscribed = list[int]()
        client.on_subscribe = lambda *_given: subscribed.append(1)
        client.connect("127.0.0.1", port)
        client.loop_start()
        client.subscribe(build_topic(SITE, DEVICE, Channel.CMD), qos=1)
        until(lambda: subscribed, "the printer listens")

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def say(self, channel: Channel, message: WireMessage) -> None:
        """The broker has it."""
        topic = build_topic(SITE, DEVICE, channel)
        self._client.publish(topic, encode(message), 1, channel in KEPT).wait_for_publish(DEADLINE_S)

    def appear(self) -> None:
        self.say(Channel.AVAILABILITY, Availability(online=True, boot_id=BOOT, kind="printer_3d"))

    def show(self, state: MachineState, ref: str | None = None) -> None:
        job = None if ref is None else Job(job_ref=ref, progress_percent=5.0, seconds_left=600)
        self._seq += 1
        self.say(Channel.STATE, Snapshot(state=state, boot_id=BOOT, seq=self._seq, observed_at=self._now(), job=job))

    def begin(self, ref: str) -> None:
        self._report(f"{ref}-start", JobStarted(job_ref=ref, file=f"{ref}.gcode"))

    def end(self, ref: str) -> None:
        self._report(f"{ref}-end", JobEnded(job_ref=ref, outcome=Outcome.OK, duration_s=700, filament_mm=26.4))

    def _report(self, name: str, fact: JobStarted | JobEnded) -> None:
        self._seq += 1
        report = Report(report_id=name, boot_id=BOOT, seq=self._seq, at=self._now(), fact=fact)
        self.say(Channel.REPORT, report)
