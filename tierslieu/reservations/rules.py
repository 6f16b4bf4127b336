"""Decisions about reservations. Pure: facts in, a booking or all the reasons out.

What is shown as free (`availability.free_runs`) and what is decided here rest on the same functions.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

import msgspec

from tierslieu.basics.errors import Reason, Remedy
from tierslieu.basics.spans import DAY, MINUTE, Span, merged
from tierslieu.reservations.availability import (
    ACTIVE_STATES,
    Facts,
    bars_from_meanwhile,
    claim_span,
    earliest_start,
    free_runs,
    is_on_grid,
    latest_end,
    open_around,
    units_for,
    used,
)
from tierslieu.reservations.closed import closed_because
from tierslieu.venue.map import Quota, ResourceFacts, VenueMap

CHECK_IN_EARLY = 15 * MINUTE
"""A badge checks in from this long before the start."""
LOOKAHEAD = 2 * DAY
"""How far around a wish its facts are loaded: enough for the next free time of the day."""
NOISE = {"quiet": "noise_meanwhile", "noisy": "quiet_meanwhile"}
SOFT = frozenset(NOISE.values())
"""Reasons that a person may accept: told first, then theirs to judge."""
TAKEN = frozenset({"slot_taken", "out_of_use"})
"""The time belongs to something else: a reservation, or a closure with its reason."""
HARD = TAKEN | {"ends_before_it_starts"}
"""Reasons that nobody can pass over: the database would refuse."""
HOUSE_CODES = frozenset(
    {
        "not_bookable",
        "in_the_past",
        "too_late",
        "too_far_ahead",
        "too_short",
        "too_long",
        "off_grid",
        "closed",
        "closed_that_day",
        "outside_hours",
        "referent_absent",
        "too_many_people",
        "too_few_people",
        "too_many_reservations",
        "already_reserved",
        *(f"quota_minutes_{per}" for per in ("day", "week", "month", "ahead")),
        *(f"quota_count_{per}" for per in ("day", "week", "month")),
        *SOFT,
    }
)
"""Reasons that the house's own rules give: staff may pass over them, saying why."""


class Wish(msgspec.Struct, frozen=True):
    """What is asked: a resource, a span, for how many people. `accepted` holds codes of SOFT reasons.

    `exception` is why staff pass over the house's rules ("" when they do not).
    """

    resource: ResourceFacts
    span: Span
    people: int = 1
    accepted: frozenset[str] = frozenset()
    exception: str = ""


class Booking(msgspec.Struct, frozen=True):
    """The decision: which units to claim, for which span (buffers inside), in which state it begins.

    `passed` are the codes of the house's rules that staff passed over.
    """

    units: tuple[int, ...]
    claim: Span
    state: str
    price_cents: int
    passed: tuple[str, ...] = ()


def places(resource: ResourceFacts) -> tuple[str, ...]:
    """Where a resource is, for permissions that hold in some places only."""
    return f"space:{resource.space.key}", f"site:{resource.space.site}"


Welcome = Callable[[Wish], bool]


def anybody(_wish: Wish) -> bool:
    """Nothing speaks against the person."""
    return True


def book(
    facts: Facts, wish: Wish, now: int, against_person: tuple[Reason, ...] = (), is_welcome: Welcome = anybody
) -> Booking | tuple[Reason, ...]:
    """A booking, or every reason against it, the most useful first.

    `against_person` is what people/ says against this person using this resource then (age, consent, qualification);
    `is_welcome` is asked the same about what a refusal would propose instead.
    A request that does not hold its time (`holds_requests`) claims no unit, and still needs them clear now.
    """
    if not wish.span.is_real:
        return (Reason("ends_before_it_starts"),)
    units = units_for(wish.resource, facts.busy, wish.span)
    reasons = [] if units else [_taken(facts, wish, now, is_welcome)]
    house = tuple(house_rules(facts, wish, now))
    is_passed = facts.has_authority and bool(wish.exception)
    if not is_passed:
        reasons.extend(one for one in house if one.code not in wish.accepted & SOFT)
    reasons.extend(against_person)
    if reasons:
        return tuple(reasons)
    is_request = wish.resource.needs_approval and not facts.has_authority
    return Booking(
        units if wish.resource.holds_requests or not is_request else (),
        claim_span(wish.resource, wish.span),
        "requested" if is_request else "confirmed",
        price_cents(wish.resource, wish.span),
        tuple(one.code for one in house if one.code not in SOFT) if is_passed else (),
    )


