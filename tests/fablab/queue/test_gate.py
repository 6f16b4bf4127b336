"""After every end a machine waits for a person: nothing else opens the gate, and nothing starts by itself."""

import re
from pathlib import Path

import pytest

from devices.wire import MachineState, Outcome
from tests.fablab.benches import Fablab, codes
from tests.fablab.test_pages import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, RECEPTION, open_house
from tests.support.databases import SqliteTemplates
from tierslieu.fablab import queries
from tierslieu.fablab.events import Badged
from tierslieu.people.signin.queries import account

S = MachineState


def put(fablab: Fablab, **policy: object) -> None:
    fablab.house.client.put(
        "/api/v1/fablab/queue/policies/printer_3d",
        json={"policy": "first_come", **policy},
        headers=fablab.manager.headers,
    ).raise_for_status()


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.FAILED, Outcome.CANCELLED, Outcome.UNKNOWN])
def test_however_it_ended_somebody_has_to_look(quick_fablab: Fablab, outcome: Outcome) -> None:
    fablab = quick_fablab
    job, second = fablab.running(), fablab.queue()
    fablab.box.ended(job["number"], outcome)
    fablab.box.show(S.IDLE)
    assert fablab.machine()["state"] == "needs_clear", "idle is no proof that it is empty"
    assert codes(fablab.dispatch(second)) == {"machine_needs_clearing"}
    fablab.clear("good" if outcome is Outcome.OK else "failed")
    assert fablab.dispatch(second).status_code == 202


def test_the_person_of_the_job_says_it_from_the_code_on_the_machine(fablab: Fablab) -> None:
    job = fablab.running()
    sofia, thomas = Browser(fablab, MEMBER), Browser(fablab, OTHER_MEMBER)
    assert "Il n’y a rien à débarrasser" in sofia.get("/m/p3d-1").text
    fablab.box.ended(job["number"])
    shown = sofia.get("/m/p3d-1").text
    assert "C’est vide" in shown
    assert job["number"] in shown
    assert "C’est vide" not in thomas.get("/m/p3d-1").text
    assert job["number"] not in thomas.get("/m/p3d-1").text
    after = re.search(r'name="after" value="([^"]+)"', shown)
    assert after is not None
    fields = {"outcome": "good", "after": after[1]}
    fablab.box.show(S.ENDED, job["number"])
    assert thomas.submit("/fablab", "/m/p3d-1", fields).status_code == 403
    late = sofia.submit("/m/p3d-1", "/m/p3d-1", {**fields, "after": "J000009"})
    assert (late.status_code, "reason-changed_meanwhile" in late.text) == (422, True)
    assert sofia.submit("/m/p3d-1", "/m/p3d-1", fields).headers["location"] == "/m/p3d-1?fait=cleared"
    assert fablab.job(job)["state"] == "done"
    assert fablab.machine()["is_ready"] is True


