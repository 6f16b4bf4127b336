"""What is proposed instead of a wish is accepted: over random rules, hours, claims and own reservations."""

from datetime import timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.reservations.test_shown_is_accepted import PARIS, Situation, situations
from tierslieu.basics.spans import DAY, MINUTE, Span, merged
from tierslieu.reservations.rules import Booking, Wish, book
from tierslieu.reservations.scene import Asker, Scene
from tierslieu.reservations.search.matching import Search, alternatives, candidates, found, lacking
from tierslieu.reservations.search.rules import LEAST_PART, REACH, Proposal, once_booked, propose
from tierslieu.venue.map import SpaceFacts, VenueMap
from tierslieu.venue.queries import with_needs


class Asking(NamedTuple):
    """A scene with several like resources, and a wish in it."""

    scene: Scene
    wish: Wish


@st.composite
def askings(draw: st.DrawFn) -> Asking:
    """The situation of the core's own property, with two or three rooms like the wished one, and claims on them."""
    situation: Situation = draw(situations())
    facts, wished = situation.facts, situation.resource
    space: SpaceFacts = replace(wished.space, access=frozenset(draw(st.sets(st.sampled_from(["step_free", "lift"])))))
    tags = st.sets(st.sampled_from(["screen", "whiteboard"])).map(lambda found: tuple(sorted(found)))
    wished = replace(wished, space=space, equipment=draw(tags))
    like = [
        replace(
            wished,
            id=place,
            key=f"other-{place}",
            units=(10 * place,),
            parts=(),
            capacity=draw(st.integers(1, 8)),
            equipment=draw(tags),
            min_minutes=wished.grid_minutes,
            max_minutes=wished.grid_minutes * draw(st.integers(2, 20)),
        )
        for place in range(4, 4 + draw(st.integers(1, 3)))
    ]
    made = (wished, *facts.venue.resources[1:], *like)
    by_key = {one.key: one for one in made}
    venue = VenueMap({1: space}, tuple(with_needs(one, by_key) for one in made), PARIS)
    start = PARIS.day(situation.day).start
    spans = st.tuples(st.integers(0, 1440), st.integers(1, 300)).map(
        lambda c: Span(start + c[0] * MINUTE, start + (c[0] + c[1]) * MINUTE)
    )
    busy = {**facts.busy, **{one.units[0]: merged(draw(st.lists(spans, max_size=3))) for one in like}}
    window = Span(start - REACH, start + 10 * DAY)
    ids = frozenset(one.id for one in venue.resources)
    scene = Scene(replace(facts, venue=venue, busy=busy), Asker(1), situation.now, ids, window)
    step = wished.grid_minutes * MINUTE
    at = start + draw(st.integers(0, 90)) * 15 * MINUTE
    return Asking(
        scene, Wish(venue.by_key["r"], Span(at, at + draw(st.integers(1, 12)) * step), draw(st.integers(1, 6)))
    )


def is_accepted(scene: Scene, one: Proposal, people: int) -> bool:
    """Judged by the rules themselves, the second part once the first is booked."""
    first = book(scene.facts, Wish(one.resource, one.span, people), scene.now)
    if not isinstance(first, Booking):
        return False
    if one.second is None or one.second_span is None:
        return True
    after = once_booked(scene, Wish(one.resource, one.span, people))
    wish = Wish(one.second, one.second_span, people)
    return after is not None and isinstance(book(after.facts, wish, scene.now), Booking)


@settings(max_examples=50)
@given(askings())
def test_every_proposal_is_accepted(asking: Asking) -> None:
    scene, wish = asking
    for one in propose(scene, wish, 8):
        assert is_accepted(scene, one, wish.people), one
        keeps_its_word(scene, wish, one)


def keeps_its_word(scene: Scene, wish: Wish, one: Proposal) -> None:
    """A proposal is what its kind says."""
    zone = scene.venue.zone
    if one.kind in ("shift", "shorter", "longer"):
        assert one.resource.key == wish.resource.key
        assert abs(one.span.start - wish.span.start) <= REACH
    if one.kind == "shift":
        assert one.span.seconds == wish.span.seconds
        assert one.span != wish.span
    elif one.kind == "shorter":
        assert one.span.seconds < wish.span.seconds
        assert one.span.seconds * 100 >= wish.span.seconds * LEAST_PART
    elif one.kind == "resource":
        assert one.resource.key != wish.resource.key
        assert one.span == wish.span
    elif one.kind == "day":
        assert [zone.minutes(at) for at in one.span] == [zone.minutes(at) for at in wish.span]
        days = zone.date(one.span.start) - zone.date(wish.span.start)
        assert timedelta(1) <= days <= timedelta(7)
    elif one.kind == "split":
        assert one.second_span is not None
        assert (one.span.start, one.second_span.end) == wish.span
        assert one.span.end == one.second_span.start


@settings(max_examples=30)
@given(askings())
def test_nothing_is_proposed_beyond_what_the_scene_knows(asking: Asking) -> None:
    scene, wish = asking
    narrow = replace(scene, window=wish.span, resource_ids=frozenset({wish.resource.id}))
    for one in propose(narrow, wish):
        assert one.resource.id == wish.resource.id
        assert wish.span.contains(one.span)


@settings(max_examples=50)
@given(askings(), st.booleans(), st.sets(st.sampled_from(["screen", "whiteboard"])), st.booleans())
def test_what_a_search_tells_is_accepted(asking: Asking, is_exact: bool, tags: set[str], needs_lift: bool) -> None:
    scene, wish = asking
    seconds = wish.span.seconds if is_exact else max(wish.span.seconds // 2, 15 * MINUTE)
    access = ("lift",) if needs_lift else ()
    search = Search(wish.span, seconds, wish.people, ("room",), tuple(sorted(tags)), access)
    whole, _lesser = candidates(scene.venue, search)
    for one in found(scene, search, whole):
        assert isinstance(book(scene.facts, Wish(one.resource, one.span, wish.people), scene.now), Booking)
        assert wish.span.contains(one.span)
        assert one.span.seconds == seconds
        assert not lacking(one.resource, search)
    for each in alternatives(scene, search):
        assert is_accepted(scene, each, wish.people), each
        parts = [part for part, _span in each.parts]
        assert all(part.capacity >= wish.people for part in parts)
        assert all(part.space.access >= set(access) for part in parts), "accessibility is never given up"
        assert all(set(lacking(part, search)) <= set(each.given_up) for part in parts)
