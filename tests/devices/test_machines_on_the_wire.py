"""Machines of other makers, seen from the service's end of the wire: adapter, meter, memory and link together."""

import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from devices.adapters import bambu, prusalink, tasmota
from devices.adapters.base import Adapter, Bus, Tools
from devices.coordinator import Coordinator
from devices.link import Address
from devices.wire import (
    Ack,
    AckResult,
    Availability,
    Channel,
    Command,
    JobEnded,
    JobOrder,
    JobStarted,
    MachineCleared,
    MachineState,
    Op,
    Outcome,
    Report,
    Snapshot,
    Telemetry,
)
from tests.devices.bench import Service
from tests.devices.brokers import MOSQUITTO, SITE
from tests.devices.doubles.bambu import CODE, SERIAL, FakeBambu
from tests.devices.doubles.plugs import FakeTasmota, OpenBroker
from tests.devices.doubles.prusa import PASSWORD, USER, FakePrusa

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
CONTENT = b"G28\nG1 X10\n"


def clock() -> int:
    return int(time.time())


class Wire:
    """A broker, the service's end, and machines with their coordinators."""

    def __init__(self, broker: OpenBroker, folder: Path) -> None:
        self.broker, self.folder = broker, folder
        self.service = Service(broker.port)
        self._file = folder / "job"
        self._file.write_bytes(CONTENT)
        self._open: list[Coordinator] = []

    def tools(self, device: str) -> Tools:
        return Tools(device=device, clock=clock, bus=Bus(url=self.broker.url))

    def run(self, device: str, kind: str, adapter: Adapter, meter: Adapter | None = None) -> Coordinator:
        where = Address(url=self.broker.url, site=SITE, device=device, username=device, password=device)
        one = Coordinator(
            where, kind, adapter, self.folder / f"{device}.sqlite", lambda _order: self._file, clock, meter
        )
        one.start()
        self._open.append(one)
        return one

    def end(self, one: Coordinator) -> None:
        self._open.remove(one)
        one.stop()

    def close(self) -> None:
        for one in list(self._open):
            self.end(one)
        self.service.close()

    def order(self, op: Op, number: int, ref: str | None = None, device: str = "p3d-1") -> AckResult:
        """Give an order to the boot that is there now."""
        boots = [said.boot_id for said in self.service.all(Availability, device) if said.online]
        job = None
        if op is Op.START and ref:
            job = JobOrder(job_ref=ref, file_name=f"{ref}.gcode", file_sha256=sha256(CONTENT).hexdigest())
        command = Command(
            cmd_id=f"order-{number:04}",
            op=op,
            issued_at=clock(),
            ttl_s=20,
            boot_id=boots[-1],
            job=job,
            job_ref=None if job else ref,
        )
        self.service.publish(Channel.CMD, command, device=device)
        return self.service.wait(Ack, lambda said: said.cmd_id == command.cmd_id, device).result

    def shows(self, state: MachineState, device: str = "p3d-1") -> Snapshot:
        before = len(self.service.all(Snapshot, device))
        last = self.service.all(Snapshot, device)[-1:]
        if last and last[0].state is state:
            return last[0]
        return self.service.wait(
            Snapshot, lambda said: said.state is state and said in self.service.all(Snapshot, device)[before:], device
        )

    def ended(self, ref: str) -> Outcome:
        said = self.service.wait(Report, lambda one: isinstance(one.fact, JobEnded) and one.fact.job_ref == ref)
        assert isinstance(said.fact, JobEnded)
        return said.fact.outcome


