"""Who may do what, what is refused and why; files that come in and go out."""

import asyncio
from pathlib import Path

import pytest

from devices.wire import MachineState
from tests.fablab.benches import CUBE, Box, Fablab, codes
from tests.support.clients import ADMINISTRATOR, MEMBER, OTHER_MEMBER, RECEPTION, Caller, open_house
from tests.support.databases import SqliteTemplates
from tierslieu.basics.errors import Conflict, Refused
from tierslieu.basics.ids import read
from tierslieu.fablab import queries, reactions
from tierslieu.fablab.queue import starting
from tierslieu.people.devices.actions import enrol_device

S = MachineState
ADVISER, FACILITATOR = "samir@example.org", "nadia@example.org"
STAFF_VERBS = [
    ("/jobs/{job}/dispatch", {"machine": "p3d-1"}),
    ("/jobs/{job}/started", {"machine": "p3d-1"}),
    ("/jobs/{job}/ended", {}),
    ("/machines/p3d-1/clear", {}),
    ("/machines/p3d-1/steer", {"op": "pause"}),
    ("/machines/p3d-1/out", {"note": "bruit"}),
    ("/machines/p3d-1/back", None),
    ("/machines/p3d-1/material", {"material": "PLA"}),
]
ANYONES_VERBS = [
    ("/jobs", {"file": "0" * 13}),
    ("/jobs/{job}/up", None),
    ("/machines/p3d-1/problems", {"note": "bruit"}),
]


@pytest.mark.parametrize(("path", "body"), STAFF_VERBS)
def test_machines_are_run_by_staff_only(quick_fablab: Fablab, path: str, body: dict[str, str] | None) -> None:
    job = quick_fablab.queue()
    path = "/api/v1/fablab" + path.format(job=job["id"])
    assert quick_fablab.house.stranger.post(path, body).status_code == 401
    for email in (MEMBER, FACILITATOR):
        assert quick_fablab.house.sign_in(email).post(path, body).status_code == 403
    for email in (RECEPTION, ADMINISTRATOR, ADVISER):
        assert quick_fablab.house.sign_in(email).post(path, body).status_code in (200, 202, 204, 422)


@pytest.mark.parametrize(("path", "body"), ANYONES_VERBS)
def test_strangers_see_machines_and_change_nothing(fablab: Fablab, path: str, body: dict[str, str] | None) -> None:
    stranger = fablab.house.stranger
    assert stranger.post("/api/v1/fablab" + path.format(job="0" * 13), body).status_code == 401
    machines = stranger.get("/api/v1/fablab/machines").json()
    assert len(machines) == 10
    assert {one["key"]: one["status"] for one in machines}["cnc-1"] == "maintenance"
    for key in ("p3d-9", "%00", "%ff", "x" * 400, "p3d-1%0a"):
        assert stranger.get(f"/api/v1/fablab/machines/{key}").status_code in (400, 404), key
    assert stranger.get("/api/v1/fablab/jobs").status_code == 401


def test_anothers_job_and_file_do_not_exist(quick_fablab: Fablab) -> None:
    job, thomas = quick_fablab.queue(), quick_fablab.house.sign_in(OTHER_MEMBER)
    for answer in (
        thomas.get(f"/api/v1/fablab/jobs/{job['id']}"),
        thomas.delete(f"/api/v1/fablab/jobs/{job['id']}"),
        thomas.post(f"/api/v1/fablab/jobs/{job['id']}/up"),
        thomas.post(f"/api/v1/fablab/jobs/{job['id']}/again"),
        thomas.post("/api/v1/fablab/jobs", {"file": quick_fablab.upload().json()["id"]}),
    ):
        assert answer.status_code == 404
    assert thomas.get("/api/v1/fablab/jobs").json() == []
    assert thomas.get("/api/v1/fablab/jobs?everyone=true").status_code == 403
    assert quick_fablab.manager.get("/api/v1/fablab/jobs?everyone=true").json()[0]["person"] == "Sofia M."


def test_two_jobs_never_meet_on_one_machine(fablab: Fablab) -> None:
    fablab.box.wake()
    first, second = fablab.queue(), fablab.queue()
    assert fablab.dispatch(first).status_code == 202
    assert codes(fablab.dispatch(second)) == {"machine_busy"}
    assert codes(fablab.dispatch(first)) == {"machine_busy", "job_not_waiting"}


def test_of_two_who_start_at_the_same_moment_one_is_told_no(fablab: Fablab) -> None:
    fablab.box.wake()
    other = Box(fablab.house, "p3d-3")
    other.wake()
    jobs = [fablab.queue() for _ in range(6)]
    ids = [read(job["id"]) for job in jobs]
    database = fablab.house.house.db

    async def all_at_once() -> list[object]:
        starts = [database.write(starting.dispatch, one, "p3d-1") for one in ids[:4]]
        starts += [database.write(starting.dispatch, ids[4], key) for key in ("p3d-1", "p3d-3")]
        return list(await asyncio.gather(*starts, return_exceptions=True))

    found = fablab.house.client.blocking_portal.call(all_at_once)
    assert all(one is None or isinstance(one, Refused | Conflict) for one in found), found
    active = fablab.house.read(queries.active)
    assert len(active) == sum(one is None for one in found)
    assert 1 <= len(active) <= 2
    assert len({job.id for job in active.values()}) == len(active)


