"""People start their own jobs in their turn, who does not come keeps nobody waiting, and everybody is told."""

from typing import Any

from devices.wire import MachineState
from tests.fablab.benches import Box, Fablab, codes
from tests.fablab.test_pages import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, at
from tests.support.inside import mailbox
from tierslieu.basics.spans import MINUTE
from tierslieu.fablab.queue import offering
from tierslieu.people.qualifications.actions import cover
from tierslieu.people.qualifications.queries import Covered

OPEN_AT = at("2026-11-25T14:00")
"""When people are at the machines, the day after the demonstration's."""


def come_in(fablab: Fablab) -> None:
    """The house opens, and the machine is heard."""
    fablab.house.clock.instant = OPEN_AT
    fablab.maker, fablab.manager = fablab.house.sign_in(MEMBER), fablab.house.sign_in(FAB_MANAGER)
    fablab.box.wake()


def look(fablab: Fablab, minutes: int = 0) -> None:
    """Some minutes, in which the machine is heard, and the look that the house takes."""
    fablab.pass_time(minutes * MINUTE)
    fablab.manager = fablab.house.sign_in(FAB_MANAGER)  # sessions of staff are short
    fablab.box.show(MachineState.IDLE)
    fablab.house.write(offering.look_after, fablab.house.house.settings)
    fablab.house.run_jobs()


def start_own(fablab: Fablab, email: str, job: dict[str, Any], machine: str = "p3d-1") -> Any:
    return fablab.house.sign_in(email).post(f"/api/v1/fablab/jobs/{job['id']}/start-own", {"machine": machine})


def told(fablab: Fablab, email: str, word: str) -> list[str]:
    """The letters of somebody whose subject has a word."""
    return [one.text for one in mailbox(fablab.house) if one.to == email and word in one.subject]


def two_who_wait(fablab: Fablab) -> tuple[dict[str, Any], dict[str, Any]]:
    come_in(fablab)
    mine = fablab.queue(machine="p3d-1")
    return mine, fablab.queue(fablab.house.sign_in(OTHER_MEMBER), machine="p3d-1")


def test_who_is_next_starts_their_own_job(fablab: Fablab) -> None:
    mine, theirs = two_who_wait(fablab)
    assert codes(start_own(fablab, OTHER_MEMBER, theirs)) == {"not_your_time"}, "not before the other"
    shown = Browser(fablab, MEMBER).get("/m/p3d-1").text
    assert "C’est votre tour" in shown
    assert f'value="{mine["id"]}"' in shown
    assert "/lancer" not in Browser(fablab, OTHER_MEMBER).get("/m/p3d-1").text
    assert start_own(fablab, MEMBER, mine).status_code == 202
    fablab.box.started(mine["number"])
    fablab.box.ended(mine["number"])
    assert {"machine_needs_clearing", "not_your_time"} <= codes(start_own(fablab, OTHER_MEMBER, theirs))
    fablab.clear()
    fablab.box.show(MachineState.IDLE)
    fablab.house.run_jobs()
    letter = told(fablab, OTHER_MEMBER, "votre tour")
    assert len(letter) == 1, "the gate opened: told at once"
    assert "jusqu’à 14\u00a0h\u00a030" in letter[0]
    look(fablab, minutes=2)
    assert len(told(fablab, OTHER_MEMBER, "votre tour")) == 1, "told once"
    assert start_own(fablab, OTHER_MEMBER, theirs).status_code == 202


def test_who_does_not_come_keeps_nobody_waiting_and_keeps_a_place(fablab: Fablab) -> None:
    mine, theirs = two_who_wait(fablab)
    look(fablab)
    assert fablab.job(mine)["notice"] == "your_turn"
    look(fablab, minutes=29)
    assert codes(start_own(fablab, OTHER_MEMBER, theirs)) == {"not_your_time"}, "held for the first"
    look(fablab, minutes=1)
    assert (fablab.job(mine)["notice"], fablab.job(mine)["position"]) == ("turn_passed", 1)
    look(fablab, minutes=1)
    assert len(told(fablab, OTHER_MEMBER, "votre tour")) == 1
    assert codes(start_own(fablab, MEMBER, mine)) == {"not_your_time"}, "what was told to the second holds"
    assert start_own(fablab, OTHER_MEMBER, theirs).status_code == 202
    fablab.box.started(theirs["number"])
    fablab.box.ended(theirs["number"])
    fablab.clear()
    look(fablab, minutes=1)
    assert len(told(fablab, MEMBER, "votre tour")) == 1
    assert start_own(fablab, MEMBER, mine).status_code == 202, "nobody else: whenever they come"