def house_rules(facts: Facts, wish: Wish, now: int) -> Iterable[Reason]:
    """What the house's rules say against a wish. Claims and people/ are asked elsewhere."""
    resource, wanted = wish.resource, wish.span
    if not resource.is_bookable:
        yield Reason("not_bookable")
    yield from _time_rules(facts.venue, resource, wanted, now)
    if any(wanted.overlaps(away) for away in facts.away.get(resource.referent, ())):
        yield Reason("referent_absent", {"resource": resource.name})
    if wish.people > resource.capacity:
        yield Reason("too_many_people", {"resource": resource.name, "capacity": resource.capacity})
    if wish.people < resource.min_people:
        yield Reason("too_few_people", {"resource": resource.name, "count": resource.min_people})
    yield from _quotas(facts, resource, wanted, now)
    for mine in facts.mine:
        if wanted.overlaps(Span(mine.start, mine.end)) and bars_from_meanwhile(facts, mine, resource):
            known = facts.venue.by_id.get(mine.resource_id)
            where = {"resource": known.name if known else "", "start": mine.start, "end": mine.end}
            yield Reason("already_reserved", where, (Remedy("see_mine"),))
    yield from _neighbours(facts, resource, wanted)


def _time_rules(venue: VenueMap, resource: ResourceFacts, wanted: Span, now: int) -> Iterable[Reason]:
    if wanted.end <= now or wanted.start < now - resource.grid_minutes * MINUTE:
        yield Reason("in_the_past")
    elif wanted.start < earliest_start(resource, now):
        yield Reason("too_late", {"notice_seconds": resource.notice_minutes * MINUTE})
    if wanted.end > latest_end(venue, resource, now):
        until = venue.zone.date(now) + timedelta(days=resource.horizon_days)
        yield Reason("too_far_ahead", {"until_date": until})
    if wanted.seconds < resource.min_minutes * MINUTE:
        yield Reason("too_short", {"duration_seconds": resource.min_minutes * MINUTE})
    if wanted.seconds > resource.max_minutes * MINUTE:
        yield Reason("too_long", {"duration_seconds": resource.max_minutes * MINUTE})
    if not is_on_grid(venue, resource, wanted):
        yield Reason("off_grid", {"minutes": resource.grid_minutes})
    if not any(opened.contains(wanted) for opened in merged(open_around(venue, resource, wanted))):
        yield _closed(venue, resource, wanted)


def _closed(venue: VenueMap, resource: ResourceFacts, wanted: Span) -> Reason:
    day = venue.zone.date(wanted.start)
    periods = tuple(tuple(period) for period in resource.space.opening.periods(day))
    see_day = (Remedy("see_day", {"start": wanted.start}),)
    in_space = [
        opened for before in (day - timedelta(days=1), day) for opened in venue.open_spans(resource.space, before)
    ]
    if any(opened.contains(wanted) for opened in in_space):
        return Reason("outside_hours", {"resource": resource.name, "start": wanted.start}, see_day)
    if not periods:
        return Reason("closed_that_day", {"start": wanted.start}, ())
    return Reason("closed", {"start": wanted.start, "periods": periods}, see_day)


def _quotas(facts: Facts, resource: ResourceFacts, wanted: Span, now: int) -> Iterable[Reason]:
    day = facts.venue.zone.date(wanted.start)
    for quota in resource.quotas:
        done = used(facts, quota, day, now)
        asked = wanted.seconds // MINUTE if quota.unit == "minutes" else 1
        if done + asked > quota.limit:
            yield _over(quota, done)


def _over(quota: Quota, done: int) -> Reason:
    see_mine = (Remedy("see_mine"),)
    if quota.unit == "count":
        code = "too_many_reservations" if quota.per == "ahead" else f"quota_count_{quota.per}"
        return Reason(code, {"count": done, "most": quota.limit}, see_mine)
    told = {"used_seconds": done * MINUTE, "most_seconds": quota.limit * MINUTE}
    return Reason(f"quota_minutes_{quota.per}", told, see_mine)


def _neighbours(facts: Facts, resource: ResourceFacts, wanted: Span) -> Iterable[Reason]:
    """What goes on next door that one would hear, or disturb: told, and theirs to accept."""
    code = NOISE.get(resource.noise)
    if code is None:
        return
    for sound in facts.sounds:
        other = facts.venue.by_id.get(sound.resource_id)
        if other is None or other.id == resource.id or other.noise == resource.noise or not other.noise:
            continue
        if wanted.overlaps(sound.span) and facts.venue.hears(resource.space, other.space):
            yield Reason(code, {"resource": other.name, "start": sound.span.start, "end": sound.span.end})
            return


