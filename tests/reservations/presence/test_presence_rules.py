"""The rules of presence: until when a place is kept, what is offered at once."""

from hypothesis import given
from hypothesis import strategies as st

from tierslieu.basics.spans import DAY, HOUR, MINUTE, Span
from tierslieu.reservations.presence import rules
from tierslieu.reservations.standing.rules import Policy

NINE = 1_795_507_200
SPANS = st.builds(
    lambda start, minutes: Span(NINE + start * MINUTE, NINE + (start + minutes) * MINUTE),
    *(st.integers(0, 600), st.integers(15, 600)),
)


@given(SPANS, st.integers(0, 120), st.integers(0, 900))
def test_a_place_is_kept_through_the_grace_time_and_never_after_its_end(span: Span, grace: int, late: int) -> None:
    kept = rules.kept_until(span, grace, span.start + late * MINUTE)
    if not grace:
        assert kept is None
    else:
        assert kept is not None
        assert min(span.start + grace * MINUTE, span.end) <= kept <= span.end


@given(SPANS, st.integers(1, 60), st.integers(-500, 500))
def test_who_reserves_what_has_begun_has_the_whole_grace_time(span: Span, grace: int, minutes: int) -> None:
    made_at = span.start + minutes * MINUTE
    kept = rules.kept_until(span, grace, 0, made_at)
    assert kept == min(max(span.start, made_at) + grace * MINUTE, span.end)


@given(SPANS, st.integers(0, 60), st.sampled_from(rules.DELAYS))
def test_who_is_late_is_kept_longer(span: Span, grace: int, delay: int) -> None:
    until = rules.late_until(span, grace, delay)
    assert until == min(span.start + (grace + delay) * MINUTE, span.end)
    if grace:
        assert (rules.kept_until(span, grace, until) or 0) >= (rules.kept_until(span, grace, 0) or 0)


@given(SPANS, st.sampled_from(("requested", "confirmed", "checked_in", "missed")), st.integers(-200, 800))
def test_nobody_may_arrive_and_leave_at_once(span: Span, state: str, minutes: int) -> None:
    now = span.start + minutes * MINUTE
    assert not (rules.can_arrive(state, span, now) and rules.can_leave(state, span, now))
    if rules.can_leave(state, span, now):
        assert span.start < rules.left_at(span, now) <= span.end


@given(SPANS, st.integers(0, 60), st.integers(0, 14), st.integers(-100, 30_000))
def test_what_is_over_is_closed_once(span: Span, grace: int, days: int, minutes: int) -> None:
    policy, now = Policy(unknown_days=days), span.end + minutes * MINUTE
    seen = rules.ends_as("checked_in", span.end, grace, policy, now)
    never = rules.ends_as("confirmed", span.end, grace, policy, now)
    assert (seen == "finished") == (now >= span.end)
    assert never in ((None, "missed") if grace else (None, "finished"))
    assert rules.ends_as("cancelled", span.end, grace, policy, now) is None
    if not grace and now < span.end + days * DAY:
        assert never is None


def test_what_a_door_offers() -> None:
    run = Span(NINE, NINE + 3 * HOUR)
    ten_past = NINE + 10 * MINUTE
    assert rules.spans_at_once(run, 30 * MINUTE, 30, ten_past) == [
        Span(NINE, NINE + 30 * MINUTE),
        Span(NINE, NINE + HOUR),
    ]
    nearly = NINE + 29 * MINUTE
    assert rules.spans_at_once(run, 30 * MINUTE, 30, nearly)[0] == Span(NINE, NINE + HOUR)
    assert rules.spans_at_once(run, 30 * MINUTE, 30, NINE - MINUTE) == []
    assert rules.spans_at_once(run, 2 * HOUR, 60, ten_past) == [Span(NINE, NINE + 2 * HOUR)]
