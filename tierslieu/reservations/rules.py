"""Decisions about reservations. Pure: facts in, a booking or all the reasons out.

`free_spans` and `reasons_against` rest on the same two functions (`claimable` and the open spans), so that
what is shown as free is accepted and what is hidden is refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import msgspec

from tierslieu.basics.errors import Reason, Remedy
from tierslieu.basics.spans import DAY, MINUTE, Span, minus
from tierslieu.venue.map import ResourceFacts, VenueMap

ACTIVE_STATES = ("requested", "confirmed", "checked_in")
MAX_UPCOMING = 6
CHECK_IN_EARLY = 15 * MINUTE
"""A badge checks in from this long before the start."""

Busy = Mapping[int, Sequence[Span]]
"""Unit to the claims on it (buffers inside), in order of time."""


class Upcoming(msgspec.Struct, frozen=True):
    """One of the person's own reservations that is not over."""

    resource_id: int
    start: int
    end: int


class Wish(msgspec.Struct, frozen=True):
    """What is asked: a resource, a span, for how many people."""

    resource: ResourceFacts
    span: Span
    people: int = 1


class Facts(msgspec.Struct, frozen=True):
    """What the decision looks at. `has_authority`: staff may pass over the house's rules, never over a claim."""

    venue: VenueMap
    busy: Busy
    upcoming: tuple[Upcoming, ...] = ()
    has_authority: bool = False
    against_person: tuple[Reason, ...] = ()
    """What people/ says against this person using this resource then (age, consent…): staff are told it too."""


class Booking(msgspec.Struct, frozen=True):
    """The decision: which units to claim, for which span (buffers inside), in which state it begins."""

    units: tuple[int, ...]
    claim: Span
    state: str


def places(resource: ResourceFacts) -> tuple[str, ...]:
    """Where a resource is, for permissions that hold in some places only."""
    return f"space:{resource.space.key}", f"site:{resource.space.site}"


def claim_span(resource: ResourceFacts, span: Span) -> Span:
    """The span to block: the reservation's own hours with set-up and clean-up around."""
    return span.widened(resource.buffer_before * MINUTE, resource.buffer_after * MINUTE)


def is_clear(busy: Busy, unit: int, claim: Span) -> bool:
    """True when no claim on the unit overlaps."""
    return not any(claim.overlaps(other) for other in busy.get(unit, ()))


def units_for(resource: ResourceFacts, busy: Busy, span: Span) -> tuple[int, ...]:
    """The units that a reservation of this span would claim; none when it cannot be had."""
    claim = claim_span(resource, span)
    clear = tuple(unit for unit in resource.units if is_clear(busy, unit, claim))
    if resource.pick == "one":
        return clear[:1]
    return clear if len(clear) == len(resource.units) else ()


def book(facts: Facts, wish: Wish, now: int) -> Booking | tuple[Reason, ...]:
    """A booking, or every reason against it."""
    units = units_for(wish.resource, facts.busy, wish.span) if wish.span.is_real else ()
    reasons = reasons_against(facts, wish, units, now)
    if reasons:
        return reasons
    state = "requested" if wish.resource.needs_approval and not facts.has_authority else "confirmed"
    return Booking(units, claim_span(wish.resource, wish.span), state)


def reasons_against(facts: Facts, wish: Wish, units: tuple[int, ...], now: int) -> tuple[Reason, ...]:
    """All reasons, the most useful first. Staff are bound by claims, opening and capacity stay theirs to judge."""
    if not wish.span.is_real:
        return (Reason("ends_before_it_starts"),)
    found: list[Reason] = []
    if not units:
        found.append(_taken(facts, wish, now))
    if not facts.has_authority:
        found.extend(_house_rules(facts, wish, now))
    return (*found, *facts.against_person)


