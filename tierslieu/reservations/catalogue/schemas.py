"""What programs get about the venue."""

from datetime import date

import msgspec


class SpecialDaysView(msgspec.Struct, frozen=True):
    """Days in a row that do not follow the week: `hours` as ["09:00", "12:30"] pairs, none when closed."""

    first_day: date
    last_day: date
    hours: list[tuple[str, str]]
    reason: str


class PhotoView(msgspec.Struct, frozen=True):
    """A photo and what it shows, in words."""

    href: str
    small_href: str
    width: int
    height: int
    alt: str


class SiteView(msgspec.Struct, frozen=True):
    """A site. `kind` is main, satellite, event or off_site; `accessibility` holds the facts that are known.

    `opening_hours` is in the notation of OpenStreetMap: the hours of its first space.
    """

    key: str
    name: str
    kind: str
    capacity: int
    address: list[str]
    phone: str
    accessibility: dict[str, bool]
    accessibility_note: str
    opening_hours: str
    spaces: list[str]


class SpaceView(msgspec.Struct, frozen=True):
    """A space. `opening_hours` is in the notation of OpenStreetMap, special days from today on included."""

    key: str
    name: str
    site: str
    capacity: int
    description: str
    accessibility: dict[str, bool]
    accessibility_note: str
    opening_hours: str
    is_closed_on_public_holidays: bool
    special_days: list[SpecialDaysView]
    photos: list[PhotoView]
    resources: list[str]
    hears: list[str]


class ResourceDetail(msgspec.Struct, frozen=True):
    """A resource in full, with the rules for the one who asks. Durations are minutes; `equipment` are tags."""

    key: str
    name: str
    space: str
    site: str
    kind: str
    capacity: int
    min_people: int
    description: str
    equipment: list[str]
    accessibility: dict[str, bool]
    noise: str
    photos: list[PhotoView]
    opening_hours: str
    special_days: list[SpecialDaysView]
    is_bookable: bool
    needs_approval: bool
    grid_minutes: int
    min_minutes: int
    max_minutes: int
    notice_minutes: int
    horizon_days: int
    cancel_minutes: int
    grace_minutes: int
    hourly_cents: int
    parts: dict[str, int]
    """What it is composed of, with how many of each."""
