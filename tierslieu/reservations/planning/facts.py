"""What occupies resources in a window, with who and why: a fixed number of statements for any number of resources."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from tierslieu.basics.spans import Span
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among
from tierslieu.people.persons.schemas import Known
from tierslieu.reservations import queries
from tierslieu.reservations.calendars.queries import imported_titles
from tierslieu.reservations.closures.queries import closures_among
from tierslieu.reservations.schemas import Stored
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue

RESERVATION = "reservation"
CLOSED = ("closure", "maintenance")


class Use(msgspec.Struct, frozen=True):
    """Something that occupies time: a reservation with its person, or a claim of another cause with its reason.

    `units` are those it occupies; none for a request that holds no time. Its span is that of people, buffers left out,
    for reservations; that of the claim for anything else. `title` is what an imported calendar calls it: for staff.
    """

    cause: str
    cause_id: int
    span: Span
    units: frozenset[int]
    reservation: Stored | None = None
    person: Known | None = None
    reason: str = ""
    title: str = ""


def uses(reader: Reader, resources: Iterable[ResourceFacts], window: Span) -> list[Use]:
    """All that occupies some resources in a window, and the requests that hold no time. Seven statements at most."""
    units = sorted({unit for one in resources for unit in one.units})
    claimed: dict[tuple[str, int], list[tuple[int, int, int]]] = defaultdict(list)
    for unit, start, end, cause, cause_id in queries.claims(reader, units, window):
        claimed[cause, cause_id].append((unit, start, end))
    asked = [one.id for one in queries.requests(reader)]
    wanted = {cause_id for cause, cause_id in claimed if cause == RESERVATION}
    stored = {one.id: one for one in queries.stored_among(reader, sorted(wanted | set(asked)))}
    people = {one.id: one for one in known_among(reader, [one.person_id for one in stored.values()])}
    closures = closures_among(reader, [cause_id for cause, cause_id in claimed if cause in CLOSED])
    titles = imported_titles(reader, [cause_id for cause, cause_id in claimed if cause == "import"])
    found = []
    for (cause, cause_id), held in claimed.items():
        one = stored.get(cause_id) if cause == RESERVATION else None
        whole = Span(min(start for _unit, start, _end in held), max(end for _unit, _start, end in held))
        reason = closures[cause_id].reason if cause_id in closures else ""
        person = people.get(one.person_id) if one else None
        taken = frozenset(unit for unit, _start, _end in held)
        title = titles.get(cause_id, "") if cause == "import" else ""
        found.append(Use(cause, cause_id, one.span if one else whole, taken, one, person, reason, title))
    for request_id in asked:
        one = stored.get(request_id)
        if one is not None and request_id not in wanted and one.is_active and one.span.overlaps(window):
            found.append(Use(RESERVATION, request_id, one.span, frozenset(), one, people.get(one.person_id)))
    return sorted(found, key=lambda use: (use.span, use.cause_id))


def of_resource(resource: ResourceFacts, found: Sequence[Use]) -> list[Use]:
    """What a resource's row shows: its own reservations, and what else occupies it.

    A pool shows its own reservations and closures: the single desks that somebody chose are in rows of their own.
    """
    units, is_pool = set(resource.units), any(need.count < len(need.units) for need in resource.needs)
    shown = []
    for use in found:
        is_own = use.reservation is not None and use.reservation.resource_id == resource.id
        is_here = not units.isdisjoint(use.units) and not (is_pool and use.cause not in CLOSED)
        if is_own or is_here:
            shown.append(use)
    return shown


def shown_resources(here: VenueMap, space: str, kind: str) -> list[ResourceFacts]:
    """The resources of a planning: the main ones, or all that can be reserved in a space or of a kind."""
    if not space and not kind:
        return [one for one in here.resources if one.is_listed]
    return [
        one
        for one in here.resources
        if (one.is_bookable or one.is_listed) and space in ("", one.space.key) and kind in ("", one.kind)
    ]


class Day(msgspec.Struct, frozen=True):
    """A day of some resources."""

    here: VenueMap
    resources: list[ResourceFacts]
    uses: list[Use]


def day_of(reader: Reader, window: Span, space: str = "", kind: str = "") -> Day:
    """What happens in a window. Everything bookable that is occupied is shown, whatever the filter lists first."""
    here = venue(reader)
    listed = shown_resources(here, space, kind)
    found = uses(reader, here.resources if not space and not kind else listed, window)
    if not space and not kind:
        reserved = {use.reservation.resource_id for use in found if use.reservation is not None}
        listed = [one for one in here.resources if one.is_listed or one.id in reserved]
    return Day(here, listed, found)
