"""When a resource can be had. Pure: the list of free times, made of what the decision itself looks at.

`free_runs` and `rules.reasons_against` rest on the same functions of this file (hours, grid, limits, units, quotas),
so that every time shown is accepted and every time hidden is refused; a property test compares the two.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from tierslieu.basics.spans import MINUTE, Span, minus, span
from tierslieu.basics.zone import Zone
from tierslieu.reservations.clear_times import Busy, Spans, clear_times
from tierslieu.venue.map import Quota, ResourceFacts, VenueMap

ACTIVE_STATES = ("requested", "confirmed", "checked_in")
COUNTED_STATES = (*ACTIVE_STATES, "finished", "missed")
"""What a quota counts: what was used or kept from others; not what was given back."""


class Mine(msgspec.Struct, frozen=True):
    """One of the person's own reservations."""

    resource_id: int
    start: int
    end: int
    state: str = "confirmed"
    is_beside: bool = False
    """Made by the same request of staff: it counts, and bars from nothing."""

    @property
    def is_active(self) -> bool:
        """True while it is to be used."""
        return self.state in ACTIVE_STATES


class Sound(msgspec.Struct, frozen=True):
    """What goes on at a resource that is quiet or noisy."""

    resource_id: int
    span: Span


class Closed(msgspec.Struct, frozen=True):
    """When a closure or a repair takes a unit, and why, as everybody is told."""

    span: Span
    reason: str


class Facts(msgspec.Struct, frozen=True):
    """What decisions look at. `mine` holds the person's reservations to come and those that quotas count.

    `away` are the absences of referents, by the key of their resource; `sounds` what neighbours may hear.
    `has_authority`: staff decide; they may pass over the house's rules when they say why, never over a claim.
    """

    venue: VenueMap
    busy: Busy
    mine: tuple[Mine, ...] = ()
    has_authority: bool = False
    away: Mapping[str, Sequence[Span]] = {}
    sounds: tuple[Sound, ...] = ()
    closed: Mapping[int, Sequence[Closed]] = {}


class Run(msgspec.Struct, frozen=True):
    """Free time. Any part of `span` on the grid, that begins before `until`, at least `least` and at most `most`
    seconds long, is accepted. `units` of them are clear from end to end. Runs of a pool may overlap."""

    span: Span
    units: int
    least: int
    most: int
    until: int

    def offers(self, wanted: Span) -> bool:
        """True when a span (whose ends are on the grid) is a part of this run that is accepted."""
        fits = self.span[0] <= wanted[0] < self.until and wanted[1] <= self.span[1]
        return fits and self.least <= wanted[1] - wanted[0] <= self.most


def free_runs(facts: Facts, resource: ResourceFacts, window: Span, now: int) -> list[Run]:
    """Free time of a resource inside a window, in order, for the person of the facts."""
    if not resource.is_bookable:
        return []
    venue = facts.venue
    bounds = Span(
        max(window.start, on_next_step(venue.zone, resource, earliest_start(resource, now))),
        min(window.end, latest_end(venue, resource, now)),
    )
    opened = [each.within(bounds) for each in _open_in(venue, resource, window)]
    taken = [*_own_time(facts, resource), *_away(facts, resource)]
    if taken:
        opened = minus(opened, taken)
    least, most = resource.min_minutes * MINUTE, resource.max_minutes * MINUTE
    runs = []
    for (start, end), units in clear_times(facts.busy, resource, opened):
        fitted = _fitted(venue, resource, start, end)
        if fitted[1] - fitted[0] >= least:
            runs.append(Run(fitted, units, least, most, fitted[1]))
    return _within_quotas(facts, resource, runs, now) if resource.quotas else runs


def fewest(runs: Iterable[Run]) -> list[Run]:
    """The same free time without overlaps, as the fewest runs: for boards that draw bars."""
    kept: list[Run] = []
    for run in sorted(runs, key=lambda one: (one.span[0], -one.span[1])):
        if kept and run.span[1] <= kept[-1].span[1]:
            continue
        if kept and run.span[0] < kept[-1].span[1]:
            start = kept[-1].span[1]
            if run.span[1] - start < run.least:
                continue
            run = msgspec.structs.replace(run, span=Span(start, run.span[1]))
        kept.append(run)
    return kept


def claim_span(resource: ResourceFacts, wanted: Span) -> Span:
    """The span to block: the reservation's own hours with set-up and clean-up around."""
    return wanted.widened(resource.buffer_before * MINUTE, resource.buffer_after * MINUTE)


def units_for(resource: ResourceFacts, busy: Busy, wanted: Span) -> tuple[int, ...]:
    """The units that a reservation of this span would claim; none when it cannot be had."""
    claim = claim_span(resource, wanted)
    found: list[int] = []
    for need in resource.needs:
        clear = [unit for unit in need.units if unit not in found and is_clear(busy, unit, claim)]
        if len(clear) < need.count:
            return ()
        found.extend(clear[: need.count])
    return tuple(found)


def is_clear(busy: Busy, unit: int, claim: Span) -> bool:
    """True when no claim on the unit overlaps."""
    return not any(claim.overlaps(other) for other in busy.get(unit, ()))


def earliest_start(resource: ResourceFacts, now: int) -> int:
    """The first instant at which a reservation may begin. Without notice, the grid step under way still counts."""
    if resource.notice_minutes:
        return now + resource.notice_minutes * MINUTE
    return now - resource.grid_minutes * MINUTE


def latest_end(venue: VenueMap, resource: ResourceFacts, now: int) -> int:
    """The end of the last day that may be reserved."""
    return venue.zone.day(venue.zone.date(now) + timedelta(days=resource.horizon_days)).end


