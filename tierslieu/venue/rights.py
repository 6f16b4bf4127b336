"""Who may change the venue: everything in some places, or machines alone. Pure."""

from typing import Final

from tierslieu.basics.actor import SYSTEM, Actor
from tierslieu.basics.errors import Forbidden, NotFound
from tierslieu.venue.map import ResourceFacts, SpaceFacts

EDIT: Final = "venue.edit"
"""Sites, spaces, resources of any kind, and their hours."""
EQUIP: Final = "venue.equip"
"""Machines; it also opens the pages on which the venue is changed."""


def places_of(space: SpaceFacts) -> tuple[str, str]:
    """Where a space is, as roles name it."""
    return f"space:{space.key}", f"site:{space.site}"


def may_change(who: Actor, space: SpaceFacts, kind: str = "") -> bool:
    """True when they may change a space, or a resource of this kind in it."""
    if who == SYSTEM or who.may(EDIT, *places_of(space)):
        return True
    return kind == "machine" and who.may(EQUIP, *places_of(space))


def require_change(who: Actor, space: SpaceFacts, kind: str = "") -> None:
    """Raise Forbidden unless they may change it."""
    if not may_change(who, space, kind):
        raise Forbidden("not_allowed")


def require_resource(who: Actor, resource: ResourceFacts) -> None:
    """Raise Forbidden unless they may change this resource."""
    require_change(who, resource.space, resource.kind)


def require_site(who: Actor, key: str) -> None:
    """Raise Forbidden unless they may change this site."""
    if who != SYSTEM and not who.may(EDIT, f"site:{key}"):
        raise Forbidden("not_allowed")


def require_found(who: Actor, space: SpaceFacts, kind: str = "") -> None:
    """Raise NotFound unless they may change it: pages about other places are not there for them."""
    if not may_change(who, space, kind):
        raise NotFound("not_your_place")


def require_everywhere(who: Actor) -> None:
    """Raise Forbidden unless they may change the whole venue."""
    if who != SYSTEM and not who.may_everywhere(EDIT):
        raise Forbidden("not_allowed")
