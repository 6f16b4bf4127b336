"""What comes close to a wish that cannot be had. Pure: a scene in, proposals out, each accepted as things stand.

Each proposal is judged by the scene itself, the very decision that a confirmation meets, before it is told.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice, zip_longest
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tierslieu.basics.spans import DAY, HOUR, MINUTE, Span
from tierslieu.reservations.availability import Mine, Run, on_next_step, units_for
from tierslieu.reservations.rules import Booking, Wish
from tierslieu.reservations.scene import Scene
from tierslieu.venue.map import ResourceFacts, VenueMap

Kind = Literal["shift", "shorter", "longer", "resource", "day", "split"]
REACH: Final = 3 * HOUR
"""How far a wish is moved on its own day."""
LEAST_PART: Final = 75
"""A shorter time is proposed from this percentage of what was asked."""
DAYS: Final = 7
"""How many days ahead the same hours are looked for."""
TRIES: Final = 60
"""How many times a kind of proposal is judged at most: a person who may reserve nothing costs no more."""
SEATS: Final = ("desk", "desk_pool")


class Proposal(Struct, frozen=True):
    """Something one may have instead.

    Kinds: `shift` (another hour), `shorter`, `longer` (what was asked is shorter than allowed), `resource` (another
    one, same hours), `day` (same hours), `split` (first `resource`, then `second` for the rest). `given_up` are
    the wishes about equipment that it does not meet.
    """

    kind: Kind
    resource: ResourceFacts
    span: Span
    second: ResourceFacts | None = None
    second_span: Span | None = None
    given_up: tuple[str, ...] = ()

    @property
    def parts(self) -> list[tuple[ResourceFacts, Span]]:
        """What would be reserved: one resource, or two for a split."""
        second = [(self.second, self.second_span)] if self.second and self.second_span else []
        return [(self.resource, self.span), *second]


def propose(scene: Scene, wish: Wish, limit: int = 5, others: Sequence[ResourceFacts] | None = None) -> list[Proposal]:
    """What comes close to a wish, one of each kind before a second one; nothing when nobody could have it.

    Only resources that the scene was made with are proposed, inside its window: `surroundings` says with what to
    make it. `others` are the resources that may replace the wished one (those like it, by default).
    """
    if not wish.span.is_real:
        return []
    instead = known(scene, similar(scene.venue, wish.resource) if others is None else others)
    is_open = wish.resource.id in scene.resource_ids and wish.people <= wish.resource.capacity
    kinds: list[Iterable[Proposal]] = []
    if is_open:
        kinds = [shifted(scene, wish), shortened(scene, wish)]
    replaced = list(islice(elsewhere(scene, wish, instead), limit))
    kinds.append(replaced)
    if is_open:
        kinds.append(other_days(scene, wish))
    if not replaced:
        kinds.append(halves(scene, wish, instead))
    return list(islice(_in_turn(kinds), limit))


def surroundings(venue: VenueMap, wish: Wish) -> tuple[list[ResourceFacts], Span]:
    """With which resources and which window to make the scene in which a wish is replaced."""
    window = Span(wish.span.start - REACH, max(wish.span.end + REACH, wish.span.end + DAYS * DAY))
    return [wish.resource, *similar(venue, wish.resource)], window


def similar(venue: VenueMap, resource: ResourceFacts) -> list[ResourceFacts]:
    """The resources that serve the same need, the nearest first: a desk for any desk, a room for a room."""
    kinds = SEATS if resource.kind in SEATS else (resource.kind,)
    found = [one for one in venue.resources if one.is_bookable and one.kind in kinds and one.id != resource.id]
    return sorted(found, key=lambda one: _distance(one, resource))


def _distance(one: ResourceFacts, wanted: ResourceFacts) -> tuple[bool, bool, bool, int, int]:
    return (
        one.needs_approval and not wanted.needs_approval,
        one.space.site != wanted.space.site,
        one.space.id != wanted.space.id,
        abs(one.capacity - wanted.capacity),
        one.hourly_cents,
    )


def known(scene: Scene, resources: Iterable[ResourceFacts]) -> list[ResourceFacts]:
    """Those of which the scene knows the claims."""
    return [one for one in resources if one.id in scene.resource_ids]


def fits(scene: Scene, wish: Wish, resource: ResourceFacts, span: Span) -> bool:
    """True when this resource would be accepted then, for as many people, with nothing passed over."""
    return booked(scene, Wish(resource, span, wish.people)) is not None


def booked(scene: Scene, wish: Wish) -> Booking | None:
    """The booking of a wish of which the scene knows the facts; None when it would be refused.

    What is taken is seen first: a refusal for that looks for other times and resources, which nobody asked for here.
    """
    resource = scene.venue.by_key[wish.resource.key]
    if not scene.knows(resource, wish.span) or not units_for(resource, scene.facts.busy, wish.span):
        return None
    outcome = scene.decide(wish)
    return outcome if isinstance(outcome, Booking) else None


def shifted(scene: Scene, wish: Wish) -> Iterator[Proposal]:
    """The same length at another hour: the nearest start before, the nearest one after, the nearer first.

    A length that the house does not allow is rounded to the nearest one that it does.
    """
    seconds, kind = _allowed(wish)
    if seconds * 100 < wish.span.seconds * LEAST_PART:
        return
    window = Span(wish.span.start - REACH, wish.span.start + REACH + seconds)
    spans = [Span(at, at + seconds) for at in starts(scene, wish.resource, window, seconds)]
    spans = [one for one in spans if one != wish.span and abs(one.start - wish.span.start) <= REACH]
    spans.sort(key=lambda one: (abs(one.start - wish.span.start), one.start))
    sides: set[bool] = set()
    for span in islice(spans, TRIES):
        side = span.start < wish.span.start
        if side not in sides and fits(scene, wish, wish.resource, span):
            sides.add(side)
            yield Proposal(kind, wish.resource, span)


def _allowed(wish: Wish) -> tuple[int, Kind]:
    """The nearest length that grid and limits allow, and what to call it."""
    resource, asked = wish.resource, wish.span.seconds
    step = resource.grid_minutes * MINUTE
    rounded = -(-asked // step) * step
    seconds = max(resource.min_minutes * MINUTE, min(rounded, resource.max_minutes * MINUTE))
    return seconds, "shift" if seconds == asked else "shorter" if seconds < asked else "longer"


def shortened(scene: Scene, wish: Wish) -> Iterator[Proposal]:
    """The longest part of the wish that can be had, when it is most of it."""
    least = max(wish.resource.min_minutes * MINUTE, -(-wish.span.seconds * LEAST_PART // 100))
    parts = [
        part
        for run in scene.free(wish.resource, wish.span)
        if (part := _longest(run, wish.span)) and part != wish.span and part.seconds >= least
    ]
    parts.sort(key=lambda one: (-one.seconds, one.start))
    for part in islice(parts, TRIES):
        if fits(scene, wish, wish.resource, part):
            yield Proposal("shorter", wish.resource, part)
            return


def _longest(run: Run, wanted: Span) -> Span | None:
    """The longest part of a run inside a span, from its earliest start."""
    start = max(run.span.start, wanted.start)
    end = min(run.span.end, wanted.end, start + run.most)
    part = Span(start, end)
    return part if part.is_real and run.offers(part) else None


def elsewhere(scene: Scene, wish: Wish, others: Sequence[ResourceFacts]) -> Iterator[Proposal]:
    """The same hours on another resource that holds as many people."""
    large_enough = (one for one in others if one.capacity >= wish.people and one.id != wish.resource.id)
    for other in islice(large_enough, TRIES):
        if fits(scene, wish, other, wish.span):
            yield Proposal("resource", other, wish.span)


def other_days(scene: Scene, wish: Wish) -> Iterator[Proposal]:
    """The same hours of the wall clock on one of the next days."""
    for step in range(1, DAYS + 1):
        span = on_day(scene.venue, wish.span, step)
        if fits(scene, wish, wish.resource, span):
            yield Proposal("day", wish.resource, span)


def on_day(venue: VenueMap, span: Span, step: int) -> Span:
    """The same hours of the wall clock so many days later."""
    zone = venue.zone
    ends = [zone.instant(zone.date(at) + timedelta(days=step), zone.minutes(at)) for at in span]
    return Span(ends[0], ends[1])


def halves(scene: Scene, wish: Wish, others: Sequence[ResourceFacts]) -> Iterator[Proposal]:
    """One resource until an hour near the middle, then another one of the same space; never to pass a limit."""
    if wish.span.seconds > wish.resource.max_minutes * MINUTE:
        return
    here = [one for one in known(scene, (wish.resource, *others)) if one.capacity >= wish.people]
    here = [one for one in here if one.space.id == wish.resource.space.id]
    tries = 0
    for at in _middles(scene, wish):
        first, second = Span(wish.span.start, at), Span(at, wish.span.end)
        for one in here:
            after = once_booked(scene, Wish(one, first, wish.people))
            for other in here if after else ():
                tries += 1
                if tries > TRIES:
                    return
                is_other = other.id != one.id or one.pick == "one"
                if after and is_other and fits(after, wish, other, second):
                    yield Proposal("split", one, first, other, second)
                    return


def once_booked(scene: Scene, wish: Wish) -> Scene | None:
    """The scene as it would be after a wish; None when it would be refused."""
    booking = booked(scene, wish)
    if booking is None:
        return None
    taken = {unit: sorted((*scene.facts.busy.get(unit, ()), booking.claim)) for unit in booking.units}
    mine = (*scene.facts.mine, Mine(wish.resource.id, *wish.span))
    return replace(scene, facts=replace(scene.facts, busy={**scene.facts.busy, **taken}, mine=mine))


def _middles(scene: Scene, wish: Wish) -> list[int]:
    """The hours at which one may change place: on the grid, the nearest to the middle first."""
    middle = (wish.span.start + wish.span.end) // 2
    found: list[int] = []
    at = on_next_step(scene.venue.zone, wish.resource, wish.span.start + 1)
    while at < wish.span.end and len(found) < TRIES:
        found.append(at)
        at = on_next_step(scene.venue.zone, wish.resource, at + 1)
    return sorted(found, key=lambda instant: abs(instant - middle))[:5]


def starts(scene: Scene, resource: ResourceFacts, window: Span, seconds: int) -> Iterator[int]:
    """The instants of a window at which a reservation of a length may begin, run by run."""
    zone = scene.venue.zone
    for run in scene.free(resource, window):
        at = run.span.start
        while at < run.until and at + seconds <= run.span.end:
            if run.offers(Span(at, at + seconds)):
                yield at
            at = on_next_step(zone, resource, at + 1)


def _in_turn(kinds: Sequence[Iterable[Proposal]]) -> Iterator[Proposal]:
    """The first of each kind, then the second of each…; nothing twice."""
    told: set[tuple[int, Span]] = set()
    for row in zip_longest(*kinds):
        for one in row:
            if one is not None and (one.resource.id, one.span) not in told:
                told.add((one.resource.id, one.span))
                yield one
