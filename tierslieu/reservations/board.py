"""The facts of a day on the board: what the pages read, in one go. No words here."""

from bisect import bisect_right
from datetime import date, timedelta

import msgspec

from tierslieu.basics.errors import Reason
from tierslieu.basics.spans import Span
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import queries, rules
from tierslieu.reservations.availability import Closed, Run, fewest
from tierslieu.reservations.closed import closed_spans
from tierslieu.reservations.scene import Asker, Scene, facts, scene
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.plans.queries import MAIN, FloorPlan, floor_plan

DAYS_SHOWN = 10


class Row(msgspec.Struct, frozen=True):
    """One resource on one day: open, free (with how many units) and the person's own."""

    resource: ResourceFacts
    opened: tuple[Span, ...]
    free: list[Run]
    mine: list[Span]
    closed: list[Closed] = []


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
    accepted: frozenset[str] = frozenset()


def day_facts(reader: Reader, asked: Asked, person_id: int | None, *, has_authority: bool) -> DayFacts:
    """The facts of the page. A fixed number of statements."""
    asker = Asker(person_id, asked.asker_id or person_id, has_authority)
    here = venue_for(reader, person_id)
    listed = listed_in(here, asked.space)
    today = here.zone.date(reader.now)
    first = min(asked.day, today) if asked.day < today + timedelta(days=DAYS_SHOWN) else asked.day
    first = max(first, today) if asked.day >= today else asked.day
    window = Span(here.zone.day(first).start, here.zone.day(first + timedelta(days=DAYS_SHOWN)).start)
    chosen = here.by_key.get(asked.key)
    others = [chosen, *here.alternatives(chosen)] if chosen is not None else []
    looked_at = {one.id: one for one in (*listed, *others)}.values()
    seen = Scene(facts(reader, asker, here, looked_at, window.widened(rules.LOOKAHEAD, 0)), asker, reader.now)
    own = queries.around(reader, person_id, here.zone.day(asked.day)) if person_id else []
    rows = [_row(seen, resource, asked.day, own) for resource in listed]
    counts = _counts(seen, listed, first)
    plan = floor_plan(reader, asked.space or MAIN)
    decision = _judge(reader, seen, asked)
    return DayFacts(here, asked.day, first, rows, counts, plan, decision, reader.now)


def listed_in(here: VenueMap, space: str) -> list[ResourceFacts]:
    """What the board lists: the venue's main resources, or the single ones of a space."""
    if not space:
        return [one for one in here.resources if one.is_listed]
    return [one for one in here.resources if one.space.key == space and one.is_bookable and not one.is_listed]


def _row(seen: Scene, resource: ResourceFacts, day: date, own: list[Stored]) -> Row:
    here = seen.venue
    mine = [one.span for one in own if one.resource_id == resource.id]
    free = fewest(seen.free(resource, here.zone.day(day)))
    closed = closed_spans(seen.facts, resource, here.zone.day(day))
    return Row(resource, here.hours(resource, day), free, mine, closed)


def _counts(seen: Scene, listed: list[ResourceFacts], first: date) -> list[int | None]:
    """For each day shown: how many resources have free time; None when all are closed."""
    here = seen.venue
    days = [first + timedelta(days=step) for step in range(DAYS_SHOWN)]
    starts = [here.zone.day(day).start for day in days]
    window = Span(starts[0], here.zone.day(days[-1]).end)
    counts = [0] * DAYS_SHOWN
    for resource in listed:
        for place in {bisect_right(starts, run.span.start) - 1 for run in seen.free(resource, window)}:
            counts[place] += 1
    is_open = [any(here.open_spans(resource.space, day) for resource in listed) for day in days]
    return [count if opened else None for count, opened in zip(counts, is_open, strict=True)]


def _judge(reader: Reader, seen: Scene, asked: Asked) -> rules.Booking | tuple[Reason, ...] | None:
    """What would be answered to the wish on the page: the same decision as when it is confirmed."""
    resource = seen.venue.by_key.get(asked.key)
    if resource is None or asked.span is None:
        return None
    day = seen.venue.zone.date(asked.span.start)
    if all(unit in seen.facts.busy for unit in resource.units) and day == asked.day:
        around = seen
    else:
        around = scene(reader, seen.asker, [resource], asked.span)
    return around.judge(reader, rules.Wish(resource, asked.span, asked.people, asked.accepted))
