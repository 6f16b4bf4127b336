"""Spans: what they share, what is left, and that the fewest spans say it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tierslieu.basics.spans import Span, common, merged, minus

INSTANTS = st.integers(0, 200)
SPANS = st.builds(lambda start, length: Span(start, start + length), INSTANTS, st.integers(0, 40))
MANY = st.lists(SPANS, max_size=12)


def seconds(spans: list[Span]) -> set[int]:
    return {second for span in spans for second in range(span.start, span.end)}


@given(MANY)
def test_merging_keeps_the_time_and_leaves_gaps_between(spans: list[Span]) -> None:
    found = merged(spans)
    assert seconds(found) == seconds(spans)
    assert all(left.end < right.start for left, right in pairwise(found))


@given(MANY, MANY)
def test_minus_leaves_what_no_hole_covers(spans: list[Span], holes: list[Span]) -> None:
    assert seconds(minus(spans, holes)) == seconds(spans) - seconds(holes)


@given(MANY, MANY)
def test_common_is_what_both_have(left: list[Span], right: list[Span]) -> None:
    assert seconds(common(left, right)) == seconds(left) & seconds(right)


@given(SPANS, SPANS)
def test_overlap_is_shared_time(left: Span, right: Span) -> None:
    if left.is_real and right.is_real:
        assert left.overlaps(right) == bool(seconds([left]) & seconds([right]))


def test_touching_ends_do_not_overlap() -> None:
    assert not Span(0, 10).overlaps(Span(10, 20))
    assert not Span(0, 10).holds(10)
