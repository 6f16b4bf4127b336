"""The public pages of the venue, in words."""

import msgspec
from sqlalchemy import bindparam, literal_column, select

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import NotFound
from tierslieu.http.words import Words
from tierslieu.infra.statements import Query, columns, one_of
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.availability import ACTIVE_STATES
from tierslieu.reservations.catalogue import told
from tierslieu.reservations.catalogue.schemas import PhotoView
from tierslieu.reservations.catalogue.views import photos
from tierslieu.reservations.tables import Reservation
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts, SpaceFacts, VenueMap
from tierslieu.venue.osm import opening_hours
from tierslieu.venue.portraits import Portraits, portraits
from tierslieu.venue.queries import venue
from tierslieu.venue.wording import KINDS, SITE_KINDS, equipment_text

r = columns(Reservation)
HOLDS: Query[tuple[int]] = Query(
    select(literal_column("1"))
    .select_from(Reservation)
    .where(
        r.person_id == bindparam("person"),
        r.resource_id == bindparam("resource"),
        r.ends_at > bindparam("now"),
        one_of(r.state, ACTIVE_STATES),
    )
    .limit(1)
)


class PlaceLine(msgspec.Struct, frozen=True):
    """A space or a resource in a list."""

    key: str
    name: str
    about: str
    photo: PhotoView | None
    is_open: bool = False
    open_text: str = ""


class SiteLine(msgspec.Struct, frozen=True):
    """A site with its spaces."""

    key: str
    name: str
    kind: str
    address: list[str]
    phone: str
    access: list[tuple[str, bool]]
    access_note: str
    spaces: list[PlaceLine]


class Hours(msgspec.Struct, frozen=True):
    """When something is open, in words. `notation` is OpenStreetMap's."""

    week: list[tuple[str, str]]
    break_week: list[tuple[str, str]]
    breaks: str
    days: list[tuple[str, str]]
    holidays: str
    notation: str


class SpacePage(msgspec.Struct, frozen=True):
    """A space: what it is, its hours, what can be reserved in it."""

    key: str
    name: str
    site: str
    about: list[str]
    capacity: int
    is_open: bool
    open_text: str
    photos: list[PhotoView]
    access: list[tuple[str, bool]]
    access_note: str
    hours: Hours
    resources: list[PlaceLine]
    hears: list[tuple[str, str]]


class ResourcePage(msgspec.Struct, frozen=True):
    """A resource: what it is, what it has, its rules. `instructions` only for who reserved it, and for staff."""

    key: str
    name: str
    kind: str
    space_key: str
    space: str
    about: list[str]
    price: str
    equipment: list[str]
    rules: list[str]
    instructions: str
    photos: list[PhotoView]
    access: list[tuple[str, bool]]
    access_note: str
    hours: Hours
    is_bookable: bool
    is_listed: bool


def places_page(reader: Reader, spoken: Words) -> list[SiteLine]:
    """Every site and its spaces."""
    here, told_of = venue(reader), portraits(reader)
    found = []
    for one in told_of.sites.values():
        lines = [
            _space_line(spoken, here, told_of, space, reader.now)
            for space in here.spaces.values()
            if space.site == one.key
        ]
        found.append(
            SiteLine(
                one.key,
                one.name,
                spoken.text(SITE_KINDS.get(one.kind, one.kind)),
                one.address.splitlines(),
                one.phone,
                told.access_in_words(spoken, one.access),
                one.access_note,
                lines,
            )
        )
    return found


def _space_line(spoken: Words, here: VenueMap, told_of: Portraits, space: SpaceFacts, now: int) -> PlaceLine:
    portrait = told_of.spaces[space.key]
    is_open, text = told.open_now(spoken, here, space, now)
    found = photos(portrait.photos[:1])
    return PlaceLine(space.key, space.name, portrait.description, found[0] if found else None, is_open, text)


