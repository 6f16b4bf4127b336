"""What nobody may do with what is somebody else's, and what no message may open or start."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx

from devices.wire import Channel, MachineCleared, MachineState, Report
from tests.fablab.benches import Fablab, codes
from tests.support.clients import ADMINISTRATOR, OTHER_MEMBER, Caller
from tests.support.doors import someone
from tests.support.inside import write
from tierslieu.basics.ids import read
from tierslieu.fablab.requests import queries as requests
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import by_key
from tierslieu.people.signin.actions import open_session

S = MachineState
HIDDEN = (403, 404)


def cleared(fablab: Fablab, ref: str, name: str) -> None:
    fact = MachineCleared(after_ref=ref)
    said = Report(report_id=name, boot_id=fablab.box.boot, seq=99, at=fablab.house.clock.instant, fact=fact)
    fablab.box.say(Channel.REPORT, said)


def test_ready_said_of_a_job_of_before_does_not_open_the_gate_for_what_lies_there_now(quick_fablab: Fablab) -> None:
    """The printer said « ready » while the line was down; meanwhile somebody printed from its own screen."""
    fablab = quick_fablab
    job = fablab.running()
    fablab.box.ended(job["number"])
    fablab.clear()
    fablab.box.ended("HAND-1")
    fablab.box.show(S.IDLE)
    assert fablab.machine()["state"] == "needs_clear"
    cleared(fablab, job["number"], "ready-001")
    assert fablab.machine()["state"] == "needs_clear"
    cleared(fablab, "HAND-1", "ready-002")
    assert fablab.machine()["is_ready"] is True


def test_an_end_told_twice_and_a_gate_opened_twice_cost_once(fablab: Fablab) -> None:
    job = fablab.running()
    fablab.box.ended(job["number"], report_id="end-00001")
    fablab.box.ended(job["number"], report_id="end-00002")
    assert fablab.clear().status_code == 200
    assert codes(fablab.clear()) == {"nothing_to_clear"}
    fablab.box.ended(job["number"], report_id="end-00003")
    fablab.house.run_jobs()
    cleared(fablab, job["number"], "ready-001")
    fablab.clear()
    fablab.house.run_jobs()
    assert fablab.job(job)["copies_done"] == 1
    assert len(fablab.house.read(requests.dues_of, read(job["id"]))) <= 1


def paths(job: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """All that is done with a job by its id or its number."""
    at, number = f"/api/v1/fablab/jobs/{job['id']}", job["number"]
    there = {"machine": "p3d-1"}
    return [
        ("GET", at, None),
        ("DELETE", at, None),
        ("GET", f"{at}/steps", None),
        ("POST", f"{at}/up", None),
        ("POST", f"{at}/again", None),
        ("POST", f"{at}/turn", {"way": "first"}),
        ("POST", f"{at}/start-own", there),
        ("POST", f"{at}/dispatch", there),
        ("POST", f"{at}/started", there),
        ("POST", f"{at}/ended", {"outcome": "good"}),
        ("POST", f"{at}/hold", {"reason": "why"}),
        ("POST", f"{at}/release", None),
        ("POST", f"{at}/split", {"parts": 2}),
        ("POST", f"{at}/move", there),
        ("POST", f"{at}/priority", {"reason": "why"}),
        ("POST", f"{at}/reprint", {"quantity": 1}),
        ("POST", "/api/v1/fablab/jobs/bulk", {"jobs": [job["id"]], "act": "cancel"}),
        ("GET", f"/api/v1/fablab/requests/{job['id']}", None),
        ("POST", f"/api/v1/fablab/requests/{job['id']}/messages", {"text": "hello"}),
        ("POST", f"/api/v1/fablab/requests/{job['id']}/agreement", None),
        ("POST", f"/api/v1/fablab/requests/{job['id']}/withdrawal", None),
        ("POST", f"/api/v1/fablab/requests/{job['id']}/acceptance", {}),
        ("GET", f"/mes-fabrications/{number}", None),
        ("GET", f"/mes-fabrications/{number}/bon.pdf", None),
        ("GET", f"/mes-fabrications/{number}/photo.webp", None),
        ("GET", f"/mes-fabrications/{number}/corriger", None),
        ("GET", f"/fablab/file/{job['id']}", None),
        ("GET", f"/fablab/retraits/{number}", None),
    ]


def refuse_all(fablab: Fablab, who: Caller, job: dict[str, Any]) -> None:
    before = fablab.job(job)
    for method, path, body in paths(job):
        answer = fablab.house.client.request(method, path, json=body, headers=who.headers, follow_redirects=False)
        assert answer.status_code in HIDDEN, (method, path, answer.status_code, answer.text[:200])
    assert fablab.job(job) == before


def test_a_job_is_nobody_elses(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    job = fablab.queue(quantity=3, machine="p3d-1", note="pour mon voisin")
    refuse_all(fablab, fablab.house.sign_in(OTHER_MEMBER), job)


def test_who_looks_after_one_machine_does_nothing_with_the_others(quick_fablab: Fablab) -> None:
    """Of what is on other machines nothing is even told."""
    fablab = quick_fablab
    fablab.box.wake()
    job = fablab.queue(quantity=3, machine="p3d-1")
    one = Caller(fablab.house.client, someone(fablab.house, "member", "machine_superuser@machine:p3d-2").token)
    refuse_all(fablab, one, job)
    for path, body in (
        ("machines/p3d-1/clear", {"outcome": "good"}),
        ("machines/p3d-1/steer", {"op": "cancel"}),
        ("machines/p3d-1/out", {"note": "Buse bouchée"}),
        ("machines/p3d-1/back", None),
        ("machines/p3d-1/material", {"material": "PLA"}),
        ("machines/p3d-1/counters", {"hours": 1}),
        ("machines/p3d-1/plans", {"title": "abc", "measure": "hours", "every": 5}),
        ("stock/1/load", {"machine": "p3d-1", "tool": 0}),
    ):
        answer = one.post(f"/api/v1/fablab/{path}", body)
        assert answer.status_code == 403, (path, answer.status_code, answer.text[:200])
    sheet = {"text": "Rien à craindre.", "signs": []}
    assert one.put("/api/v1/fablab/machines/p3d-1/sheet", sheet).status_code == 403


def test_a_file_and_an_incident_are_nobody_elses(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    file_id = fablab.upload().json()["id"]
    wish = {"kind": "dirty", "text": "Il reste du plastique."}
    incident = fablab.maker.post("/api/v1/fablab/machines/p3d-1/incidents", wish).json()["id"]
    thomas = fablab.house.sign_in(OTHER_MEMBER)
    for path in (f"files/{file_id}", f"files/{file_id}/preview"):
        assert thomas.get(f"/api/v1/fablab/{path}").status_code == 404, path
        assert fablab.house.stranger.get(f"/api/v1/fablab/{path}").status_code == 401, path
    assert thomas.post("/api/v1/fablab/jobs", {"file": file_id}).status_code == 404
    for path in (f"/fablab/incidents/{incident}", f"/fablab/incidents/{incident}/photo"):
        assert thomas.get(path).status_code == 404, path
    assert incident not in {one["id"] for one in thomas.get("/api/v1/fablab/incidents").json()}
    step = {"state": "closed", "text": "rien"}
    assert thomas.post(f"/api/v1/fablab/incidents/{incident}/steps", step).status_code == 403


def test_a_clock_that_is_set_back_makes_nobody_believe_a_silent_machine(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    fablab.box.wake()
    fablab.house.clock.instant -= 3_600
    assert fablab.machine()["link"] == "stale"
    job = fablab.queue()
    assert "machine_stale" in codes(fablab.dispatch(job))
    fablab.box.show(S.IDLE)
    assert fablab.machine()["link"] == "online"


def at_once(*acts: Callable[[], httpx.Response]) -> list[int]:
    """The answers to calls that are made at the same moment."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result().status_code for one in [pool.submit(act) for act in acts]]


