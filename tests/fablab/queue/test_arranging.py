"""Staff arrange the queue: put aside, split, move, put first, make again; and everybody sees what to expect."""

from typing import Any

import httpx
import pytest

from tests.fablab.benches import Box, Fablab, codes
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, RECEPTION
from tierslieu.basics.ids import read
from tierslieu.fablab import queries
from tierslieu.fablab.queue.queries import expected

JOBS = "/api/v1/fablab/jobs"


def act(fablab: Fablab, job: dict[str, Any], verb: str, body: Any = None, who: Any = None) -> httpx.Response:
    return (who or fablab.manager).post(f"{JOBS}/{job['id']}/{verb}", body)


def line(fablab: Fablab) -> list[str]:
    """The numbers of those that wait, first in line first."""
    found = fablab.manager.get("/api/v1/fablab/queue").json()
    return [one["number"] for one in found if one["place"]]


def put(fablab: Fablab, **policy: Any) -> None:
    answer = fablab.house.client.put(
        "/api/v1/fablab/queue/policies/printer_3d", json=policy, headers=fablab.manager.headers
    )
    assert answer.status_code == 200, answer.text


def test_a_job_that_is_put_aside_keeps_its_turn(fablab: Fablab) -> None:
    fablab.box.wake()
    first, second = fablab.queue(), fablab.queue()
    assert act(fablab, first, "hold", {"reason": "On attend la bobine"}, fablab.maker).status_code == 403
    assert act(fablab, first, "hold", {"reason": ""}).status_code == 400
    assert act(fablab, first, "hold", {"reason": "On attend la bobine"}).status_code == 204
    assert codes(act(fablab, first, "hold", {"reason": "Encore"})) == {"job_not_waiting"}
    assert codes(fablab.dispatch(first)) == {"job_held"}
    assert (fablab.job(first)["state"], fablab.job(first)["position"]) == ("held", None)
    assert line(fablab) == [second["number"]]
    assert act(fablab, first, "release").status_code == 204
    assert codes(act(fablab, first, "release")) == {"job_not_held"}
    assert line(fablab) == [first["number"], second["number"]]
    assert fablab.maker.delete(f"{JOBS}/{second['id']}").status_code == 204


def test_copies_are_shared_among_machines(fablab: Fablab) -> None:
    job = fablab.queue(quantity=5)
    fablab.queue()
    assert codes(act(fablab, job, "split", {"parts": 6})) == {"too_few_copies"}
    answer = act(fablab, job, "split", {"parts": 2})
    assert answer.status_code == 201, answer.text
    assert [one["quantity"] for one in answer.json()] == [2]
    assert fablab.job(job)["quantity"] == 3
    assert line(fablab) == [job["number"], answer.json()[0]["number"], "J000002"], "each part keeps its turn"