def test_a_machine_that_comes_and_goes_gives_nobody_more_time(fablab: Fablab) -> None:
    mine, theirs = two_who_wait(fablab)
    look(fablab)
    fablab.pass_time(20 * MINUTE)
    fablab.house.write(offering.look_after, fablab.house.house.settings)
    assert fablab.job(mine)["notice"] == "", "the machine is silent"
    look(fablab)
    assert fablab.job(mine)["notice"] == "your_turn"
    look(fablab, minutes=10)
    look(fablab)
    assert [fablab.job(one)["notice"] for one in (mine, theirs)] == ["turn_passed", "your_turn"]


def test_a_turn_that_nobody_else_waits_for_does_not_pass_and_ends_with_the_day(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    come_in(fablab)
    mine = fablab.queue(machine="p3d-1")
    look(fablab)
    look(fablab, minutes=40)
    assert fablab.job(mine)["notice"] == "your_turn"
    look(fablab, minutes=5 * 60)
    assert fablab.job(mine)["notice"] == "", "the house is closed"
    assert codes(start_own(fablab, MEMBER, mine)) == {"not_your_time"}


def test_nobody_is_promised_a_machine_that_they_may_not_use(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    come_in(fablab)
    Box(fablab.house, "p3d-2").wake()
    asks = {key: Covered(key, "decoupe-laser", key, "printer_3d") for key in ("p3d-1", "p3d-2")}
    fablab.house.write(cover, asks["p3d-1"])
    fablab.queue(fablab.house.sign_in(OTHER_MEMBER))
    found = fablab.manager.get("/api/v1/fablab/queue").json()
    assert [(one["machine"], one["is_by_team"], one["why"]) for one in found] == [("p3d-2", False, [])]
    fablab.house.write(cover, asks["p3d-2"])
    fablab.house.write(cover, Covered("p3d-3", "decoupe-laser", "p3d-3", "printer_3d"))
    found = fablab.manager.get("/api/v1/fablab/queue").json()
    assert [(one["machine"], one["is_by_team"], one["why"]) for one in found] == [
        ("p3d-1", True, ["qualification_missing"])
    ]
    assert "lancée par l’équipe" in Browser(fablab, OTHER_MEMBER).get("/fablab").text
    look(fablab)
    assert told(fablab, OTHER_MEMBER, "votre tour") == []


def test_a_job_that_its_person_may_not_start_calls_the_team_and_lets_others_pass(fablab: Fablab) -> None:
    come_in(fablab)
    fablab.house.write(cover, Covered("p3d-1", "decoupe-laser", "p3d-1", "printer_3d"))
    first = fablab.queue(fablab.house.sign_in(OTHER_MEMBER), machine="p3d-1")
    second = fablab.queue(machine="p3d-1")
    look(fablab)
    assert fablab.job(first)["notice"] == "turn_of_team"
    letter = told(fablab, FAB_MANAGER, "attend l’équipe")
    assert len(letter) == 1
    assert f"/fablab/file/{first['id']}" in letter[0]
    assert codes(start_own(fablab, MEMBER, second)) == {"not_your_time"}, "the team has its time, too"
    look(fablab, minutes=29)
    assert fablab.job(second)["notice"] == ""
    look(fablab, minutes=1)
    look(fablab)
    assert (fablab.job(first)["notice"], fablab.job(first)["position"]) == ("turn_passed", 1)
    assert len(told(fablab, MEMBER, "votre tour")) == 1
    assert len(told(fablab, FAB_MANAGER, "attend l’équipe")) == 1, "told once"
    assert told(fablab, OTHER_MEMBER, "votre tour") == []
    assert start_own(fablab, MEMBER, second).status_code == 202


def test_a_job_that_waits_for_the_team_is_offered_once_its_person_may_start_it(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    come_in(fablab)
    fablab.house.write(cover, Covered("p3d-1", "decoupe-laser", "p3d-1", "printer_3d"))
    job = fablab.queue(fablab.house.sign_in(OTHER_MEMBER), machine="p3d-1")
    look(fablab)
    look(fablab, minutes=60)
    assert fablab.job(job)["notice"] == "turn_of_team", "nobody else waits"
    fablab.house.write(cover, Covered("p3d-1", "impression-3d", "p3d-1", "printer_3d"))
    look(fablab, minutes=1)
    assert fablab.job(job)["notice"] == "your_turn"
    assert len(told(fablab, OTHER_MEMBER, "votre tour")) == 1


def test_the_team_is_told_once_of_a_machine_that_nobody_comes_to(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    mine, theirs = two_who_wait(fablab)
    for minutes in (0, 30, 1, 30):
        look(fablab, minutes)
    assert told(fablab, FAB_MANAGER, "personne ne vient") == []
    look(fablab, minutes=1)
    assert {fablab.job(one)["notice"] for one in (mine, theirs)} == {"turn_passed"}
    look(fablab, minutes=20)
    letter = told(fablab, FAB_MANAGER, "personne ne vient")
    assert len(letter) == 1
    assert mine["number"] in letter[0]
    assert start_own(fablab, OTHER_MEMBER, theirs).status_code == 202, "whoever comes then may start"


def test_a_stale_page_confirms_no_later_attempt(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    job = fablab.running()
    lucie = Browser(fablab, FAB_MANAGER)
    page = "/fablab/machines/p3d-1"
    stale = {"outcome": "good", "after": "none"}
    fablab.box.ended(job["number"])
    assert f'name="after" value="{job["number"]}"' in lucie.get(page).text
    late = lucie.submit(page, f"{page}/debarrasser", stale)
    assert (late.status_code, "reason-changed_meanwhile" in late.text) == (422, True)
    path = "/api/v1/fablab/machines/p3d-1/clear"
    assert codes(fablab.manager.post(path, {"after": "J000001-2"})) == {"changed_meanwhile"}
    assert fablab.job(job)["attempt"] == job["number"]
    assert fablab.manager.post(path, {"after": job["number"]}).status_code == 200


def test_what_others_did_with_ones_own_job_is_told_and_what_they_took_out_is_kept(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    job = fablab.running()
    fablab.box.ended(job["number"])
    fablab.clear()
    fablab.house.run_jobs()
    assert len(told(fablab, MEMBER, "l’équipe a lancé")) == 1, "staff started it"
    over = told(fablab, MEMBER, "Votre travail")[0]
    assert "Elle attend que vous la vidiez" in over
    assert "Prête à retirer" in Browser(fablab, MEMBER).get(f"/mes-fabrications/{job['number']}").text
    fablab.pass_time(20 * MINUTE)
    assert len(told(fablab, MEMBER, "prête")) == 1


def test_what_one_did_oneself_is_not_told_and_a_failure_that_others_saw_is(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    come_in(fablab)
    for hand, letters in ((MEMBER, 0), (FAB_MANAGER, 1)):
        job = fablab.queue(machine="p3d-1")
        assert start_own(fablab, MEMBER, job).status_code == 202
        fablab.box.started(job["number"])
        fablab.box.ended(job["number"])
        browser = Browser(fablab, hand)
        assert browser.submit("/m/p3d-1", "/m/p3d-1", {"outcome": "failed"}).status_code == 303
        fablab.box.show(MachineState.IDLE)
        fablab.house.run_jobs()
        assert told(fablab, MEMBER, "l’équipe a lancé") == []
        assert len(told(fablab, MEMBER, f"{job['number']} est à refaire")) == letters
