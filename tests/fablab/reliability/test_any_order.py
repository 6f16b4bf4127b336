"""Any order, duplication and loss of what a machine says of a job leads to the same end of it, counted once."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.wire import MachineState, Outcome
from tests.fablab.benches import Box, Fablab
from tests.fablab.reliability.lives import LIFE, MISHAPS, Life, announced, begun, counted, state
from tierslieu.fablab import queries

S = MachineState
MANY = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
SAID = st.lists(st.sampled_from((*LIFE, *MISHAPS)), max_size=14)


@pytest.fixture
def boots() -> Any:
    return (f"boot-{number}" for number in range(1, 1_000_000))


def over(fablab: Fablab, life: Life) -> None:
    """Between two examples: nothing is on the machine, and nobody waits."""
    if fablab.machine()["needs_clear"]:
        assert fablab.clear().status_code == 200
    if fablab.job(life.job)["state"] == "queued":
        assert fablab.maker.delete(f"/api/v1/fablab/jobs/{life.job['id']}").status_code == 204
    assert fablab.house.read(queries.active) == {}
    fablab.house.run_jobs()


@MANY
@given(
    said=SAID, outcome=st.sampled_from([Outcome.OK, Outcome.CANCELLED, Outcome.FAILED, Outcome.UNKNOWN]), data=st.data()
)
def test_once_the_end_was_told_the_job_is_to_be_checked(
    quick_fablab: Fablab, boots: Any, said: list[str], outcome: Outcome, data: st.DataObject
) -> None:
    """Everything but the end may be lost; all may come in any order and more than once."""
    life = begun(quick_fablab, next(boots))
    words = data.draw(st.permutations([*said, "end"]))
    life.deliver(words, outcome)
    assert state(quick_fablab, life.job) == ("to_check", outcome.value, 0)
    assert quick_fablab.machine()["needs_clear"] is True
    assert starts_of(quick_fablab, life) == 1
    over(quick_fablab, life)


def starts_of(fablab: Fablab, life: Life) -> int:
    """How often the machine was told to begin this attempt."""
    return sum(sent["op"] == "start" and sent["job"]["job_ref"] == life.ref for _, sent in fablab.spy.sent)


@MANY
@given(said=SAID, late=SAID, quantity=st.integers(1, 2), boot=st.booleans())
def test_what_comes_after_the_machine_was_emptied_counts_nothing(
    quick_fablab: Fablab, boots: Any, said: list[str], late: list[str], quantity: int, boot: bool
) -> None:
    """Late and doubled messages, even told anew by a machine that lost its memory: no second copy, nothing begins."""
    life = begun(quick_fablab, next(boots), quantity=quantity)
    life.deliver([*said, "end"])
    assert quick_fablab.clear().status_code == 200
    expected = ("done" if quantity == 1 else "queued", "good", 1)
    assert state(quick_fablab, life.job) == expected
    if boot:
        life.box.boot = next(boots)
        life.box.wake()
    life.deliver(late)
    assert state(quick_fablab, life.job) == expected
    assert quick_fablab.machine()["needs_clear"] is False
    assert starts_of(quick_fablab, life) == 1
    over(quick_fablab, life)


@MANY
@given(said=SAID.map(lambda words: [word for word in words if word != "end"]), data=st.data())
def test_a_job_whose_end_is_lost_for_ever_is_left_to_a_person(
    quick_fablab: Fablab, boots: Any, said: list[str], data: st.DataObject
) -> None:
    """It began, and the machine has been at rest for a while: nobody knows how it ended, and the gate is closed."""
    life = begun(quick_fablab, next(boots))
    life.deliver(data.draw(st.permutations([*said, "start"])))
    life.deliver(["back", "off"])
    for seq in range(1_000, 1_006):
        life.box.show(S.IDLE, seq=seq)
        quick_fablab.pass_time(30)
    assert state(quick_fablab, life.job) == ("to_check", "unknown", 0)
    assert quick_fablab.machine()["needs_clear"] is True
    over(quick_fablab, life)


@MANY
@given(said=SAID, others=st.lists(st.sampled_from(("birth", "idle", "death")), max_size=6), data=st.data())
def test_a_machine_that_starts_anew_is_heard_whatever_comes_late(
    quick_fablab: Fablab, boots: Any, said: list[str], others: list[str], data: st.DataObject
) -> None:
    """Words of three boots in any order: the last boot's word counts in the end, and the job ended once."""
    life = begun(quick_fablab, next(boots))
    names = [next(boots), next(boots)]
    for name in names:
        Box(quick_fablab.house, boot=name).appear()
    words = data.draw(st.permutations([*said, *others, "end"]))
    for word in words:
        former = Box(quick_fablab.house, boot=data.draw(st.sampled_from([life.box.boot, names[0]])))
        if word == "birth":
            former.appear()
        elif word == "death":
            former.appear(online=False)
        elif word == "idle":
            former.show(S.IDLE, seq=9_999)
        else:
            life.deliver([word])
    Box(quick_fablab.house, boot=names[1]).show(S.IDLE, seq=1)
    assert quick_fablab.machine()["link"] == "online"
    assert quick_fablab.machine()["state"] == "needs_clear"
    assert state(quick_fablab, life.job)[0] == "to_check"
    over(quick_fablab, life)


