"""A job on a Bambu printer over real TLS, MQTT and FTP, and all that goes wrong."""

import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.adapters.bambu import Pace, build, try_out
from devices.adapters.bambu.adapter import Bambu
from devices.adapters.base import Sight, Tools
from devices.commands import Answer
from devices.printers.states import Known, after
from devices.wire import AckResult, Command, JobEnded, JobOrder, JobStarted, Loaded, MachineState, Op, Outcome
from tests.devices.brokers import DEADLINE_S, MOSQUITTO
from tests.devices.doubles.bambu import CODE, SERIAL, FakeBambu

NOW = 1_795_300_000
PACE = Pace(again=0.03, beat=0.02, echo=3.0)
pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")


class Bench:
    """A printer, its adapter, and what the house would report of it."""

    def __init__(self, printer: FakeBambu, folder: Path, pace: Pace = PACE, **settings: str) -> None:
        self.printer, self.now, self._folder = printer, NOW, folder
        typed = {"address": printer.address, "serial": SERIAL, "access_code": CODE, "mode": "control", **settings}
        self._news = threading.Event()
        tools = Tools(device="p3d-1", clock=lambda: self.now)
        self.adapter: Bambu = build(typed, tools, pace, printer.files.port)
        self.known, self.facts = Known(), list[JobStarted | JobEnded]()
        self.adapter.open(self._news.set)

    def look(self) -> Sight:
        sight = self.adapter.look(self.now)
        self.known, facts = after(self.known, sight.seen)
        self.facts += facts
        return sight

    def wait(self, is_so: Callable[[Sight], bool]) -> Sight:
        """Look again at each news until it is so."""
        for _ in range(DEADLINE_S * 20):
            self._news.clear()
            if is_so(sight := self.look()):
                return sight
            self._news.wait(0.05)
        raise AssertionError(self.look())

    def wait_for(self, state: MachineState) -> Sight:
        return self.wait(lambda sight: sight.state is state)

    def package(self) -> Path:
        file = self._folder / "held"
        with zipfile.ZipFile(file, "w") as package:
            for plate in (3, 2):
                package.writestr(f"Metadata/plate_{plate}.gcode", "G28\n")
        return file

    def order(self, op: Op, ref: str = "J000123", file: Path | None = None, **more: Any) -> Answer:
        job = JobOrder(job_ref=ref, file_name=f"{ref}.gcode.3mf", **more) if op in (Op.START, Op.FETCH) else None
        command = Command(
            cmd_id="c" * 8, op=op, issued_at=NOW, ttl_s=20, boot_id="boot-1", job=job, job_ref=None if job else ref
        )
        return self.adapter.obey(command, lambda _order: file or self.package())


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeBambu]:
    printer = FakeBambu(tmp_path_factory.mktemp("bambu"))
    yield printer
    printer.close()


@pytest.fixture
def printer(machine: FakeBambu) -> FakeBambu:
    """The printer, at rest again."""
    machine.state = {"gcode_state": "IDLE", "nozzle_temper": 24.0}
    machine.is_obedient, machine.is_mute, machine.files.trick = True, False, ""
    machine.orders.clear()
    machine.files.files.clear()
    return machine