def test_jobs_change_places(fablab: Fablab) -> None:
    thomas = fablab.house.sign_in(OTHER_MEMBER)
    first, second, third = fablab.queue(), fablab.queue(thomas), fablab.queue()

    def order() -> list[str]:
        waiting = fablab.manager.get("/api/v1/fablab/jobs?everyone=true").json()
        return [one["number"] for one in waiting]

    def up(who: Caller, job: dict[str, str]) -> int:
        return who.post(f"/api/v1/fablab/jobs/{job['id']}/up").status_code

    assert up(thomas, second) == 422, "nobody passes before somebody else"
    assert up(fablab.maker, third) == 204
    assert order() == [third["number"], second["number"], first["number"]]
    assert up(fablab.manager, second) == 204
    assert order() == [second["number"], third["number"], first["number"]]
    assert fablab.maker.delete(f"/api/v1/fablab/jobs/{third['id']}").status_code == 204
    assert order() == [second["number"], first["number"]]
    assert fablab.job(first)["position"] == 2


def test_a_running_job_is_stopped_by_asking_the_machine(fablab: Fablab) -> None:
    job = fablab.running()
    assert fablab.maker.delete(f"/api/v1/fablab/jobs/{job['id']}").status_code == 204
    fablab.house.run_jobs()
    command = fablab.spy.sent[-1][1]
    assert (command["op"], command["job_ref"]) == ("cancel", job["number"])
    assert fablab.job(job)["state"] == "running", "until the machine says so"
    assert fablab.manager.post("/api/v1/fablab/machines/p3d-1/steer", {"op": "pause"}).status_code == 202
    assert fablab.manager.post("/api/v1/fablab/machines/p3d-2/steer", {"op": "pause"}).status_code == 422


def test_a_machine_that_nobody_hears_is_ended_by_hand(fablab: Fablab) -> None:
    job = fablab.running()
    fablab.pass_time(300)
    assert fablab.machine()["link"] == "offline"
    path = f"/api/v1/fablab/jobs/{job['id']}"
    assert fablab.maker.delete(path).status_code == 422
    assert fablab.manager.post(f"{path}/ended", {"outcome": "failed"}).status_code == 204
    assert fablab.manager.post(f"{path}/ended", {"outcome": "failed"}).status_code == 422
    assert fablab.job(job)["state"] == "to_check"


def test_machines_without_orders_are_started_by_hand(fablab: Fablab) -> None:
    assert fablab.manager.post("/api/v1/fablab/machines/cnc-1/back").status_code == 204
    job = fablab.queue(kind="cnc_router")
    assert "no_remote_start" in codes(fablab.dispatch(job, "cnc-1"))
    path = f"/api/v1/fablab/jobs/{job['id']}/started"
    assert codes(fablab.manager.post(path, {"machine": "p3d-1"})) == {"other_machine_wanted"}
    assert codes(fablab.manager.post(path, {"machine": "cnc-1"})) == {"qualification_missing"}
    assert fablab.manager.post(path, {"machine": "cnc-1", "exception": "beside"}).status_code == 204
    assert fablab.job(job)["state"] == "running"
    again = fablab.manager.post(path, {"machine": "cnc-1", "exception": "beside"})
    assert codes(again) == {"machine_busy", "job_not_waiting"}


def test_wishes_that_no_machine_can_meet(quick_fablab: Fablab) -> None:
    content = b"M83\nG28\nG1 Z0.2\nG1 X0 Y0 E1\nG1 X400 Y10 E1\n"
    large = quick_fablab.send(quick_fablab.maker, content, "large.gcode").json()
    assert large["size_mm"] == [400.0, 10.0, 0.2]
    assert codes(quick_fablab.maker.post("/api/v1/fablab/jobs", {"file": large["id"]})) == {"too_big_for_all"}
    cube = quick_fablab.upload().json()["id"]
    laser = {"file": cube, "machine": "laser-1"}
    assert codes(quick_fablab.maker.post("/api/v1/fablab/jobs", laser)) == {"kind_takes_no_file"}
    for bad in ({"quantity": 0}, {"quantity": 21}, {"machine": "p3d/1"}, {"person": "x"}, {"note": "x" * 501}):
        assert quick_fablab.maker.post("/api/v1/fablab/jobs", {"file": cube, **bad}).status_code in (400, 422), bad
    assert quick_fablab.maker.post("/api/v1/fablab/jobs", {"file": cube, "machine": "p3d-9"}).status_code == 404


