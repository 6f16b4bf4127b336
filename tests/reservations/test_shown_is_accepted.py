"""What is shown as free is accepted, what is hidden is refused: over random rules, hours, closures and claims."""

from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tierslieu.basics.hours import Opening, Period
from tierslieu.basics.spans import MINUTE, Span, merged
from tierslieu.basics.zone import Zone
from tierslieu.reservations.availability import Facts, Mine, Run, free_runs, is_on_grid
from tierslieu.reservations.rules import Booking, Wish, book
from tierslieu.venue.map import Quota, ResourceFacts, SpaceFacts, VenueMap
from tierslieu.venue.queries import with_needs

PARIS = Zone("Europe/Paris")
DAYS = st.sampled_from([date(2026, 11, 24), date(2027, 3, 28), date(2027, 10, 31), date(2027, 3, 27)])
QUARTERS = st.integers(0, 96).map(lambda quarter: quarter * 15)
PERIODS = st.lists(
    st.tuples(QUARTERS, st.integers(1, 60)).map(lambda p: Period(p[0], min(p[0] + p[1] * 15, 2880))), max_size=3
)
ALWAYS = ((Period(0, 1440),),) * 7
WEEKS = st.one_of(st.just(ALWAYS), st.tuples(*(PERIODS.map(tuple) for _ in range(7))))
QUOTAS = st.lists(
    st.builds(
        Quota,
        st.sampled_from(["", "kind:room", "space:space", "other"]),
        st.sampled_from(["day", "week", "month", "ahead"]),
        st.sampled_from(["minutes", "count"]),
        st.integers(0, 6).map(lambda number: number * 45),
    ),
    max_size=2,
)


class Situation(NamedTuple):
    """The facts around a day, the resource that is wished, and a moment from which it is looked at."""

    facts: Facts
    resource: ResourceFacts
    day: date
    now: int


@st.composite
def resources(draw: st.DrawFn, space: SpaceFacts) -> tuple[ResourceFacts, ...]:
    """A resource of one to three units, a pool, another one's part, or a composite of several, with its rules."""
    units = tuple(range(1, draw(st.integers(1, 3)) + 1))
    grid = draw(st.sampled_from([15, 30, 60]))
    minimum = grid * draw(st.integers(1, 3))
    own = draw(st.one_of(st.none(), WEEKS.map(Opening)))
    wished = ResourceFacts(
        id=1,
        key="r",
        space=space,
        name="R",
        kind="room",
        pick=draw(st.sampled_from(["all", "one"])),
        capacity=5,
        is_bookable=draw(st.integers(0, 9)) > 0,
        is_listed=True,
        needs_approval=False,
        grid_minutes=grid,
        min_minutes=minimum,
        max_minutes=minimum + grid * draw(st.integers(0, 30)),
        notice_minutes=draw(st.sampled_from([0, 30, 600])),
        horizon_days=draw(st.sampled_from([1, 2, 90])),
        buffer_before=draw(st.sampled_from([0, 15, 40])),
        buffer_after=draw(st.sampled_from([0, 30])),
        cancel_minutes=0,
        hourly_cents=0,
        details="",
        units=units,
        one_at_a_time=draw(st.sampled_from([0, 1, 2])),
        opening=own,
        referent=draw(st.sampled_from(["", "", "team"])),
        parts=draw(st.sampled_from([(), (), (("team", 1), ("seats", 2))])),
        quotas=tuple(draw(QUOTAS)),
    )
    plain: dict[str, object] = {
        "min_minutes": 15,
        "max_minutes": 600,
        "buffer_before": 0,
        "buffer_after": 0,
        "is_bookable": True,
    }
    plain |= {"one_at_a_time": 1, "parts": (), "referent": "", "quotas": ()}
    team = {"id": 2, "key": "team", "units": (11, 12), "pick": "one", "opening": draw(WEEKS.map(Opening))}
    seats = {"id": 3, "key": "seats", "units": (21, 22, 23), "pick": "one", "opening": None}
    return (wished, *(_like(wished, {**plain, **other}) for other in (team, seats)))


def _like(one: ResourceFacts, changes: dict[str, object]) -> ResourceFacts:
    facts = {name: getattr(one, name) for name in ResourceFacts.__struct_fields__}
    return ResourceFacts(**{**facts, **changes})


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A venue with its week, closures and exceptional openings; claims, absences and own reservations around a day."""
    day = draw(DAYS)
    exceptions = draw(st.dictionaries(st.sampled_from([day, day + timedelta(days=1)]), PERIODS.map(tuple), max_size=1))
    space = SpaceFacts(1, "space", "Espace", "site", 10, Opening(draw(WEEKS), exceptions))
    made = draw(resources(space))
    by_key = {one.key: one for one in made}
    venue = VenueMap({1: space}, tuple(with_needs(one, by_key) for one in made), PARIS)
    start = PARIS.day(day).start
    spans = st.tuples(st.integers(-1440, 2880), st.integers(1, 400)).map(
        lambda c: Span(start + c[0] * MINUTE, start + (c[0] + c[1]) * MINUTE)
    )
    busy = {unit: merged(draw(st.lists(spans, max_size=3))) for one in venue.resources for unit in one.units}
    mine = tuple(
        Mine(draw(st.integers(1, 3)), *span, draw(st.sampled_from(["confirmed", "finished", "missed"])))
        for span in draw(st.lists(spans, max_size=3))
    )
    away = {"team": draw(st.lists(spans, max_size=2))}
    now = start + draw(st.integers(-3000, 1440)) * MINUTE + draw(st.integers(0, 59))
    return Situation(Facts(venue, busy, mine, away=away), venue.by_key["r"], day, now)


@settings(max_examples=400)
@given(situations(), st.data())
def test_shown_is_accepted_and_hidden_is_refused(situation: Situation, data: st.DataObject) -> None:
    facts, resource, day, now = situation
    wide = Span(PARIS.day(day).start, PARIS.day(day + timedelta(days=5)).end)
    shown = free_runs(facts, resource, wide, now)
    step = resource.grid_minutes * MINUTE
    wanted = data.draw(wishes(shown, step, wide))
    assume(wide.contains(wanted))  # what was not looked at is not shown either
    outcome = book(facts, Wish(resource, wanted), now)
    is_shown = any(run.offers(wanted) for run in shown) and is_on_grid(facts.venue, resource, wanted)
    assert isinstance(outcome, Booking) == is_shown, (wanted, shown, outcome)


def wishes(shown: list[Run], step: int, wide: Span) -> st.SearchStrategy[Span]:
    """Spans inside what is shown, at its edges and across them; and anything else of two days."""
    counts = st.integers(1, 40)
    anything = st.builds(
        lambda minute, count: Span(wide.start + minute * MINUTE, wide.start + minute * MINUTE + count * step),
        st.integers(0, 2879),
        counts,
    )
    if not shown:
        return anything
    inside = st.builds(
        lambda run, at, length: Span(run.span.start + at * step, run.span.start + at * step + length(run)),
        st.sampled_from(shown),
        st.integers(0, 8).map(lambda number: number // 2),
        st.one_of(
            st.sampled_from([lambda run: run.least, lambda run: run.most, lambda run: run.span.seconds or step]),
            counts.map(lambda count: lambda _run: count * step),
        ),
    )
    return st.one_of(inside, inside, inside, anything)
