"""One machine run by its coordinator: what is told of it is on disk, whatever its adapter does."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from devices.adapters.base import Fetch, Sight
from devices.agent.downloads import Downloads
from devices.commands import Answer
from devices.coordinator import Coordinator
from devices.link import Address
from devices.printers.states import Seen
from devices.spool import Spool
from devices.wire import (
    AckResult,
    Command,
    Fact,
    Job,
    JobOrder,
    JobStarted,
    MachineCleared,
    MachineState,
    Op,
    Outcome,
    Report,
)
from tests.devices.real_bench import SECRET, FileService
from tests.support.waiting import until

S = MachineState
ADDRESS = Address(url="mqtt://127.0.0.1:1", site="oasis", device="p3d-1", username="p3d-1", password="p3d-1")


class Hand:
    """An adapter that shows what the test puts there."""

    def __init__(self, sight: Sight) -> None:
        self.sight: Sight | Exception = sight
        self.looks = 0
        self.obeyed: list[Op] = []

    def open(self, wake: Callable[[], None]) -> None:
        self.wake = wake

    def look(self, now: int) -> Sight:
        self.looks += 1
        if isinstance(self.sight, Exception):
            raise self.sight
        return self.sight

    def obey(self, command: Command, fetch: Fetch) -> Answer:
        self.obeyed.append(command.op)
        return Answer(AckResult.DONE)

    def diagnose(self) -> dict[str, str | int | float | None]:
        return {"looks": self.looks}

    def close(self) -> None:
        self.looks = -1


def sight(state: MachineState, ref: str | None = None, outcome: Outcome | None = None, **more: object) -> Sight:
    job = None if ref is None else Job(job_ref=ref, file=f"{ref}.gcode", outside_queue=ref.startswith("X-"))
    return msgspec.structs.replace(Sight(seen=Seen(state=state, at=100, job=job, outcome=outcome)), **more)


class Stand:
    """A coordinator without a broker: what it says stays in its spool, where the test reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.hand, self.meter = folder, Hand(sight(S.IDLE)), Hand(sight(S.IDLE))
        self.file = folder / "p3d-1.sqlite"
        self.build()

    def build(self) -> None:
        self.coordinator = Coordinator(
            ADDRESS, "printer_3d", self.hand, self.file, self._fetch, lambda: 100, self.meter
        )
        self.coordinator.start()

    def _fetch(self, order: JobOrder) -> Path:
        return self.folder / order.file_name

    def show(self, shown: Sight | Exception) -> None:
        """Until the coordinator has looked at it twice."""
        self.hand.sight, before = shown, self.hand.looks
        for seen in (1, 2):
            self.hand.wake()
            until(lambda seen=seen: self.hand.looks >= before + seen, "the coordinator looks")  # type: ignore[misc]

    def facts(self) -> list[Fact]:
        spool = Spool(self.file)
        told = [msgspec.json.decode(one.payload, type=Report).fact for one in spool.waiting(0, 100)]
        spool.close()
        return told

    def restart(self, shown: Sight | None = None) -> None:
        """Another process on the same folder; `shown` is what it sees first."""
        self.coordinator.stop()
        self.hand.sight = shown or self.hand.sight
        self.build()

    def obey(self, op: Op, ref: str | None = None, job_ref: str | None = None) -> Answer:
        job = None if ref is None else JobOrder(job_ref=ref, file_name=f"{ref}.gcode")
        return self.coordinator._obey(
            Command(cmd_id="cmd-0001", op=op, issued_at=100, ttl_s=10, boot_id="boot", job=job, job_ref=job_ref)
        )


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    stand = Stand(tmp_path)
    yield stand
    stand.coordinator.stop()


def words(facts: list[Fact]) -> list[tuple[str, str]]:
    return [
        ("cleared", fact.after_ref)
        if isinstance(fact, MachineCleared)
        else ("start" if isinstance(fact, JobStarted) else fact.outcome, fact.job_ref)
        for fact in facts
    ]


def test_a_restart_in_the_middle_of_a_job_still_ends_it_once(stand: Stand) -> None:
    stand.show(sight(S.RUNNING, "J000001"))
    stand.restart()
    stand.show(sight(S.ENDED, "J000001", Outcome.OK))
    stand.restart()
    stand.show(sight(S.ENDED, "J000001", Outcome.OK))
    assert words(stand.facts()) == [("start", "J000001"), ("ok", "J000001")]


def test_another_machine_behind_the_address_leaves_the_job_unknown(stand: Stand) -> None:
    stand.show(sight(S.RUNNING, "J000001", machine_id="serial-a"))
    stand.show(sight(S.RUNNING, "J000001", machine_id="serial-b"))
    told = words(stand.facts())
    assert told[:2] == [("start", "J000001"), ("unknown", "J000001")]
    assert [kind for kind, _ in told[2:]] == ["start"]
    assert told[2][1].startswith("X-")
    stand.restart()
    stand.show(sight(S.RUNNING, "J000001", machine_id="serial-b"))
    assert words(stand.facts())[:3] == told


def test_a_job_that_began_and_ended_while_nobody_looked_is_told_with_both(stand: Stand) -> None:
    stand.restart(sight(S.ENDED, "J000001", Outcome.CANCELLED))
    stand.show(sight(S.ENDED, "J000001", Outcome.CANCELLED))
    stand.show(sight(S.ENDED, "X-somebodys", Outcome.OK))
    stand.restart()
    assert words(stand.facts())[:2] == [("start", "J000001"), ("cancelled", "J000001")]


