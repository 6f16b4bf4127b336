"""From a file to a cleared machine, told by what the machine says; nothing is lost, nothing is counted twice."""

from devices.wire import AckResult, MachineState, Outcome
from tests.fablab.benches import Fablab, codes
from tests.support.clients import MEMBER
from tests.support.inside import mailbox, run_jobs

S = MachineState


def test_a_cube_goes_from_file_to_cleared_machine(fablab: Fablab) -> None:
    fablab.box.wake()
    first, second = fablab.queue(), fablab.queue()
    assert (first["number"], first["position"], second["position"]) == ("J000001", 1, 2)

    assert fablab.dispatch(first).status_code == 202
    topic, command = fablab.spy.sent[-1]
    assert topic == "tierslieu/v1/oasis/p3d-1/down/cmd"
    assert (command["op"], command["job"]["job_ref"], command["ttl_s"]) == ("start", "J000001", 20)
    assert command["job"]["estimated_seconds"] == 62
    assert fablab.job(first)["state"] == "dispatched"

    fablab.box.started("J000001")
    fablab.box.show(S.RUNNING, "J000001", percent=40.0)
    assert (fablab.job(first)["state"], fablab.machine()["progress"]) == ("running", 40.0)

    fablab.box.ended("J000001")
    fablab.box.show(S.ENDED, "J000001", percent=100.0)
    ended = fablab.job(first)
    assert (ended["state"], ended["outcome"]) == ("to_check", "ok")
    assert fablab.machine()["state"] == "needs_clear"
    assert codes(fablab.dispatch(second)) == {"machine_needs_clearing"}

    cleared = fablab.clear()
    assert cleared.status_code == 200, cleared.text
    assert cleared.json()["next_job"]["number"] == "J000002"
    assert fablab.job(first)["state"] == "done"
    assert fablab.machine()["is_ready"] is True
    assert fablab.dispatch(second).status_code == 202


def test_the_maker_gets_a_letter_once_the_machine_is_done(fablab: Fablab) -> None:
    job = fablab.running()
    fablab.house.run_jobs()
    fablab.box.ended(job["number"])
    fablab.box.ended(job["number"])
    run_jobs(fablab.house)
    mail = mailbox(fablab.house)
    subjects = ["J000001\u00a0: l’équipe a lancé votre travail", "Votre travail J000001 au FabLab"]
    assert [(one.to, one.subject) for one in mail] == [(MEMBER, one) for one in subjects]
    assert "cube.gcode" in mail[1].text


def test_a_report_told_twice_counts_once(fablab: Fablab) -> None:
    job = fablab.running()
    fablab.box.ended(job["number"])
    fablab.clear()
    fablab.box.ended(job["number"])
    fablab.box.started(job["number"])
    assert fablab.job(job)["state"] == "done"
    assert fablab.machine()["needs_clear"] is False


def test_an_end_that_comes_before_its_start_still_ends(fablab: Fablab) -> None:
    fablab.box.wake()
    job = fablab.queue()
    fablab.dispatch(job)
    fablab.box.ended(job["number"])
    fablab.box.started(job["number"])
    assert fablab.job(job)["state"] == "to_check"


def test_an_order_without_echo_is_queued_again_with_a_note(fablab: Fablab) -> None:
    fablab.box.wake()
    job = fablab.queue()
    fablab.dispatch(job)
    fablab.pass_time(59)
    fablab.box.show(S.IDLE)
    assert fablab.job(job)["state"] == "dispatched"
    fablab.pass_time(2)
    back = fablab.job(job)
    assert (back["state"], back["notice"], back["position"]) == ("queued", "no_echo", 1)
    fablab.box.show(S.IDLE)
    fablab.dispatch(job)
    assert fablab.spy.sent[-1][1]["job"]["job_ref"] == "J000001-2"


def test_a_late_echo_takes_the_job_up_again(fablab: Fablab) -> None:
    fablab.box.wake()
    job = fablab.queue()
    fablab.dispatch(job)
    fablab.pass_time(61)
    assert fablab.job(job)["state"] == "queued"
    fablab.box.started(job["number"])
    assert fablab.job(job)["state"] == "running"


def test_a_machine_that_refuses_gives_the_job_back_at_once(fablab: Fablab) -> None:
    fablab.box.wake()
    job = fablab.queue()
    fablab.dispatch(job)
    fablab.box.ack(fablab.spy.sent[-1][1]["cmd_id"], AckResult.BUSY, "job_on_machine")
    back = fablab.job(job)
    assert (back["state"], back["notice"]) == ("queued", "machine_said_busy")


def test_no_broker_means_no_order_and_no_loss(fablab: Fablab) -> None:
    fablab.box.wake()
    job = fablab.queue()
    fablab.spy.is_up = False
    assert fablab.dispatch(job).status_code == 202
    back = fablab.job(job)
    assert (back["state"], back["notice"]) == ("queued", "broker_away")
    assert fablab.spy.sent == []


def test_a_job_whose_machine_forgot_it_waits_for_a_person(fablab: Fablab) -> None:
    job = fablab.running()
    fablab.box.appear(online=False)
    assert fablab.machine()["state"] == "offline"
    assert fablab.job(job)["state"] == "running"
    fablab.box.reboot("boot-2")
    fablab.box.show(S.IDLE)
    lost = fablab.job(job)
    assert (lost["state"], lost["outcome"], lost["notice"]) == ("to_check", "unknown", "lost")
    fablab.box.ended(job["number"], Outcome.FAILED)
    assert fablab.job(job)["outcome"] == "failed"


def test_a_machine_that_comes_back_still_printing_goes_on(fablab: Fablab) -> None:
    job = fablab.running()
    fablab.box.appear(online=False)
    fablab.box.appear()
    fablab.box.show(S.RUNNING, job["number"], percent=60.0)
    fablab.box.show(S.RUNNING, job["number"], percent=61.0)
    assert fablab.job(job)["state"] == "running"
    fablab.box.ended(job["number"])
    assert fablab.job(job)["outcome"] == "ok"


def test_copies_go_back_to_the_queue_until_all_are_made(fablab: Fablab) -> None:
    fablab.box.wake()
    job = fablab.queue(quantity=2)
    for made, ref in enumerate(("J000001", "J000001-2"), start=1):
        assert fablab.dispatch(job).status_code == 202
        fablab.box.started(ref)
        fablab.box.ended(ref)
        fablab.clear()
        fablab.box.show(S.IDLE)
        assert fablab.job(job)["copies_done"] == made
    assert fablab.job(job)["state"] == "done"


def test_a_failed_job_may_wait_again(fablab: Fablab) -> None:
    job = fablab.running()
    fablab.box.ended(job["number"], Outcome.FAILED)
    assert fablab.clear("failed").json()["next_job"] is None
    assert fablab.job(job)["state"] == "failed"
    assert fablab.maker.post(f"/api/v1/fablab/jobs/{job['id']}/again").status_code == 204
    assert fablab.job(job)["position"] == 1