def _house_rules(facts: Facts, wish: Wish, now: int) -> Iterable[Reason]:
    resource, span = wish.resource, wish.span
    if not resource.is_bookable:
        yield Reason("not_bookable")
    yield from _time_rules(facts.venue, resource, span, now)
    if wish.people > resource.capacity:
        yield Reason("too_many_people", {"resource": resource.name, "capacity": resource.capacity})
    if len(facts.upcoming) >= MAX_UPCOMING:
        yield Reason("too_many_reservations", {"count": len(facts.upcoming)}, (Remedy("see_mine"),))
    for mine in facts.upcoming:
        if span.overlaps(Span(mine.start, mine.end)) and _is_same_need(facts.venue, mine, resource):
            known = facts.venue.by_id.get(mine.resource_id)
            where = {"resource": known.name if known else "", "start": mine.start, "end": mine.end}
            yield Reason("already_reserved", where, (Remedy("see_mine"),))


def _is_same_need(venue: VenueMap, mine: Upcoming, resource: ResourceFacts) -> bool:
    """Two seats at once make no sense; a desk and a room at once do."""
    other = venue.by_id.get(mine.resource_id)
    seats = ("desk", "desk_pool", "workstation")
    if other is None:
        return False
    return other.id == resource.id or (other.kind in seats and resource.kind in seats)


def _time_rules(venue: VenueMap, resource: ResourceFacts, span: Span, now: int) -> Iterable[Reason]:
    if span.end <= now or span.start < now - resource.grid_minutes * MINUTE:
        yield Reason("in_the_past")
    elif span.start < earliest_start(resource, now):
        yield Reason("too_late", {"notice_seconds": resource.notice_minutes * MINUTE})
    if span.end > latest_end(venue, resource, now):
        until = venue.zone.date(now) + timedelta(days=resource.horizon_days)
        yield Reason("too_far_ahead", {"until_date": until})
    if span.seconds < resource.min_minutes * MINUTE:
        yield Reason("too_short", {"duration_seconds": resource.min_minutes * MINUTE})
    if span.seconds > resource.max_minutes * MINUTE:
        yield Reason("too_long", {"duration_seconds": resource.max_minutes * MINUTE})
    if not is_on_grid(venue, resource, span):
        yield Reason("off_grid", {"minutes": resource.grid_minutes})
    if not any(opened.contains(span) for opened in open_around(venue, resource, span)):
        yield _closed(venue, resource, span)


def earliest_start(resource: ResourceFacts, now: int) -> int:
    """The first instant at which a reservation may begin. Without notice, the grid step under way still counts."""
    if resource.notice_minutes:
        return now + resource.notice_minutes * MINUTE
    return now - resource.grid_minutes * MINUTE


def latest_end(venue: VenueMap, resource: ResourceFacts, now: int) -> int:
    """The end of the last day that may be reserved."""
    return venue.zone.day(venue.zone.date(now) + timedelta(days=resource.horizon_days)).end


def is_on_grid(venue: VenueMap, resource: ResourceFacts, span: Span) -> bool:
    """True when both ends fall on the wall clock's grid, or on the edge of the open time."""
    step = resource.grid_minutes
    edges = {edge for opened in open_around(venue, resource, span) for edge in opened}
    return all(edge in edges or (edge % MINUTE == 0 and venue.zone.minutes(edge) % step == 0) for edge in span)


def open_around(venue: VenueMap, resource: ResourceFacts, span: Span) -> list[Span]:
    """The open spans that could hold a span: those that begin on its day or the evening before."""
    day = venue.zone.date(span.start)
    return [opened for start in (day - timedelta(days=1), day) for opened in venue.open_spans(resource.space, start)]


def _closed(venue: VenueMap, resource: ResourceFacts, span: Span) -> Reason:
    day = venue.zone.date(span.start)
    periods = tuple(tuple(period) for period in resource.space.opening.periods(day))
    if not periods:
        return Reason("closed_that_day", {"start": span.start}, ())
    return Reason("closed", {"start": span.start, "periods": periods}, (Remedy("see_day", {"start": span.start}),))