@MANY
@given(said=st.lists(st.sampled_from(("start", "running", "ended", "end", "back", "await")), max_size=8))
def test_a_job_given_back_and_taken_away_still_closes_the_gate(
    quick_fablab: Fablab, boots: Any, said: list[str]
) -> None:
    """No echo, so it was queued again and its person cancelled it; then the machine made it after all."""
    life = begun(quick_fablab, next(boots))
    quick_fablab.pass_time(61)
    assert quick_fablab.maker.delete(f"/api/v1/fablab/jobs/{life.job['id']}").status_code == 204
    life.deliver(["back", *said])
    life.deliver(["end"])
    assert state(quick_fablab, life.job)[0] == "cancelled"
    assert quick_fablab.machine()["needs_clear"] is True
    over(quick_fablab, life)


def test_the_gate_closes_before_the_report_is_there(fablab: Fablab) -> None:
    """A machine comes back with a finished part; its report is still on the way; nothing may be sent onto the part."""
    life = begun(fablab, "boot-1")
    fablab.pass_time(61)
    assert state(fablab, life.job)[0] == "queued"
    life.deliver(["ended"])
    other = fablab.queue()
    assert fablab.dispatch(other).status_code == 422
    life.deliver(["end"])
    assert state(fablab, life.job)[:2] == ("to_check", "ok")


def test_a_job_held_meanwhile_that_was_made_after_all_is_to_be_checked(fablab: Fablab) -> None:
    life = begun(fablab, "boot-1")
    fablab.pass_time(61)
    held = fablab.manager.post(f"/api/v1/fablab/jobs/{life.job['id']}/hold", {"reason": "On attend la bobine"})
    assert held.status_code == 204
    life.deliver(["back", "start", "running"])
    assert state(fablab, life.job)[0] == "running"
    life.deliver(["end"])
    assert state(fablab, life.job)[:2] == ("to_check", "ok")


def test_the_end_is_announced_once_however_often_it_is_told(quick_fablab: Fablab) -> None:
    """Who bills, counts or writes hears of one end; only an end that nobody knew may be corrected later."""
    life = begun(quick_fablab, "boot-1")
    life.deliver(["start", "end", "end", "start", "ended", "end"])
    life.box.boot = "boot-2"
    life.box.wake()
    life.deliver(["end", "start", "end"])
    assert counted(quick_fablab)["started"] == 1
    assert announced(quick_fablab) == ["ok"]


def test_an_unknown_end_is_announced_once_and_corrected_once(quick_fablab: Fablab) -> None:
    life = begun(quick_fablab, "boot-1")
    life.deliver(["start", "running", "away"])
    life.box.boot = "boot-2"
    life.box.wake()
    assert state(quick_fablab, life.job) == ("to_check", "unknown", 0)
    life.box.ended(life.ref, Outcome.UNKNOWN)
    life.box.ended(life.ref, Outcome.OK, "told-by-the-old-boot")
    life.box.ended(life.ref, Outcome.FAILED, "told-by-another-boot")
    assert announced(quick_fablab) == ["unknown", "ok"]
    assert state(quick_fablab, life.job) == ("to_check", "ok", 0)
