"""What must last: a job through a power cut at each of its steps, and a page's cost however long the queue."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from devices.wire import MachineState
from tests.fablab.benches import Fablab
from tests.fablab.queue.test_machine_time import book, taken
from tests.support.clients import open_house
from tests.support.counting import counted
from tests.support.databases import SqliteTemplates
from tierslieu.basics.spans import HOUR, Span
from tierslieu.fablab import claiming, queries
from tierslieu.fablab.queue.queries import expected
from tierslieu.reservations.availability import free_runs
from tierslieu.reservations.scene import Asker, scene
from tierslieu.venue.queries import venue

S = MachineState


class Lasting:
    """A house that is closed and opened again on the same files, its clock going on."""

    def __init__(self, template: str, folder: Path) -> None:
        self.template, self.folder, self.now = template, folder, 0
        self.sent: list[Any] = []

    @contextmanager
    def opened(self) -> Iterator[Fablab]:
        with open_house(self.template, self.folder) as house:
            house.clock.instant = max(self.now, house.clock.instant)
            fablab = Fablab(house)
            fablab.box.boot, fablab.box.seq = "boot-1", self.now % 100_000
            yield fablab
            self.now = house.clock.instant + 5
            self.sent.extend(fablab.spy.sent)


def test_a_job_outlives_a_power_cut_at_each_of_its_steps(sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    """Queued, ordered, sent, begun, over, emptied: the house goes down after each, and nothing is lost or doubled."""
    house = Lasting(sqlite_templates.make("demo"), tmp_path)
    with house.opened() as fablab:
        fablab.box.wake()
        job = fablab.queue()
    with house.opened() as fablab:
        assert fablab.job(job)["state"] == "queued"
        path = f"/api/v1/fablab/jobs/{job['id']}/dispatch"
        assert fablab.manager.post(path, {"machine": "p3d-1"}).status_code == 202
    assert house.sent == [], "down before the order left"
    with house.opened() as fablab:
        fablab.house.run_jobs()
        if fablab.job(job)["state"] == "queued":  # the house was quicker than its broker: nothing is ordered late
            assert fablab.job(job)["notice"] == "broker_away"
            fablab.dispatch(job)
    assert [command["op"] for _topic, command in house.sent] == ["start"]
    ref = house.sent[0][1]["job"]["job_ref"]
    with house.opened() as fablab:
        assert [cause for cause, _start, _end in taken(fablab)] == ["run"]
        fablab.box.started(ref)
    with house.opened() as fablab:
        assert fablab.job(job)["state"] == "running"
        fablab.box.started(ref)
        fablab.box.ended(ref)
    with house.opened() as fablab:
        fablab.box.ended(ref)
        assert fablab.machine()["needs_clear"] is True
        assert fablab.clear().status_code == 200
    with house.opened() as fablab:
        fablab.box.started(ref, "told-once-more")
        fablab.box.ended(ref, report_id="told-at-last")
        fablab.house.run_jobs()
        assert (fablab.job(job)["state"], fablab.job(job)["copies_done"]) == ("done", 1)
        assert fablab.machine()["needs_clear"] is False
        assert taken(fablab) == []
    assert len(house.sent) == 1, "ordered once"


def test_an_order_that_could_not_leave_in_time_never_leaves(sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    house = Lasting(sqlite_templates.make("demo"), tmp_path)
    with house.opened() as fablab:
        fablab.box.wake()
        job = fablab.queue()
        fablab.manager.post(f"/api/v1/fablab/jobs/{job['id']}/dispatch", {"machine": "p3d-1"})
    house.now += 10 * 60
    with house.opened() as fablab:
        fablab.house.run_jobs()
        back = fablab.job(job)
        assert back["state"] == "queued"
        assert back["notice"] in ("order_too_late", "broker_away", "no_echo")
        assert taken(fablab) == []
    assert house.sent == []


def test_another_machine_in_its_place_loses_no_job(quick_fablab: Fablab) -> None:
    """The printer breaks, another one is put under its key in the middle of a job: a person says how it ended."""
    fablab = quick_fablab
    job = fablab.running()
    fablab.box.reboot("boot-of-another")
    fablab.box.show(S.RUNNING, "J000777", percent=3.0)
    fablab.box.show(S.IDLE)
    assert (fablab.job(job)["state"], fablab.job(job)["outcome"]) == ("to_check", "unknown")
    assert fablab.clear("failed").status_code == 200
    assert fablab.maker.post(f"/api/v1/fablab/jobs/{job['id']}/again").status_code == 204
    assert fablab.job(job)["position"] == 1
    assert taken(fablab) == []


@pytest.mark.parametrize("path", ["/api/v1/fablab/queue", "/api/v1/fablab/jobs?everyone=true"])
def test_a_long_queue_costs_no_more_statements(quick_fablab: Fablab, path: str) -> None:
    fablab = quick_fablab
    fablab.queue()
    with counted(fablab.house) as engine:
        fablab.manager.get(path).raise_for_status()
        before = engine.statements
    for _ in range(6):
        fablab.queue()
    with counted(fablab.house) as engine:
        fablab.manager.get(path).raise_for_status()
        assert engine.statements == before


def test_free_times_leave_out_what_a_machine_works(fablab: Fablab) -> None:
    """Had the house let people reserve this printer, they would be offered the time after its run."""
    fablab.running()
    book(fablab, "11:00", "12:00", machine="p3d-3")
    now = fablab.house.clock.instant

    def free(reader: Any) -> list[int]:
        here = venue(reader)
        shown = replace(here.by_key["p3d-1"], is_bookable=True, opening=None, space=here.by_key["D01"].space)
        known = scene(reader, Asker(), [shown], Span(now, now + 12 * HOUR)).facts
        facts = replace(known, venue=here.with_resources((shown,)))
        return [(run.span.start - now) // 60 for run in free_runs(facts, shown, Span(now, now + 4 * HOUR), now)]

    assert fablab.house.read(claiming.units_of, fablab.house.read(queries.machine, "p3d-1"))
    assert min(fablab.house.read(free)) >= 11


def test_what_is_expected_of_nobody_is_nothing(quick_fablab: Fablab) -> None:
    assert quick_fablab.house.read(expected) == {}
