"""The same story over a real broker with the simulated printer, and what happens when the broker dies."""

from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import select

from tests.fablab.buses import DEADLINE_S, DEVICE, BusHouse, open_bus_house
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.tables import QuarantinedMessage

q = columns(QuarantinedMessage)
QUARANTINED: Query[tuple[str, str]] = Query(select(q.topic, q.reason).order_by(q.id))


@pytest.fixture
def bus(demo_url: str, tmp_path: Path) -> Iterator[BusHouse]:
    with open_bus_house(demo_url, tmp_path) as opened:
        yield opened


def test_a_cube_is_made_by_the_simulated_printer(bus: BusHouse) -> None:
    bus.wait(lambda: bus.machine()["is_ready"])
    first, second = bus.queue(), bus.queue()
    assert bus.dispatch(first) == 202
    bus.wait(lambda: bus.job(first)["state"] == "running")
    bus.pass_time(100)
    bus.wait(lambda: (bus.machine()["progress"] or 0) > 0)
    bus.pass_time(200)
    bus.wait(lambda: bus.job(first)["state"] == "to_check")
    assert bus.job(first)["outcome"] == "ok"
    assert bus.dispatch(second) == 422
    cleared = bus.manager.post(f"/api/v1/fablab/machines/{DEVICE}/clear", {"outcome": "good"})
    assert cleared.json()["next_job"]["number"] == second["number"]
    bus.wait(lambda: bus.machine()["is_ready"])
    assert bus.dispatch(second) == 202
    bus.wait(lambda: bus.job(second)["state"] == "running")


def test_a_broker_that_dies_in_the_middle_of_a_job_costs_nothing(bus: BusHouse) -> None:
    bus.wait(lambda: bus.machine()["is_ready"])
    job = bus.queue()
    assert bus.dispatch(job) == 202
    bus.wait(lambda: bus.job(job)["state"] == "running")
    bus.bus.kill()
    bus.wait(lambda: not bus.house.house.broker.is_up)
    bus.pass_time(600)
    assert bus.machine()["is_ready"] is False
    assert bus.job(job)["state"] == "running"
    bus.bus.start()
    bus.wait(lambda: bus.job(job)["state"] == "to_check")
    assert bus.job(job)["outcome"] == "ok"


def test_a_machine_that_reboots_in_the_middle_leaves_its_job_to_a_person(bus: BusHouse) -> None:
    bus.wait(lambda: bus.machine()["is_ready"])
    job = bus.queue()
    assert bus.dispatch(job) == 202
    bus.wait(lambda: bus.job(job)["state"] == "running")
    bus.printer.control("reboot")
    bus.wait(lambda: bus.job(job)["state"] == "to_check")
    assert bus.job(job)["outcome"] == "unknown"


def test_what_nobody_can_read_is_kept_aside_and_stops_nothing(bus: BusHouse) -> None:
    bus.wait(lambda: bus.machine()["is_ready"])
    client = mqtt.Client(CallbackAPIVersion.VERSION2, "stranger")
    client.username_pw_set("service", "s")
    client.connect("127.0.0.1", bus.bus.port)
    client.loop_start()
    bad = {"up/report": b"{", "up/state": b'{"v": 1}', "up/telemetry": b"\xff", "up/availability": b""}
    for channel, payload in bad.items():
        client.publish(f"tierslieu/v1/oasis/{DEVICE}/{channel}", payload, qos=1).wait_for_publish(DEADLINE_S)
    unknown = b'{"v": 1, "online": true, "boot_id": "boot-1"}'
    client.publish("tierslieu/v1/oasis/ghost/up/availability", unknown, qos=1).wait_for_publish(DEADLINE_S)
    bus.wait(lambda: len(bus.house.read(lambda reader: reader.rows(QUARANTINED))) == 5)
    client.disconnect()
    client.loop_stop()
    del client
    job = bus.queue()
    assert bus.dispatch(job) == 202
    bus.wait(lambda: bus.job(job)["state"] == "running")