def _taken(facts: Facts, wish: Wish, now: int) -> Reason:
    """Why the units cannot be had, the next free time of the same length, and another resource right then."""
    claim = claim_span(wish.resource, wish.span)
    clashes = [other for unit in wish.resource.units for other in facts.busy.get(unit, ()) if claim.overlaps(other)]
    start, end = (min(c.start for c in clashes), max(c.end for c in clashes)) if clashes else wish.span
    return Reason("slot_taken", {"start": start, "end": end}, tuple(_remedies(facts, wish, now)))


def _remedies(facts: Facts, wish: Wish, now: int) -> Iterable[Remedy]:
    later = next_free(facts, wish, now)
    if later is not None:
        yield Remedy("next_free", {"key": wish.resource.key, "start": later.start, "end": later.end})
    for other in facts.venue.alternatives(wish.resource):
        is_known = other.capacity >= wish.people and all(unit in facts.busy for unit in other.units)
        if is_known and units_for(other, facts.busy, wish.span):
            where = {"key": other.key, "resource": other.name, "start": wish.span.start, "end": wish.span.end}
            yield Remedy("other_resource", where)
            return


def next_free(facts: Facts, wish: Wish, now: int) -> Span | None:
    """The first span of about the same length (on the grid, as long as is allowed) later on the same day."""
    day = facts.venue.zone.date(wish.span.start)
    window = Span(wish.span.start, facts.venue.zone.day(day).end)
    seconds = allowed_seconds(wish.resource, wish.span.seconds)
    for free in free_spans(facts.venue, facts.busy, wish.resource, window, now):
        if free.seconds >= seconds:
            return Span(free.start, free.start + seconds)
    return None


