"""Spans: half-open stretches of time [start, end), in whole seconds since the epoch (UTC)."""

from collections.abc import Iterable
from typing import NamedTuple

MINUTE = 60
HOUR = 3600
DAY = 86_400


class Span(NamedTuple):
    """From `start` (included) to `end` (excluded). A span is real only when start < end."""

    start: int
    end: int

    @property
    def is_real(self) -> bool:
        """True when some time passes inside."""
        return self.start < self.end

    @property
    def seconds(self) -> int:
        """Length in seconds."""
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        """True when the two share some time; touching ends do not count."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Span") -> bool:
        """True when `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def holds(self, instant: int) -> bool:
        """True when the instant lies inside (the end does not)."""
        return self.start <= instant < self.end

    def widened(self, before: int, after: int) -> "Span":
        """The span with `before` seconds added in front and `after` behind: set-up and clean-up."""
        return Span(self.start - before, self.end + after)

    def within(self, other: "Span") -> "Span":
        """The part inside `other`; not real when they do not meet."""
        return Span(max(self.start, other.start), min(self.end, other.end))


def span(start: int, end: int) -> Span:
    """A span, made the quick way: boards build thousands."""
    return tuple.__new__(Span, (start, end))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as the fewest spans, in order; touching spans become one."""
    result: list[Span] = []
    last_start, last_end = 0, None
    for start, end in sorted(spans):
        if start >= end:
            continue
        if last_end is not None and start <= last_end:
            if end > last_end:
                last_end = end
                result[-1] = span(last_start, end)
        else:
            last_start, last_end = start, end
            result.append(span(start, end))
    return result


def minus(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """The time of `spans` that no hole covers, in order, as the fewest spans."""
    cuts = merged(holes)
    result: list[Span] = []
    first, count = 0, len(cuts)
    for start, end in merged(spans):
        while first < count and cuts[first][1] <= start:
            first += 1
        here = first
        while here < count and cuts[here][0] < end:
            hole_start, hole_end = cuts[here]
            if hole_start > start:
                result.append(span(start, hole_start))
            start = hole_end
            here += 1
        if start < end:
            result.append(span(start, end))
    return result


def common(left: Iterable[Span], right: Iterable[Span]) -> list[Span]:
    """The time present on both sides, in order, as the fewest spans."""
    ours, theirs = merged(left), merged(right)
    result: list[Span] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        both = ours[i].within(theirs[j])
        if both.is_real:
            result.append(both)
        if ours[i].end <= theirs[j].end:
            i += 1
        else:
            j += 1
    return result
