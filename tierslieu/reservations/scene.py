"""Everything that decisions look at, loaded at once: a fixed number of statements for any number of resources.

A scene answers which times are free for somebody and judges their wishes. Pages, searches, series, waiting lists and
the write itself use the same scene, so that none of them promises what another refuses.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial

import msgspec

from tierslieu.basics.errors import Reason
from tierslieu.basics.spans import Span, span
from tierslieu.infra.transaction import Reader
from tierslieu.people.relations.queries import is_minor
from tierslieu.reservations import queries, rules
from tierslieu.reservations.availability import Closed, Facts, Mine, Run, Sound, free_runs
from tierslieu.reservations.closings import closure_reasons
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts, VenueMap

CLOSING_CAUSES = ("closure", "maintenance")
QUIET_CAUSES = (*CLOSING_CAUSES, "import")
"""Claims that make no noise and disturb nobody."""


class Asker(msgspec.Struct, frozen=True):
    """For whom (None: somebody unknown), who asks (None: themselves), and whether the desk decides."""

    person_id: int | None = None
    asker_id: int | None = None
    has_authority: bool = False


class Scene(msgspec.Struct, frozen=True):
    """The facts of some resources in a window, for one person."""

    facts: Facts
    asker: Asker
    now: int
    resource_ids: frozenset[int] = frozenset()
    window: Span = Span(0, 0)
    """Which resources and which time it was made with: of others it knows nothing."""

    def knows(self, resource: ResourceFacts, wanted: Span) -> bool:
        """True when its answers about a resource then rest on facts."""
        return resource.id in self.resource_ids and self.window.contains(wanted)

    @property
    def venue(self) -> VenueMap:
        """The venue as the person may use it."""
        return self.facts.venue

    def free(self, resource: ResourceFacts, window: Span) -> list[Run]:
        """When a resource can be had inside a window."""
        return free_runs(self.facts, self.venue.by_key[resource.key], window, self.now)

    def decide(self, wish: rules.Wish) -> rules.Booking | tuple[Reason, ...]:
        """What the house answers to a wish; what people/ says about the person is left out."""
        return rules.book(self.facts, self._as_seen(wish), self.now)

    def judge(self, reader: Reader, wish: rules.Wish) -> rules.Booking | tuple[Reason, ...]:
        """The whole answer: the same as when the wish is written."""
        return rules.book(
            self.facts, self._as_seen(wish), self.now, self.against(reader, wish), partial(self.welcomes, reader)
        )

    def welcomes(self, reader: Reader, wish: rules.Wish) -> bool:
        """True when people/ says nothing against the person having a resource then.

        It speaks of minors and of machines only: what else is proposed to an adult costs one statement in all.
        """
        who, resource = self.asker.person_id, wish.resource
        if who is None:
            return True
        if resource.kind != "machine" and not resource.parts:
            is_young = reader.once(f"is_young:{who}", lambda: is_minor(reader, who, reader.now))
            return not is_young or not self.against(reader, wish)
        return not self.against(reader, wish)

    def against(self, reader: Reader, wish: rules.Wish) -> tuple[Reason, ...]:
        """What people/ says against the person having a resource then; nothing while nobody is known."""
        who = self.asker
        if who.person_id is None:
            return ()
        parts = [self.venue.by_key[key] for key, _count in wish.resource.parts if key in self.venue.by_key]
        found = [
            reason
            for one in (parts or [wish.resource])
            for reason in queries.against_person(
                reader, one, who.person_id, wish.span, who.asker_id or who.person_id, is_staff=who.has_authority
            )
        ]
        return tuple({reason.code + str(reason.facts): reason for reason in found}.values())

    def _as_seen(self, wish: rules.Wish) -> rules.Wish:
        """The wish with the resource as this person may use it."""
        seen = self.venue.by_key.get(wish.resource.key, wish.resource)
        return wish if seen is wish.resource else msgspec.structs.replace(wish, resource=seen)


def scene(reader: Reader, asker: Asker, resources: Iterable[ResourceFacts], window: Span) -> Scene:
    """The scene of some resources around a window (its claims a little wider, for buffers and proposals)."""
    wanted = list(resources)
    known = facts(reader, asker, venue_for(reader, asker.person_id), wanted, window)
    return Scene(known, asker, reader.now, frozenset(one.id for one in wanted), window)


def facts(reader: Reader, asker: Asker, here: VenueMap, resources: Iterable[ResourceFacts], window: Span) -> Facts:
    """The facts of some resources around a window: two statements, one for the person, one for closures."""
    wanted = list(resources)
    heard = _heard(here, wanted)
    referents = {one.referent: here.by_key[one.referent] for one in wanted if one.referent in here.by_key}
    units = {unit for one in (*wanted, *heard, *referents.values()) for unit in one.units}
    reach = 60 * here.widest_buffer
    around = window.widened(reach, reach)
    rows = queries.claims(reader, sorted(units), around) if window.is_real and units else []
    busy: dict[int, list[Span]] = {unit: [] for unit in units}
    for unit, start, end, _cause, _id in rows:
        busy[unit].append(span(start, end))
    mine = _mine(reader, here, asker, window)
    away, sounds = _away(referents, rows), _sounds(heard, wanted, rows)
    return Facts(here, busy, mine, asker.has_authority, away, sounds, _closed(reader, rows))


def _heard(here: VenueMap, wanted: list[ResourceFacts]) -> list[ResourceFacts]:
    """The resources whose use matters to those wanted because one hears the other."""
    asking = [one for one in wanted if one.noise]
    if not asking:
        return []
    return [
        other
        for other in here.resources
        if other.noise and any(one.noise != other.noise and here.hears(one.space, other.space) for one in asking)
    ]


Claims = list[tuple[int, int, int, str, int]]


def _sounds(heard: list[ResourceFacts], wanted: list[ResourceFacts], rows: Claims) -> tuple[Sound, ...]:
    if not heard:
        return ()
    by_unit = {unit: one.id for one in (*heard, *wanted) if one.noise for unit in one.units}
    return tuple(
        Sound(by_unit[unit], span(start, end))
        for unit, start, end, cause, _id in rows
        if cause not in QUIET_CAUSES and unit in by_unit
    )


def _closed(reader: Reader, rows: Claims) -> Mapping[int, list[Closed]]:
    """Which claims are closures, by unit, with the reason people see."""
    met = [row for row in rows if row[3] in CLOSING_CAUSES]
    reasons = closure_reasons(reader, {row[4] for row in met}) if met else {}
    found: dict[int, list[Closed]] = {}
    for unit, start, end, _cause, which in met:
        found.setdefault(unit, []).append(Closed(span(start, end), reasons.get(which, "")))
    return found


def _away(referents: Mapping[str, ResourceFacts], rows: Claims) -> Mapping[str, list[Span]]:
    """When all of a referent's units (a team has several) are absent: there are closures on each of them."""
    found: dict[str, list[Span]] = {}
    for key, one in referents.items():
        closed = {
            unit: [span(start, end) for at, start, end, cause, _id in rows if at == unit and cause == "closure"]
            for unit in one.units
        }
        first, *others = one.units
        spans = closed[first]
        for unit in others:
            spans = [a.within(b) for a in spans for b in closed[unit] if a.overlaps(b)]
        found[key] = spans
    return found


def _mine(reader: Reader, here: VenueMap, asker: Asker, window: Span) -> tuple[Mine, ...]:
    """The person's reservations to come, and those of the months that the window touches when a quota counts them."""
    if asker.person_id is None or not window.is_real:
        return ()
    since = reader.now
    if here.counts_past:
        first = here.zone.date(min(window.start, reader.now)).replace(day=1)
        since = min(since, here.zone.day(first - timedelta(days=7)).start)
    return queries.mine_since(reader, asker.person_id, min(since, window.start))
