"""Changes of the venue by staff: each asks for the right to do it there, and is noted."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.http.pages import FormErrors
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.venue import actions, changing, photos
from tierslieu.venue.actions import NewResource, NewSite, NewSpace
from tierslieu.venue.map import ResourceFacts, SpaceFacts, VenueMap
from tierslieu.venue.photos import StoredPictures
from tierslieu.venue.portraits import portraits
from tierslieu.venue.queries import venue
from tierslieu.venue.rights import (
    require_change,
    require_everywhere,
    require_resource,
    require_site,
)


def _require_new(tx: Tx, kind: str, key: str) -> None:
    if changing.is_key_known(tx, kind, key):
        raise FormErrors("form", {"key": "key_taken"})


def open_site(tx: Tx, site: NewSite) -> None:
    """A new site. Raises FormErrors for a key that is taken."""
    require_everywhere(tx.by)
    _require_new(tx, "site", site.key)
    actions.open_site(tx, site)
    record(tx, "venue.open_site", None, site.key)


def change_site(tx: Tx, key: str, facts: Mapping[str, Any]) -> None:
    """Other facts of a site. Raises NotFound."""
    require_site(tx.by, key)
    changing.change_site(tx, portraits(tx).site(key).id, facts)
    record(tx, "venue.change_site", None, key)


def open_space(tx: Tx, site: str, space: NewSpace, hears: Iterable[str]) -> None:
    """A new space, closed until it gets hours. Raises NotFound, and FormErrors for a key that is taken."""
    require_site(tx.by, site)
    site_id = portraits(tx).site(site).id
    _require_new(tx, "space", space.key)
    space_id = actions.open_space(tx, site_id, space)
    _set_neighbours(tx, venue(tx), space_id, hears)
    record(tx, "venue.open_space", None, space.key)


def change_space(tx: Tx, key: str, facts: Mapping[str, Any], hears: Iterable[str]) -> None:
    """Other facts of a space. Raises NotFound."""
    space = space_of(tx, key)
    require_change(tx.by, space)
    changing.change_space(tx, space.id, facts)
    _set_neighbours(tx, venue(tx), space.id, hears)
    record(tx, "venue.change_space", None, key)


def _set_neighbours(tx: Tx, here: VenueMap, space_id: int, hears: Iterable[str]) -> None:
    wanted = {*hears}
    changing.set_neighbours(tx, space_id, [one.id for one in here.spaces.values() if one.key in wanted])


def space_of(tx: Reader, key: str) -> SpaceFacts:
    """The space of a key. Raises NotFound."""
    return venue(tx).spaces[portraits(tx).space(key).id]


def offer(tx: Tx, space_key: str, resource: NewResource, members: Iterable[str], count: int) -> None:
    """A new resource: of units of its own, of those of `members`, or composed of `parts`.

    Raises NotFound, and FormErrors for a key that is taken or parts that are not there.
    """
    space, here = space_of(tx, space_key), venue(tx)
    require_change(tx.by, space, resource.kind)
    _require_new(tx, "resource", resource.key)
    require_parts(here, resource.key, resource.parts)
    require_referent(here, resource.referent)
    shared = {str(unit): unit for unit in units_of(here, members)}
    own = _new_keys(tx, resource.key, 1, count) if count > 1 else ()
    actions.offer(tx, space.id, replace(resource, unit_keys=(*shared,) or own), shared)
    record(tx, "venue.offer", None, resource.key)


def _new_keys(tx: Tx, key: str, first: int, count: int) -> tuple[str, ...]:
    """Keys for units that nothing has yet: the resource's key and a number."""
    found: list[str] = []
    number = first
    while len(found) < count:
        wanted = f"{key[:35]}-{number}"
        if not changing.is_key_known(tx, "resource", wanted):
            found.append(wanted)
        number += 1
    return tuple(found)


def units_of(here: VenueMap, keys: Iterable[str]) -> set[int]:
    """The units of resources. Raises NotFound."""
    return {unit for key in keys for unit in here.resource(key).units}


