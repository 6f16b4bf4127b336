"""From levels to edges: each job is reported as started and as ended, once, whatever the printer shows."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.printers.states import JobFact, Known, Seen, after, note_of, remember
from devices.wire import Job, JobEnded, JobStarted, MachineState, Outcome

S = MachineState


def see(state: MachineState, ref: str | None = None, at: int = 0, outcome: Outcome | None = None) -> Seen:
    return Seen(state=state, at=at, job=None if ref is None else Job(job_ref=ref), outcome=outcome)


def tell(sights: Iterable[Seen], known: Known | None = None) -> list[JobFact]:
    known, facts = known or Known(), list[JobFact]()
    for seen in sights:
        known, new = after(known, seen)
        facts += new
    return facts


def ends(facts: list[JobFact]) -> list[tuple[str, Outcome]]:
    return [(fact.job_ref, fact.outcome) for fact in facts if isinstance(fact, JobEnded)]


def test_a_job_is_told_once_though_its_end_stays_on_the_screen() -> None:
    sights = [see(S.IDLE), see(S.PREPARING, "J1", 10), see(S.RUNNING, "J1", 20), see(S.PAUSED, "J1", 30)]
    sights += [see(S.RUNNING, "J1", 40)] + [see(S.ENDED, "J1", 100, Outcome.OK)] * 5 + [see(S.IDLE)]
    assert tell(sights) == [
        JobStarted(job_ref="J1"),
        JobEnded(job_ref="J1", outcome=Outcome.OK, duration_s=90),
    ]


@pytest.mark.parametrize(
    ("last", "outcome", "reason"),
    [
        (see(S.ENDED, "J1", 5, Outcome.CANCELLED), Outcome.CANCELLED, None),
        (see(S.FAULT, "J1", 5), Outcome.FAILED, None),
        (see(S.ENDED, "J1", 5), Outcome.UNKNOWN, None),
        (see(S.IDLE, None, 5), Outcome.UNKNOWN, "lost"),
        (see(S.RUNNING, "J2", 5), Outcome.UNKNOWN, "lost"),
    ],
)
def test_how_a_job_ended_is_said_as_far_as_it_was_seen(last: Seen, outcome: Outcome, reason: str | None) -> None:
    end = next(fact for fact in tell([see(S.RUNNING, "J1"), last]) if isinstance(fact, JobEnded))
    assert (end.outcome, end.reason, end.duration_s) == (outcome, reason, 5)


@pytest.mark.parametrize("state", [S.OFFLINE, S.UNKNOWN])
def test_silence_proves_nothing(state: MachineState) -> None:
    assert ends(tell([see(S.RUNNING, "J1"), see(state), see(S.RUNNING, "J1"), see(S.ENDED, "J1", 9, Outcome.OK)])) == [
        ("J1", Outcome.OK)
    ]


def test_a_job_open_at_a_power_cut_is_ended_by_the_next_boot() -> None:
    known, _ = after(Known(), see(S.RUNNING, "J1"))
    woken = remember(note_of(known))
    assert ends(tell([see(S.IDLE, None, 50)], woken)) == [("J1", Outcome.UNKNOWN)]


def test_an_old_end_on_the_screen_is_no_news() -> None:
    assert tell([see(S.ENDED, "J1", 5, Outcome.OK)]) == []


def test_a_note_that_cannot_be_read_is_as_good_as_none() -> None:
    assert remember(None) == remember(b"[1") == remember(b'{"open":5}') == Known()


SIGHTS = st.lists(
    st.builds(
        see,
        st.sampled_from(MachineState),
        st.none() | st.sampled_from(["J1", "J2", "J3"]),
        st.integers(0, 1000),
        st.none() | st.sampled_from(Outcome),
    ),
    max_size=30,
)


@given(SIGHTS)
def test_whatever_is_seen_every_end_follows_its_start_and_none_is_told_twice(sights: list[Seen]) -> None:
    facts = tell(sights)
    told = [(type(fact), fact.job_ref) for fact in facts]
    assert len(set(told)) == len(told)
    open_ref: str | None = None
    for fact in facts:
        if isinstance(fact, JobStarted):
            assert open_ref is None
            open_ref = fact.job_ref
        else:
            assert fact.job_ref == open_ref
            assert fact.duration_s is not None
            assert fact.duration_s >= 0
            open_ref = None


@given(SIGHTS, st.integers(0, 30))
def test_a_restart_anywhere_changes_nothing_of_what_is_told(sights: list[Seen], cut: int) -> None:
    known, before = Known(), list[JobFact]()
    for seen in sights[:cut]:
        known, new = after(known, seen)
        before += new
    assert before + tell(sights[cut:], remember(note_of(known))) == tell(sights)