def test_another_machine_is_chosen_if_it_can_make_it(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    job = fablab.queue(machine="p3d-1")
    assert act(fablab, job, "move", {"machine": "p3d-3"}).status_code == 204
    assert fablab.job(job)["machine"] == "p3d-3"
    assert act(fablab, job, "move", {"machine": ""}).status_code == 204
    assert fablab.job(job)["machine"] is None
    assert codes(act(fablab, job, "move", {"machine": "laser-1"})) == {"kind_takes_no_file"}
    assert act(fablab, job, "move", {"machine": "p3d-9"}).status_code == 404


def test_staff_put_a_job_first_and_say_why(fablab: Fablab) -> None:
    first, second, third = fablab.queue(), fablab.queue(), fablab.queue()
    assert act(fablab, third, "priority", {"reason": "Atelier de demain"}).status_code == 204
    assert line(fablab) == [third["number"], first["number"], second["number"]]
    assert codes(act(fablab, second, "turn", {"way": "first"})) == {"ordered_otherwise"}, "nobody passes a priority"
    assert act(fablab, third, "priority", {}).status_code == 204
    assert act(fablab, third, "turn", {"way": "first"}).status_code == 204
    assert line(fablab) == [third["number"], first["number"], second["number"]]
    assert act(fablab, third, "turn", {"way": "down"}).status_code == 204
    assert line(fablab) == [first["number"], third["number"], second["number"]]
    assert codes(act(fablab, second, "turn", {"way": "down"})) == {"already_last"}


def test_a_policy_is_looked_at_before_it_is_put_in_force(fablab: Fablab) -> None:
    thomas = fablab.house.sign_in(OTHER_MEMBER)
    jobs = [fablab.queue(), fablab.queue(), fablab.queue(thomas)]
    path = "/api/v1/fablab/queue/policies/printer_3d"
    seen = fablab.manager.post(f"{path}/preview", {"policy": "fair"})
    assert [(one["number"], one["place"], one["new_place"]) for one in seen.json()] == [
        ("J000001", 1, 1),
        ("J000003", 3, 2),
        ("J000002", 2, 3),
    ]
    assert line(fablab) == [job["number"] for job in jobs], "nothing changed yet"
    put(fablab, policy="fair")
    assert line(fablab) == ["J000001", "J000003", "J000002"]
    for who in (fablab.maker, fablab.house.sign_in(RECEPTION)):
        assert fablab.house.client.put(path, json={"policy": "fair"}, headers=who.headers).status_code == 403
    unknown = "/api/v1/fablab/queue/policies/oven"
    refused = fablab.house.client.put(unknown, json={"policy": "fair"}, headers=fablab.manager.headers)
    assert codes(refused) == {"no_machine_of_kind"}
    assert codes(act(fablab, jobs[1], "turn", {"way": "up"})) == {"ordered_otherwise"}, "each in turn"
    assert act(fablab, jobs[1], "turn", {"way": "up"}, fablab.maker).status_code == 204, "among one's own"
    assert line(fablab) == ["J000002", "J000003", "J000001"]


def test_what_was_made_is_made_again(fablab: Fablab) -> None:
    job = fablab.running()
    assert codes(act(fablab, job, "reprint", {})) == {"job_not_over"}
    fablab.box.ended(job["number"])
    fablab.clear()
    again = act(fablab, job, "reprint", {"quantity": 2})
    assert (again.status_code, again.json()["number"], again.json()["quantity"]) == (201, "J000002", 2)
    assert again.json()["person"] == "Sofia M."
    assert act(fablab, job, "reprint", {}, fablab.maker).status_code == 403, "others ask, as they did at first"


def test_what_was_never_started_is_not_put_back_by_its_person(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    job = fablab.queue()
    fablab.maker.delete(f"{JOBS}/{job['id']}")
    assert codes(act(fablab, job, "again", None, fablab.maker)) == {"never_started"}
    assert act(fablab, job, "again").status_code == 204


def test_a_machine_out_of_service_is_told_to_who_wants_it(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    job = fablab.queue(machine="p3d-1")
    machine = "/api/v1/fablab/machines/p3d-1"
    fablab.manager.post(f"{machine}/out", {"note": "Buse bouchée"})
    fablab.house.run_jobs()
    assert fablab.job(job)["notice"] == "machine_out"
    (told,) = fablab.manager.get("/api/v1/fablab/queue").json()
    assert "machine_in_maintenance" in told["why"]
    fablab.manager.post(f"{machine}/back")
    fablab.house.run_jobs()
    assert fablab.job(job)["notice"] == ""


def test_several_at_once_are_all_done_or_none(fablab: Fablab) -> None:
    first, second = fablab.queue(), fablab.queue()
    act(fablab, second, "hold", {"reason": "Attendre"})
    body = {"act": "hold", "jobs": [first["id"], second["id"]], "reason": "Panne"}
    assert codes(fablab.manager.post(f"{JOBS}/bulk", body)) == {"job_not_waiting"}
    assert fablab.job(first)["state"] == "queued"
    cancel = {"act": "cancel", "jobs": [first["id"], second["id"]]}
    assert fablab.manager.post(f"{JOBS}/bulk", cancel).status_code == 204
    assert {fablab.job(one)["state"] for one in (first, second)} == {"cancelled"}


def test_a_time_rests_on_what_the_machine_really_did(fablab: Fablab) -> None:
    """The file says a minute, the machine takes eleven and a half: after three jobs that is what people are told."""
    fablab.box.wake()
    first = fablab.queue(quantity=3)
    behind = fablab.queue(machine="p3d-1")
    assert fablab.house.read(expected)[read(behind["id"])].is_measured is False
    for ref in ("J000001", "J000001-2", "J000001-3"):
        assert fablab.dispatch(first).status_code == 202
        fablab.box.started(ref)
        fablab.box.ended(ref)
        fablab.house.run_jobs()
        fablab.clear()
    found = fablab.house.read(expected)[read(behind["id"])]
    assert found.is_measured is False, "three copies of one job are one job so far"
    for number in (3, 4):
        job = fablab.queue(machine="p3d-1")
        assert fablab.dispatch(job).status_code == 202
        fablab.box.started(f"J00000{number}")
        fablab.box.ended(f"J00000{number}")
        fablab.house.run_jobs()
        fablab.clear()
    found = fablab.house.read(expected)[read(behind["id"])]
    assert (found.is_measured, found.samples) == (True, 3)
    assert found.ends_at is not None
    assert found.starts_at is not None
    assert found.ends_at - found.starts_at == 5 * 62, "five times what the file says, the most that is believed"


def test_why_nobody_can_say_when(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    for key in ("p3d-1", "p3d-2", "p3d-3"):
        Box(fablab.house, key).wake()
        fablab.manager.post(f"/api/v1/fablab/machines/{key}/material", {"material": "PLA"})
    job = fablab.queue(material="TPU")
    (told,) = fablab.manager.get("/api/v1/fablab/queue").json()
    assert (told["place"], told["starts_at"], told["why"]) == (1, None, ["wrong_material"])
    assert codes(fablab.dispatch(job)) == {"wrong_material"}
    fablab.manager.post("/api/v1/fablab/machines/p3d-3/material", {"material": "TPU"})
    (told,) = fablab.manager.get("/api/v1/fablab/queue").json()
    assert told["machine"] == "p3d-3"
    assert told["starts_at"] == "2026-11-25T13:00:00Z", "the workshop opens on Wednesday at two"


@pytest.mark.parametrize("email", [MEMBER, FAB_MANAGER])
def test_a_stranger_changes_nothing(quick_fablab: Fablab, email: str) -> None:
    job = quick_fablab.queue()
    stranger = quick_fablab.house.stranger
    for verb, body in (("hold", {"reason": "non"}), ("split", {"parts": 2}), ("turn", {"way": "up"}), ("reprint", {})):
        assert act(quick_fablab, job, verb, body, stranger).status_code == 401
    known = quick_fablab.house.sign_in(email)
    assert known.post(f"{JOBS}/bulk", {"act": "burn", "jobs": []}).status_code in (400, 403)
    assert quick_fablab.house.read(queries.job, read(job["id"])).state == "queued"
