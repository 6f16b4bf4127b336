"""The facts of a day on the board: what the pages read, in one go. No words here."""

from bisect import bisect_right
from datetime import date, timedelta

import msgspec

from tierslieu.basics.errors import Reason
from tierslieu.basics.spans import Span
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import queries, rules
from tierslieu.reservations.schemas import Stored
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import FloorPlan, floor_plan, venue

DAYS_SHOWN = 10


class Row(msgspec.Struct, frozen=True):
    """One resource on one day: open, free (with how many units) and the person's own."""

    resource: ResourceFacts
    opened: tuple[Span, ...]
    free: list[rules.Run]
    mine: list[Span]


class DayFacts(msgspec.Struct, frozen=True):
    """Everything the « Réserver » page shows, as instants."""

    venue: VenueMap
    day: date
    first_day: date
    rows: list[Row]
    free_counts: list[int | None]
    plan: FloorPlan
    decision: rules.Booking | tuple[Reason, ...] | None
    now: int


class Asked(msgspec.Struct, frozen=True):
    """What the page was asked to show: a day, a space to look into, a wish to judge.

    When somebody asks for another person, `pour` names that person (an id as shown) and `asker_id` who asks.
    """

    day: date
    space: str = ""
    key: str = ""
    span: Span | None = None
    people: int = 1
    pour: str = ""
    asker_id: int | None = None


def day_facts(reader: Reader, asked: Asked, person_id: int | None, *, has_authority: bool) -> DayFacts:
    """The facts of the page. A fixed number of statements."""
    here = venue(reader)
    listed = listed_in(here, asked.space)
    today = here.zone.date(reader.now)
    first = min(asked.day, today) if asked.day < today + timedelta(days=DAYS_SHOWN) else asked.day
    first = max(first, today) if asked.day >= today else asked.day
    window = Span(here.zone.day(first).start, here.zone.day(first + timedelta(days=DAYS_SHOWN)).start)
    units = {unit for resource in here.resources if resource.is_bookable for unit in resource.units}
    busy = queries.busy_around(reader, units, window)
    own = queries.around(reader, person_id, here.zone.day(asked.day)) if person_id else []
    rows = [_row(here, busy, resource, asked.day, own, reader.now) for resource in listed]
    counts = _counts(here, busy, listed, first, reader.now)
    plan = floor_plan(reader, "desks" if asked.space else "main")
    decision = _judge(reader, here, busy, asked, person_id, has_authority=has_authority)
    return DayFacts(here, asked.day, first, rows, counts, plan, decision, reader.now)


def listed_in(here: VenueMap, space: str) -> list[ResourceFacts]:
    """What the board lists: the venue's main resources, or the single ones of a space."""
    if not space:
        return [one for one in here.resources if one.is_listed]
    return [one for one in here.resources if one.space.key == space and one.is_bookable and not one.is_listed]


def _row(here: VenueMap, busy: rules.Busy, resource: ResourceFacts, day: date, own: list[Stored], now: int) -> Row:
    window = here.zone.day(day)
    units = set(resource.units)
    mine = [
        one.span for one in own if units & set(here.by_id[one.resource_id].units) and one.resource_id == resource.id
    ]
    free = rules.free_runs(here, busy, resource, window, now)
    return Row(resource, here.open_spans(resource.space, day), free, mine)


def _counts(here: VenueMap, busy: rules.Busy, listed: list[ResourceFacts], first: date, now: int) -> list[int | None]:
    """For each day shown: how many resources have free time; None when all are closed."""
    days = [first + timedelta(days=step) for step in range(DAYS_SHOWN)]
    starts = [here.zone.day(day).start for day in days]
    window = Span(starts[0], here.zone.day(days[-1]).end)
    counts = [0] * DAYS_SHOWN
    for resource in listed:
        runs = rules.free_runs(here, busy, resource, window, now)
        for place in {bisect_right(starts, run.span.start) - 1 for run in runs}:
            counts[place] += 1
    is_open = [any(here.open_spans(resource.space, day) for resource in listed) for day in days]
    return [count if opened else None for count, opened in zip(counts, is_open, strict=True)]


def _judge(
    reader: Reader, here: VenueMap, busy: rules.Busy, asked: Asked, person_id: int | None, *, has_authority: bool
) -> rules.Booking | tuple[Reason, ...] | None:
    """What would be answered to the wish on the page: the same decision as when it is confirmed."""
    resource = here.by_key.get(asked.key)
    if resource is None or asked.span is None:
        return None
    known = () if has_authority or person_id is None else queries.upcoming(reader, person_id)
    against = (
        queries.against_person(
            reader, resource, person_id, asked.span, asked.asker_id or person_id, is_staff=has_authority
        )
        if person_id is not None
        else ()
    )
    facts = rules.Facts(here, _around(reader, busy, resource, asked.span), known, has_authority, against)
    return rules.book(facts, rules.Wish(resource, asked.span, asked.people), reader.now)


def _around(reader: Reader, busy: rules.Busy, resource: ResourceFacts, span: Span) -> rules.Busy:
    """Claims known for the page, or asked anew when the wish lies outside of it."""
    if all(unit in busy for unit in resource.units):
        return busy
    window = span.widened(rules.LOOKAHEAD, rules.LOOKAHEAD)
    return queries.busy(reader, resource.units, window) if window.is_real else {}