def is_on_grid(venue: VenueMap, resource: ResourceFacts, wanted: Span) -> bool:
    """True when both ends fall on the wall clock's grid, or on the edge of the open time."""
    step = resource.grid_minutes
    edges = {edge for opened in open_around(venue, resource, wanted) for edge in opened}
    return all(edge in edges or (edge % MINUTE == 0 and venue.zone.minutes(edge) % step == 0) for edge in wanted)


def open_around(venue: VenueMap, resource: ResourceFacts, wanted: Span) -> Spans:
    """The open spans that begin on the days of a span, or the evening before."""
    day, last = venue.zone.date(wanted.start), venue.zone.date(max(wanted.end - 1, wanted.start))
    days = ((last - day).days + 2) if last > day else 2
    before = day - timedelta(days=1)
    return [opened for step in range(days) for opened in venue.hours(resource, before + timedelta(days=step))]


def on_next_step(zone: Zone, resource: ResourceFacts, instant: int) -> int:
    """The first grid instant at or after: the wall clock counts, in whole minutes."""
    instant = -(-instant // MINUTE) * MINUTE
    rest = zone.minutes(instant) % resource.grid_minutes
    return instant if rest == 0 else instant + (resource.grid_minutes - rest) * MINUTE


def bars_from_meanwhile(facts: Facts, mine: Mine, resource: ResourceFacts) -> bool:
    """True when one of the person's reservations keeps them from having this resource at the same time.

    As a rule two seats at once make no sense; a desk and a room at once do.
    """
    if not mine.is_active or mine.is_beside or resource.one_at_a_time == 0:
        return False
    if resource.one_at_a_time == 2 or mine.resource_id == resource.id:
        return True
    other = facts.venue.by_id.get(mine.resource_id)
    seats = ("desk", "desk_pool", "workstation")
    return other is not None and other.kind in seats and resource.kind in seats


def period_of(day: date, per: str) -> tuple[date, date]:
    """The first and the last day of the period of a quota that holds a day."""
    if per == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if per == "month":
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return day.replace(day=1), following - timedelta(days=1)
    return day, day


def used(facts: Facts, quota: Quota, day: date, now: int) -> int:
    """How much of a quota is used by what begins in the period of a day: minutes, or a count."""
    zone, by_id = facts.venue.zone, facts.venue.by_id
    first, last = period_of(day, quota.per)
    total = 0
    for one in facts.mine:
        resource = by_id.get(one.resource_id)
        if resource is None or quota.target not in resource.targets:
            continue
        if quota.per == "ahead":
            counts = one.is_active and one.end > now
        else:
            counts = one.state in COUNTED_STATES and first <= zone.date(one.start) <= last
        if counts:
            total += (one.end - one.start) // MINUTE if quota.unit == "minutes" else 1
    return total


def _own_time(facts: Facts, resource: ResourceFacts) -> Spans:
    return [Span(one.start, one.end) for one in facts.mine if bars_from_meanwhile(facts, one, resource)]


def _away(facts: Facts, resource: ResourceFacts) -> Sequence[Span]:
    return facts.away.get(resource.referent, ()) if resource.referent else ()


def _open_in(venue: VenueMap, resource: ResourceFacts, window: Span) -> Spans:
    first = venue.zone.date(window.start) - timedelta(days=1)
    last = venue.zone.date(window.end - 1)
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [opened for day in days for opened in venue.hours(resource, day)]


def _fitted(venue: VenueMap, resource: ResourceFacts, start: int, end: int) -> Span:
    """The part of a free span that the grid can use; most are on it already."""
    step, minutes = resource.grid_minutes, venue.zone.minutes
    whole = span(start, end)
    if not (start % MINUTE or end % MINUTE or minutes(start) % step or minutes(end) % step):
        return whole
    edges = {edge for opened in open_around(venue, resource, whole) for edge in opened}
    start = start if start in edges else on_next_step(venue.zone, resource, start)
    end = end if end in edges else _on_step_before(venue.zone, resource, end)
    return Span(start, max(start, end))


def _on_step_before(zone: Zone, resource: ResourceFacts, instant: int) -> int:
    rest = zone.minutes(instant) % resource.grid_minutes
    return instant - instant % MINUTE - rest * MINUTE


def _within_quotas(facts: Facts, resource: ResourceFacts, runs: list[Run], now: int) -> list[Run]:
    """The runs cut by the days on which a reservation may begin, each with what its quotas leave."""
    zone = facts.venue.zone
    known: dict[date, tuple[int, int]] = {}  # the end of a day, and what is left on it
    found = []
    for run in runs:
        start, end = run.span
        day = zone.date(start)
        while start < run.until:
            if day not in known:
                known[day] = zone.day(day).end, _seconds_left(facts, resource, day, now)
            midnight, left = known[day]
            if min(run.most, left) >= run.least and end - start >= run.least:
                found.append(_cut(run, start, min(run.until, midnight), min(run.most, left)))
            start, day = midnight, day + timedelta(days=1)
    return found


def _cut(run: Run, start: int, until: int, most: int) -> Run:
    """The part of a run that begins between two instants; mostly the run itself."""
    if start == run.span[0] and until == run.until and most == run.most:
        return run
    return Run(span(start, run.span[1]), run.units, run.least, most, until)


def _seconds_left(facts: Facts, resource: ResourceFacts, day: date, now: int) -> int:
    """How long a reservation that begins on a day may be, as far as quotas go; 0 when none may begin."""
    most = resource.max_minutes * MINUTE
    for quota in resource.quotas:
        rest = quota.limit - used(facts, quota, day, now)
        counted = most if rest > 0 else 0
        most = min(most, counted if quota.unit == "count" else rest * MINUTE)
    return max(most, 0)
