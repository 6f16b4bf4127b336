"""When something is due, as a pure function."""

from hypothesis import given
from hypothesis import strategies as st

from tierslieu.fablab.upkeep import rules
from tierslieu.fablab.upkeep.rules import DAY, HOUR, Reading

NOW = 1_800_000_000


def test_hours_are_forecast_at_the_pace_of_the_last_weeks() -> None:
    found = rules.due("hours", 200, 0, Reading(100 * HOUR), Reading(28 * HOUR), NOW)
    assert (found.left, found.urgency, found.at) == (100, "later", NOW + 100 * DAY)
    still = rules.due("hours", 200, 0, Reading(100 * HOUR), Reading(), NOW)
    assert (still.left, still.at, still.urgency) == (100, None, "later")
    fast = rules.due("hours", 200, 0, Reading(100 * HOUR), Reading(28 * 20 * HOUR), NOW)
    assert fast.urgency == "soon"


def test_what_is_not_quite_over_counts_and_what_is_over_is_overdue() -> None:
    assert rules.due("hours", 10, 0, Reading(10 * HOUR - 1), Reading(), NOW).left == 1
    assert rules.due("hours", 10, 0, Reading(10 * HOUR), Reading(), NOW).urgency == "overdue"
    assert rules.due("days", 30, NOW - 31 * DAY, Reading(), Reading(), NOW).left == -1


@given(
    st.sampled_from(["hours", "jobs", "metres", "days"]),
    st.integers(1, 10_000),
    st.integers(0, 10**9),
    st.builds(Reading, st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 10**9)),
    st.builds(Reading, st.integers(0, 10**7), st.integers(0, 10**4), st.integers(0, 10**7)),
)
def test_more_work_never_makes_it_less_urgent(
    measure: str, every: int, done: int, total: Reading, pace: Reading
) -> None:
    more = Reading(total.seconds + HOUR, total.jobs + 1, total.filament_mm + 1_000)
    order = {"later": 0, "soon": 1, "overdue": 2}
    first = rules.due(measure, every, done, total, pace, NOW)
    second = rules.due(measure, every, done, more, pace, NOW)
    assert order[second.urgency] >= order[first.urgency]
    assert second.left <= first.left
    assert (first.urgency == "overdue") == (first.left <= 0)
    assert first.at is None or first.at >= NOW


def test_every_reason_is_told_with_what_to_do() -> None:
    both = rules.reasons("laser-1", "Laser", is_unsafe=True, is_sheet_missing=True)
    assert [one.code for one in both] == ["safety_incident_open", "sheet_not_accepted"]
    assert both[1].remedies[0].facts["href"] == "/fablab/machines/laser-1/fiche"
    assert rules.reasons("laser-1", "Laser", is_unsafe=False, is_sheet_missing=False) == ()


def test_steps_that_nobody_ticked() -> None:
    assert rules.missing_steps(["a", "b", "c"], {1}) == (0, 2)
    assert rules.may_become("closed") == ()
