"""Decisions about closures: what a place covers, what comes nearest to what was lost, how long it is held. Pure."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from tierslieu.basics.actor import SYSTEM, Actor
from tierslieu.basics.errors import Forbidden, NotFound, Reason, Refused
from tierslieu.basics.spans import HOUR, Span
from tierslieu.reservations import rules
from tierslieu.reservations.availability import on_next_step
from tierslieu.reservations.rules import Wish
from tierslieu.reservations.scene import Scene
from tierslieu.reservations.search.rules import Proposal, elsewhere, fits, known, other_days, shifted, similar
from tierslieu.venue.map import ResourceFacts, VenueMap

HOUSE: Final = ""
SPACE, SITE, RESOURCE = "space:", "site:", "resource:"
BEFORE_START: Final = 2 * HOUR
"""What is held becomes free for others this long before it begins."""
LEAST_HOLD: Final = HOUR
"""Who loses what begins very soon still has this long to answer, but never past the beginning."""
LONGEST_DAYS: Final = 400


def covered(venue: VenueMap, place: str) -> list[ResourceFacts]:
    """The resources that a closure takes out of use. Raises NotFound for an unknown place.

    A resource composed of others is closed by closing its parts: alone it holds no time of its own.
    """
    if place.startswith(RESOURCE):
        one = venue.resource(place.removeprefix(RESOURCE))
        if one.parts:
            raise Refused((Reason("close_its_parts", {"resource": one.name}),))
        return [one]
    found = [one for one in venue.resources if not one.parts and is_in(one, place)]
    if not found:
        raise NotFound("nothing_to_close_there")
    return found


def is_in(resource: ResourceFacts, place: str) -> bool:
    """True when a resource stands in a place; everything stands in the house."""
    return place == HOUSE or place in rules.places(resource)


def units_of(venue: VenueMap, place: str) -> set[int]:
    """The units of a place as it is today; none when the place is no more."""
    key = place.removeprefix(RESOURCE) if place.startswith(RESOURCE) else None
    found = [one for one in venue.resources if not one.parts]
    inside = [one for one in found if (one.key == key if key is not None else is_in(one, place))]
    return {unit for one in inside for unit in one.units}


def ahead(span: Span, now: int) -> Span:
    """What of a span is still to come."""
    return Span(max(span.start, now), span.end)


def require_right(who: Actor, venue: VenueMap, place: str, permission: str) -> None:
    """Raise Forbidden unless the actor holds the permission in all of a place."""
    if who == SYSTEM or who.may_everywhere(permission):
        return
    if place == HOUSE or not who.may(permission, *scopes_of(venue, place)):
        raise Forbidden("not_allowed")


def may(who: Actor, venue: VenueMap, place: str, permission: str) -> bool:
    """The same as a question."""
    if who.may_everywhere(permission):
        return True
    return place != HOUSE and who.may(permission, *scopes_of(venue, place))


def scopes_of(venue: VenueMap, place: str) -> tuple[str, ...]:
    """In which places a permission must hold to close all of this one: the place itself, or one around it."""
    if place.startswith(RESOURCE):
        return rules.places(venue.resource(place.removeprefix(RESOURCE)))
    if place.startswith(SPACE):
        key = place.removeprefix(SPACE)
        return (place, *(f"{SITE}{one.site}" for one in venue.spaces.values() if one.key == key))
    return (place,)


def instead(scene: Scene, wish: Wish) -> Iterator[Proposal]:
    """What comes near to a lost reservation, the nearest first: the same hours on another resource, the same
    resource at another hour of the same length, then on one of the next days. Each is accepted as things stand."""
    same_hours = elsewhere(scene, wish, known(scene, similar(scene.venue, wish.resource)))
    if not known(scene, [wish.resource]):
        return same_hours
    return chain(_same_again(scene, wish), same_hours, _as_long(scene, wish), other_days(scene, wish))


def _as_long(scene: Scene, wish: Wish) -> Iterator[Proposal]:
    return (one for one in shifted(scene, wish) if one.span.seconds == wish.span.seconds)


def _same_again(scene: Scene, wish: Wish) -> Iterator[Proposal]:
    """The very same thing, when another unit of a pool still serves it."""
    if fits(scene, wish, wish.resource, wish.span):
        yield Proposal("resource", wish.resource, wish.span)


def still_to_come(venue: VenueMap, resource: ResourceFacts, span: Span, now: int) -> Span:
    """What is left of a reservation: all of it, or the rest from the next step of the grid when it has begun."""
    return Span(max(span.start, on_next_step(venue.zone, resource, now)), span.end) if span.start < now else span


def held_until(now: int, start: int, seconds: int) -> int:
    """Until when something that begins at `start` is held for somebody."""
    usual = min(now + seconds, start - BEFORE_START)
    return max(usual, min(now + LEAST_HOLD, start))
