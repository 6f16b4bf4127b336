"""The time in which everything that a resource needs is clear. Pure."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from heapq import heappush, heappushpop

from tierslieu.basics.spans import MINUTE, Span, merged, minus, span
from tierslieu.venue.map import Need, ResourceFacts

Busy = Mapping[int, Sequence[Span]]
"""Unit to the claims on it (buffers inside), in order of time."""
Spans = list[Span]


def clear_times(busy: Busy, resource: ResourceFacts, opened: Spans) -> list[tuple[Span, int]]:
    """The open time in which everything needed is clear: spans that the same units serve from end to end."""
    found = [(each, 1) for each in merged(opened)]
    for place, need in enumerate(resource.needs):
        clear = _clear_for(busy, resource, need, opened)
        found = clear if place == 0 else _both(found, clear)
    return found


def _clear_for(busy: Busy, resource: ResourceFacts, need: Need, opened: Spans) -> list[tuple[Span, int]]:
    if need.count >= len(need.units):
        if need.count > len(need.units):
            return []
        return [(each, 1) for each in minus(opened, _blocked(busy, resource, need.units))]
    spans = [each for unit in need.units for each in minus(opened, _blocked(busy, resource, (unit,)))]
    return _widest(spans, need.count)


def _blocked(busy: Busy, resource: ResourceFacts, units: Iterable[int]) -> Spans:
    """The own hours that claims make impossible: each claim, with our buffers turned around it."""
    before, after = resource.buffer_before * MINUTE, resource.buffer_after * MINUTE
    claims = [claim for unit in units for claim in busy.get(unit, ())]
    return [claim.widened(after, before) for claim in claims] if before or after else claims


def _widest(spans: Spans, count: int) -> list[tuple[Span, int]]:
    """The widest spans that `count` of these spans (one for each unit and stretch) hold, with how many do."""
    found: list[tuple[Span, int]] = []
    latest: list[int] = []  # the `count` latest ends of the spans begun so far, the earliest of them first
    ends: list[int] = []
    best, place = 0, 0
    spans = sorted(spans)
    while place < len(spans):
        start = spans[place][0]
        while place < len(spans) and spans[place][0] == start:
            end = spans[place][1]
            insort(ends, end)
            if len(latest) < count:
                heappush(latest, end)
            else:
                heappushpop(latest, end)
            place += 1
        end = latest[0]
        if len(latest) == count and end > start and end > best:
            found.append((span(start, end), len(ends) - bisect_left(ends, end)))
            best = end
    return found


def _both(left: list[tuple[Span, int]], right: list[tuple[Span, int]]) -> list[tuple[Span, int]]:
    """The widest spans that lie in one of each."""
    meets = [(a.within(b), min(m, n)) for a, m in left for b, n in right if a.overlaps(b)]
    found: list[tuple[Span, int]] = []
    for each, units in sorted(meets, key=lambda one: (one[0].start, -one[0].end)):
        if not found or each.end > found[-1][0].end:
            found.append((each, units))
    return found