def space_page(reader: Reader, spoken: Words, key: str) -> SpacePage:
    """A space as it is now. Raises NotFound."""
    here, told_of = venue(reader), portraits(reader)
    portrait = told_of.space(key)
    space = here.spaces[portrait.id]
    is_open, open_text = told.open_now(spoken, here, space, reader.now)
    return SpacePage(
        key,
        space.name,
        told_of.sites[space.site].name,
        portrait.description.splitlines(),
        space.capacity,
        is_open,
        open_text,
        photos(portrait.photos),
        told.access_in_words(spoken, portrait.access),
        portrait.access_note,
        hours_of(reader, spoken, space),
        [_resource_line(spoken, told_of, one) for one in _offered(here, space)],
        [(one.key, one.name) for one in here.spaces.values() if one.id != space.id and here.hears(space, one)],
    )


def _offered(here: VenueMap, space: SpaceFacts) -> list[ResourceFacts]:
    """What the space offers: single desks of a pool are left to the pool's page."""
    pooled = {unit for one in here.resources if one.pick == "one" and one.is_bookable for unit in one.units}
    return [
        one
        for one in here.resources
        if one.space.id == space.id and one.is_bookable and not (one.kind == "desk" and pooled & {*one.units})
    ]


def _resource_line(spoken: Words, told_of: Portraits, one: ResourceFacts) -> PlaceLine:
    found = photos(told_of.resources[one.key].photos[:1])
    about = ", ".join(part for part in (spoken.text(KINDS[one.kind]), price_text(spoken, one), one.details) if part)
    return PlaceLine(one.key, one.name, about, found[0] if found else None)


def price_text(spoken: Words, one: ResourceFacts) -> str:
    """« 5 € l’heure », or free of charge."""
    if not one.hourly_cents:
        return spoken.text("gratuit")
    return spoken.text("{price} l’heure", price=spoken.money(one.hourly_cents))


def hours_of(reader: Reader, spoken: Words, space: SpaceFacts, one: ResourceFacts | None = None) -> Hours:
    """The hours of a space, or of a resource that has its own."""
    told_of, today = portraits(reader), spoken.zone.date(reader.now)
    portrait = told_of.spaces[space.key]
    own = one.opening if one is not None else None
    opening = own or space.opening
    days = portrait.days if one is None or own is None else told_of.resources[one.key].days
    closes = spoken.text("Fermé les jours fériés.") if portrait.closes_on_holidays else ""
    has_breaks = told.has_break_week(opening)
    return Hours(
        told.week_in_words(spoken, opening.week),
        told.week_in_words(spoken, opening.break_week or ()) if has_breaks else [],
        told.breaks_in_words(spoken, today) if has_breaks else "",
        told.special_in_words(spoken, days, today),
        closes,
        opening_hours(opening, today),
    )


def resource_page(reader: Reader, spoken: Words, key: str, who: Actor) -> ResourcePage:
    """A resource as this person may use it. Raises NotFound; what is out of service is not found."""
    here, told_of = venue_for(reader, who.person_id), portraits(reader)
    one = here.resource(key)
    if one.retired_at:
        raise NotFound("unknown_resource")
    portrait, space = told_of.resources[key], told_of.spaces[one.space.key]
    names = {other.key: other.name for other in here.resources}
    return ResourcePage(
        key,
        one.name,
        spoken.text(KINDS[one.kind]),
        one.space.key,
        one.space.name,
        (portrait.description or one.details).splitlines(),
        price_text(spoken, one),
        [equipment_text(spoken, tag) for tag in one.equipment],
        told.rules_in_words(spoken, one, names),
        portrait.instructions if _may_read(reader, who, one.id) else "",
        photos(portrait.photos),
        told.access_in_words(spoken, space.access),
        space.access_note,
        hours_of(reader, spoken, one.space, one),
        one.is_bookable,
        one.is_listed,
    )


def _may_read(reader: Reader, who: Actor, resource_id: int) -> bool:
    """Instructions (where the key is, codes) are for those who come, and for staff."""
    if who.may(FOR_OTHERS):
        return True
    if who.person_id is None:
        return False
    return reader.row(HOLDS, person=who.person_id, resource=resource_id, now=reader.now) is not None
