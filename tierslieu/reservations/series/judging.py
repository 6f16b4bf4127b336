"""Many dates judged one after the other, over one scene: each as it will be decided when it is written."""

from bisect import bisect_left, insort
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from tierslieu.basics.errors import Reason
from tierslieu.basics.spans import DAY, Span
from tierslieu.infra.transaction import Reader
from tierslieu.people.qualifications.rules import PASSABLE
from tierslieu.people.relations.queries import is_minor
from tierslieu.reservations import rules
from tierslieu.reservations.availability import Mine
from tierslieu.reservations.scene import Asker, Scene, scene
from tierslieu.reservations.search.rules import REACH, Proposal, propose
from tierslieu.venue.map import ResourceFacts

REPLACEABLE = frozenset(
    {"closed", "closed_that_day", "outside_hours", "referent_absent", "already_reserved", *rules.TAKEN, *rules.SOFT}
)
"""Reasons that another hour or resource may heal; with any other one, nothing is proposed."""
HOURS = frozenset({"closed", "closed_that_day", "outside_hours"})
"""What staff pass over for a date that they name, and never for all dates of a rule at once: nobody is there then."""
PROPOSED = 3
AFTER = 7 * DAY
"""How far after a date another day is looked for."""

Answer = rules.Booking | tuple[Reason, ...]


class Terms(msgspec.Struct, frozen=True):
    """What is the same for all dates of an act."""

    people: int = 1
    accepted: frozenset[str] = frozenset()
    exception: str = ""


class Judge:
    """Answers wishes as a transaction that wrote them one after the other would.

    What people/ says is asked once for an adult and a plain resource, and for each date where it may differ from
    one to the next (minors, machines).
    """

    def __init__(self, reader: Reader, found: Scene, terms: Terms) -> None:
        self.scene = found
        self._reader = reader
        self._terms = terms
        person_id = found.asker.person_id
        self._is_minor = person_id is not None and is_minor(reader, person_id, reader.now)
        self._said: dict[int, tuple[Reason, ...]] = {}

    def ask(self, resource: ResourceFacts, span: Span) -> Answer:
        """The answer to one more date; a date that is granted is taken for those asked after it."""
        wish = rules.Wish(resource, span, self._terms.people, self._terms.accepted, self._terms.exception)
        found = self.scene.decide(wish)
        against = self._against(wish) if span.is_real else ()
        if against:
            return against if isinstance(found, rules.Booking) else (*found, *against)
        if isinstance(found, rules.Booking):
            self.scene = _after(self.scene, resource, span, found)
        return found

    def instead(self, resource: ResourceFacts, span: Span, reasons: tuple[Reason, ...]) -> list[Proposal]:
        """What one may have instead of a date that was refused: other hours, another resource, another day."""
        if not span.is_real or not {one.code for one in reasons} <= REPLACEABLE:
            return []
        near = narrowed(self.scene, Span(span.start - DAY, span.end + AFTER + DAY))
        found = propose(near, rules.Wish(resource, span, self._terms.people), PROPOSED)
        return [one for one in found if one.second is None]

    def release(self, claims: Iterable[tuple[int, Span]], mine: Mine) -> Scene:
        """Judge from now on as if this were given back. Answers the scene before, for `keep`."""
        before = self.scene
        busy = dict(before.facts.busy)
        for unit, span in claims:
            busy[unit] = [one for one in busy.get(unit, ()) if one != span]
        others = list(before.facts.mine)
        if mine in others:
            others.remove(mine)
        self.scene = replace(before, facts=replace(before.facts, busy=busy, mine=tuple(others)))
        return before

    def keep(self, before: Scene) -> None:
        """Go back to an earlier scene: what was asked since is not done."""
        self.scene = before

    def _against(self, wish: rules.Wish) -> tuple[Reason, ...]:
        resource = wish.resource
        known = None if self._is_minor or self._has_machine(resource) else self._said.get(resource.id)
        if known is None:
            known = self._said[resource.id] = self.scene.against(self._reader, wish)
        if self.scene.asker.has_authority and wish.exception:
            return tuple(one for one in known if one.code not in PASSABLE)
        return known

    def _has_machine(self, resource: ResourceFacts) -> bool:
        parts = [self.scene.venue.by_key[key] for key, _count in resource.parts if key in self.scene.venue.by_key]
        return any(one.kind == "machine" for one in (resource, *parts))


def is_out_of_hours(answer: Answer) -> bool:
    """True when a date is had only because staff pass over the hours of the house."""
    return isinstance(answer, rules.Booking) and not HOURS.isdisjoint(answer.passed)


def judge(reader: Reader, asker: Asker, resources: Iterable[ResourceFacts], window: Span, terms: Terms) -> Judge:
    """The judge of some resources in a window: a fixed number of statements, whatever the number of dates."""
    return Judge(reader, scene(reader, asker, resources, window), terms)


def window_of(spans: Iterable[Span]) -> Span:
    """A window wide enough for these spans and for what may be proposed instead of them."""
    found = list(spans)
    return Span(min(one.start for one in found) - REACH - DAY, max(one.end for one in found) + AFTER + DAY)


def narrowed(found: Scene, window: Span) -> Scene:
    """The same scene with the claims of a window only: to look around one date of many."""
    busy = {}
    for unit, spans in found.facts.busy.items():
        first = bisect_left(spans, window.start, key=lambda one: one[1])
        busy[unit] = spans[first : bisect_left(spans, window.end, key=lambda one: one[0])]
    return replace(found, facts=replace(found.facts, busy=busy), window=window.within(found.window))


def _after(found: Scene, resource: ResourceFacts, span: Span, booking: rules.Booking) -> Scene:
    """The scene once a booking is written."""
    busy = dict(found.facts.busy)
    for unit in booking.units:
        spans = list(busy.get(unit, ()))
        insort(spans, booking.claim)
        busy[unit] = spans
    mine = (*found.facts.mine, Mine(resource.id, span.start, span.end, booking.state))
    return replace(found, facts=replace(found.facts, busy=busy, mine=mine))
