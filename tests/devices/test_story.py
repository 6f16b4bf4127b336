"""Devices over a real broker, the embedded one and Mosquitto: what is told arrives, what is ordered is done once."""

import threading
from pathlib import Path

from devices.commands import Answer
from devices.link import Address, Link
from devices.spool import Spool
from devices.wire import (
    Ack,
    AckResult,
    Availability,
    Channel,
    Command,
    Config,
    JobEnded,
    JobStarted,
    MachineState,
    Op,
    Outcome,
    Report,
    Snapshot,
    Telemetry,
    decode,
)
from tests.devices.bench import BEGIN, Bench, Service
from tests.devices.brokers import DEADLINE_S, SITE, Broker

S = MachineState


def test_the_story_of_a_job(bench: Bench) -> None:
    service, printer = bench.service, bench.printer
    printer.start()
    birth = service.wait(Availability)
    assert (birth.online, birth.boot_id, birth.kind) == (True, "boot-1", "printer_3d")
    assert bench.wait_for_state(S.IDLE).needs_operator is False

    ack = service.order(bench.command(Op.START, "cmd-start", "J1"))
    assert (ack.result, ack.state) == (AckResult.DONE, S.PREPARING)
    bench.pass_time(200)
    assert bench.wait_for_state(S.RUNNING).job is not None
    bench.pass_time(800)
    end = service.wait(Report, lambda report: isinstance(report.fact, JobEnded)).fact
    assert isinstance(end, JobEnded)
    assert (end.outcome, end.filament_mm, end.job_ref) == (Outcome.OK, 2_400, "J1")
    assert service.facts() == [(JobStarted, "J1"), (JobEnded, "J1")]
    assert bench.wait_for_state(S.ENDED).needs_operator is True

    assert printer.control("clear")
    service.wait(Snapshot, lambda shown: shown.state is S.IDLE and shown.seq > 1 and shown.job is None)
    printer.stop()
    assert service.wait(Availability, lambda said: not said.online).boot_id == "boot-1"
    assert [s.seq for s in service.all(Snapshot)] == sorted({s.seq for s in service.all(Snapshot)})


def test_a_command_told_twice_is_done_once(running: Bench) -> None:
    first = running.service.order(running.command(Op.START, "cmd-start", "J1"))
    running.service.publish(Channel.CMD, running.command(Op.START, "cmd-start", "J1"))
    refused = running.service.order(running.command(Op.START, "cmd-again", "J2"))
    assert (refused.result, refused.reason) == (AckResult.BUSY, "job_on_machine")
    acks = [ack for ack in running.service.all(Ack) if ack.cmd_id == "cmd-start"]
    assert acks == [first, first]
    assert running.service.facts() == [(JobStarted, "J1")]


def test_a_retained_command_is_refused_at_boot(bench: Bench) -> None:
    bench.service.publish(Channel.CMD, bench.command(Op.START, "cmd-kept", "J1"), retain=True)
    bench.printer.start()
    ack = bench.service.wait(Ack, lambda ack: ack.cmd_id == "cmd-kept")
    assert (ack.result, ack.reason) == (AckResult.REFUSED, "retained")
    assert bench.service.order(bench.command(Op.START, "cmd-live", "J1")).result is AckResult.DONE
    bench.printer.stop()


def test_commands_for_another_boot_or_too_late_are_refused(running: Bench) -> None:
    other = running.service.order(running.command(Op.START, "cmd-other", "J1", boot_id="boot-0"))
    assert (other.result, other.reason) == (AckResult.REFUSED, "boot_changed")
    late = running.command(Op.START, "cmd-late", "J1")
    running.clock.now += 11
    expired = running.service.order(late)
    assert (expired.result, expired.reason) == (AckResult.EXPIRED, "ttl_passed")
    assert running.service.facts() == []


def test_a_configuration_comes_back_in_the_state(running: Bench) -> None:
    running.service.publish(Channel.CONFIG, Config(version=7, telemetry_every_s=1), retain=True)
    running.service.order(running.command(Op.IDENTIFY, "cmd-identify"))
    running.service.wait(Snapshot, lambda shown: shown.config_version == 7)
    running.pass_time(10, step=1)
    assert running.service.wait(Telemetry).power_w is not None


