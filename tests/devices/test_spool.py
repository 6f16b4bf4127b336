"""The device's memory: reports in order, kept through a kill, and a command carried out at most once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.commands import Answer, Commands
from devices.spool import KEPT_ANSWERS, Spool
from devices.wire import Ack, AckResult, Command, Op, decode

NOW = 1_000
BOOT = "8f3c"

WRITER = """
import sys
from pathlib import Path
from devices.spool import Spool
spool = Spool(Path(sys.argv[1]))
for number in range(50):
    spool.say([(f"report-{number}", str(number).encode())], f"note {number}".encode())
spool.begin("cmd-interrupted")
print("said", flush=True)
sys.stdin.read()
"""


class Machine:
    """Counts what it was made to do."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.done: list[Op] = []
        self._answer = answer or Answer(AckResult.DONE)

    def obey(self, command: Command) -> Answer:
        self.done.append(command.op)
        return self._answer


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool.sqlite")
    yield spool
    spool.close()


def command(op: Op = Op.PAUSE, cmd_id: str = "cmd-0001", boot_id: str = BOOT, issued_at: int = NOW) -> Command:
    return Command(cmd_id=cmd_id, op=op, issued_at=issued_at, ttl_s=10, boot_id=boot_id)


def test_reports_wait_in_order_until_each_is_confirmed(spool: Spool) -> None:
    spool.say([("report-a", b"a"), ("report-b", b"b")])
    spool.say([("report-c", b"c"), ("report-a", b"again")])
    rows = spool.waiting(0, 10)
    assert [one.payload for one in rows] == [b"a", b"b", b"c"]
    assert [one.payload for one in spool.waiting(rows[0].row, 1)] == [b"b"]
    spool.confirm(rows[1].row)
    assert [one.payload for one in spool.waiting(0, 10)] == [b"a", b"c"]


def test_what_was_said_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "spool.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"said\n"
        os.kill(writer.pid, signal.SIGKILL)
    spool = Spool(path)
    assert [one.payload for one in spool.waiting(0, 100)] == [str(number).encode() for number in range(50)]
    assert spool.note() == b"note 49"
    assert not spool.begin("cmd-interrupted")
    spool.close()


def test_the_same_command_is_carried_out_once_and_answered_the_same(spool: Spool) -> None:
    machine = Machine()
    commands = Commands(BOOT, spool, machine.obey)
    first = commands.take(command(), now=NOW, retained=False)
    assert decode(Ack, first).result is AckResult.DONE
    assert commands.take(command(), now=NOW + 500, retained=False) == first
    assert Commands("another", spool, machine.obey).take(command(), now=NOW, retained=False) == first
    assert machine.done == [Op.PAUSE]


@pytest.mark.parametrize(
    ("given", "now", "retained", "result", "reason"),
    [
        (command(), NOW, True, AckResult.REFUSED, "retained"),
        (command(boot_id="0ld0"), NOW, False, AckResult.REFUSED, "boot_changed"),
        (command(), NOW + 11, False, AckResult.EXPIRED, "ttl_passed"),
        (command(Op.UNKNOWN), NOW, False, AckResult.REFUSED, "unknown_op"),
    ],
)
def test_a_command_that_must_not_reach_the_machine_does_not(
    spool: Spool, given: Command, now: int, retained: bool, result: AckResult, reason: str
) -> None:
    machine = Machine()
    commands = Commands(BOOT, spool, machine.obey)
    allowed = commands.take(command(cmd_id="cmd-allowed"), now=NOW + 10, retained=False)
    assert decode(Ack, allowed).result is AckResult.DONE
    ack = decode(Ack, commands.take(given, now=now, retained=retained))
    assert (ack.result, ack.reason) == (result, reason)
    assert machine.done == [Op.PAUSE]


def test_a_command_interrupted_by_a_power_cut_is_not_begun_again(spool: Spool) -> None:
    machine = Machine()
    spool.begin("cmd-0001")
    ack = decode(Ack, Commands(BOOT, spool, machine.obey).take(command(), now=NOW, retained=False))
    assert (ack.result, ack.reason, machine.done) == (AckResult.UNKNOWN, "interrupted", [])


def test_answers_of_long_ago_are_forgotten(spool: Spool) -> None:
    for number in range(KEPT_ANSWERS + 20):
        spool.answer(f"cmd-{number}", b"ack")
    assert spool.answered("cmd-0") is None
    assert spool.answered("cmd-20") == b"ack"
    assert spool.answered(f"cmd-{KEPT_ANSWERS + 19}") == b"ack"
