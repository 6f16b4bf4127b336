"""A real Moonraker, unmodified, with a Klipper of ours behind it, over a real Mosquitto: jobs and their troubles."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.adapters.registry import try_out
from devices.wire import AckResult, Channel, Command, JobStarted, MachineState, Op, Outcome
from tests.devices.brokers import MOSQUITTO, Mosquitto
from tests.devices.print_servers import MOONRAKER, MoonrakerServer
from tests.devices.real_bench import WHOLE, RealBench

pytestmark = pytest.mark.skipif(
    MOSQUITTO is None or not MOONRAKER.exists(), reason="Mosquitto or the environment of Moonraker is not installed"
)
S = MachineState


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Mosquitto, MoonrakerServer]]:
    folder = tmp_path_factory.mktemp("moonraker")
    (folder / "broker").mkdir()
    broker = Mosquitto(folder / "broker", {"klipper": "plugs/klipper1/#"})
    broker.start()
    server = MoonrakerServer(folder / "printer", broker.port)
    server.start()
    yield broker, server
    server.close()
    broker.kill()


@pytest.fixture(params=["moonraker_mqtt"])
def bench(
    place: tuple[Mosquitto, MoonrakerServer], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[RealBench]:
    broker, server = place
    server.rest()
    bench = RealBench(broker, tmp_path, request.param, server.settings, "klipper")
    bench.start()
    bench.wait_for(S.IDLE, S.ENDED)
    yield bench
    bench.close()


@pytest.fixture
def server(place: tuple[Mosquitto, MoonrakerServer]) -> MoonrakerServer:
    return place[1]


def test_a_job_is_sent_started_and_finished(bench: RealBench, server: MoonrakerServer) -> None:
    ack = bench.begin("J000001")
    assert ack.state in (S.PREPARING, S.RUNNING, S.ENDED)
    end = bench.wait_for_end("J000001")
    assert (end.outcome, end.reason, end.outside_queue) == (Outcome.OK, None, False)
    assert end.filament_mm == 100
    assert bench.told("J000001") == WHOLE
    assert bench.wait_for(S.ENDED).needs_operator
    again = bench.tell(Op.START, bench.order("J000001"))
    assert (again.result, again.reason) == (AckResult.REFUSED, "job_already_ended")


def test_a_job_is_paused_resumed_and_cancelled(bench: RealBench, server: MoonrakerServer) -> None:
    server.klippy.seconds = 60
    bench.begin("J000002")
    busy = bench.tell(Op.START, bench.order("J000003"))
    assert (busy.result, busy.reason) == (AckResult.BUSY, "job_on_machine")
    assert bench.tell(Op.PAUSE, job_ref="J000002").state is S.PAUSED
    assert bench.tell(Op.RESUME, job_ref="J000002").state is S.RUNNING
    assert bench.tell(Op.RESUME).reason == "wrong_state"
    assert bench.tell(Op.CANCEL, job_ref="J000009").reason == "other_job"
    assert bench.tell(Op.CANCEL, job_ref="J000002").result is AckResult.DONE
    assert bench.wait_for_end("J000002").outcome is Outcome.CANCELLED
    bench.wait_for(S.ENDED)
    assert bench.tell(Op.PAUSE).reason == "no_job"
    assert bench.told("J000003") == []


def test_an_error_in_the_file_ends_the_job_as_failed_and_the_next_one_can_start(bench: RealBench) -> None:
    bench.begin("J000004", b"BAD\n")
    end = bench.wait_for_end("J000004")
    assert (end.outcome, end.reason) == (Outcome.FAILED, "gcode_error")
    shown = bench.wait_for(S.ENDED)
    assert [one.code for one in shown.faults] == ["gcode_error"]
    bench.begin("J000005")
    assert bench.wait_for_end("J000005").outcome is Outcome.OK


def test_a_shutdown_of_the_firmware_fails_the_job_though_klipper_says_paused(
    bench: RealBench, server: MoonrakerServer
) -> None:
    server.klippy.seconds = 60
    bench.begin("J000006")
    server.klippy.shut_down()
    shown = bench.wait_for(S.FAULT)
    assert "Thermal runaway" in shown.faults[0].text
    end = bench.wait_for_end("J000006")
    assert (end.outcome, end.reason) == (Outcome.FAILED, "klipper_shutdown")
    assert bench.tell(Op.START, bench.order("J000007")).reason == "fault"
    server.klippy.restart()
    server.wait_for("ready")
    bench.wait_for(S.IDLE)
    assert bench.told("J000006") == WHOLE


def test_a_klipper_that_dies_is_offline_and_its_job_is_unknown(bench: RealBench, server: MoonrakerServer) -> None:
    server.klippy.seconds = 60
    bench.begin("J000008")
    server.wait_for_history("J000008.gcode")
    server.klippy.die()
    bench.wait_for(S.OFFLINE)
    assert bench.told("J000008") == [JobStarted]
    server.klippy.restart()
    server.wait_for("ready")
    end = bench.wait_for_end("J000008")
    assert (end.outcome, end.reason) == (Outcome.UNKNOWN, "klippy_disconnect")


def test_moonraker_killed_in_the_middle_of_a_job_ends_it_once_and_knows_not_how(
    bench: RealBench, server: MoonrakerServer
) -> None:
    server.klippy.seconds = 60
    bench.begin("J000010")
    server.kill()
    bench.wait_for(S.OFFLINE)
    assert bench.tell(Op.PAUSE).result is AckResult.REFUSED
    server.klippy.restart()
    server.start()
    assert bench.wait_for_end("J000010").outcome is Outcome.UNKNOWN
    assert bench.told("J000010") == WHOLE


def test_moonraker_killed_and_back_while_klipper_prints_on_loses_nothing(
    bench: RealBench, server: MoonrakerServer
) -> None:
    server.klippy.seconds = 8
    bench.begin("J000011")
    server.kill_alone()
    bench.wait_for(S.OFFLINE)
    server.start_alone()
    assert bench.wait_for_end("J000011").outcome is Outcome.OK
    assert bench.told("J000011") == WHOLE


def test_a_broker_that_dies_and_comes_back_loses_no_end_and_starts_nothing(
    bench: RealBench, server: MoonrakerServer
) -> None:
    server.klippy.seconds = 1.5
    bench.begin("J000012")
    bench.broker.kill()
    server.wait_for_print("complete")
    bench.broker.start()
    bench.service.wait_until_connected()
    assert bench.wait_for_end("J000012").outcome is Outcome.OK
    assert bench.told("J000012") == WHOLE
    assert bench.wait_for(S.ENDED)


def test_an_agent_restarted_in_the_middle_or_after_the_end_tells_it_once(
    bench: RealBench, server: MoonrakerServer
) -> None:
    server.klippy.seconds = 1.5
    bench.begin("J000013")
    bench.crew.stop()
    server.wait_for_print("complete")
    bench.restart_agent()
    assert bench.wait_for_end("J000013").outcome is Outcome.OK
    bench.restart_agent()
    bench.wait_for(S.ENDED)
    assert bench.told("J000013") == WHOLE


def test_a_file_started_at_the_printer_is_outside_the_queue_even_under_the_name_of_an_old_job(
    bench: RealBench, server: MoonrakerServer
) -> None:
    bench.begin("J000014")
    bench.wait_for_end("J000014")
    server.klippy.seconds = 60
    assert server.post("/printer/print/start?filename=J000014.gcode").is_success
    shown = bench.wait_for(S.RUNNING, S.PREPARING)
    assert shown.job is not None
    assert shown.job.outside_queue
    assert shown.job.job_ref != "J000014"
    assert bench.tell(Op.START, bench.order("J000015")).reason == "job_on_machine"
    assert server.post("/printer/print/cancel").is_success
    end = bench.wait_for_end(shown.job.job_ref)
    assert (end.outcome, end.outside_queue) == (Outcome.CANCELLED, True)


def test_its_own_queue_must_be_empty(bench: RealBench, server: MoonrakerServer) -> None:
    bench.begin("J000016")
    bench.wait_for_end("J000016")
    assert server.post("/server/job_queue/job?filenames=J000016.gcode").is_success
    try:
        refused = bench.tell(Op.START, bench.order("J000017"))
        assert (refused.result, refused.reason) == (AckResult.REFUSED, "own_queue_not_empty")
    finally:
        server.empty_queue()
    assert bench.told("J000017") == []


def test_a_file_that_is_not_what_was_ordered_is_not_sent(bench: RealBench) -> None:
    order = bench.order("J000018")
    assert order.file_sha256 is not None
    bench.files.files[order.file_sha256] = b"another file"
    refused = bench.tell(Op.START, order)
    assert (refused.result, refused.reason) == (AckResult.REFUSED, "file_unavailable")
    assert bench.told("J000018") == []


def test_a_retained_order_starts_nothing(bench: RealBench) -> None:
    command = Command(
        cmd_id="cmd-retained",
        op=Op.START,
        issued_at=int(time.time()),
        ttl_s=600,
        boot_id=bench.boot_id,
        job=bench.order("J000019"),
    )
    bench.crew.stop()
    bench.publish(Channel.CMD, command, retain=True)
    bench.restart_agent()
    ack = bench.service.wait_for_ack("cmd-retained")
    assert (ack.result, ack.reason) == (AckResult.REFUSED, "retained")
    assert bench.told("J000019") == []
    bench.service.forget_retained(Channel.CMD)


@pytest.mark.parametrize("bench", ["moonraker"], indirect=True)
def test_without_mqtt_the_same_job_is_seen_by_asking(bench: RealBench, server: MoonrakerServer) -> None:
    server.klippy.seconds = 2.5
    bench.begin("J000020")
    assert bench.tell(Op.PAUSE, job_ref="J000020").result is AckResult.DONE
    assert bench.tell(Op.RESUME, job_ref="J000020").result is AckResult.DONE
    assert bench.wait_for_end("J000020").outcome is Outcome.OK
    assert bench.told("J000020") == WHOLE


def test_a_server_that_freezes_is_offline_and_its_job_goes_on(bench: RealBench, server: MoonrakerServer) -> None:
    server.klippy.seconds = 60
    bench.begin("J000021")
    server.freeze()
    try:
        bench.wait_for(S.OFFLINE)
        assert bench.told("J000021") == [JobStarted]
    finally:
        server.freeze(thaw=True)
    bench.wait_for(S.RUNNING)
    assert bench.tell(Op.CANCEL, job_ref="J000021").result is AckResult.DONE
    assert bench.wait_for_end("J000021").outcome is Outcome.CANCELLED


def test_a_first_try_says_what_is_wrong(server: MoonrakerServer) -> None:
    good = try_out("moonraker", server.settings)
    assert (good.code, good.build_mm, good.nozzle_mm, good.can_control) == ("ok", (250, 210, 220), 0.4, True)
    assert good.software.startswith("Moonraker")
    assert try_out("moonraker", server.settings | {"api_key": "wrong"}).code == "wrong_key"
    assert try_out("moonraker", {"address": "http://127.0.0.1:9"}).code == "unreachable"
    assert try_out("moonraker", {"address": "not an address"}).code == "bad_setting"
    assert try_out("moonraker", {}).code == "bad_setting"
    assert try_out("octoprint", server.settings | {"api_key": "x"}).code in ("wrong_key", "wrong_kind")


def test_the_single_topic_is_read_too(tmp_path: Path, place: tuple[Mosquitto, MoonrakerServer]) -> None:
    broker, _ = place
    server = MoonrakerServer(tmp_path / "printer", broker.port, split=False)
    server.start()
    bench = RealBench(broker, tmp_path, "moonraker_mqtt", server.settings, "klipper")
    bench.start()
    try:
        bench.wait_for(S.IDLE)
        server.klippy.seconds = 1
        bench.begin("J000022")
        assert bench.wait_for_end("J000022").outcome is Outcome.OK
    finally:
        bench.close()
        server.close()
