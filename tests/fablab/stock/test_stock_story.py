"""From a delivery to an empty spool: what jobs take is counted once, what nobody knows is weighed, not guessed."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from devices.wire import JobEnded, MachineState, Outcome
from tests.fablab.benches import Fablab, codes
from tests.support.inside import mailbox, read, run_jobs, write
from tierslieu.basics.errors import Conflict
from tierslieu.fablab.stock import loading, queries, storing
from tierslieu.fablab.stock.api import list_materials
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Reader, Tx

SPOOL = 3
"""The white PLA on p3d-1: 600 g."""


def item(fablab: Fablab, number: int = SPOOL) -> dict[str, Any]:
    return dict(fablab.manager.get(f"/api/v1/fablab/stock/{number}").json())


def milligrams(fablab: Fablab, number: int = SPOOL) -> int:
    return read(fablab.house, queries.item, number).left


def ended(fablab: Fablab, job: dict[str, Any], *, mm: float | None, seconds: int | None, report: str = "end") -> None:
    fact = JobEnded(job_ref=job["number"], outcome=Outcome.OK, duration_s=seconds, filament_mm=mm)
    fablab.box._report(fact, f"{job['number']}-{report}")


def clear(fablab: Fablab, outcome: str = "good") -> None:
    answer = fablab.clear(outcome)
    assert answer.status_code == 200, answer.text
    run_jobs(fablab.house)


def test_a_job_takes_what_the_machine_measured_from_its_spool_once(fablab: Fablab) -> None:
    job = fablab.running()
    ended(fablab, job, mm=10_000, seconds=700)
    ended(fablab, job, mm=10_000, seconds=700)
    clear(fablab)
    taken = 600_000 - milligrams(fablab)
    assert taken == 29_825  # 10 m of 1.75 mm at 1.24 g/cm³
    assert fablab.clear().status_code == 422
    run_jobs(fablab.house)
    assert 600_000 - milligrams(fablab) == taken
    assert read(fablab.house, queries.used_by, job["number"]) == {read(fablab.house, queries.item, SPOOL).id: taken}
    assert item(fablab)["needs_weighing"] is False


def test_what_the_machine_does_not_say_is_the_slicers_a_part_of_it_or_weighed(quick_fablab: Fablab) -> None:
    ended(quick_fablab, quick_fablab.running(), mm=None, seconds=None)
    clear(quick_fablab)
    assert 600_000 - milligrams(quick_fablab) == 80  # the file says 0.08 g
    ended(quick_fablab, quick_fablab.running(), mm=None, seconds=31)  # of 62
    clear(quick_fablab, "failed")
    assert 600_000 - milligrams(quick_fablab) == 120
    assert item(quick_fablab)["needs_weighing"] is False

    ended(quick_fablab, quick_fablab.running(), mm=None, seconds=None)
    clear(quick_fablab, "failed")
    assert (600_000 - milligrams(quick_fablab), item(quick_fablab)["needs_weighing"]) == (120, True)
    weighed = quick_fablab.manager.post(f"/api/v1/fablab/stock/{SPOOL}/weigh", {"gross_g": 780})
    assert (weighed.json()["remaining"], weighed.json()["needs_weighing"]) == (550, False)  # 230 g of it is the spool


def test_a_spool_changed_in_the_middle_is_weighed_and_the_last_one_pays(quick_fablab: Fablab) -> None:
    job = quick_fablab.running()
    quick_fablab.house.clock.instant += 600
    answer = quick_fablab.manager.post("/api/v1/fablab/stock/1/load", {"machine": "p3d-1"})
    assert answer.status_code == 200, answer.text
    quick_fablab.house.clock.instant += 600
    ended(quick_fablab, job, mm=10_000, seconds=1200)
    clear(quick_fablab)
    assert [item(quick_fablab, one)["needs_weighing"] for one in (1, SPOOL)] == [True, True]
    assert [milligrams(quick_fablab, one) for one in (1, SPOOL)] == [1_000_000 - 29_825, 600_000]
    assert item(quick_fablab)["machine"] is None


def test_more_than_there_was_is_told_not_hidden(quick_fablab: Fablab) -> None:
    quick_fablab.manager.post(f"/api/v1/fablab/stock/{SPOOL}/count", {"quantity": 10})
    job = quick_fablab.running()
    ended(quick_fablab, job, mm=10_000, seconds=700)
    clear(quick_fablab)
    assert (item(quick_fablab)["remaining"], item(quick_fablab)["needs_weighing"]) == (0, True)
    page = quick_fablab.manager.get(f"/bobines/{SPOOL}").text
    assert "À peser" in page


def test_a_machine_knows_what_was_put_on_it(quick_fablab: Fablab) -> None:
    assert quick_fablab.machine()["material"] == "PLA"
    quick_fablab.manager.post("/api/v1/fablab/stock/8/load", {"machine": "p3d-1"})  # the PETG of p3d-2
    assert (quick_fablab.machine()["material"], quick_fablab.machine("p3d-2")["material"]) == ("PETG", "")
    assert quick_fablab.manager.post("/api/v1/fablab/stock/8/unload").json()["machine"] is None
    assert quick_fablab.machine()["material"] == ""
    refused = quick_fablab.manager.post("/api/v1/fablab/stock/8/unload")
    assert codes(refused) == {"not_on_machine"}


def test_movements_at_the_same_moment_all_count_an_act_counts_once_and_none_is_changed(fablab: Fablab) -> None:
    one = read(fablab.house, queries.item, SPOOL)

    async def storm() -> None:
        db = fablab.house.house.db
        uses = [db.write(storing.move, one.id, -1_000, "use", f"J{at:06d}") for at in range(20)]
        again = [db.write(storing.move, one.id, -1_000, "use", "J000001") for _ in range(20)]
        await asyncio.gather(*uses, *again)

    fablab.house.client.blocking_portal.call(storm)
    assert milligrams(fablab) == 580_000
    for sql in ("UPDATE stock_move SET amount = 1", "DELETE FROM stock_move"):
        with pytest.raises(Conflict):
            write(fablab.house, _run, sql)


def _run(tx: Tx, sql: str) -> None:
    tx.run(Query(text(sql)))


def test_two_people_who_load_the_same_tool_leave_one_spool_on_it(fablab: Fablab) -> None:
    async def storm() -> list[Any]:
        db = fablab.house.house.db
        both = [db.write(loading.load, number, "p3d-1") for number in (1, 2, 4, 5)]
        return list(await asyncio.gather(*both, return_exceptions=True))

    found = fablab.house.client.blocking_portal.call(storm)
    assert all(one is None or isinstance(one, Conflict) for one in found)
    machine = read(fablab.house, lambda reader: [len(some) for some in queries.loaded(reader).values()])
    assert machine == [1, 1, 1][: len(machine)]


def test_too_little_is_told_once_until_it_is_refilled(fablab: Fablab) -> None:
    letters = _letters(fablab)
    fablab.manager.post("/api/v1/fablab/stock/4/count", {"quantity": 700})
    run_jobs(fablab.house)
    assert letters() == []  # two spools of black PLA: 700 g and 400 g are more than the threshold of 1 kg
    for grams in (300, 250):
        fablab.manager.post("/api/v1/fablab/stock/4/count", {"quantity": grams})
        run_jobs(fablab.house)
    assert len(letters()) == 1
    assert "700 g de PLA noir" in letters()[0].text.replace("\u00a0", " ")
    material = next(one for one in fablab.manager.get("/api/v1/fablab/materials").json() if one["name"] == "PLA noir")
    assert (material["is_low"], material["on_hand"]) == (True, 650)
    delivered = fablab.manager.post(f"/api/v1/fablab/materials/{material['id']}/deliveries", {"quantity": 1000})
    assert delivered.status_code == 201, delivered.text
    fablab.manager.post("/api/v1/fablab/stock/4/count", {"quantity": 0})
    run_jobs(fablab.house)
    assert len(letters()) == 1  # 1.4 kg
    fablab.house.clock.instant += 60
    fablab.manager.post(f"/api/v1/fablab/stock/{delivered.json()[0]['number']}/count", {"quantity": 100})
    run_jobs(fablab.house)
    assert len(letters()) == 2


def _letters(fablab: Fablab) -> Any:
    return lambda: [one for one in mailbox(fablab.house) if one.subject.startswith("Bientôt plus")]


def test_what_waits_in_the_queue_counts(quick_fablab: Fablab) -> None:
    def white(reader: Reader) -> float:
        return next(one for one in list_materials(reader) if one.name == "PLA blanc").promised

    assert read(quick_fablab.house, white) == 0
    quick_fablab.queue(material="PLA", colour="Blanc", quantity=20)
    assert read(quick_fablab.house, white) == pytest.approx(1.6)
    assert read(quick_fablab.house, queries.price_per_kg, "pla", "bois") == 3800
    assert read(quick_fablab.house, queries.price_per_kg, "PLA") == 2250
    assert read(quick_fablab.house, queries.price_per_kg, "inconnu") is None


def test_a_rectangle_and_its_offcut_leave_the_sum_right(quick_fablab: Fablab) -> None:
    sheet = next(one for one in quick_fablab.manager.get("/api/v1/fablab/stock").json() if one["type"] == "Acrylique")
    whole = sheet["remaining"]
    cut = {"width_mm": 300, "height_mm": 200, "rest_width_mm": 300, "rest_height_mm": 300}
    both = quick_fablab.manager.post(f"/api/v1/fablab/stock/{sheet['number']}/cut", cut).json()
    assert [one["remaining"] for one in both] == [whole - 600 - 900, 900]
    assert (both[1]["width_mm"], both[1]["height_mm"], both[1]["type"]) == (300, 300, "Acrylique")
    large = quick_fablab.manager.post(
        f"/api/v1/fablab/stock/{both[1]['number']}/cut", {"width_mm": 400, "height_mm": 10}
    )
    assert codes(large) == {"larger_than_item"}
    spool = quick_fablab.manager.post(f"/api/v1/fablab/stock/{SPOOL}/cut", {"width_mm": 400, "height_mm": 10})
    assert codes(spool) == {"not_cut"}


def test_the_running_machine_is_shown_with_its_spool(quick_fablab: Fablab) -> None:
    quick_fablab.box.wake()
    quick_fablab.box.show(MachineState.IDLE)
    page = quick_fablab.manager.get("/fablab/machines/p3d-1").text
    assert "B0003" in page
    assert "B0003" not in quick_fablab.maker.get("/fablab/machines/p3d-1").text


def test_a_finished_spool_is_off_its_machine_and_takes_nothing_more(quick_fablab: Fablab) -> None:
    assert quick_fablab.manager.delete(f"/api/v1/fablab/stock/{SPOOL}").status_code == 204
    assert (item(quick_fablab)["is_finished"], item(quick_fablab)["machine"]) == (True, None)
    assert milligrams(quick_fablab) == 0
    again = quick_fablab.manager.post(f"/api/v1/fablab/stock/{SPOOL}/load", {"machine": "p3d-1"})
    assert codes(again) == {"item_finished"}


def test_demo_sums(quick_fablab: Fablab) -> None:
    def sums(tx: Tx) -> dict[str, int]:
        return {one.name: sum(i.remaining for i in queries.items_of(tx, one.id)) for one in queries.materials(tx)}

    found = write(quick_fablab.house, sums)
    assert (found["PLA blanc"], found["PLA noir"], found["TPU gris"]) == (2_600_000, 1_400_000, 430_000)
