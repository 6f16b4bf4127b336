"""The server dies between every two steps of a job, the broker is away for ten minutes, the machine is exchanged."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from devices.wire import AckResult, MachineState, Outcome
from tests.fablab.benches import Fablab, codes
from tests.fablab.reliability.lives import counted, state
from tests.support.clients import TUESDAY_MORNING, at, open_house
from tests.support.databases import SqliteTemplates

S = MachineState


class Nights:
    """A venue whose server dies all the time: the same database, the same machine, another process."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        self.now, self.seq, self.boot = at(TUESDAY_MORNING), 0, "boot-1"
        self.shown: tuple[MachineState, str | None] | None = None
        self.commands = list[dict[str, Any]]()

    @contextmanager
    def life(self) -> Iterator[Fablab]:
        """The next process. The broker tells it first what it has kept; nothing may come of that."""
        with open_house(self._url, self._folder) as house:
            house.clock.instant = self.now
            fablab = Fablab(house)
            fablab.box.boot, fablab.box.seq = self.boot, self.seq
            if self.shown is not None:
                before = len(fablab.spy.sent)
                fablab.box.appear(retain=True)
                fablab.box.show(self.shown[0], self.shown[1], retain=True, seq=self.seq)
                assert len(fablab.spy.sent) == before
            yield fablab
            self.now, self.seq = house.clock.instant, fablab.box.seq
            self.commands += [sent for _, sent in fablab.spy.sent]

    def show(self, fablab: Fablab, what: MachineState, ref: str | None = None) -> None:
        fablab.box.show(what, ref)
        self.shown = (what, ref)


@pytest.fixture
def nights(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Nights:
    return Nights(sqlite_templates.make("demo"), tmp_path)


def test_a_server_that_dies_between_every_two_steps_loses_and_doubles_nothing(nights: Nights) -> None:
    with nights.life() as fablab:
        nights.show(fablab, S.IDLE)
        fablab.box.appear()
        job = fablab.queue()
    with nights.life() as fablab:
        fablab.box.appear()
        nights.show(fablab, S.IDLE)
        answer = fablab.manager.post(f"/api/v1/fablab/jobs/{job['id']}/dispatch", {"machine": "p3d-1"})
        assert answer.status_code == 202, answer.text
    with nights.life() as fablab:  # it died before the order left: the order leaves late, or is given back
        fablab.house.run_jobs()
        if state(fablab, job)[0] == "queued":
            nights.show(fablab, S.IDLE)
            assert fablab.dispatch(job).status_code == 202
        ref, cmd_id = nights_order(fablab)
    with nights.life() as fablab:
        fablab.box.ack(cmd_id, AckResult.DONE)
    with nights.life() as fablab:
        fablab.box.started(ref)
    for shown in (S.PREPARING, S.RUNNING, S.PAUSED, S.RUNNING):
        with nights.life() as fablab:
            assert state(fablab, job) == ("running", None, 0)
            nights.show(fablab, shown, ref)
            fablab.house.run_jobs()
    with nights.life() as fablab:
        fablab.box.ended(ref)
    for _ in range(2):
        with nights.life() as fablab:
            assert state(fablab, job) == ("to_check", "ok", 0)
            fablab.box.ended(ref)
            nights.show(fablab, S.ENDED, ref)
            fablab.pass_time(200)
            nights.show(fablab, S.IDLE)
            assert fablab.machine()["state"] == "needs_clear"
            assert codes(fablab.dispatch(fablab.queue())) == {"machine_needs_clearing"}
    with nights.life() as fablab:
        assert fablab.clear().status_code == 200
    with nights.life() as fablab:
        fablab.box.started(ref)
        fablab.box.ended(ref)
        fablab.pass_time(200)
        assert state(fablab, job) == ("done", "good", 1)
        assert counted(fablab)["started"] == 1
        assert fablab.machine()["needs_clear"] is False
    assert len([sent for sent in nights.commands if sent["op"] == "start"]) <= 2
    assert {sent["job"]["job_ref"] for sent in nights.commands} <= {ref, "J000001"}


def nights_order(fablab: Fablab) -> tuple[str, str]:
    """What the machine was told to make, and by which command."""
    _, command = fablab.spy.sent[-1]
    return command["job"]["job_ref"], command["cmd_id"]


def test_ten_minutes_without_a_broker_cost_nothing_and_start_nothing(fablab: Fablab) -> None:
    job, waiting = fablab.running(), fablab.queue()
    ordered = len(fablab.spy.sent)
    fablab.spy.is_up = False
    for _ in range(20):
        fablab.pass_time(30)
    assert fablab.machine()["link"] == "offline"
    assert state(fablab, job) == ("running", None, 0)
    assert "machine_offline" in codes(fablab.dispatch(waiting))
    fablab.spy.is_up = True
    fablab.pass_time(30)
    fablab.box.appear(online=False)  # the will of a connection that nobody has seen end
    fablab.box.appear()
    fablab.box.show(S.ENDED, job["number"])
    fablab.box.started(job["number"])
    fablab.box.ended(job["number"])
    fablab.pass_time(130)
    assert state(fablab, job) == ("to_check", "ok", 0)
    assert state(fablab, waiting) == ("queued", None, 0)
    assert len(fablab.spy.sent) == ordered, "what was wanted while the broker was away is not ordered afterwards"


def test_an_order_that_cannot_leave_is_given_back_and_never_sent_later(fablab: Fablab) -> None:
    fablab.box.wake()
    job = fablab.queue()
    fablab.spy.is_up = False
    assert fablab.dispatch(job).status_code == 202
    assert state(fablab, job)[0] == "queued"
    fablab.spy.is_up = True
    for _ in range(20):
        fablab.pass_time(30)
        fablab.box.show(S.IDLE)
    assert (fablab.spy.sent, state(fablab, job)[0]) == ([], "queued")


@pytest.mark.parametrize("shows", [S.IDLE, S.RUNNING, S.ENDED, S.FAULT])
def test_a_machine_that_was_exchanged_leaves_the_job_to_a_person(quick_fablab: Fablab, shows: MachineState) -> None:
    """Another one behind the same name, which knows nothing of the job, and may have one of its own on it."""
    job = quick_fablab.running()
    quick_fablab.box.reboot("another-machine")
    quick_fablab.box.show(shows, None if shows is S.IDLE else "X-0123456789abcdef")
    assert state(quick_fablab, job) == ("to_check", "unknown", 0)
    assert quick_fablab.machine()["needs_clear"] is True
    quick_fablab.box.appear(online=False, boot="boot-1")
    quick_fablab.box.show(S.RUNNING, job["number"], boot="boot-1", seq=99)
    assert state(quick_fablab, job) == ("to_check", "unknown", 0)


def test_the_machine_that_was_taken_away_may_still_tell_how_the_job_ended(quick_fablab: Fablab) -> None:
    """Its reports waited on its disk; it was switched on once more elsewhere."""
    job = quick_fablab.running()
    quick_fablab.box.reboot("another-machine")
    quick_fablab.box.show(S.IDLE)
    quick_fablab.box.boot = "boot-1"
    quick_fablab.box.ended(job["number"], Outcome.FAILED)
    assert state(quick_fablab, job) == ("to_check", "failed", 0)
    assert counted(quick_fablab)["started"] == 1