def test_a_broker_that_dies_and_comes_back_loses_nothing(running: Bench, tmp_path: Path) -> None:
    service = running.service
    service.order(running.command(Op.START, "cmd-0001", "J1"))
    service.wait(Report)
    running.broker.kill()
    running.pass_time(1_000)
    for number in range(2, 30):
        running.printer._obey(running.command(Op.START, f"cmd-{number:05}", f"J{number}"))
        running.pass_time(1_000)
    running.broker.start()
    service.wait(Report, lambda report: isinstance(report.fact, JobEnded) and report.fact.job_ref == "J29")
    wanted = [(kind, f"J{number}") for number in range(1, 30) for kind in (JobStarted, JobEnded)]
    assert service.facts() == wanted
    service.wait(Snapshot, lambda shown: shown.state is S.ENDED)
    assert service.wait(Availability, lambda said: said.online)


def test_a_device_that_loses_power_says_so_and_ends_its_job_after_it(running: Bench) -> None:
    service = running.service
    service.order(running.command(Op.START, "cmd-0001", "J1"))
    service.wait(Report)
    assert running.printer.control("reboot")
    assert service.wait(Availability, lambda said: not said.online).boot_id == "boot-1"
    service.wait(Availability, lambda said: said.online and said.boot_id == "boot-2")
    end = service.wait(Report, lambda report: isinstance(report.fact, JobEnded))
    assert isinstance(end.fact, JobEnded)
    assert (end.boot_id, end.fact.outcome, end.fact.reason) == ("boot-2", Outcome.UNKNOWN, "lost")
    again = service.order(running.command(Op.START, "cmd-again", "J1", boot_id="boot-2"))
    assert (again.result, again.reason) == (AckResult.REFUSED, "job_already_ended")


def test_reports_left_from_an_earlier_life_are_told_first(bench: Bench, tmp_path: Path) -> None:
    earlier = bench.build_printer()
    earlier._obey(bench.command(Op.START, "cmd-0001", "J1", boot_id="boot-2"))
    earlier.stop()
    spool = Spool(tmp_path / "p3d-1.sqlite")
    kept = [decode(Report, one.payload).report_id for one in spool.waiting(0, 10)]
    spool.close()
    assert len(kept) == 1
    later = bench.build_printer()
    later.start()
    bench.service.wait(Report, lambda report: isinstance(report.fact, JobEnded))
    assert bench.service.all(Report)[0].report_id == kept[0]
    assert bench.service.facts() == [(JobStarted, "J1"), (JobEnded, "J1")]
    later.stop()
    bench.printer.stop()


def test_a_silent_device_is_connected_and_says_nothing(running: Bench) -> None:
    running.printer.control("silent")
    before = len(running.service.heard)
    running.pass_time(500)
    assert running.service.order(running.command(Op.IDENTIFY, "cmd-identify")).result is AckResult.DONE
    assert [type(message) for _, message, _ in running.service.heard[before:]] == [Ack]
    running.printer.control("fail")
    running.printer.control("speak")
    assert running.wait_for_state(S.FAULT).faults[0].code == "thermal_runaway"


def test_a_command_that_takes_long_holds_up_nothing_that_is_said(broker: Broker, tmp_path: Path) -> None:
    service, spool = Service(broker.port), Spool(tmp_path / "slow.sqlite")
    may_end = threading.Event()

    def obey(_command: Command) -> Answer:
        may_end.wait(DEADLINE_S)
        return Answer(AckResult.DONE)

    where = Address(
        url=f"mqtt://127.0.0.1:{broker.port}", site=SITE, device="p3d-1", username="p3d-1", password="p3d-1"
    )
    link = Link(where, spool, lambda: BEGIN, obey, boot_id="boot-1")
    link.start()
    service.wait(Availability)
    command = Command(cmd_id="cmd-slow", op=Op.PAUSE, issued_at=BEGIN, ttl_s=10, boot_id="boot-1")
    service.publish(Channel.CMD, command)
    link.tell([JobStarted(job_ref="J1")])
    link.show(Snapshot(state=S.RUNNING, boot_id="boot-1", seq=0, observed_at=BEGIN))
    service.wait(Snapshot, lambda shown: shown.state is S.RUNNING)
    service.wait(Report)
    assert service.all(Ack) == []
    may_end.set()
    assert service.wait_for_ack("cmd-slow").result is AckResult.DONE
    link.stop()
    spool.close()
    service.close()
