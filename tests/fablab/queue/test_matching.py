"""Which machine can make which job: every reason is told, and what nobody noted is no reason."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fablab.test_rules import JOB, MACHINE, NOW
from tierslieu.basics.errors import Reason
from tierslieu.fablab.files.facts import Facts
from tierslieu.fablab.queue import matching
from tierslieu.fablab.queue.matching import Fit, Spool, fit_of
from tierslieu.fablab.queue.queries import Workshop
from tierslieu.fablab.queue.speeds import ratio
from tierslieu.fablab.rules import JobNow, MachineNow


def machine(**more: Any) -> MachineNow:
    return msgspec.structs.replace(MACHINE, **more)


def job(**more: Any) -> JobNow:
    return msgspec.structs.replace(JOB, **more)


def against(one: JobNow = JOB, fit: Fit | None = None, where: MachineNow = MACHINE, spools: Any = ()) -> set[str]:
    found = matching.reasons_against_dispatch(one, fit or Fit(), where, None, NOW, is_seen=False, spools=spools)
    return {reason.code for reason in found}


@pytest.mark.parametrize(
    ("fit", "where", "code"),
    [
        (Fit(nozzle_mm=0.6), machine(nozzle_mm=0.4), "wrong_nozzle"),
        (Fit(tool_c=280.0), machine(max_tool_c=260), "too_hot_for_tool"),
        (Fit(bed_c=110.0), machine(max_bed_c=100), "too_hot_for_plate"),
        (Fit(flavour="klipper"), machine(firmware="Marlin"), "wrong_firmware"),
        (Fit(size_mm=(300.0, 10.0, 10.0)), machine(), "too_big_for_bed"),
        (Fit(), machine(takes_queue=0), "machine_takes_no_queue"),
    ],
)
def test_what_a_machine_can_never_make(fit: Fit, where: MachineNow, code: str) -> None:
    assert against(fit=fit, where=where) == {code}
    assert {one.code for one in matching.never(JOB, fit, where)} == {code}


@pytest.mark.parametrize(
    ("fit", "where"),
    [
        (Fit(nozzle_mm=0.4), machine(nozzle_mm=0.4)),
        (Fit(nozzle_mm=0.6), machine()),
        (Fit(), machine(nozzle_mm=0.4, max_tool_c=200, max_bed_c=50, firmware="klipper")),
        (Fit(tool_c=260.0, bed_c=100.0), machine(max_tool_c=260, max_bed_c=100)),
        (Fit(flavour="marlin2"), machine(firmware="Klipper")),
        (Fit(flavour="something new"), machine(firmware="Marlin")),
        (Fit(flavour="klipper"), machine(firmware="our own")),
    ],
)
def test_what_is_unknown_or_equal_is_no_reason(fit: Fit, where: MachineNow) -> None:
    assert against(fit=fit, where=where) == set()


@pytest.mark.parametrize("format_", ["model", "drawing"])
def test_what_is_not_sliced_goes_to_no_machine(format_: str) -> None:
    assert against(job(format=format_)) == {"not_a_machine_file"}


@pytest.mark.parametrize(
    ("one", "grams", "spools", "codes"),
    [
        (job(material="PLA"), None, [Spool("PLA")], set()),
        (job(material="pla "), None, [Spool("PETG"), Spool("PLA")], set()),
        (job(material="PLA", colour="rouge"), None, [Spool("PLA", "bleu"), Spool("PETG", "rouge")], {"wrong_colour"}),
        (job(material="PLA", colour="Rouge"), None, [Spool("PLA", "bleu"), Spool("PLA", "rouge")], set()),
        (job(material="PLA", colour="rouge"), None, [Spool("PLA")], set()),
        (job(material="PLA"), 80.0, [Spool("PLA", "", 50.0)], {"spool_too_short"}),
        (job(material="PLA"), 80.0, [Spool("PLA", "", 50.0), Spool("PLA", "", 90.0)], set()),
        (job(material="PLA"), 80.0, [Spool("PLA", "", None)], set()),
        (job(material="PLA"), None, [Spool("PLA", "", 1.0)], set()),
        (job(material="TPU"), 80.0, [Spool("PLA", "", 50.0)], {"wrong_material"}),
    ],
)
def test_the_loaded_spool_that_comes_closest_decides(
    one: JobNow, grams: float | None, spools: list[Spool], codes: set[str]
) -> None:
    assert against(one, Fit(grams=grams), spools=spools) == codes


def test_what_somebody_said_since_the_spool_was_noted_is_believed() -> None:
    assert against(job(material="TPU"), where=machine(material="TPU"), spools=[Spool("PLA", "", 500.0)]) == set()


def test_doubts_are_told_and_refuse_nothing() -> None:
    bare = machine(material="")
    assert [one.code for one in matching.doubts(job(material="PLA"), Fit(), bare, ())] == ["loaded_unknown"]
    unweighed = matching.doubts(job(material="PLA"), Fit(grams=20.0), MACHINE, [Spool("PLA")])
    assert [one.code for one in unweighed] == ["left_unknown"]
    assert matching.doubts(job(material="PLA"), Fit(grams=20.0), MACHINE, [Spool("PLA", "", 400.0)]) == ()


def test_a_file_asks_for_its_hottest_moment() -> None:
    facts = Facts(tool_celsius=200.0, tool_temperature_max=240.0, bed_celsius=60.0, flavour="marlin", nozzle_mm=0.4)
    found = fit_of(facts)
    assert (found.tool_c, found.bed_c, found.flavour, found.nozzle_mm) == (240.0, 60.0, "marlin", 0.4)
    assert fit_of(Facts()) == Fit()


@given(st.lists(st.tuples(st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6)), max_size=30))
def test_a_speed_is_a_bounded_median_and_unknown_counts_for_nothing(
    pairs: list[tuple[int | None, int | None]],
) -> None:
    found, samples = ratio(pairs)
    assert 0.2 <= found <= 5.0
    assert samples == sum(1 for real, said in pairs if real and said)
    assert ratio([(90, 60), (None, 60), (120, None), (60, 60), (66, 60)]) == (1.1, 3)


@given(st.sets(st.integers(1, 5)), st.sets(st.integers(1, 5)), st.sampled_from(["self", "staff"]))
def test_who_starts_alone_is_given_machines_that_they_may_use(able: set[int], barred: set[int], service: str) -> None:
    """And the team is asked exactly when there is none of them among those that can make it."""
    machines = tuple(machine(id=id_, takes_queue=int(id_ in able)) for id_ in range(1, 6))
    one = job(state="queued", service=service)
    missing = {id_: (Reason("qualification_missing"),) for id_ in barred} if service == "self" else {}
    shop = Workshop(NOW, machines, {}, (one,), {one.id: Fit()}, {}, {}, (), (), {}, {one.id: missing}, {})
    given_ = shop.open_to(one)
    assert given_ <= able
    assert bool(given_) == bool(able), "what can be made is planned"
    assert bool(shop.against_its_person(one)) == bool(given_ & missing.keys())
    assert not given_ & missing.keys() or able <= missing.keys()
