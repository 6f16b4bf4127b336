"""Roles of a place: they hold there and nowhere else, for machines, their queue and the requests for spaces."""

import pytest

from tests.fablab.benches import Fablab
from tests.support.clients import Caller, HouseUnderTest
from tests.support.counting import counted
from tests.support.doors import someone

RUNNING = [
    ("/machines/{key}/clear", {}),
    ("/machines/{key}/steer", {"op": "pause"}),
    ("/machines/{key}/material", {"material": "PLA"}),
    ("/machines/{key}/out", {"note": "bruit"}),
    ("/machines/{key}/back", None),
]
DONE = (200, 202, 204, 422)


@pytest.fixture
def fablab(nugue: HouseUnderTest) -> Fablab:
    """The demonstration's FabLab on both databases."""
    return Fablab(nugue)


def caller(house: HouseUnderTest, *held: str) -> Caller:
    return Caller(house.client, someone(house, *held).token)


@pytest.mark.parametrize("scope", ["machine:p3d-1", "kind:printer_3d"])
def test_a_superuser_runs_their_machines_only(fablab: Fablab, scope: str) -> None:
    who = caller(fablab.house, "member", f"machine_superuser@{scope}")
    for path, body in RUNNING:
        here = who.post("/api/v1/fablab" + path.format(key="p3d-1"), body)
        assert here.status_code in DONE, (path, here.text)
        there = who.post("/api/v1/fablab" + path.format(key="laser-1"), body)
        assert there.status_code == 403, (path, there.text)
    beside = who.post("/api/v1/fablab/machines/p3d-2/clear", {}).status_code
    assert beside == (403 if scope.startswith("machine") else 422)


def test_a_site_administrator_runs_the_machines_of_the_site(fablab: Fablab) -> None:
    here = caller(fablab.house, "site_administrator@site:oasis")
    there = caller(fablab.house, "site_administrator@site:container")
    for key in ("p3d-1", "laser-1"):
        assert here.post(f"/api/v1/fablab/machines/{key}/out", {"note": "bruit"}).status_code == 204
        assert there.post(f"/api/v1/fablab/machines/{key}/out", {"note": "bruit"}).status_code == 403


def test_a_technician_looks_after_every_machine_and_does_nothing_else(fablab: Fablab) -> None:
    who = caller(fablab.house, "technician")
    base = "/api/v1/fablab/machines/laser-1"
    assert who.post(f"{base}/problems", {"note": "courroie"}).status_code == 204
    assert who.post(f"{base}/out", {"note": "courroie"}).status_code == 204
    page = who.get("/fablab/machines/laser-1").text
    assert "Carnet de la machine" in page
    assert "Remettre en service" in page
    assert "/matiere" not in page
    assert who.post(f"{base}/back").status_code == 204
    assert who.post(f"{base}/clear", {}).status_code == 403
    assert who.post(f"{base}/material", {"material": "PLA"}).status_code == 403
    assert who.get("/fablab/file").status_code == 403
    assert who.reserve("coworking", "2026-11-24T10:00", "2026-11-24T12:00").status_code == 403


def test_jobs_of_other_machines_do_not_exist(fablab: Fablab) -> None:
    job = fablab.queue(kind="printer_3d")
    printers = caller(fablab.house, "member", "machine_superuser@kind:printer_3d")
    lasers = caller(fablab.house, "member", "machine_superuser@machine:laser-1")
    path = f"/api/v1/fablab/jobs/{job['id']}"
    assert printers.get(path).json()["number"] == job["number"]
    assert lasers.get(path).status_code == 404
    assert [one["id"] for one in printers.get("/api/v1/fablab/jobs?everyone=true").json()] == [job["id"]]
    assert lasers.get("/api/v1/fablab/jobs?everyone=true").json() == []
    assert job["number"] in printers.get("/fablab/file").text
    assert job["number"] not in lasers.get("/fablab/file").text
    assert lasers.post(f"{path}/dispatch", {"machine": "p3d-1"}).status_code == 403
    assert lasers.post(f"{path}/started", {"machine": "p3d-1"}).status_code == 403
    assert lasers.delete(path).status_code == 404
    assert lasers.post(f"{path}/up").status_code == 404
    assert lasers.post(f"{path}/ended", {}).status_code == 403
    assert printers.delete(path).status_code == 204