def allowed_seconds(resource: ResourceFacts, seconds: int) -> int:
    """The nearest length that the grid and the limits of a resource allow, not shorter where that is possible."""
    step = resource.grid_minutes * MINUTE
    rounded = -(-seconds // step) * step
    return max(resource.min_minutes * MINUTE, min(rounded, resource.max_minutes * MINUTE))


def free_spans(venue: VenueMap, busy: Busy, resource: ResourceFacts, window: Span, now: int) -> list[Span]:
    """The spans in which any part on the grid, long enough and short enough, is accepted.

    Runs of a pool are cut so that one unit serves a whole run.
    """
    return [run.span for run in free_runs(venue, busy, resource, window, now)]


class Run(msgspec.Struct, frozen=True):
    """Free time that one unit serves from end to end; `units` are clear at its busiest moment."""

    span: Span
    units: int


def free_runs(venue: VenueMap, busy: Busy, resource: ResourceFacts, window: Span, now: int) -> list[Run]:
    """Free time of a resource, in order, with how many units are clear."""
    if not resource.is_bookable:
        return []
    bounds = Span(
        max(window.start, _on_next_step(venue, resource, earliest_start(resource, now))),
        min(window.end, latest_end(venue, resource, now)),
    )
    opened = [span.within(bounds) for span in _open_in(venue, resource, window)]
    if resource.pick == "one" and len(resource.units) > 1:
        runs = _pool_runs(busy, resource, opened)
    else:
        runs = [Run(span, 1) for span in minus(opened, _blocked(busy, resource, resource.units))]
    fitted = (_fitted(venue, resource, run) for run in runs)
    least = resource.min_minutes * MINUTE
    return [run for run in fitted if run.span[1] - run.span[0] >= least]


def _open_in(venue: VenueMap, resource: ResourceFacts, window: Span) -> list[Span]:
    first = venue.zone.date(window.start) - timedelta(days=1)
    last = venue.zone.date(window.end - 1)
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [span for day in days for span in venue.open_spans(resource.space, day)]


def _blocked(busy: Busy, resource: ResourceFacts, units: Iterable[int]) -> list[Span]:
    """The own hours that claims make impossible: each claim, with our buffers turned around it."""
    before, after = resource.buffer_before * MINUTE, resource.buffer_after * MINUTE
    claims = [claim for unit in units for claim in busy.get(unit, ())]
    return [claim.widened(after, before) for claim in claims] if before or after else claims


def _pool_runs(busy: Busy, resource: ResourceFacts, opened: list[Span]) -> list[Run]:
    """Free runs of a pool, as few as can be: each is served from end to end by one unit."""
    clear = [minus(opened, _blocked(busy, resource, (unit,))) for unit in resource.units]
    spans = sorted((span for spans in clear for span in spans), key=lambda span: (span.start, -span.end))
    runs: list[Run] = []
    at = opened[0].start if opened else 0
    while True:
        longest = _longest_from(spans, at)
        if longest is None:
            later = [span.start for span in spans if span.start > at]
            if not later:
                return runs
            at = later[0]
            continue
        run = Span(at, longest)
        runs.append(Run(run, _fewest_clear(clear, run)))
        at = longest


def _longest_from(spans: list[Span], at: int) -> int | None:
    """The latest end of a span that holds an instant; None when none does."""
    return max((span.end for span in spans if span.holds(at)), default=None)


def _fewest_clear(clear: list[list[Span]], run: Span) -> int:
    """How many units are clear at the busiest moment of a run: only where one stops being clear can it be fewer."""
    edges = {run.start, *(span.end for spans in clear for span in spans if run.holds(span.end))}
    return min(sum(1 for spans in clear if any(span.holds(edge) for span in spans)) for edge in edges)


def _on_next_step(venue: VenueMap, resource: ResourceFacts, instant: int) -> int:
    """The first grid instant at or after: the wall clock counts, in whole minutes."""
    instant = -(-instant // MINUTE) * MINUTE
    rest = venue.zone.minutes(instant) % resource.grid_minutes
    return instant if rest == 0 else instant + (resource.grid_minutes - rest) * MINUTE


def _fitted(venue: VenueMap, resource: ResourceFacts, run: Run) -> Run:
    """A run whose ends the grid can use; most are on it already."""
    (start, end), step, minutes = run.span, resource.grid_minutes, venue.zone.minutes
    if not (start % MINUTE or end % MINUTE or minutes(start) % step or minutes(end) % step):
        return run
    return Run(_fit(venue, resource, run.span), run.units)


def _fit(venue: VenueMap, resource: ResourceFacts, span: Span) -> Span:
    """The part of a free span that the grid can use. Edges of the open time are on the grid by definition."""
    if is_on_grid(venue, resource, span):
        return span
    edges = {edge for opened in open_around(venue, resource, span) for edge in opened}
    start = span.start if span.start in edges else _on_next_step(venue, resource, span.start)
    end = span.end if span.end in edges else _on_step_before(venue, resource, span.end)
    return Span(start, max(start, end))


def _on_step_before(venue: VenueMap, resource: ResourceFacts, instant: int) -> int:
    rest = venue.zone.minutes(instant) % resource.grid_minutes
    return instant - instant % MINUTE - rest * MINUTE


def reasons_against_cancelling(
    start: int, state: str, cancel_minutes: int, now: int, has_authority: bool
) -> tuple[Reason, ...]:
    """Why a reservation may not be cancelled; empty when it may."""
    if state not in ACTIVE_STATES:
        return (Reason("already_cancelled", {}, (Remedy("see_mine"),)),)
    if has_authority:
        return ()
    if now >= start:
        return (Reason("already_started"),)
    if now > start - cancel_minutes * MINUTE:
        return (Reason("too_late_to_cancel", {"notice_seconds": cancel_minutes * MINUTE}),)
    return ()


def price_cents(resource: ResourceFacts, span: Span) -> int:
    """The price shown before confirming: whole half hours of the hourly price."""
    halves = -(-span.seconds // (30 * MINUTE))
    return resource.hourly_cents * halves // 2


LOOKAHEAD = 2 * DAY
"""How far around a wish its facts are loaded: enough for the next free time of the day."""
