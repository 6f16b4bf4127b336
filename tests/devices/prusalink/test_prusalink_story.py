"""A job on a Prusa printer over a real socket, and all that goes wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.adapters.base import Sight, Tools
from devices.adapters.prusalink import Pace, build, try_out
from devices.adapters.prusalink.adapter import PrusaLink
from devices.commands import Answer
from devices.printers.states import Known, after
from devices.wire import AckResult, Command, JobEnded, JobOrder, JobStarted, MachineState, Op, Outcome
from tests.devices.doubles.prusa import PASSWORD, USER, FakePrusa

NOW = 1_795_300_000
PACE = Pace(at_rest=0, at_work=0, away=0, echo=0.4, beat=0.005)


class Prusa:
    """A printer, its adapter, and what the house would report of it."""

    def __init__(self, printer: FakePrusa, folder: Path, **settings: str) -> None:
        self.printer, self.now = printer, NOW
        typed = {"address": printer.address, "username": USER, "password": PASSWORD, **settings}
        self.adapter: PrusaLink = build(typed, Tools(device="p3d-1", clock=lambda: self.now), PACE)
        self.known, self.facts = Known(), list[JobStarted | JobEnded]()
        self._folder = folder

    def look(self) -> Sight:
        self.now += 5
        sight = self.adapter.look(self.now)
        self.known, facts = after(self.known, sight.seen)
        self.facts += facts
        return sight

    def order(self, op: Op, ref: str = "J000123", content: bytes = b"G28\n", issued_at: int = 0) -> Answer:
        file = self._folder / "held"
        file.write_bytes(content)
        job = JobOrder(job_ref=ref, file_name=f"{ref}.gcode") if op in (Op.START, Op.FETCH) else None
        command = Command(
            cmd_id="c" * 8,
            op=op,
            issued_at=issued_at or self.now,
            ttl_s=20,
            boot_id="boot-1",
            job=job,
            job_ref=None if job else ref,
        )
        return self.adapter.obey(command, lambda _order: file)


@pytest.fixture
def printer() -> Iterator[FakePrusa]:
    with FakePrusa() as printer:
        yield printer


@pytest.fixture
def prusa(printer: FakePrusa, tmp_path: Path) -> Iterator[Prusa]:
    prusa = Prusa(printer, tmp_path)
    yield prusa
    prusa.adapter.close()


def started(prusa: Prusa, ref: str = "J000123") -> None:
    assert prusa.order(Op.START, ref).result is AckResult.DONE
    prusa.printer.play("PRINTING", progress=10.0)
    assert prusa.look().state is MachineState.RUNNING


def test_a_whole_job(prusa: Prusa) -> None:
    assert prusa.look().state is MachineState.IDLE
    answer = prusa.order(Op.START, content=b"GCDE\x01")
    assert (answer.result, answer.state) == (AckResult.DONE, MachineState.PREPARING)
    assert prusa.printer.starts == ["J000123.bgcode"]
    assert prusa.printer.files["J000123.bgcode"] == b"GCDE\x01"
    put = next(headers for method, _, headers in prusa.printer.heard if method == "PUT")
    assert (put["content-length"], put["print-after-upload"], put["overwrite"]) == ("5", "?0", "?1")
    assert "transfer-encoding" not in put
    prusa.printer.play("PRINTING", progress=52.5)
    sight = prusa.look()
    assert sight.seen.job is not None
    assert (sight.seen.job.job_ref, sight.seen.job.progress_percent) == ("J000123", 52.5)
    assert prusa.order(Op.PAUSE).result is AckResult.DONE
    assert prusa.look().state is MachineState.PAUSED
    assert prusa.order(Op.RESUME).result is AckResult.DONE
    prusa.printer.play("BUSY")
    prusa.look()
    prusa.printer.play("FINISHED", progress=100.0)
    assert prusa.look().state is MachineState.ENDED
    assert [(type(fact), fact.job_ref) for fact in prusa.facts] == [(JobStarted, "J000123"), (JobEnded, "J000123")]
    assert isinstance(prusa.facts[-1], JobEnded)
    assert prusa.facts[-1].outcome is Outcome.OK
    assert prusa.look().cleared_ref is None
    prusa.printer.play("READY")
    assert prusa.look().cleared_ref == "J000123"


def test_a_cancelled_job(prusa: Prusa) -> None:
    started(prusa)
    assert prusa.order(Op.CANCEL).result is AckResult.DONE
    assert prusa.look().seen.outcome is Outcome.CANCELLED
    assert [fact.outcome for fact in prusa.facts if isinstance(fact, JobEnded)] == [Outcome.CANCELLED]


def test_an_error_of_the_printer_fails_its_job(prusa: Prusa) -> None:
    started(prusa)
    prusa.printer.play("ERROR")
    assert prusa.look().faults[0].code == "printer_error"
    assert [fact.outcome for fact in prusa.facts if isinstance(fact, JobEnded)] == [Outcome.FAILED]


def test_a_power_cut_leaves_the_end_to_a_person(prusa: Prusa) -> None:
    started(prusa)
    prusa.printer.lose_power()
    assert prusa.look().state is MachineState.IDLE
    end = prusa.facts[-1]
    assert isinstance(end, JobEnded)
    assert (end.outcome, end.reason) == (Outcome.UNKNOWN, "lost")


def test_another_file_under_the_same_number_is_another_job(prusa: Prusa) -> None:
    started(prusa)
    prusa.printer.trick = "500"
    prusa.look()
    prusa.printer.trick = ""
    prusa.printer.file = "benchy_de_paul.gcode"
    prusa.look()
    assert [(type(fact), fact.outside_queue) for fact in prusa.facts[1:]] == [(JobEnded, False), (JobStarted, True)]


@pytest.mark.parametrize("trick", ["half", "garbage", "empty", "500"])
def test_three_bad_answers_make_it_offline_and_end_nothing(prusa: Prusa, trick: str) -> None:
    started(prusa)
    prusa.printer.trick = trick
    assert [prusa.look().state.value for _ in range(4)] == ["running", "running", "offline", "offline"]
    prusa.printer.trick = ""
    sight = prusa.look()
    assert sight.seen.job is not None
    assert (sight.state, sight.seen.job.job_ref) == (MachineState.RUNNING, "J000123")
    assert len(prusa.facts) == 1


def test_a_slow_printer_is_no_dead_printer(prusa: Prusa) -> None:
    started(prusa)
    prusa.printer.trick = "slow"
    assert prusa.look().state is MachineState.RUNNING


def test_a_wrong_password_is_told_at_once(printer: FakePrusa, tmp_path: Path) -> None:
    prusa = Prusa(printer, tmp_path, password="other")
    assert [one.code for one in prusa.look().faults] == ["wrong_key"]
    assert prusa.order(Op.START).reason == "wrong_key"
    assert prusa.look().state is MachineState.OFFLINE
    assert "other" not in str(prusa.adapter.diagnose())
    prusa.adapter.close()


def test_a_nonce_that_grows_stale_is_no_wrong_password(prusa: Prusa) -> None:
    prusa.printer.nonce_life = 2
    started(prusa)
    assert [prusa.look().state.value for _ in range(6)] == ["running"] * 6


def test_without_a_name_the_password_is_a_key(printer: FakePrusa, tmp_path: Path) -> None:
    prusa = Prusa(printer, tmp_path, username="")
    assert prusa.look().state is MachineState.IDLE
    assert printer.heard[-1][2]["x-api-key"] == PASSWORD
    prusa.adapter.close()


def test_nothing_begins_on_a_busy_printer(prusa: Prusa) -> None:
    prusa.printer.play("PRINTING", "benchy.gcode")
    assert prusa.order(Op.START).result is AckResult.BUSY
    assert not prusa.printer.files
    prusa.printer.play("IDLE")
    prusa.printer.is_transferring = True
    assert prusa.order(Op.START).reason == "transfer_in_progress"
    assert prusa.printer.starts == []


def test_orders_for_another_job_are_refused(prusa: Prusa) -> None:
    assert prusa.order(Op.PAUSE).reason == "no_job"
    started(prusa)
    assert prusa.order(Op.CANCEL, "J000999").reason == "other_job"
    assert prusa.order(Op.RESUME).result is AckResult.BUSY
    assert prusa.look().state is MachineState.RUNNING


def test_a_start_without_an_echo_is_not_called_a_start(prusa: Prusa) -> None:
    prusa.printer.is_deaf = True
    answer = prusa.order(Op.START)
    assert (answer.result, answer.reason) == (AckResult.UNKNOWN, "no_echo")


def test_a_start_whose_answer_was_lost_is_believed_by_its_echo(prusa: Prusa) -> None:
    prusa.printer.trick = "mute_start"
    assert prusa.order(Op.START).result is AckResult.DONE
    assert prusa.printer.starts == ["J000123.gcode"]


def test_a_start_that_comes_too_late_is_refused(prusa: Prusa) -> None:
    answer = prusa.order(Op.START, issued_at=NOW - 46)
    assert (answer.result, answer.reason) == (AckResult.REFUSED, "too_slow")
    assert prusa.printer.starts == []


def test_files_do_not_pile_up_on_the_printer(prusa: Prusa) -> None:
    for ref in ("J000123", "J000124"):
        started(prusa, ref)
        assert list(prusa.printer.files) == [f"{ref}.gcode"]
        prusa.printer.play("FINISHED")
        prusa.look()


def test_a_file_can_be_brought_before_it_is_wanted(prusa: Prusa) -> None:
    assert prusa.order(Op.FETCH).result is AckResult.DONE
    assert (prusa.printer.files, prusa.printer.starts) == ({}, [])


def test_another_printer_behind_the_same_address_is_told(prusa: Prusa) -> None:
    started(prusa)
    assert prusa.look().machine_id == "10589-1"
    prusa.printer.trick = "500"
    prusa.look()
    prusa.printer.trick, prusa.printer.serial = "", "10589-2"
    prusa.printer.play("READY")
    sight = prusa.look()
    assert (sight.machine_id, sight.cleared_ref) == ("10589-2", None)


def test_the_first_try(printer: FakePrusa) -> None:
    typed = {"address": printer.address, "username": USER, "password": PASSWORD}
    probe = try_out(typed)
    assert (probe.code, probe.model, probe.nozzle_mm, probe.can_control) == ("ok", "PrusaLink", 0.4, True)
    assert try_out({**typed, "password": "x"}).code == "wrong_key"
    assert try_out({**typed, "address": "127.0.0.1:1"}).code == "unreachable"
    assert try_out({**typed, "address": "http://["}).code == "bad_setting"
    assert try_out({**typed, "password": "é\n"}).code == "bad_setting"
    printer.trick = "garbage"
    assert try_out(typed).code == "wrong_kind"
