"""The venue's facts as programs get them."""

from collections.abc import Iterable
from datetime import date

from tierslieu.basics.errors import NotFound
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.catalogue.schemas import PhotoView, ResourceDetail, SiteView, SpaceView, SpecialDaysView
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts, SpaceFacts, VenueMap
from tierslieu.venue.osm import opening_hours
from tierslieu.venue.portraits import PhotoFacts, Portraits, SpecialDays, portraits
from tierslieu.venue.queries import venue


def sites(reader: Reader) -> list[SiteView]:
    """Every site."""
    here, told, today = venue(reader), portraits(reader), _today(reader)
    found = []
    for one in told.sites.values():
        spaces = [space for space in here.spaces.values() if space.site == one.key]
        found.append(
            SiteView(
                one.key,
                one.name,
                one.kind,
                one.capacity,
                one.address.splitlines(),
                one.phone,
                dict(one.access),
                one.access_note,
                opening_hours(spaces[0].opening, today) if spaces else "",
                [space.key for space in spaces],
            )
        )
    return found


def spaces(reader: Reader) -> list[SpaceView]:
    """Every space, in the order of the house."""
    here, told, today = venue(reader), portraits(reader), _today(reader)
    return [_space(here, told, one, today) for one in here.spaces.values()]


def space_by_key(reader: Reader, key: str) -> SpaceView:
    """One space. Raises NotFound."""
    here, told = venue(reader), portraits(reader)
    return _space(here, told, here.spaces[told.space(key).id], _today(reader))


def _space(here: VenueMap, told: Portraits, one: SpaceFacts, today: date) -> SpaceView:
    portrait = told.spaces[one.key]
    return SpaceView(
        one.key,
        one.name,
        one.site,
        one.capacity,
        portrait.description,
        dict(portrait.access),
        portrait.access_note,
        opening_hours(one.opening, today),
        portrait.closes_on_holidays,
        special_days(portrait.days, today),
        photos(portrait.photos),
        [resource.key for resource in here.resources if resource.space.id == one.id and not resource.retired_at],
        [other.key for other in here.spaces.values() if other.id != one.id and here.hears(one, other)],
    )


def resource_by_key(reader: Reader, key: str, person_id: int | None) -> ResourceDetail:
    """One resource with the rules for this person. Raises NotFound; what is out of service is not found."""
    here, told, today = venue_for(reader, person_id), portraits(reader), _today(reader)
    one = here.resource(key)
    if one.retired_at:
        raise NotFound("unknown_resource")
    portrait = told.resource(key)
    return ResourceDetail(
        one.key,
        one.name,
        one.space.key,
        one.space.site,
        one.kind,
        one.capacity,
        one.min_people,
        portrait.description or one.details,
        list(one.equipment),
        dict(told.spaces[one.space.key].access),
        one.noise,
        photos(portrait.photos),
        own_hours(one, today),
        special_days(portrait.days, today),
        one.is_bookable,
        one.needs_approval,
        one.grid_minutes,
        one.min_minutes,
        one.max_minutes,
        one.notice_minutes,
        one.horizon_days,
        one.cancel_minutes,
        one.grace_minutes,
        one.hourly_cents,
        dict(one.parts),
    )


def own_hours(one: ResourceFacts, today: date) -> str:
    """The hours of a resource of its own, else those of its space, in the notation of OpenStreetMap."""
    return opening_hours(one.opening or one.space.opening, today)


def special_days(days: Iterable[SpecialDays], today: date) -> list[SpecialDaysView]:
    """Those that are not over."""
    return [
        SpecialDaysView(one.first, one.last, [(_clock(p.opens), _clock(p.closes)) for p in one.periods], one.reason)
        for one in days
        if one.last >= today
    ]


def photos(found: Iterable[PhotoFacts]) -> list[PhotoView]:
    """Photos with their addresses."""
    return [
        PhotoView(photo_href(one.sha256), photo_href(one.small_sha256), one.width, one.height, one.alt) for one in found
    ]


def photo_href(sha256: str) -> str:
    """Where a photo is served."""
    return f"/photos/{sha256}.webp"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _today(reader: Reader) -> date:
    return venue(reader).zone.date(reader.now)
