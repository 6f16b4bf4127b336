"""Counters, plans and what they do: told in time, blocking when overdue, done with a checklist and parts."""

import asyncio
from typing import Any

from tests.fablab.benches import Fablab, codes
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER
from tests.support.inside import mailbox, read, run_jobs, write
from tierslieu.fablab import queries as fablab_queries
from tierslieu.fablab.events import OopsReported, SessionEnded
from tierslieu.fablab.stock import queries as stock
from tierslieu.fablab.upkeep import counting, incidents, queries
from tierslieu.fablab.upkeep.rules import Reading
from tierslieu.infra.transaction import Reader, Tx

DAY = 86_400


def plan(fablab: Fablab, **more: Any) -> dict[str, Any]:
    wish = {"title": "Vérifier la courroie", "measure": "jobs", "every": 2, "steps": ["Tendre", "Écouter"], **more}
    answer = fablab.manager.post("/api/v1/fablab/machines/p3d-2/plans", wish)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def of(fablab: Fablab, id_: str) -> dict[str, Any]:
    return next(one for one in fablab.manager.get("/api/v1/fablab/plans").json() if one["id"] == id_)


def work(fablab: Fablab, ref: str, jobs: int = 1) -> None:
    def add(tx: Tx) -> None:
        counting.add(tx, fablab_queries.machine(tx, "p3d-2").id, ref, "job", Reading(3_600 * jobs, jobs, 5_000))

    write(fablab.house, add)
    run_jobs(fablab.house)


def letters(fablab: Fablab, start: str) -> list[str]:
    return [one.to for one in mailbox(fablab.house) if one.subject.startswith(start)]


def test_a_job_counts_once_for_its_machine(fablab: Fablab) -> None:
    before = next(one for one in fablab.manager.get("/api/v1/fablab/counters").json() if one["machine"] == "p3d-1")
    job = fablab.running()
    fablab.box.ended(job["number"])
    fablab.box.ended(job["number"])
    fablab.clear()
    run_jobs(fablab.house)
    after = next(one for one in fablab.manager.get("/api/v1/fablab/counters").json() if one["machine"] == "p3d-1")
    assert after["jobs"] - before["jobs"] == 1
    assert round((after["hours"] - before["hours"]) * 3_600) == 700
    assert round((after["metres"] - before["metres"]) * 1_000) == 26
    shown = fablab.manager.get("/fablab/machines/p3d-1/entretien").text
    assert "Changer la buse" in shown


def test_an_overdue_plan_is_told_blocks_displaces_and_comes_back_when_done(fablab: Fablab) -> None:
    made = fablab.manager.reserve("p3d-2", "2026-11-25T10:00", "2026-11-25T11:00", exception="training")
    assert made.status_code == 201, made.text
    one = plan(fablab, is_blocking=True, every=10)
    work(fablab, "w1", 9)
    assert (of(fablab, one["id"])["left"], of(fablab, one["id"])["urgency"]) == (1, "soon")
    assert letters(fablab, "Entretien à faire") == [FAB_MANAGER]
    assert fablab.machine("p3d-2")["status"] == "in_service"

    work(fablab, "w2")
    work(fablab, "w2")
    assert of(fablab, one["id"])["urgency"] == "overdue"
    assert fablab.machine("p3d-2")["status"] == "maintenance"
    assert letters(fablab, "Entretien à faire") == [FAB_MANAGER]
    state = fablab.manager.get(f"/api/v1/reservations/{made.json()['reservations'][0]['id']}").json()["state"]
    assert state != "confirmed"
    assert "Vérifier la courroie" in fablab.maker.get("/fablab/machines/p3d-2").text

    bare = f"/api/v1/fablab/plans/{one['id']}/done"
    assert codes(fablab.manager.post(bare, {"steps": [0]})) == {"steps_missing"}
    nozzle = next(part for part in fablab.manager.get("/api/v1/fablab/stock").json() if part["type"] == "Buse")
    parts = [{"item": nozzle["number"], "quantity": 9}]
    assert codes(fablab.manager.post(bare, {"steps": [0, 1], "parts": parts})) == {"not_enough_left"}
    assert fablab.machine("p3d-2")["status"] == "maintenance"
    parts = [{"item": nozzle["number"], "quantity": 1}]
    assert fablab.manager.post(bare, {"steps": [0, 1], "parts": parts}).status_code == 201
    assert fablab.machine("p3d-2")["status"] == "in_service"
    assert of(fablab, one["id"])["left"] == 10
    assert read(fablab.house, stock.item, nozzle["number"]).left == nozzle["remaining"] - 1
    free = fablab.manager.reserve("p3d-2", "2026-11-25T10:00", "2026-11-25T11:00", exception="training")
    assert free.status_code == 201, free.text


