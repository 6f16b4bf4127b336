"""What a phone may carry ahead, how a guest's time is rounded: pure."""

from hypothesis import given
from hypothesis import strategies as st

from devices.badges.codec import EPOCH, HOUR, QUARTER, SLOT_S, GuestClaims, packed
from tierslieu.access.passes import rules
from tierslieu.basics.spans import Span

NOW = 1_795_510_815
INSTANTS = st.integers(NOW - 4 * HOUR, NOW + 4 * HOUR)
SPANS = st.lists(
    st.builds(lambda start, length: Span(start, start + length), INSTANTS, st.integers(1, 3 * HOUR)), max_size=5
)


def starts(opened: list[Span], reserved: list[Span]) -> list[int]:
    """When each pass begins that a phone gets now."""
    return rules.starts_of(NOW, rules.spans_to_carry(NOW, opened, reserved))


@given(SPANS, SPANS)
def test_passes_reach_two_hours_at_most_and_cover_what_is_open(opened: list[Span], reserved: list[Span]) -> None:
    found = starts(opened, reserved)
    assert found[0] <= NOW < found[0] + SLOT_S
    assert found == sorted(set(found))
    assert all((start - EPOCH) % SLOT_S == 0 and start < NOW + rules.AHEAD for start in found)
    assert len(found) <= rules.AHEAD // SLOT_S + 1
    for instant in range(NOW, NOW + rules.AHEAD, 600):
        is_open = any(one.start <= instant < one.end for one in opened)
        is_reserved = any(one.start - rules.EARLY <= instant < one.end for one in reserved)
        is_carried = instant - (instant - EPOCH) % SLOT_S in found
        assert is_carried or not (is_open or is_reserved)


def test_without_opening_or_reservation_a_phone_gets_five_minutes() -> None:
    assert len(starts([], [])) in (10, 11)
    assert len(starts([Span(NOW - HOUR, NOW + 3 * HOUR)], [])) in (240, 241)
    soon = starts([], [Span(NOW + HOUR, NOW + 2 * HOUR)])
    assert min(start for start in soon if start > NOW + 600) <= NOW + HOUR - rules.EARLY


@given(
    st.integers(EPOCH, EPOCH + 7 * 365 * rules.DAY), st.sampled_from([60, 120, 240, 480, 1440, 2880, 10_080, 20_160])
)
def test_a_guests_time_always_fits_in_a_pass_and_is_never_shorter(starts_at: int, minutes: int) -> None:
    span = rules.guest_window(starts_at, minutes)
    assert span.start <= starts_at < span.start + HOUR
    assert 0 <= span.end - (starts_at + 60 * minutes) < QUARTER
    assert len(packed(GuestClaims(1, 1, "00" * 5, 1, span.start, span.end))) == 12


def test_keys_take_the_next_number_and_begin_again() -> None:
    assert [rules.next_kid(kid) for kid in (0, 14, 15)] == [1, 15, 0]
