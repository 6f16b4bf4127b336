"""What keeps a resource out of use, as people are told: a closure with its reason, not another reservation. Pure."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from tierslieu.basics.spans import Span
from tierslieu.reservations.availability import Closed, Facts, units_for
from tierslieu.venue.map import ResourceFacts


def closed_because(facts: Facts, resource: ResourceFacts, wanted: Span) -> Closed | None:
    """The closure that alone takes a span from a resource; None when without reservations it could be had."""
    met = _met(facts, resource)
    if not met or units_for(resource, _spans(met), wanted):
        return None
    known = [one for each in met.values() for one in each]
    return next((one for one in known if one.span.overlaps(wanted)), known[0])


def closed_spans(facts: Facts, resource: ResourceFacts, window: Span) -> list[Closed]:
    """When closures keep a resource out of use inside a window, in order."""
    spans = [one.span.within(window) for each in _met(facts, resource).values() for one in each]
    edges = sorted({edge for one in spans if one.is_real for edge in one})
    found: list[Closed] = []
    for part in (Span(*ends) for ends in pairwise(edges)):
        because = closed_because(facts, resource, part)
        if because is None:
            continue
        last = found[-1] if found else None
        if last is not None and last.span.end == part.start and last.reason == because.reason:
            found[-1] = Closed(Span(last.span.start, part.end), last.reason)
        else:
            found.append(Closed(part, because.reason))
    return found


def _met(facts: Facts, resource: ResourceFacts) -> Mapping[int, Sequence[Closed]]:
    return {unit: facts.closed[unit] for unit in resource.units if unit in facts.closed} if facts.closed else {}


def _spans(met: Mapping[int, Sequence[Closed]]) -> dict[int, list[Span]]:
    return {unit: [one.span for one in each] for unit, each in met.items()}
