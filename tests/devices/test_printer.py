"""The simulated printer: a job from cold bed to empty bed, in a time that the test holds."""

import random

import pytest

from devices.simulators.printer import SimulatedPrinter
from devices.wire import AckResult, Command, JobOrder, MachineState, Op, Outcome

S = MachineState
BEGIN = 1_000_000


def order(ref: str = "J1", seconds: int = 600) -> JobOrder:
    return JobOrder(job_ref=ref, file_name=f"{ref}.gcode", estimated_seconds=seconds)


def command(op: Op, job: JobOrder | None = None, job_ref: str | None = None) -> Command:
    return Command(cmd_id="cmd-0001", op=op, issued_at=BEGIN, ttl_s=10, boot_id="8f3c", job=job, job_ref=job_ref)


@pytest.fixture
def printer() -> SimulatedPrinter:
    return SimulatedPrinter(random.Random("test"), BEGIN)


@pytest.fixture
def busy(printer: SimulatedPrinter) -> SimulatedPrinter:
    assert printer.obey(command(Op.START, order())).result is AckResult.DONE
    printer.advance(BEGIN + 200)
    assert printer.look().state is S.RUNNING
    return printer


def test_a_job_heats_prints_ends_and_waits_for_a_person(printer: SimulatedPrinter) -> None:
    assert printer.look().state is S.IDLE
    printer.obey(command(Op.START, order()))
    states, progress = [], []
    for now in range(BEGIN, BEGIN + 1_000, 20):
        printer.advance(now)
        seen = printer.look()
        states.append(seen.state)
        progress.append(seen.job.progress_percent if seen.job else None)
    assert sorted(set(states), key=states.index) == [S.PREPARING, S.RUNNING, S.ENDED]
    assert progress == sorted(progress, key=lambda share: share or 0)
    assert progress[-1] == 100
    assert printer.look().outcome is Outcome.OK
    assert printer.look().filament_mm == 2_400
    printer.clear()
    assert (printer.look().state, printer.look().job) == (S.IDLE, None)


def test_it_is_hot_while_it_prints_and_cools_afterwards(busy: SimulatedPrinter) -> None:
    hot = {one.sensor: one for one in busy.temperatures}
    assert hot["tool0"].target == 215
    assert abs(hot["tool0"].actual - 215) < 2
    busy.advance(BEGIN + 5_000)
    cold = {one.sensor: one for one in busy.temperatures}
    assert cold["tool0"].target is None
    assert cold["tool0"].actual < 30


def test_one_long_step_is_as_good_as_many_short_ones() -> None:
    ends = []
    for step in (1, 7, 2_000):
        printer = SimulatedPrinter(random.Random("test"), BEGIN)
        printer.obey(command(Op.START, order()))
        for now in range(BEGIN, BEGIN + 2_000 + step, step):
            printer.advance(now)
        ends.append((printer.look().state, printer.look().filament_mm))
    assert ends == [(S.ENDED, 2_400)] * 3


def test_a_faster_time_is_told_in_seconds_of_the_clock() -> None:
    printer = SimulatedPrinter(random.Random("test"), BEGIN, speed=60)
    printer.obey(command(Op.START, order(seconds=6_000)))
    printer.advance(BEGIN + 5)
    job = printer.look().job
    assert job is not None
    assert job.seconds_left is not None
    assert 90 < job.seconds_left < 105
    printer.advance(BEGIN + 5 + job.seconds_left + 1)
    assert printer.look().state is S.ENDED


def test_a_pause_holds_the_progress(busy: SimulatedPrinter) -> None:
    assert busy.obey(command(Op.PAUSE, job_ref="J1")).state is S.PAUSED
    before = busy.look().job
    busy.advance(BEGIN + 400)
    assert busy.look().job == before
    assert busy.obey(command(Op.RESUME)).result is AckResult.DONE
    busy.advance(BEGIN + 2_000)
    assert busy.look().outcome is Outcome.OK


def test_a_cancelled_job_ends_as_such(busy: SimulatedPrinter) -> None:
    assert busy.obey(command(Op.CANCEL)).result is AckResult.DONE
    assert (busy.look().state, busy.look().outcome) == (S.ENDED, Outcome.CANCELLED)
    assert busy.obey(command(Op.START, order("J2"))).result is AckResult.DONE


@pytest.mark.parametrize(
    ("asked", "result", "reason"),
    [
        (command(Op.START, order("J2")), AckResult.BUSY, "job_on_machine"),
        (command(Op.CANCEL, job_ref="J9"), AckResult.REFUSED, "other_job"),
        (command(Op.RESUME), AckResult.REFUSED, "wrong_state"),
        (command(Op.IDENTIFY), AckResult.DONE, None),
    ],
)
def test_what_the_state_forbids_is_refused(
    busy: SimulatedPrinter, asked: Command, result: AckResult, reason: str | None
) -> None:
    answer = busy.obey(asked)
    assert (answer.result, answer.reason) == (result, reason)
    assert busy.look().state is S.RUNNING


def test_a_failure_waits_for_a_person(busy: SimulatedPrinter) -> None:
    busy.fail("thermal_runaway")
    assert (busy.look().state, busy.look().outcome) == (S.FAULT, Outcome.FAILED)
    assert [one.code for one in busy.faults] == ["thermal_runaway"]
    assert busy.obey(command(Op.START, order("J2"))).reason == "fault"
    busy.clear()
    assert busy.obey(command(Op.START, order("J2"))).result is AckResult.DONE


def test_without_power_the_job_is_gone(busy: SimulatedPrinter) -> None:
    busy.lose_power()
    assert (busy.look().state, busy.look().job) == (S.IDLE, None)
    assert busy.obey(command(Op.PAUSE)).reason == "no_job"
