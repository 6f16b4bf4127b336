"""A real OctoPrint with its virtual printer: jobs and their troubles. Runs with `make test-devices`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.adapters.registry import try_out
from devices.wire import AckResult, JobStarted, MachineState, Op, Outcome
from tests.devices.brokers import MOSQUITTO, Mosquitto
from tests.devices.octoprint_server import OCTOPRINT, OctoPrintServer
from tests.devices.real_bench import WHOLE, RealBench

pytestmark = pytest.mark.skipif(MOSQUITTO is None or not OCTOPRINT.exists(), reason="Mosquitto or OctoPrint is missing")
S = MachineState


def gcode(seconds: float) -> bytes:
    """Moves and waits; the virtual printer waits for real."""
    moves = [f"G1 X{20 + step % 2} E0.1\nG4 P500" for step in range(int(seconds * 2))]
    return "\n".join(["G21", "G90", "M83", "G28", "G1 Z0.2 F600", *moves, "G1 Z5"]).encode()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Mosquitto, OctoPrintServer]]:
    folder = tmp_path_factory.mktemp("octoprint")
    (folder / "broker").mkdir()
    broker = Mosquitto(folder / "broker", {"octo": "octoPrint/#"})
    broker.start()
    server = OctoPrintServer(folder / "base")
    server.start()
    yield broker, server
    server.close()
    broker.kill()


@pytest.fixture
def server(place: tuple[Mosquitto, OctoPrintServer]) -> OctoPrintServer:
    return place[1]


@pytest.fixture
def bench(place: tuple[Mosquitto, OctoPrintServer], tmp_path: Path) -> Iterator[RealBench]:
    broker, server = place
    server.rest()
    bench = RealBench(broker, tmp_path, "octoprint", server.settings, "octo")
    bench.start()
    bench.wait_for(S.IDLE, S.ENDED)
    yield bench
    bench.close()


def test_a_job_is_sent_started_and_finished(bench: RealBench) -> None:
    ack = bench.begin("J000001", gcode(2))
    assert ack.state in (S.PREPARING, S.RUNNING)
    end = bench.wait_for_end("J000001")
    assert (end.outcome, end.reason, end.outside_queue) == (Outcome.OK, None, False)
    assert bench.told("J000001") == WHOLE
    assert bench.wait_for(S.ENDED).needs_operator


def test_a_job_is_paused_resumed_and_cancelled(bench: RealBench) -> None:
    bench.begin("J000002", gcode(60))
    busy = bench.tell(Op.START, bench.order("J000003", gcode(1)))
    assert (busy.result, busy.reason) == (AckResult.BUSY, "job_on_machine")
    assert bench.tell(Op.PAUSE, job_ref="J000002").state is S.PAUSED
    assert bench.tell(Op.RESUME, job_ref="J000002").state in (S.RUNNING, S.PREPARING)
    assert bench.tell(Op.CANCEL, job_ref="J000002").result is AckResult.DONE
    assert bench.wait_for_end("J000002").outcome is Outcome.CANCELLED
    bench.wait_for(S.ENDED)
    assert bench.tell(Op.CANCEL).reason == "no_job"


def test_a_fatal_error_fails_the_job_and_the_machine_waits_to_be_connected(
    bench: RealBench, server: OctoPrintServer
) -> None:
    bench.begin("J000004", gcode(60))
    server.debug("trigger_fatal_error_marlin")
    end = bench.wait_for_end("J000004")
    assert (end.outcome, end.reason) == (Outcome.FAILED, "printer_error")
    shown = bench.wait_for(S.FAULT)
    assert "Thermal Runaway" in shown.faults[0].text
    assert bench.tell(Op.START, bench.order("J000005", gcode(1))).reason == "fault"
    server.connect(is_on=True)
    bench.wait_for(S.IDLE, S.ENDED)
    assert bench.told("J000004") == WHOLE


def test_a_printer_that_is_disconnected_is_offline(bench: RealBench, server: OctoPrintServer) -> None:
    server.connect(is_on=False)
    bench.wait_for(S.OFFLINE)
    refused = bench.tell(Op.START, bench.order("J000006", gcode(1)))
    assert (refused.result, refused.reason) == (AckResult.REFUSED, "offline")
    server.connect(is_on=True)
    bench.wait_for(S.IDLE, S.ENDED)


def test_a_server_killed_in_the_middle_of_a_job_ends_it_once_and_nobody_knows_how(
    bench: RealBench, server: OctoPrintServer
) -> None:
    bench.begin("J000007", gcode(60))
    server.kill()
    bench.wait_for(S.OFFLINE)
    assert bench.told("J000007") == [JobStarted]
    server.start()
    assert bench.wait_for_end("J000007").outcome is Outcome.UNKNOWN
    bench.begin("J000008", gcode(1))
    assert bench.wait_for_end("J000008").outcome is Outcome.OK
    assert bench.told("J000007") == WHOLE


def test_an_agent_restarted_after_the_end_tells_it(bench: RealBench, server: OctoPrintServer) -> None:
    bench.begin("J000009", gcode(2))
    bench.crew.stop()
    server.wait_for("Operational")
    bench.restart_agent()
    assert bench.wait_for_end("J000009").outcome is Outcome.OK
    assert bench.told("J000009") == WHOLE


def test_a_broker_that_dies_and_comes_back_loses_no_end(bench: RealBench, server: OctoPrintServer) -> None:
    bench.begin("J000010", gcode(2))
    bench.broker.kill()
    server.wait_for("Operational")
    bench.broker.start()
    bench.service.wait_until_connected()
    assert bench.wait_for_end("J000010").outcome is Outcome.OK
    assert bench.told("J000010") == WHOLE


def test_a_file_started_at_the_printer_is_outside_the_queue(bench: RealBench, server: OctoPrintServer) -> None:
    bench.begin("J000011", gcode(1))
    bench.wait_for_end("J000011")
    server.wait_for("Operational")
    server.post("/api/files/local/J000011.gcode", {"command": "select", "print": True}).raise_for_status()
    shown = bench.wait_for(S.RUNNING, S.PREPARING)
    assert shown.job is not None
    assert shown.job.outside_queue
    assert bench.wait_for_end(shown.job.job_ref).outside_queue


def test_a_server_that_freezes_is_offline_and_its_job_goes_on(bench: RealBench, server: OctoPrintServer) -> None:
    bench.begin("J000012", gcode(60))
    server.freeze()
    try:
        bench.wait_for(S.OFFLINE)
        assert bench.told("J000012") == [JobStarted]
    finally:
        server.freeze(thaw=True)
    bench.wait_for(S.RUNNING)
    assert bench.tell(Op.CANCEL, job_ref="J000012").result is AckResult.DONE
    assert bench.wait_for_end("J000012").outcome is Outcome.CANCELLED


def test_the_least_rights_are_enough_and_a_wrong_key_is_told(server: OctoPrintServer) -> None:
    good = try_out("octoprint", server.settings | {"api_key": server.least_key()})
    assert (good.code, good.can_control) == ("ok", True)
    assert good.software.startswith("OctoPrint 1.11")
    assert try_out("octoprint", server.settings | {"api_key": "wrong"}).code == "wrong_key"
    assert try_out("octoprint", server.settings | {"address": "http://127.0.0.1:9"}).code == "unreachable"
    assert try_out("moonraker", {"address": server.address, "api_key": server.key}).code == "wrong_kind"