def require_parts(here: VenueMap, key: str, parts: Iterable[tuple[str, int]]) -> None:
    """Raise FormErrors for parts that are not there, are composed themselves, or have too few units."""
    for number, (name, count) in enumerate(parts, start=1):
        one = here.by_key.get(name)
        if one is None or one.parts or one.key == key or one.retired_at:
            raise FormErrors("form", {f"part{number}": "unknown_resource"})
        if one.pick == "one" and count > len(one.units):
            raise FormErrors("form", {f"count{number}": "less_than_equal"})


def require_referent(here: VenueMap, key: str) -> None:
    """Raise FormErrors unless the referent is the time of somebody."""
    one = here.by_key.get(key)
    if key and (one is None or one.kind != "staff_time" or one.retired_at):
        raise FormErrors("form", {"referent": "unknown_resource"})


def change_resource(
    tx: Tx, key: str, facts: Mapping[str, Any], members: Iterable[str] | None, count: int | None
) -> None:
    """Other facts and rules of a resource; other members of a pool, or more units of its own.

    Raises NotFound, FormErrors and Refused.
    """
    here = venue(tx)
    one = here.resource(key)
    require_resource(tx.by, one)
    require_parts(here, key, facts["parts"])
    require_referent(here, facts["referent"])
    changing.change_resource(tx, one.id, _kept(one, facts))
    if members is not None:
        changing.set_pool(tx, one.id, units_of(here, members))
    elif count is not None:
        _grow(tx, one, count)
    record(tx, "venue.change_resource", None, key)


def _kept(one: ResourceFacts, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is out of service stays so; what is composed stays composed, and what is not stays whole."""
    kept = dict(facts)
    if one.retired_at:
        kept |= {"is_bookable": False, "is_listed": False}
    if bool(one.parts) != bool(facts["parts"]):
        kept["parts"] = one.parts
    return kept


def _grow(tx: Tx, one: ResourceFacts, count: int) -> None:
    have = len(one.units)
    if count < have:
        raise Refused((Reason("too_few_units"),))
    if count > have:
        changing.add_units(tx, one.id, one.space.id, one.name, _new_keys(tx, one.key, have + 1, count - have))


def put_back(tx: Tx, key: str) -> None:
    """In service again; into pools it is put by their own form."""
    one = venue(tx).resource(key)
    require_resource(tx.by, one)
    changing.put_back(tx, one.id, is_listed=False)
    record(tx, "venue.restore", None, key)


def add_photo(tx: Tx, kind: str, key: str, stored: StoredPictures, alt: str) -> None:
    """A photo of a "space" or a "resource". Raises NotFound and Refused."""
    subject = _subject(tx, kind, key)
    is_space = kind == "space"
    photos.add(tx, subject if is_space else None, None if is_space else subject, stored, alt)
    record(tx, "venue.add_photo", None, key)


def describe_photo(tx: Tx, kind: str, key: str, photo_id: int, alt: str) -> None:
    """Other words for a photo of this space or resource. Raises NotFound."""
    _require_photo_of(tx, kind, key, photo_id)
    photos.describe(tx, photo_id, alt)
    record(tx, "venue.add_photo", None, key)


def remove_photo(tx: Tx, kind: str, key: str, photo_id: int) -> tuple[str, ...]:
    """Take a photo down; returns the files that nothing shows any more. Raises NotFound."""
    _require_photo_of(tx, kind, key, photo_id)
    gone = photos.take_down(tx, photo_id)
    record(tx, "venue.remove_photo", None, key)
    return gone


def _require_photo_of(tx: Tx, kind: str, key: str, photo_id: int) -> None:
    """Raises NotFound unless the photo shows this: rights are asked for the place, not for the photo."""
    space_id, resource_id = photos.subject(tx, photo_id)
    if (space_id if kind == "space" else resource_id) != _subject(tx, kind, key):
        raise NotFound("unknown_photo")


def _subject(tx: Tx, kind: str, key: str) -> int:
    """The id of a space or resource that the actor may change. Raises NotFound."""
    if kind == "space":
        space = space_of(tx, key)
        require_change(tx.by, space)
        return space.id
    one = venue(tx).resource(key)
    require_resource(tx.by, one)
    return one.id