def _taken(facts: Facts, wish: Wish, now: int, is_welcome: Welcome) -> Reason:
    """Why the units cannot be had, the next free time of the same length, and another resource right then."""
    remedies = tuple(_remedies(facts, wish, now, is_welcome))
    because = closed_because(facts, wish.resource, wish.span)
    if because is not None and because.reason:
        told = {"reason": because.reason, "start": because.span.start, "end": because.span.end}
        return Reason("out_of_use", told, (*remedies, Remedy("see_closures", {"href": "/fermetures"})))
    claim = claim_span(wish.resource, wish.span)
    clashes = [other for unit in wish.resource.units for other in facts.busy.get(unit, ()) if claim.overlaps(other)]
    start, end = (min(c.start for c in clashes), max(c.end for c in clashes)) if clashes else wish.span
    return Reason("slot_taken", {"start": start, "end": end}, remedies)


def _remedies(facts: Facts, wish: Wish, now: int, is_welcome: Welcome) -> Iterable[Remedy]:
    """What one may have instead: only what would be accepted if it were asked for now."""
    later = next_free(facts, wish, now, is_welcome)
    key = wish.resource.key
    if later is not None:
        yield Remedy("next_free", {"key": key, "start": later.start, "end": later.end})
    for other in facts.venue.alternatives(wish.resource):
        instead = msgspec.structs.replace(wish, resource=other)
        is_known = all(unit in facts.busy for unit in other.units)
        if is_known and is_accepted(facts, instead, now) and is_welcome(instead):
            where = {"key": other.key, "resource": other.name, "start": wish.span.start, "end": wish.span.end}
            yield Remedy("other_resource", where)
            break
    yield Remedy("wait", {"key": key, "start": wish.span.start, "end": wish.span.end, "people": wish.people})


def is_accepted(facts: Facts, wish: Wish, now: int) -> bool:
    """True when the house has nothing against a wish, its claims looked at; what people/ says is asked elsewhere."""
    if not units_for(wish.resource, facts.busy, wish.span):
        return False
    return all(one.code in wish.accepted & SOFT for one in house_rules(facts, wish, now))


def next_free(facts: Facts, wish: Wish, now: int, is_welcome: Welcome = anybody) -> Span | None:
    """The first span of about the same length (on the grid, as long as is allowed) later on the same day."""
    day = facts.venue.zone.date(wish.span.start)
    window = Span(wish.span.start, facts.venue.zone.day(day).end)
    if not window.is_real:
        return None
    seconds = allowed_seconds(wish.resource, wish.span.seconds)
    for run in free_runs(facts, wish.resource, window, now):
        found = Span(run.span.start, run.span.start + seconds)
        later = msgspec.structs.replace(wish, span=found)
        if run.offers(found) and is_accepted(facts, later, now) and is_welcome(later):
            return found
    return None


def allowed_seconds(resource: ResourceFacts, seconds: int) -> int:
    """The nearest length that the grid and the limits of a resource allow, not shorter where that is possible."""
    step = resource.grid_minutes * MINUTE
    rounded = -(-seconds // step) * step
    return max(resource.min_minutes * MINUTE, min(rounded, resource.max_minutes * MINUTE))


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


def move_minutes(resource: ResourceFacts) -> int:
    """How long before its start a reservation may still be moved."""
    return resource.cancel_minutes if resource.move_minutes < 0 else resource.move_minutes


def reasons_against_moving(
    start: int, state: str, resource: ResourceFacts, now: int, has_authority: bool
) -> tuple[Reason, ...]:
    """Why a reservation may not be moved; empty when it may. Without a delay of its own, as for cancelling."""
    limit = move_minutes(resource)
    reasons = reasons_against_cancelling(start, state, limit, now, has_authority)
    late = Reason("too_late_to_move", {"notice_seconds": limit * MINUTE})
    return tuple(late if one.code == "too_late_to_cancel" else one for one in reasons)


def price_cents(resource: ResourceFacts, wanted: Span) -> int:
    """The price shown before confirming, and kept with the reservation: whole half hours of the hourly price."""
    halves = -(-wanted.seconds // (30 * MINUTE))
    return resource.hourly_cents * halves // 2
