"""The plan of the queue as a pure function: what holds whatever waits, whatever the machines do."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierslieu.basics.spans import DAY, HOUR, MINUTE, Span
from tierslieu.fablab.queue.scheduler import MARGIN, POLICIES, Place, Policy, Rules, Slot, Wish, order, plan

NOW = 1_800_000_000
KIND, OTHER = "printer_3d", "cnc_router"


def wish(id_: int, **more: object) -> Wish:
    given_ = {
        "person_id": id_,
        "kind": KIND,
        "rank": id_,
        "since": NOW,
        "fits": frozenset({1}),
        "seconds": HOUR,
        **more,
    }
    return Wish(id_, **given_)  # type: ignore[arg-type]


def placed(wishes: list[Wish], slots: list[Slot], policy: Policy = "first_come", **rules: int) -> dict[int, Place]:
    return plan(wishes, slots, {KIND: Rules(policy, **rules)}, NOW)  # type: ignore[arg-type]


def starts(found: dict[int, Place]) -> dict[int, int | None]:
    return {id_: None if one.starts_at is None else (one.starts_at - NOW) // MINUTE for id_, one in found.items()}


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)), max_size=4).map(
    lambda pairs: tuple(Span(NOW + start * HOUR, NOW + (start + length) * HOUR) for start, length in sorted(pairs))
)
slots = st.lists(
    st.builds(
        Slot,
        id=st.integers(1, 4),
        kind=st.sampled_from([KIND, OTHER]),
        ready_at=st.one_of(st.none(), st.integers(0, 20).map(lambda hours: NOW + hours * HOUR)),
        taken=spans,
        staffed=st.one_of(
            st.none(),
            st.just(tuple(Span(NOW + day * DAY, NOW + day * DAY + 9 * HOUR) for day in range(14))),
        ),
        ratio=st.sampled_from([0.5, 1.0, 1.3]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda slot: slot.id,
)
wishes = st.lists(
    st.builds(
        Wish,
        id=st.integers(1, 60),
        person_id=st.integers(1, 4),
        kind=st.sampled_from([KIND, OTHER]),
        rank=st.integers(1, 40),
        since=st.integers(0, 100).map(lambda hours: NOW - hours * HOUR),
        fits=st.frozensets(st.integers(1, 4)),
        seconds=st.one_of(st.none(), st.integers(60, 12 * HOUR)),
        copies=st.integers(1, 3),
        deadline=st.one_of(st.none(), st.integers(0, 90).map(lambda hours: NOW + hours * HOUR)),
        priority=st.sampled_from([0, 0, 0, 1]),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)
every_policy = st.sampled_from(POLICIES)


def runs_of(found: dict[int, Place], wanted: list[Wish]) -> list[tuple[int, Span, Wish]]:
    """The runs of wishes that are made once: (machine, span, wish)."""
    by_id = {one.id: one for one in wanted}
    return [
        (place.machine_id, Span(place.starts_at, place.ends_at), by_id[id_])
        for id_, place in found.items()
        if place.machine_id is not None
        and place.starts_at is not None
        and place.ends_at is not None
        and by_id[id_].copies == 1
    ]


@settings(max_examples=150, deadline=None)
@given(wishes, slots, every_policy)
def test_never_two_jobs_on_one_machine_and_none_on_one_that_cannot_make_it(
    wanted: list[Wish], machines: list[Slot], policy: Policy
) -> None:
    rules = {kind: Rules(policy) for kind in (KIND, OTHER)}
    found = plan(wanted, machines, rules, NOW)
    by_id = {one.id: one for one in machines}
    runs = runs_of(found, wanted)
    for machine_id, run, one in runs:
        slot = by_id[machine_id]
        assert machine_id in one.fits
        assert slot.ready_at is not None
        assert run.start >= slot.ready_at
        assert not any(taken.overlaps(Span(run.start, run.end + MARGIN)) for taken in slot.taken)
        if slot.staffed is not None:
            assert any(there.holds(run.start) for there in slot.staffed), "somebody has to start it"
    for at, (machine_id, run, _one) in enumerate(runs):
        for other_id, other, _wish in runs[at + 1 :]:
            assert machine_id != other_id or not run.overlaps(other)


@settings(max_examples=100, deadline=None)
@given(wishes, slots, every_policy, st.randoms())
def test_the_same_facts_give_the_same_plan(
    wanted: list[Wish], machines: list[Slot], policy: Policy, chance: object
) -> None:
    rules = {KIND: Rules(policy)}
    first = plan(wanted, machines, rules, NOW)
    mixed, turned = list(wanted), list(machines)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    chance.shuffle(turned)  # type: ignore[attr-defined]
    assert plan(mixed, turned, rules, NOW) == first


@settings(max_examples=100, deadline=None)
@given(wishes, every_policy, st.data())
def test_a_priority_moves_only_what_it_must(wanted: list[Wish], policy: Policy, data: st.DataObject) -> None:
    plain = [one for one in wanted if one.kind == KIND and not one.priority]
    if not plain or policy == "fair":  # taking turns, a job that goes first is a turn of its person
        return
    chosen = data.draw(st.sampled_from(plain))
    raised = [msgspec.structs.replace(one, priority=1) if one is chosen else one for one in plain]
    before = [one.id for one in order(plain, Rules(policy), NOW, {})]
    after = [one.id for one in order(raised, Rules(policy), NOW, {})]
    assert after[0] == chosen.id
    assert after[1:] == [id_ for id_ in before if id_ != chosen.id], "the others keep their order"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 6)), min_size=1, max_size=6))
def test_taking_turns_nobody_waits_for_more_than_one_copy_of_each_other(asked: list[tuple[int, int]]) -> None:
    """Copy after copy: who still waits has had no less than anybody else, but for one."""
    left = [wish(at, person_id=person, copies=copies) for at, (person, copies) in enumerate(asked, start=1)]
    had = dict.fromkeys(range(1, 5), 0)
    over: Counter[int] = Counter()
    while left:
        chosen = order(left, Rules("fair"), NOW, over)[0]
        had[chosen.person_id] += 1
        waiting = {one.person_id for one in left}
        assert max(had.values()) <= min(had[person] for person in waiting) + 1
        left.remove(chosen)
        if chosen.copies > 1:
            left.append(msgspec.structs.replace(chosen, copies=chosen.copies - 1, made=chosen.made + 1))
        else:
            over[chosen.person_id] += chosen.made + 1


def test_copies_are_planned_one_turn_at_a_time() -> None:
    line = [wish(1, copies=3), wish(2, copies=2), wish(3, person_id=1)]
    found = placed(line, [Slot(1, KIND, NOW)], "fair", clear_minutes=0)
    assert starts(found) == {1: 0, 2: 60, 3: 300}
    ends = {id_: (one.ends_at or 0) - NOW for id_, one in found.items()}
    assert ends == {1: 5 * HOUR, 2: 4 * HOUR, 3: 6 * HOUR}
    behind = [wish(1, copies=15, made=5), wish(2, copies=20)]
    assert [one.id for one in order(behind, Rules("fair"), NOW, {})] == [2, 1]


@settings(max_examples=100, deadline=None)
@given(wishes, every_policy)
def test_who_waited_for_too_long_is_passed_by_nobody_who_came_later(wanted: list[Wish], policy: Policy) -> None:
    """Nobody starves: from the guard on, only those who came before (and what staff put first) are before."""
    mine = [one for one in wanted if one.kind == KIND]
    rules = Rules(policy, guard_hours=24)
    line = order(mine, rules, NOW, {})
    for at, one in enumerate(line):
        if NOW - one.since >= 24 * HOUR and not one.priority:
            before = [other for other in line[:at] if not other.priority]
            assert all((other.rank, other.id) < (one.rank, one.id) for other in before)


def test_a_long_job_starts_although_short_ones_keep_coming() -> None:
    """One machine, a short job every twenty minutes for days, shortest first: the long one has its turn after a day."""
    rules = Rules("shortest", guard_hours=24, clear_minutes=0)
    long_ = wish(1, rank=1, seconds=6 * HOUR)
    waiting, free_at, started = [long_], NOW, None
    for step in range(4 * 24 * 3):
        now = NOW + step * 20 * MINUTE
        waiting.append(wish(step + 2, since=now, seconds=19 * MINUTE))
        if free_at <= now:
            first = order(waiting, rules, now, {})[0]
            waiting.remove(first)
            free_at = now + (first.seconds or 0)
            if first.id == 1:
                started = now
                break
    assert started is not None
    assert 24 * HOUR <= started - NOW <= 25 * HOUR


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("first_come", [1, 2, 3, 4]), ("shortest", [3, 2, 4, 1]), ("deadline", [4, 2, 1, 3]), ("fair", [1, 2, 4, 3])],
)
def test_each_policy_has_its_order(policy: Policy, expected: list[int]) -> None:
    line = [
        wish(1, person_id=1, seconds=4 * HOUR),
        wish(2, person_id=2, seconds=2 * HOUR, deadline=NOW + 9 * HOUR),
        wish(3, person_id=1, seconds=HOUR),
        wish(4, person_id=3, seconds=3 * HOUR, deadline=NOW + 5 * HOUR),
    ]
    assert [one.id for one in order(line, Rules(policy), NOW, {})] == expected


def test_taking_turns_counts_what_is_on_a_machine_already() -> None:
    line = [wish(1, person_id=1), wish(2, person_id=2)]
    assert [one.id for one in order(line, Rules("fair"), NOW, {1: 1})] == [2, 1]


def test_a_job_goes_where_it_ends_first() -> None:
    line = [wish(1, fits=frozenset({1, 2})), wish(2, fits=frozenset({1, 2})), wish(3, fits=frozenset({2}))]
    machines = [Slot(1, KIND, NOW + 30 * MINUTE), Slot(2, KIND, NOW)]
    found = placed(line, machines)
    assert [found[id_].machine_id for id_ in (1, 2, 3)] == [2, 1, 2]
    assert starts(found) == {1: 0, 2: 30, 3: 70}, "ten minutes to empty it"
    assert [found[id_].place for id_ in (1, 2, 3)] == [1, 2, 3]


def test_a_short_job_fills_the_gap_before_a_reservation_and_delays_nobody() -> None:
    taken = (Span(NOW + HOUR, NOW + 3 * HOUR),)
    line = [wish(1, seconds=2 * HOUR), wish(2, seconds=30 * MINUTE)]
    assert starts(placed(line, [Slot(1, KIND, NOW, taken)])) == {1: 180, 2: 0}
    assert starts(placed([wish(1, seconds=2 * HOUR)], [Slot(1, KIND, NOW, taken)])) == {1: 180}
    own = [wish(1, seconds=2 * HOUR, own={1: taken})]
    assert starts(placed(own, [Slot(1, KIND, NOW, taken)])) == {1: 0}, "what one reserved oneself is one's own time"


def test_what_ends_in_the_night_blocks_its_machine_until_somebody_is_there() -> None:
    staffed = (Span(NOW, NOW + 2 * HOUR), Span(NOW + 14 * HOUR, NOW + 23 * HOUR))
    line = [wish(1, seconds=4 * HOUR), wish(2, seconds=HOUR)]
    found = placed(line, [Slot(1, KIND, NOW, (), staffed)])
    assert starts(found) == {1: 0, 2: 14 * 60 + 10}
    assert starts(placed([wish(1)], [Slot(1, KIND, NOW + 3 * HOUR, (), staffed)])) == {1: 14 * 60}


def test_copies_follow_one_another_and_measured_speed_counts() -> None:
    found = placed([wish(1, copies=3)], [Slot(1, KIND, NOW, ratio=1.5, samples=12)])
    assert found[1] == Place(1, 1, NOW, NOW + 3 * 90 * MINUTE + 20 * MINUTE, 12)


def test_nobody_knows_when_a_machine_that_cannot_work_begins() -> None:
    assert placed([wish(1)], [Slot(1, KIND, None)]) == {1: Place(1)}
    assert placed([wish(1, fits=frozenset())], [Slot(1, KIND, NOW)]) == {1: Place(1)}
