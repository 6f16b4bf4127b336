"""The decision at a door: shared vectors, and what holds whatever the facts."""

import json
import random
from itertools import islice

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.badges import decide
from devices.badges.decide import Decision, Gate, Holder, Moment
from tests.access import deciding

CASES = json.loads(deciding.VECTORS.read_text())
SEEDS = st.integers(0, 2**32)
NOW = deciding.NOW


def test_the_vectors_hold_and_tell_every_reason() -> None:
    for case in CASES:
        gate = msgspec.convert(case["gate"], Gate)
        if "reading" in case:
            found = decide.refused_reading(case["reading"], gate, case["direction"])
        else:
            holder, moment = msgspec.convert(case["holder"], Holder), msgspec.convert(case["moment"], Moment)
            found = decide.decide(gate, holder, moment, case["direction"])
        assert found == msgspec.convert(case["decision"], Decision), case
    told = {case["decision"]["reason"] for case in CASES}
    assert told == {*decide.GRANTED, *decide.DENIED, *decide.ASKED}
    assert {flag for case in CASES for flag in case["decision"]["flags"]} == set(decide.FLAGS)
    assert list(islice(deciding.cases(), 150)) == CASES[:150]  # the file is what its program writes


def facts(seed: int) -> tuple[Gate, Holder, Moment]:
    chance = random.Random(seed)
    return deciding.a_gate(chance), deciding.a_holder(chance), deciding.a_moment(chance)


@given(SEEDS)
def test_an_exit_is_never_refused_and_an_alarm_opens_to_everybody(seed: int) -> None:
    gate, holder, moment = facts(seed)
    assert decide.decide(gate, holder, moment, "out").outcome == "granted"
    burning = msgspec.structs.replace(gate, is_alarm=True)
    for reason in decide.DENIED:
        assert decide.refused_reading(reason, gate, "out").outcome == "granted"
        assert decide.refused_reading(reason, burning, "in").reason == "released"
    for direction in ("in", "out"):
        assert decide.decide(burning, holder, moment, direction).reason == "released"


@given(SEEDS)
def test_a_badge_in_doubt_enters_with_its_pin_and_its_holder_always_leaves(seed: int) -> None:
    gate, holder, moment = facts(seed)
    holder = msgspec.structs.replace(holder, is_doubted=False)
    doubted = msgspec.structs.replace(holder, is_doubted=True)
    assert decide.decide(gate, doubted, moment, "out") == decide.decide(gate, holder, moment, "out")
    for shown in (
        msgspec.structs.replace(moment, is_phone=True),
        msgspec.structs.replace(moment, pin="right"),
    ):
        assert decide.decide(gate, doubted, shown, "in") == decide.decide(gate, holder, shown, "in")
    alone = msgspec.structs.replace(moment, is_phone=False, pin="none", is_offline=False)
    sure, asked = (decide.decide(gate, one, alone, "in") for one in (holder, doubted))
    assert asked == sure or asked.reason == "pin_needed"
    offline = decide.decide(gate, doubted, msgspec.structs.replace(alone, is_offline=True), "in")
    if offline.outcome == "granted" and not gate.is_alarm:
        assert (gate.zone, offline.flags[-1:]) == (0, ("doubted",)), "noted where nobody is let in anywhere"


@given(SEEDS, SEEDS)
def test_one_more_rule_never_shuts_out_whom_the_others_let_in(seed: int, more: int) -> None:
    gate, holder, moment = facts(seed)
    wider = msgspec.structs.replace(gate, rules=(*gate.rules, deciding.a_rule(random.Random(more))))
    if decide.decide(gate, holder, moment, "in").outcome == "granted":
        assert decide.decide(wider, holder, moment, "in") == decide.decide(gate, holder, moment, "in")
    turned = msgspec.structs.replace(wider, rules=tuple(reversed(wider.rules)))
    assert decide.decide(turned, holder, moment, "in") == decide.decide(wider, holder, moment, "in")


@given(SEEDS)
def test_what_no_door_forgives(seed: int) -> None:
    gate, holder, moment = facts(seed)
    found = decide.decide(gate, holder, moment, "in")
    if found.outcome != "granted" or gate.is_alarm:
        return
    assert holder.state == "active"
    assert moment.now >= holder.valid_from
    assert not holder.valid_until or moment.now < holder.valid_until
    assert holder.is_guest or gate.rules
    if found.reason == "entered" and moment.counts and gate.capacity is not None and not moment.is_override:
        assert moment.inside < gate.capacity


@pytest.mark.parametrize(
    ("passback", "after_s", "told"),
    [
        ("off", 5, "granted inside"),
        ("off", 500, "granted inside"),
        ("soft", 5, "granted inside"),
        ("soft", 120, "granted inside passback"),
        ("timed", 119, "denied passback_wait"),
        ("timed", 120, "granted inside passback"),
        ("hard", 5, "denied passback"),
        ("hard", 5000, "denied passback"),
    ],
)
def test_coming_in_twice(passback: str, after_s: int, told: str) -> None:
    gate = Gate(zone=1, rules=(decide.Rule("anyone", when="always"),), passback=passback)  # type: ignore[arg-type]
    holder = Holder(is_inside=True, last_at=NOW - after_s, last_direction="in")
    found = decide.decide(gate, holder, Moment(now=NOW), "in")
    assert " ".join((found.outcome, found.reason, *found.flags)) == told
    outside = msgspec.structs.replace(holder, is_inside=False, last_direction="out")
    assert decide.decide(gate, outside, Moment(now=NOW), "in").reason == "entered"


@pytest.mark.parametrize(("inside", "told"), [(7, ()), (8, ("near_capacity",)), (9, ("near_capacity",)), (10, None)])
def test_the_last_places(inside: int, told: tuple[str, ...] | None) -> None:
    gate = Gate(zone=1, rules=(decide.Rule("anyone", when="always"),), capacity=10)
    found = decide.decide(gate, Holder(), Moment(now=NOW, inside=inside), "in")
    assert found == (Decision("denied", "full", "in") if told is None else Decision("granted", "entered", "in", told))
    assert decide.decide(gate, Holder(), Moment(now=NOW, inside=99, counts=False), "in").reason == "entered"
    over = decide.decide(gate, Holder(), Moment(now=NOW, inside=99, is_override=True), "in")
    assert over.flags == ("over_capacity",)