@pytest.fixture
def bambu(printer: FakeBambu, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(printer, tmp_path)
    bench.wait_for(MachineState.IDLE)
    yield bench
    bench.adapter.close()


def started(bench: Bench) -> None:
    assert bench.order(Op.START).result is AckResult.DONE
    bench.printer.says(gcode_state="RUNNING", mc_percent=5)
    bench.wait_for(MachineState.RUNNING)


def test_a_whole_job(bambu: Bench) -> None:
    answer = bambu.order(Op.START)
    assert (answer.result, answer.state) == (AckResult.DONE, MachineState.PREPARING)
    assert list(bambu.printer.files.files) == ["J000123.gcode.3mf"]
    assert bambu.printer.files.resumed[-1], "the second connection continues the session of the first"
    order = bambu.printer.wait_for_order(lambda one: one["command"] == "project_file")
    assert (order["param"], order["url"]) == ("Metadata/plate_2.gcode", "ftp://J000123.gcode.3mf")
    assert 0 < int(order["task_id"]) < 2**31
    bambu.printer.says(gcode_state="RUNNING", mc_percent=50, mc_remaining_time=10)
    sight = bambu.wait_for(MachineState.RUNNING)
    assert sight.machine_id == SERIAL
    assert bambu.order(Op.PAUSE).result is AckResult.DONE
    bambu.wait_for(MachineState.PAUSED)
    assert bambu.order(Op.RESUME).result is AckResult.DONE
    bambu.printer.says(gcode_state="FINISH", mc_percent=100)
    bambu.wait_for(MachineState.ENDED)
    assert [(type(fact), fact.job_ref) for fact in bambu.facts] == [(JobStarted, "J000123"), (JobEnded, "J000123")]
    assert ended(bambu) is Outcome.OK


def test_the_wanted_plate_is_made_from_the_trays_that_feed_it(bambu: Bench) -> None:
    tray = {"id": "2", "tray_type": "PLA", "tray_color": "000000FF", "tag_uid": "01", "remain": 40}
    bambu.printer.says(ams={"ams": [{"id": "0", "tray": [tray]}], "tray_now": "255"})
    told = (Loaded(slot=2, material="PLA", colour="#000000", left_percent=40, is_tagged=True),)
    bambu.wait(lambda sight: sight.slots == told)
    assert bambu.order(Op.START, plate=9).reason == "wrong_file_kind"
    assert bambu.order(Op.START, plate=3, slots=(2,)).result is AckResult.DONE
    order = bambu.printer.wait_for_order(lambda one: one["command"] == "project_file")
    assert (order["param"], order["use_ams"], order["ams_mapping"]) == ("Metadata/plate_3.gcode", True, [2])


def ended(bench: Bench) -> Outcome:
    fact = bench.facts[-1]
    assert isinstance(fact, JobEnded)
    return fact.outcome


def test_a_cancelled_job(bambu: Bench) -> None:
    started(bambu)
    assert bambu.order(Op.CANCEL).result is AckResult.DONE
    bambu.wait_for(MachineState.ENDED)
    assert ended(bambu) is Outcome.CANCELLED


def test_an_error_fails_its_job_and_is_told(bambu: Bench) -> None:
    started(bambu)
    bambu.printer.says(gcode_state="FAILED", print_error=0x03008008)
    sight = bambu.wait_for(MachineState.FAULT)
    assert [one.code for one in sight.faults] == ["0300_8008"]
    assert ended(bambu) is Outcome.FAILED


def test_a_power_cut_ends_nothing_by_itself_and_no_order_waits_for_the_return(
    printer: FakeBambu, tmp_path: Path
) -> None:
    bench = Bench(printer, tmp_path)
    bench.wait_for(MachineState.IDLE)
    started(bench)
    printer.lose_power()
    bench.wait_for(MachineState.OFFLINE)
    assert bench.order(Op.START).result is AckResult.REFUSED
    assert len(bench.facts) == 1
    printer.orders.clear()
    printer.state = {"gcode_state": "IDLE"}
    printer.start()
    bench.now += PACE.whole_state
    bench.wait_for(MachineState.IDLE)
    assert ended(bench) is Outcome.UNKNOWN
    assert {order["command"] for order in printer.orders} == {"pushall"}
    bench.adapter.close()


def test_it_is_not_asked_for_everything_more_than_every_five_minutes(bambu: Bench) -> None:
    bambu.now += 60
    bambu.wait_for(MachineState.OFFLINE)
    bambu.wait(lambda sight: sight.substate == "waiting_for_the_printer" or sight.state is MachineState.OFFLINE)
    assert [order["command"] for order in bambu.printer.orders] == ["pushall"]
    bambu.now += 240
    bambu.wait_for(MachineState.IDLE)
    assert [order["command"] for order in bambu.printer.orders] == ["pushall"] * 2


def test_what_it_says_of_itself_is_enough_while_it_may_not_be_asked(bambu: Bench) -> None:
    bambu.now += 60
    bambu.wait_for(MachineState.OFFLINE)
    bambu.wait(lambda sight: speaks(bambu, sight))
    assert len(bambu.printer.orders) == 1


def speaks(bench: Bench, sight: Sight) -> bool:
    bench.printer.says(gcode_state="RUNNING")
    return sight.state is MachineState.RUNNING


def test_silence_of_a_minute_is_offline(bambu: Bench) -> None:
    bambu.printer.is_mute = True
    bambu.now += 59
    assert bambu.look().state is MachineState.IDLE
    bambu.now += 1
    assert bambu.look().state is MachineState.OFFLINE
    assert bambu.order(Op.PAUSE).reason == "offline"


def test_garbage_changes_nothing(bambu: Bench) -> None:
    for said in (b"{", b"", b"\xff", b"[]", b"null", b'{"print": 3}', b'{"print": {"hms": {"a": 1}}}', b"[" * 9_999):
        bambu.printer.publish(said)
    bambu.printer.says(nozzle_temper=31.0)
    sight = bambu.wait(lambda sight: bool(sight.temperatures) and sight.temperatures[0].actual == 31.0)
    assert sight.state is MachineState.IDLE


def test_nothing_begins_on_a_printer_at_work(bambu: Bench) -> None:
    bambu.printer.says(gcode_state="RUNNING", subtask_name="benchy_de_paul", task_id="9")
    bambu.wait_for(MachineState.RUNNING)
    assert bambu.order(Op.START).result is AckResult.BUSY
    assert bambu.order(Op.CANCEL).reason == "other_job"
    assert not bambu.printer.files.files
    assert bambu.facts[0].outside_queue


def test_by_default_it_only_watches(printer: FakeBambu, tmp_path: Path) -> None:
    bench = Bench(printer, tmp_path, mode="")
    bench.wait_for(MachineState.IDLE)
    assert bench.order(Op.START).reason == "read_only"
    assert {order["command"] for order in printer.orders} == {"pushall"}
    bench.adapter.close()


def test_a_firmware_that_wants_signatures_is_not_ordered_about(bambu: Bench) -> None:
    bambu.printer.says(fun="20000000")
    bambu.wait(lambda sight: [one.code for one in sight.faults] == ["signature_required"])
    assert bambu.order(Op.START).reason == "signature_required"


def test_a_printer_that_says_no(bambu: Bench) -> None:
    started(bambu)
    bambu.printer.is_obedient = False
    said: dict[str, Any] = {"print": {"command": "pause", "err_code": 84033543, "result": "fail"}}
    answers = list[Answer]()
    ordering = threading.Thread(target=lambda: answers.append(bambu.order(Op.PAUSE)))
    ordering.start()
    bambu.printer.wait_for_order(lambda one: one["command"] == "pause")
    bambu.printer.publish(said)
    ordering.join(DEADLINE_S)
    assert (answers[0].result, answers[0].reason) == (AckResult.REFUSED, "signature_required")


def test_a_start_without_an_echo_is_not_called_a_start(printer: FakeBambu, tmp_path: Path) -> None:
    bench = Bench(printer, tmp_path, Pace(again=0.03, beat=0.02, echo=0.2))
    bench.wait_for(MachineState.IDLE)
    printer.is_obedient = False
    answer = bench.order(Op.START)
    assert (answer.result, answer.reason) == (AckResult.UNKNOWN, "no_echo")
    bench.adapter.close()


def test_files_that_cannot_be_brought(bambu: Bench, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"G28\n")
    assert bambu.order(Op.START, file=plain).reason == "wrong_file_kind"
    assert bambu.order(Op.START, file=tmp_path / "none").reason == "file_unavailable"
    bambu.printer.files.trick = "full"
    assert bambu.order(Op.START).reason == "storage_refused"
    bambu.now += 46
    bambu.printer.says(nozzle_temper=32.0)
    bambu.wait_for(MachineState.IDLE)
    bambu.printer.files.trick = ""
    assert bambu.order(Op.START).reason == "too_slow"
    assert {order["command"] for order in bambu.printer.orders} == {"pushall"}


def test_somebody_else_at_its_address_hears_no_access_code(printer: FakeBambu, tmp_path: Path) -> None:
    bench = Bench(printer, tmp_path, fingerprint="0" * 64)
    bench.wait(lambda sight: [one.code for one in sight.faults] == ["wrong_certificate"])
    other = Bench(printer, tmp_path, serial="01P00A000000000")
    other.wait(lambda sight: [one.code for one in sight.faults] == ["wrong_certificate"])
    for one in (bench, other):
        one.adapter.close()


def test_a_wrong_access_code_is_told(printer: FakeBambu, tmp_path: Path) -> None:
    bench = Bench(printer, tmp_path, access_code="87654321")
    bench.wait(lambda sight: [one.code for one in sight.faults] == ["wrong_key"])
    assert "87654321" not in str(bench.adapter.diagnose())
    bench.adapter.close()


def test_the_first_try(printer: FakeBambu) -> None:
    printer.says(nozzle_diameter="0.4")
    typed = {"address": printer.address, "serial": SERIAL, "access_code": CODE}
    probe = try_out(typed)
    assert (probe.code, probe.nozzle_mm, probe.can_control) == ("ok", 0.4, True)
    assert probe.learned == {"fingerprint": printer.certificate.fingerprint}
    assert try_out({**typed, **probe.learned}).code == "ok"
    assert try_out({**typed, "access_code": "1"}).code == "wrong_key"
    assert try_out({**typed, "fingerprint": "ab" * 32}).note == "fingerprint_differs"
    assert try_out({**typed, "serial": "01P00A000000000"}).note == "serial_differs"
    assert try_out({**typed, "address": "127.0.0.1:1"}).code == "unreachable"
    assert try_out({**typed, "serial": "?"}).code == "bad_setting"