def test_a_machine_that_is_away_ends_nothing(stand: Stand) -> None:
    stand.show(sight(S.RUNNING, "J000001"))
    for state in (S.OFFLINE, S.UNKNOWN, S.OFFLINE):
        stand.show(sight(state))
    assert words(stand.facts()) == [("start", "J000001")]


def test_an_adapter_that_breaks_is_an_unknown_machine_and_ends_nothing(stand: Stand) -> None:
    stand.show(sight(S.RUNNING, "J000001"))
    stand.show(RuntimeError("broken"))
    assert stand.coordinator.state is S.UNKNOWN
    assert stand.coordinator.diagnose()["failures"]
    stand.show(sight(S.ENDED, "J000001", Outcome.CANCELLED))
    assert words(stand.facts()) == [("start", "J000001"), ("cancelled", "J000001")]


def test_a_key_on_the_printers_screen_is_told_once(stand: Stand) -> None:
    stand.show(sight(S.RUNNING, "J000001"))
    stand.show(sight(S.ENDED, "J000001", Outcome.OK))
    stand.show(sight(S.IDLE, cleared_ref="J000001"))
    stand.restart()
    stand.show(sight(S.IDLE, cleared_ref="J000001"))
    assert words(stand.facts()) == [("start", "J000001"), ("ok", "J000001"), ("cleared", "J000001")]


def test_what_must_not_start_does_not_reach_the_machine(stand: Stand) -> None:
    stand.show(sight(S.RUNNING, "J000001"))
    assert stand.obey(Op.START, "J000002").reason == "job_on_machine"
    assert stand.obey(Op.CANCEL, job_ref="J000009").reason == "other_job"
    stand.show(sight(S.ENDED, "J000001", Outcome.OK))
    assert stand.obey(Op.START, "J000001").reason == "job_already_ended"
    assert stand.hand.obeyed == []
    assert stand.obey(Op.START, "J000002").result is AckResult.DONE
    stand.show(sight(S.ENDED, "J000002", Outcome.FAILED))
    assert words(stand.facts())[2:] == [("start", "J000002"), ("failed", "J000002")]
    assert stand.obey(Op.IDENTIFY).result is AckResult.DONE
    assert stand.hand.obeyed == [Op.START]


def test_a_strangers_job_keeps_its_name_over_a_restart(stand: Stand) -> None:
    def outside(ref: str) -> Sight:
        return Sight(seen=Seen(state=S.RUNNING, at=100, job=Job(job_ref=ref, outside_queue=True)))

    stand.show(outside("X-first"))
    stand.restart(outside("X-named-anew"))
    stand.show(outside("X-named-anew"))
    stand.show(sight(S.IDLE))
    assert words(stand.facts()) == [("start", "X-first"), ("unknown", "X-first")]


def test_diagnostics_come_from_both_and_the_meter_may_break(stand: Stand) -> None:
    stand.meter.sight = RuntimeError("broken")
    stand.show(sight(S.IDLE))
    found = stand.coordinator.diagnose()
    assert (found["device"], found["state"]) == ("p3d-1", "idle")
    assert {"machine_looks", "meter_looks"} <= set(found)


# -- the files of jobs ------------------------------------------------------------------------------------------


@pytest.fixture
def files() -> Iterator[FileService]:
    files = FileService()
    yield files
    files.close()


def order_of(sha256: str | None) -> JobOrder:
    return JobOrder(job_ref="J1", file_name="J1.gcode", file_sha256=sha256, file_url="http://127.0.0.1:1/elsewhere")


def test_a_file_is_read_once_and_only_from_the_service(tmp_path: Path, files: FileService) -> None:
    downloads = Downloads(tmp_path / "files", files.url, None)
    sha256 = files.add(b"G28\n")
    found = {downloads.fetch(order_of(sha256), SECRET).read_bytes() for _ in range(3)}
    assert found == {b"G28\n"}
    assert files.asked == 1


def test_many_may_ask_for_the_same_file_at_once(tmp_path: Path, files: FileService) -> None:
    downloads, sha256 = Downloads(tmp_path / "files", files.url, None), files.add(b"G28\n" * 100_000)
    found: list[int] = []

    def ask() -> None:
        found.append(downloads.fetch(order_of(sha256), SECRET).stat().st_size)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [400_000] * 4
    assert [one.name for one in (tmp_path / "files").iterdir()] == [sha256]


@pytest.mark.parametrize("sha256", [None, "../../etc/passwd", "0" * 64])
def test_what_is_not_there_or_not_what_was_ordered_is_refused(
    tmp_path: Path, files: FileService, sha256: str | None
) -> None:
    downloads = Downloads(tmp_path / "files", files.url, None)
    with pytest.raises(OSError, match=r"no_hash|answer_404"):
        downloads.fetch(order_of(None if sha256 is None else sha256), SECRET)
    other = files.add(b"one")
    files.files[other] = b"two"
    with pytest.raises(OSError, match="wrong_hash"):
        downloads.fetch(order_of(other), SECRET)
    with pytest.raises(OSError, match="answer_404"):
        downloads.fetch(order_of(files.add(b"three")), "another secret")
    with pytest.raises(OSError, match="no_service"):
        Downloads(tmp_path / "files", "", None).fetch(order_of("1" * 64), SECRET)
    assert list((tmp_path / "files").iterdir()) == []