def test_of_two_jobs_at_once_a_machine_takes_one(fablab: Fablab) -> None:
    fablab.box.wake()
    jobs = [fablab.queue(), fablab.queue()]
    found = at_once(*(partial(start, fablab, one) for one in jobs))
    assert sorted(found) in ([202, 409], [202, 422]), found
    assert sorted(fablab.job(one)["state"] for one in jobs) == ["dispatched", "queued"]


def test_a_danger_told_while_a_job_is_started_holds_from_then_on(fablab: Fablab) -> None:
    fablab.box.wake()
    jobs = [fablab.queue(), fablab.queue()]
    wish = {"kind": "danger", "text": "Le lit brûle."}
    path = "/api/v1/fablab/machines/p3d-1/incidents"
    told, started = at_once(lambda: fablab.maker.post(path, wish), partial(start, fablab, jobs[0]))
    assert (told, started in (202, 409, 422)) == (201, True)
    assert {"machine_in_maintenance", "safety_incident_open"} <= codes(start(fablab, jobs[1]))
    fablab.manager.post("/api/v1/fablab/machines/p3d-1/back")
    assert "safety_incident_open" in codes(start(fablab, jobs[1])), "back in service is not yet safe"
    fablab.house.run_jobs()
    assert len([one for topic, one in fablab.spy.sent if one.get("op") == "start"]) <= 1


def test_a_job_taken_back_while_it_is_started_is_one_or_the_other(fablab: Fablab) -> None:
    fablab.box.wake()
    job = fablab.queue()
    path = f"/api/v1/fablab/jobs/{job['id']}"
    gone, started = at_once(lambda: fablab.maker.delete(path), partial(start, fablab, job))
    assert gone < 500
    state = fablab.job(job)["state"]
    assert state == ("dispatched" if started == 202 else "cancelled")


def test_two_who_empty_a_machine_at_once_count_one_copy(fablab: Fablab) -> None:
    job = fablab.running()
    fablab.box.ended(job["number"])
    other = fablab.house.sign_in(ADMINISTRATOR)
    path = "/api/v1/fablab/machines/p3d-1/clear"
    found = at_once(*(partial(who.post, path, {"outcome": "good"}) for who in (fablab.manager, other)))
    assert sorted(found) in ([200, 409], [200, 422]), found
    assert fablab.job(job)["copies_done"] == 1


def start(fablab: Fablab, job: dict[str, Any]) -> httpx.Response:
    return fablab.manager.post(f"/api/v1/fablab/jobs/{job['id']}/dispatch", {"machine": "p3d-1"})


def test_a_child_starts_no_machine_alone(quick_fablab: Fablab) -> None:
    """Whatever was reserved: the rules for minors hold when a machine is started, as when it is unlocked."""
    fablab = quick_fablab
    fablab.box.wake()

    def session(tx: Tx) -> str:
        child = by_key(tx, "u08")
        assert child is not None
        return open_session(tx, child.id, "member", strength=1).token

    child = Caller(fablab.house.client, write(fablab.house, session))
    job = fablab.queue(child)
    answer = child.post(f"/api/v1/fablab/jobs/{job['id']}/start-own", {"machine": "p3d-1"})
    assert answer.status_code == 422
    assert any(code.startswith("minor_") for code in codes(answer)), codes(answer)
