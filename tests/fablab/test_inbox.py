"""What machines say: out of order, twice, too late, in pieces; and what they do not say any more."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.wire import MachineState, Unreadable
from tests.fablab.benches import Box, Fablab
from tierslieu.fablab import inbox, queries, reactions
from tierslieu.infra.feature import Message
from tierslieu.infra.transaction import Tx

S = MachineState


def test_an_older_snapshot_changes_nothing(fablab: Fablab) -> None:
    fablab.box.wake()
    fablab.box.show(S.RUNNING, "HAND-1", seq=9)
    fablab.box.show(S.IDLE, seq=8)
    assert fablab.machine()["state"] == "running"
    fablab.box.show(S.IDLE, seq=10)
    assert fablab.machine()["is_ready"] is True


def test_a_late_will_of_an_older_boot_changes_nothing(fablab: Fablab) -> None:
    fablab.box.wake()
    fablab.box.reboot("boot-2")
    fablab.box.show(S.IDLE)
    fablab.box.appear(online=False, boot="boot-1")
    fablab.box.show(S.FAULT, boot="boot-1", seq=99)
    assert fablab.machine()["is_ready"] is True
    fablab.box.appear(online=False)
    assert fablab.machine()["link"] == "offline"


def test_a_machine_that_was_just_born_is_not_ready_before_it_shows_itself(fablab: Fablab) -> None:
    fablab.box.wake()
    fablab.box.reboot("boot-2")
    assert (fablab.machine()["state"], fablab.machine()["is_ready"]) == ("unknown", False)
    fablab.box.show(S.IDLE)
    assert fablab.machine()["is_ready"] is True


def test_retained_messages_are_no_sign_of_life(fablab: Fablab) -> None:
    fablab.box.appear(retain=True)
    fablab.box.show(S.IDLE, retain=True)
    machine = fablab.machine()
    assert (machine["state"], machine["is_ready"], machine["age_seconds"]) == ("never_heard", False, None)
    fablab.box.show(S.IDLE)
    assert fablab.machine()["is_ready"] is True


def test_a_retained_report_counts_nothing(fablab: Fablab) -> None:
    fablab.box.wake()
    job = fablab.queue()
    fablab.dispatch(job)
    fact = b'"fact":{"kind":"job_started","job_ref":"J000001"}'
    payload = b'{"v":1,"report_id":"r-000001","boot_id":"boot-1","seq":9,"at":1,' + fact + b"}"
    fablab.house.write(inbox.handle, Message("tierslieu/v1/oasis/p3d-1/up/report", payload, True))
    assert fablab.job(job)["state"] == "dispatched"


def test_silence_makes_a_machine_stale_then_offline_and_never_ready(fablab: Fablab) -> None:
    fablab.box.wake()
    seen = []
    for seconds in (30, 31, 119, 1):
        fablab.house.clock.instant += seconds
        fablab.house.write(reactions.watch_links, {})
        machine = fablab.machine()
        seen.append((machine["link"], machine["is_ready"]))
    assert seen == [("online", True), ("stale", False), ("stale", False), ("offline", False)]


def test_crossing_a_limit_touches_the_live_topic_once(quick_fablab: Fablab) -> None:
    quick_fablab.box.wake()
    quick_fablab.house.clock.instant += 61
    touched = [set(quick_fablab.house.write(touching)) for _ in range(2)]
    assert touched == [{"machines"}, set()]


def touching(tx: Tx) -> set[str]:
    reactions.watch_links(tx, {})
    return tx.topics


def test_telemetry_is_stored_seldom(quick_fablab: Fablab) -> None:
    box = quick_fablab.box
    box.wake()
    box.show(S.RUNNING, "HAND-1", percent=1.0)
    box.measure(200.0, 2.0)
    assert quick_fablab.machine()["progress"] == 2.0
    box.measure(201.0, 3.0)
    assert quick_fablab.machine()["progress"] == 2.0
    quick_fablab.house.clock.instant += 2
    box.measure(202.0, 4.0)
    assert quick_fablab.machine()["progress"] == 4.0


def test_telemetry_of_another_boot_is_not_ours(quick_fablab: Fablab) -> None:
    quick_fablab.box.wake()
    Box(quick_fablab.house, boot="boot-9").measure(99.0, 50.0)
    assert quick_fablab.machine()["progress"] is None


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("tierslieu/v1/oasis/p3d-1/up/state", b"{"),
        ("tierslieu/v1/oasis/p3d-1/up/state", b""),
        ("tierslieu/v1/oasis/p3d-1/up/report", b'{"v": 2}'),
        ("tierslieu/v1/oasis/p3d-1/up/report", b'{"v": 1, "report_id": "x"}'),
        ("tierslieu/v1/oasis/p3d-1/up/dance", b'{"v": 1}'),
        ("tierslieu/v1/oasis/ghost/up/availability", b'{"v": 1, "online": true, "boot_id": "boot-1"}'),
        ("tierslieu/v1/elsewhere/p3d-1/up/availability", b'{"v": 1, "online": true, "boot_id": "boot-1"}'),
    ],
)
def test_what_nobody_can_read_is_unreadable(quick_fablab: Fablab, topic: str, payload: bytes) -> None:
    with pytest.raises(Unreadable):
        quick_fablab.house.write(inbox.handle, Message(topic, payload, False))


def test_a_job_started_by_hand_blocks_and_is_cleared(fablab: Fablab) -> None:
    fablab.box.wake()
    fablab.box.started("HAND-1")
    fablab.box.show(S.RUNNING, "HAND-1")
    refused = fablab.dispatch(fablab.queue())
    assert {reason["code"] for reason in refused.json()["reasons"]} == {"machine_outside_job"}
    fablab.box.ended("HAND-1")
    fablab.box.show(S.ENDED, "HAND-1")
    assert fablab.machine()["needs_clear"] is True
    assert fablab.clear().status_code == 200
    assert fablab.machine()["is_ready"] is True


def test_needs_clear_is_ours_and_survives_a_reboot_of_the_machine(fablab: Fablab) -> None:
    job = fablab.running()
    fablab.box.ended(job["number"])
    fablab.box.reboot("boot-2")
    fablab.box.show(S.IDLE)
    assert fablab.machine()["state"] == "needs_clear"


STEPS = ("start", "end", "running", "ended", "away", "back", "idle")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(STEPS), max_size=12))
def test_any_order_of_messages_leads_to_one_end(quick_fablab: Fablab, steps: list[str]) -> None:
    """Whatever comes before: once the end was told, the job is to be checked, with the outcome that was told."""
    fablab = quick_fablab
    box = Box(fablab.house, boot=f"boot-{len(fablab.spy.sent)}")
    box.wake()
    job = fablab.queue()
    assert fablab.dispatch(job).status_code == 202
    ref = fablab.spy.sent[-1][1]["job"]["job_ref"]
    for step in (*steps, "start", "end"):
        play(box, step, ref)
    ended = fablab.job(job)
    assert (ended["state"], ended["outcome"]) == ("to_check", "ok")
    assert fablab.clear().status_code == 200
    assert fablab.house.read(queries.active) == {}


def play(box: Box, step: str, ref: str) -> None:
    if step == "start":
        box.started(ref)
    elif step == "end":
        box.ended(ref)
    elif step in ("away", "back"):
        box.appear(online=step == "back")
    else:
        box.show({"running": S.RUNNING, "ended": S.ENDED, "idle": S.IDLE}[step], ref if step != "idle" else None)