def test_flagged_commands_need_a_look(quick_fablab: Fablab) -> None:
    quick_fablab.box.wake()
    sent = quick_fablab.send(quick_fablab.maker, b"G28\nM502\nG1 X1 Y1 E1\nM500\n", "reset.gcode").json()
    assert sent["flagged"] == ["M502, line 2", "M500, line 4"]
    job = quick_fablab.maker.post("/api/v1/fablab/jobs", {"file": sent["id"]}).json()
    assert codes(quick_fablab.dispatch(job)) == {"flagged_commands"}
    assert quick_fablab.dispatch(job, seen=True).status_code == 202


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("cube.stl", b"solid", "unknown_format"),
        ("cube.bgcode", b"GCDE", "damaged_file"),
        ("cube.gcode", b"", "empty_file"),
        ("cube.gcode", b"\x89PNG\r\n\x1a\n\x00\x00", "unknown_format"),
        ("cube.gcode", b"hello world\n", "unknown_format"),
    ],
)
def test_bad_files_are_refused_and_not_kept(quick_fablab: Fablab, name: str, content: bytes, code: str) -> None:
    answer = quick_fablab.send(quick_fablab.maker, content, name)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["fields"] == {"file": code}
    assert not [path for path in quick_fablab.house.house.files.folder.rglob("*") if path.is_file()]


def test_an_upload_without_file_or_from_another_site(quick_fablab: Fablab) -> None:
    path = "/api/v1/fablab/files"
    assert quick_fablab.maker.post(path, {"file": "x"}).status_code == 422
    cookie = quick_fablab.maker.headers["authorization"].removeprefix("Bearer ")
    forged = quick_fablab.house.client.post(
        path, files={"file": ("cube.gcode", CUBE.read_bytes())}, headers={"cookie": f"session={cookie}"}
    )
    assert (forged.status_code, forged.json()["code"]) == (403, "csrf_missing")


def test_a_strange_name_is_made_plain(quick_fablab: Fablab) -> None:
    name = "../../etc/" + "pièce\u202e" + "x" * 300 + ".gcode"
    given = quick_fablab.send(quick_fablab.maker, CUBE.read_bytes(), name).json()["name"]
    assert given.startswith("piècexxx")
    assert given.endswith("x.gcode")
    assert len(given) == 200


def test_a_file_over_the_limit_is_refused_in_clear(sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    with open_house(sqlite_templates.make("demo"), tmp_path, upload_limit=2_000_000) as house:
        fablab = Fablab(house)
        little_over = fablab.send(fablab.maker, b"G1 X1\n" * 400_000, "long.gcode")
        assert (little_over.status_code, little_over.json()["code"]) == (422, "file_too_large")
        assert "2 Mo" in little_over.json()["detail"].replace("\u00a0", " ")
        far_over = fablab.send(fablab.maker, b"G1 X1\n" * 700_000, "long.gcode")
        assert (far_over.status_code, far_over.json()["code"]) == (413, "too_large")
        assert not [path for path in house.house.files.folder.rglob("*") if path.is_file()]


def test_more_than_two_hundred_megabytes_are_refused(quick_fablab: Fablab, tmp_path: Path) -> None:
    path = tmp_path / "huge.gcode"
    with path.open("wb") as out:
        out.truncate(202_000_000)
    with path.open("rb") as stream:
        answer = quick_fablab.house.client.post(
            "/api/v1/fablab/files", files={"file": ("huge.gcode", stream)}, headers=quick_fablab.maker.headers
        )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_machine_fetches_the_file_of_its_job_only(fablab: Fablab) -> None:
    secrets = {key: fablab.house.write(enrol_device, key, "machine", key) for key in ("p3d-1", "p3d-2")}
    first, second = (Caller(fablab.house.client, secrets[key]) for key in ("p3d-1", "p3d-2"))
    sha256 = fablab.upload().json()["sha256"]
    path = f"/api/v1/files/{sha256}"
    assert first.get(path).status_code == 404, "not handed over yet"
    fablab.running()
    answer = first.get(path)
    assert (answer.status_code, answer.content) == (200, CUBE.read_bytes())
    assert answer.headers["content-disposition"].startswith("attachment")
    assert second.get(path).status_code == 404
    assert fablab.maker.get(path).status_code == 403
    assert fablab.manager.get(path).status_code == 200
    assert fablab.house.stranger.get(path).status_code == 401
    assert first.get("/api/v1/files/../secret").status_code in (404, 422)
    assert first.get("/api/v1/files/" + "g" * 64).status_code == 422


def test_files_nobody_queued_are_forgotten_after_a_day(fablab: Fablab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reactions, "SETTLED_AFTER", -1)
    lonely = fablab.send(fablab.maker, b"G28\nG1 X1 Y1 E1\n", "lonely.gcode").json()
    job = fablab.queue()
    fablab.house.clock.instant += reactions.DAY + 1
    tidy = fablab.house.client.blocking_portal.call
    tidy(lambda: reactions.tidy(fablab.house.house, {}))
    files = fablab.house.house.files
    assert not files.path(lonely["sha256"]).exists()
    maker = fablab.house.sign_in(MEMBER)
    assert maker.get(f"/api/v1/fablab/jobs/{job['id']}").json()["state"] == "queued"
    assert maker.post("/api/v1/fablab/jobs", {"file": lonely["id"]}).status_code == 404