@pytest.fixture
def wire(open_broker: OpenBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    monkeypatch.setattr("devices.coordinator.LOOK_EVERY_S", 0.02)
    wire = Wire(open_broker, tmp_path)
    yield wire
    wire.close()


def prusa_of(printer: FakePrusa, wire: Wire) -> Adapter:
    typed = {"address": printer.address, "username": USER, "password": PASSWORD}
    pace = prusalink.Pace(at_rest=0, at_work=0, away=0, echo=3.0, beat=0.02)
    return prusalink.build(typed, wire.tools("p3d-1"), pace)


def test_a_prusa_with_a_plug_makes_two_jobs_through_a_restart(wire: Wire) -> None:
    plug = FakeTasmota(wire.broker, "plug")
    with FakePrusa() as printer:
        meter = tasmota.build({"topic": "plug"}, wire.tools("p3d-1"))
        one = wire.run("p3d-1", "printer_3d", prusa_of(printer, wire), meter)
        wire.shows(MachineState.IDLE)
        assert wire.service.wait(Telemetry, lambda said: said.power_w is not None).energy_wh == 1_500.0
        assert wire.order(Op.START, 1, "J000001") is AckResult.DONE
        assert printer.files["J000001.gcode"] == CONTENT
        wire.service.wait(Report, lambda said: isinstance(said.fact, JobStarted))
        printer.play("PRINTING", progress=40.0)
        wire.shows(MachineState.RUNNING)
        wire.end(one)
        printer.play("FINISHED", progress=100.0)
        wire.run("p3d-1", "printer_3d", prusa_of(printer, wire))
        assert wire.ended("J000001") is Outcome.OK
        wire.shows(MachineState.ENDED)
        assert wire.order(Op.START, 2, "J000001") is AckResult.REFUSED
        assert wire.order(Op.START, 3, "J000002") is AckResult.DONE
        printer.play("PRINTING")
        wire.shows(MachineState.RUNNING)
        assert wire.order(Op.CANCEL, 4, "J000001") is AckResult.REFUSED
        assert wire.order(Op.CANCEL, 5, "J000002") is AckResult.DONE
        assert wire.ended("J000002") is Outcome.CANCELLED
        printer.play("READY")
        told = wire.service.wait(Report, lambda said: isinstance(said.fact, MachineCleared))
        assert told.fact == MachineCleared(after_ref="J000002")
        assert printer.starts == ["J000001.gcode", "J000002.gcode"]
    plug.leave()


def test_another_prusa_behind_the_same_address_leaves_the_job_to_a_person(wire: Wire) -> None:
    with FakePrusa() as printer:
        wire.run("p3d-1", "printer_3d", prusa_of(printer, wire))
        wire.shows(MachineState.IDLE)
        assert wire.order(Op.START, 1, "J000001") is AckResult.DONE
        wire.shows(MachineState.PREPARING)
        printer.trick = "500"
        wire.shows(MachineState.OFFLINE)
        with printer.lock:
            printer.serial, printer.word, printer.trick = "10589-2", "FINISHED", ""
        assert wire.ended("J000001") is Outcome.UNKNOWN


def test_a_bambu_that_is_only_watched_shows_what_others_print(wire: Wire) -> None:
    printer = FakeBambu(wire.folder)
    typed = {"address": printer.address, "serial": SERIAL, "access_code": CODE}
    pace = bambu.Pace(again=0.03, beat=0.02)
    wire.run("p3d-1", "printer_3d", bambu.build(typed, wire.tools("p3d-1"), pace))
    wire.shows(MachineState.IDLE)
    printer.says(gcode_state="RUNNING", subtask_name="cadeau_de_marie", task_id="77", mc_percent=3)
    shown = wire.shows(MachineState.RUNNING)
    assert shown.job is not None
    assert (shown.job.outside_queue, shown.job.file) == (True, None)
    assert wire.order(Op.PAUSE, 1) is AckResult.REFUSED
    printer.says(gcode_state="FAILED", print_error=0x0300_400C)
    assert wire.ended(shown.job.job_ref) is Outcome.CANCELLED
    printer.lose_power()
    wire.shows(MachineState.OFFLINE)
    printer.files.close()


def test_a_laser_with_nothing_but_a_plug_is_there_and_measured(wire: Wire) -> None:
    plug = FakeTasmota(wire.broker, "plug")
    wire.run("las-1", "laser", tasmota.build({"topic": "plug"}, wire.tools("las-1")))
    wire.shows(MachineState.IDLE, "las-1")
    plug.measures(812.0, 1.6)
    wire.service.wait(Telemetry, lambda said: said.power_w is not None, "las-1")
    assert wire.order(Op.CANCEL, 1, device="las-1") is AckResult.REFUSED
    plug.leave(is_cut=True)
    wire.shows(MachineState.OFFLINE, "las-1")