def test_a_plan_by_days_is_due_by_itself(quick_fablab: Fablab) -> None:
    one = plan(quick_fablab, measure="days", every=90)
    assert of(quick_fablab, one["id"])["urgency"] == "later"
    quick_fablab.house.clock.instant += 85 * DAY
    run_jobs(quick_fablab.house)
    assert FAB_MANAGER in letters(quick_fablab, "Entretien à faire")
    quick_fablab.manager = quick_fablab.house.sign_in(FAB_MANAGER)
    assert (of(quick_fablab, one["id"])["left"], of(quick_fablab, one["id"])["urgency"]) == (5, "soon")


def test_a_counter_is_set_to_what_the_machine_shows(quick_fablab: Fablab) -> None:
    answer = quick_fablab.manager.post("/api/v1/fablab/machines/p3d-2/counters", {"hours": 1000})
    assert answer.status_code == 204
    found = next(one for one in quick_fablab.manager.get("/api/v1/fablab/counters").json() if one["machine"] == "p3d-2")
    assert (found["hours"], found["jobs"]) == (1000, 97)


def test_work_noted_many_times_at_once_counts_once(fablab: Fablab) -> None:
    def total(reader: Reader) -> int:
        return sum(one.jobs for one in queries.readings(reader).values())

    before = read(fablab.house, total)
    machine_id = next(iter(read(fablab.house, queries.readings)))

    async def storm() -> None:
        db = fablab.house.house.db
        await asyncio.gather(
            *(db.write(counting.add, machine_id, f"r{at % 5}", "job", Reading(60, 1, 10)) for at in range(30))
        )

    fablab.house.client.blocking_portal.call(storm)
    assert read(fablab.house, total) == before + 5


def test_plans_are_made_changed_and_done_on_pages(quick_fablab: Fablab) -> None:
    desk = Browser(quick_fablab.house)
    desk.sign_in(FAB_MANAGER)
    desk.get("/fablab/machines/laser-1/entretien")
    bad = desk.submit(
        "/fablab/machines/laser-1/entretien", {"title": "Nettoyer", "measure": "hours", "every": "souvent"}
    )
    assert (bad.status_code, 'value="Nettoyer"' in bad.text) == (422, True)
    fields = {
        "title": "Nettoyer la lentille",
        "measure": "hours",
        "every": "20",
        "steps": "Couper\nEssuyer\n\nVérifier",
    }
    assert desk.submit("/fablab/machines/laser-1/entretien", fields).status_code == 303
    one = next(plan for plan in read(quick_fablab.house, queries.plans) if plan.title == "Nettoyer la lentille")
    assert one.checklist == ["Couper", "Essuyer", "Vérifier"]
    page = desk.get("/fablab/machines/laser-1/entretien").text
    path = page.split('href="/fablab/entretien/')[1].split('"')[0]
    assert "Essuyer" in desk.get(f"/fablab/entretien/{path}").text
    missing = desk.submit(f"/fablab/entretien/{path}/fait", {"step-0": "1"})
    assert (missing.status_code, "non cochées\u00a0: 2" in missing.text) == (422, True)
    told = {"step-0": "1", "note": "Lentille à changer bientôt", "part": "nul"}
    assert desk.submit(f"/fablab/entretien/{path}/fait", told).status_code == 422
    assert desk.submit(f"/fablab/entretien/{path}/fait", {**told, "part": ""}).status_code == 303
    log = desk.get("/fablab/machines/laser-1/entretien").text
    assert "pas fait" in log
    assert desk.submit(f"/fablab/entretien/{path}", fields).status_code == 303
    assert all(plan.id != one.id for plan in read(quick_fablab.house, queries.plans))


def test_a_session_at_a_terminal_counts_and_a_stop_for_trouble_is_an_incident(quick_fablab: Fablab) -> None:
    def tell(tx: Tx) -> None:
        laser = fablab_queries.machine(tx, "laser-1").id
        for event in (SessionEnded(41, laser, 1, 3_600, 1_800), SessionEnded(42, laser, 1, 900, 0)):
            counting.count_session(tx, event)
            counting.count_session(tx, event)
        incidents.note_oops(tx, OopsReported(laser, None, "Le miroir est sale"))

    write(quick_fablab.house, tell)
    run_jobs(quick_fablab.house)
    found = next(
        one for one in quick_fablab.manager.get("/api/v1/fablab/counters").json() if one["machine"] == "laser-1"
    )
    assert found["hours"] == 0.75
    told = quick_fablab.manager.get("/api/v1/fablab/incidents").json()
    assert ("laser-1", "does_not_work", "Le miroir est sale") in [(i["machine"], i["kind"], i["text"]) for i in told]