def test_a_house_may_leave_it_to_the_team(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    put(fablab, makers_clear=False)
    job = fablab.running()
    fablab.box.ended(job["number"])
    sofia = Browser(fablab, MEMBER)
    assert "La machine attend que l’équipe" in sofia.get("/m/p3d-1").text
    assert sofia.submit("/fablab", "/m/p3d-1", {"outcome": "good"}).status_code == 403
    claire = Browser(fablab, RECEPTION)
    assert claire.submit("/m/p3d-1", "/m/p3d-1", {"outcome": "failed"}).status_code == 303
    assert fablab.job(job)["state"] == "failed"


def test_nothing_starts_by_itself_unless_the_house_wants_the_same_gesture_to(fablab: Fablab) -> None:
    job, second = fablab.running(), fablab.queue()
    sent = len(fablab.spy.sent)
    fablab.box.ended(job["number"])
    fablab.clear()
    fablab.house.run_jobs()
    assert len(fablab.spy.sent) == sent, "a job that is proposed is not started"
    put(fablab, starts_next=True)
    fablab.box.show(S.IDLE)
    assert fablab.dispatch(second).status_code == 202
    fablab.box.started(second["number"])
    third = fablab.queue()
    fablab.box.ended(second["number"])
    fablab.box.show(S.IDLE)
    fablab.house.run_jobs()
    assert fablab.job(third)["state"] == "queued", "the end of a job starts nothing"
    fablab.clear()
    fablab.house.run_jobs()
    assert fablab.job(third)["state"] == "dispatched"
    assert fablab.spy.sent[-1][1]["job"]["job_ref"] == third["number"]


def test_a_retained_message_opens_no_gate_and_starts_nothing(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    put(fablab, starts_next=True)
    job, _second = fablab.running(), fablab.queue()
    sent = len(fablab.spy.sent)
    fablab.box.ended(job["number"])
    fablab.box.show(S.IDLE, retain=True)
    fablab.box.appear(retain=True)
    fablab.box.reboot("boot-2")
    fablab.box.show(S.IDLE, retain=True)
    fablab.house.run_jobs()
    assert fablab.machine()["needs_clear"] is True
    assert len(fablab.spy.sent) == sent


def test_the_gate_survives_a_restart(sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    template = sqlite_templates.make("demo")
    with open_house(template, tmp_path) as house:
        fablab = Fablab(house)
        job = fablab.running()
        fablab.box.ended(job["number"], Outcome.FAILED)
        now = house.clock.instant
    with open_house(template, tmp_path) as house:
        house.clock.instant = now
        again = Fablab(house)
        again.box.reboot("boot-9")
        again.box.show(S.IDLE)
        assert again.machine()["state"] == "needs_clear"
        assert codes(again.dispatch(again.queue())) == {"machine_needs_clearing"}
        assert again.clear("failed").status_code == 200


def test_codes_to_stick_on_machines(quick_fablab: Fablab) -> None:
    lucie, sofia = Browser(quick_fablab, FAB_MANAGER), Browser(quick_fablab, MEMBER)
    sheet = lucie.get("/fablab/etiquettes.pdf")
    assert (sheet.status_code, sheet.content[:5]) == (200, b"%PDF-")
    assert sofia.get("/fablab/etiquettes.pdf").status_code == 403
    assert sofia.get("/m/p3d-9").status_code == 404


def badge(fablab: Fablab, email: str) -> None:
    """Somebody holds their badge before the machine's terminal."""
    machine = fablab.house.read(queries.machine, "p3d-1")
    person = fablab.house.read(account, email)
    fablab.house.write(lambda tx: tx.announce(Badged(machine.id, person.id)))
    fablab.house.run_jobs()


def test_the_same_badge_twice_says_that_it_is_empty(fablab: Fablab) -> None:
    job = fablab.running()
    badge(fablab, FAB_MANAGER)
    badge(fablab, FAB_MANAGER)
    assert fablab.job(job)["state"] == "running", "nothing to empty yet"
    fablab.box.ended(job["number"])
    badge(fablab, OTHER_MEMBER)
    badge(fablab, OTHER_MEMBER)
    assert fablab.job(job)["state"] == "to_check", "a stranger's badge says nothing"
    badge(fablab, MEMBER)
    badge(fablab, FAB_MANAGER)
    assert fablab.job(job)["state"] == "to_check", "two people, once each"
    fablab.pass_time(61)
    badge(fablab, FAB_MANAGER)
    assert fablab.job(job)["state"] == "to_check", "too late for the first one"
    badge(fablab, FAB_MANAGER)
    assert (fablab.job(job)["state"], fablab.job(job)["outcome"]) == ("done", "good")


def test_the_maker_of_the_job_has_a_badge_too(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    job = fablab.running()
    fablab.box.ended(job["number"], Outcome.FAILED)
    badge(fablab, MEMBER)
    badge(fablab, MEMBER)
    assert (fablab.job(job)["state"], fablab.job(job)["outcome"]) == ("failed", "failed")
