"""What the screen at a door shows: the rest of the day as stretches that are free, taken or closed. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

import msgspec

from tierslieu.basics.spans import Span
from tierslieu.reservations.availability import is_clear
from tierslieu.reservations.clear_times import Busy
from tierslieu.venue.map import ResourceFacts

State = Literal["free", "taken", "closed"]
MOST_STRETCHES: Final = 8
"""A screen at a door is small; the rest of the day follows as time passes."""


class Stretch(msgspec.Struct, frozen=True):
    """Time during which nothing changes. `claims` are the claims (their ids) that begin or go on in it."""

    span: Span
    state: State
    causes: tuple[int, ...] = ()


Claims = Sequence[tuple[int, int, int, str, int]]
"""(unit, from, until, cause, id of the cause), as the queries of reservations answer them."""


def stretches(resource: ResourceFacts, opened: Iterable[Span], claims: Claims, window: Span) -> list[Stretch]:
    """The window as stretches in order, each as long as can be. A resource is free while all it needs is clear."""
    hours = list(opened)
    busy: dict[int, list[Span]] = {unit: [] for unit in resource.units}
    for unit, start, end, _cause, _id in claims:
        busy.setdefault(unit, []).append(Span(start, end))
    edges = {window.start, *(edge for span in hours for edge in span), *(at for row in claims for at in row[1:3])}
    starts = sorted(edge for edge in edges if window.holds(edge))
    found: list[Stretch] = []
    for start, end in zip(starts, [*starts[1:], window.end], strict=True):
        now = Span(start, end)
        state = _state(resource, hours, busy, now)
        causes = tuple(dict.fromkeys(row[4] for row in claims if row[3] == "reservation" and _is_in(row, now)))
        shown = causes if state == "taken" else ()
        last = found[-1] if found else None
        if last is not None and (last.state, last.causes) == (state, shown):
            found[-1] = Stretch(Span(last.span.start, end), state, shown)
        else:
            found.append(Stretch(now, state, shown))
    return found


def _is_in(row: tuple[int, int, int, str, int], span: Span) -> bool:
    return row[1] < span.end and span.start < row[2]


def _state(resource: ResourceFacts, hours: list[Span], busy: Busy, span: Span) -> State:
    if not any(opened.contains(span) for opened in hours):
        return "closed"
    return "free" if is_free(resource, busy, span) else "taken"


def is_free(resource: ResourceFacts, busy: Busy, span: Span) -> bool:
    """True when all that a resource needs is clear; set-up and clean-up times are part of the claims of others."""
    return all(sum(1 for unit in need.units if is_clear(busy, unit, span)) >= need.count for need in resource.needs)
