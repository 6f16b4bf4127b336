"""What is shown as free is accepted, what is hidden is refused: over random rules, hours, claims and moments."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tierslieu.basics.hours import Opening, Period
from tierslieu.basics.spans import MINUTE, Span, merged
from tierslieu.basics.zone import Zone
from tierslieu.reservations.rules import Booking, Facts, Wish, book, free_spans
from tierslieu.venue.map import ResourceFacts, SpaceFacts, VenueMap

PARIS = Zone("Europe/Paris")
DAYS = st.sampled_from([date(2026, 11, 24), date(2027, 3, 28), date(2027, 10, 31), date(2027, 3, 27)])
QUARTERS = st.integers(0, 96).map(lambda quarter: quarter * 15)
PERIODS = st.lists(
    st.tuples(QUARTERS, st.integers(1, 60)).map(lambda p: Period(p[0], min(p[0] + p[1] * 15, 2880))), max_size=3
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[VenueMap, dict[int, list[Span]], ResourceFacts, date, int]:
    """A resource of one to three units with its rules, claims around a day, and a moment from which it is looked at."""
    day = draw(DAYS)
    week = tuple(tuple(draw(PERIODS)) for _ in range(7))
    space = SpaceFacts(1, "space", "Espace", "site", 10, Opening(week))
    units = tuple(range(1, draw(st.integers(1, 3)) + 1))
    grid = draw(st.sampled_from([15, 30, 60]))
    minimum = grid * draw(st.integers(1, 3))
    resource = ResourceFacts(
        id=1,
        key="r",
        space=space,
        name="R",
        kind="room",
        pick=draw(st.sampled_from(["all", "one"])),
        capacity=5,
        is_bookable=True,
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
    )
    venue = VenueMap({1: space}, (resource,), PARIS)
    start = PARIS.day(day).start
    claims = st.lists(
        st.tuples(st.integers(-1440, 2880), st.integers(1, 400)).map(
            lambda c: Span(start + c[0] * MINUTE, start + (c[0] + c[1]) * MINUTE)
        ),
        max_size=4,
    )
    busy = {unit: merged(draw(claims)) for unit in units}
    now = start + draw(st.integers(-3000, 1440)) * MINUTE + draw(st.integers(0, 59))
    return venue, busy, resource, day, now


@settings(max_examples=250)
@given(situations(), st.data())
def test_shown_is_accepted_and_hidden_is_refused(
    situation: tuple[VenueMap, dict[int, list[Span]], ResourceFacts, date, int], data: st.DataObject
) -> None:
    venue, busy, resource, day, now = situation
    window = PARIS.day(day)
    wide = Span(window.start, PARIS.day(day + timedelta(days=1)).end)
    shown = free_spans(venue, busy, resource, wide, now)
    step = resource.grid_minutes * MINUTE
    edges = sorted({edge for span in shown for edge in range(span.start, span.end + 1, step)} | {wide.start + 600})
    starts = st.one_of(st.sampled_from(edges), st.integers(0, 2879).map(lambda minute: wide.start + minute * MINUTE))
    start = data.draw(starts)
    length = data.draw(st.integers(1, 40)) * resource.grid_minutes * MINUTE
    span = Span(start, start + length)
    outcome = book(Facts(venue, busy), Wish(resource, span), now)
    is_shown = any(free.contains(span) for free in shown) and is_allowed_length(resource, span)
    if isinstance(outcome, Booking):
        assert any(merge.contains(span) for merge in merged(shown)), (span, shown)
    elif is_shown and is_wall_aligned(resource, span):
        raise AssertionError((span, shown, [reason.code for reason in outcome]))


def is_allowed_length(resource: ResourceFacts, span: Span) -> bool:
    return resource.min_minutes * MINUTE <= span.seconds <= resource.max_minutes * MINUTE


def is_wall_aligned(resource: ResourceFacts, span: Span) -> bool:
    return all(PARIS.minutes(edge) % resource.grid_minutes == 0 for edge in span)