def test_who_runs_one_machine_may_start_a_job_there_and_not_next_door(fablab: Fablab) -> None:
    fablab.box.wake()
    job = fablab.queue(kind="printer_3d")
    who = caller(fablab.house, "machine_superuser@machine:p3d-1")
    path = f"/api/v1/fablab/jobs/{job['id']}/dispatch"
    assert who.post(path, {"machine": "p3d-2"}).status_code == 403
    assert who.post(path, {"machine": "p3d-1"}).status_code == 202


def test_the_machine_page_shows_verbs_and_names_where_they_hold(fablab: Fablab) -> None:
    job = fablab.queue(kind="printer_3d")
    who = caller(fablab.house, "machine_superuser@machine:laser-1")
    assert "/hors-service" in who.get("/fablab/machines/laser-1").text
    other = who.get("/fablab/machines/p3d-1").text
    assert "/hors-service" not in other
    assert job["number"] not in other
    assert "Carnet de la machine" not in other
    assert who.get("/mur").status_code == 403


def request_hall(house: HouseUnderTest) -> str:
    member = caller(house, "member")
    answer = member.reserve("grande-salle", "2026-12-04T09:00", "2026-12-04T12:00")
    (made,) = answer.json()["reservations"]
    assert made["state"] == "requested"
    return str(made["id"])


@pytest.mark.parametrize("held", ["resource_manager@space:grande-salle", "resource_manager@site:oasis"])
def test_a_manager_answers_for_their_spaces(nugue: HouseUnderTest, held: str) -> None:
    made, who = request_hall(nugue), caller(nugue, held)
    page = who.get("/demandes").text
    assert made in page
    assert "/accueil" not in page
    assert who.post(f"/api/v1/requests/{made}", {"granted": True}).status_code == 204
    assert made not in who.get("/demandes").text


@pytest.mark.parametrize("held", ["resource_manager@space:fablab", "site_administrator@site:container"])
def test_nobody_answers_for_other_spaces(nugue: HouseUnderTest, held: str) -> None:
    made, who = request_hall(nugue), caller(nugue, held)
    assert made not in who.get("/demandes").text
    assert who.post(f"/api/v1/requests/{made}", {"granted": True}).status_code == 403
    assert who.get("/accueil").status_code == 403
    assert who.get(f"/api/v1/reservations/{made}").status_code == 404


def test_a_site_is_closed_by_who_administrates_it(nugue: HouseUnderTest) -> None:
    body = {
        "resource": "visio-1",
        "starts_at": "2026-12-07T10:00:00+01:00",
        "ends_at": "2026-12-07T12:00:00+01:00",
        "reason": "travaux",
    }
    assert caller(nugue, "resource_manager@space:visio-1").post("/api/v1/closures", body).status_code == 403
    assert caller(nugue, "site_administrator@site:container").post("/api/v1/closures", body).status_code == 403
    answer = caller(nugue, "site_administrator@site:oasis").post("/api/v1/closures", body)
    assert answer.status_code == 201, answer.text


def test_checking_rights_costs_no_statement_more(fablab: Fablab) -> None:
    """One statement says who asks and what they may; a list asks nothing more for each of its rows."""
    house = fablab.house
    plain, staff = caller(house, "member"), caller(house, "fab_manager")
    scoped = caller(house, "member", "machine_superuser@machine:p3d-1", "trainer@kind:printer_3d", "technician")
    fablab.queue(kind="printer_3d")
    with counted(house) as engine:
        costs = {name: cost(engine, who, "/api/v1/me") for name, who in (("a", plain), ("b", scoped), ("c", staff))}
        assert set(costs.values()) == {1}
        few = [cost(engine, who, "/fablab/file") for who in (scoped, staff)]
    for _ in range(6):
        fablab.queue(kind="printer_3d")
    with counted(house) as engine:
        many = [cost(engine, who, "/fablab/file") for who in (scoped, staff)]
    assert many == few
    assert few[0] == few[1]


def cost(engine: object, who: Caller, path: str) -> int:
    before = engine.statements  # type: ignore[attr-defined]
    assert who.get(path).status_code == 200
    return int(engine.statements - before)  # type: ignore[attr-defined]
