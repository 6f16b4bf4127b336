"""What a change of hours would make of the venue, and which reservations it leaves outside. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Final

import msgspec
from msgspec.structs import replace

from tierslieu.basics.hours import ALWAYS_CLOSED, Opening, Period, Week
from tierslieu.basics.spans import Span, merged
from tierslieu.reservations.availability import open_around
from tierslieu.venue.actions import WeeklyPeriods
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import ALL_DAY, public_holidays
from tierslieu.venue.school import SCHOOL_BREAKS

SPACE, SITE, HOUSE = "space", "site", "house"
SCOPES: Final = (SPACE, SITE, HOUSE)


class NewWeeks(msgspec.Struct, frozen=True):
    """The weeks of a space anew. `break_week` None: the school holidays change nothing."""

    space: str
    week: WeeklyPeriods
    break_week: WeeklyPeriods | None
    closes_on_holidays: bool


class NewDays(msgspec.Struct, frozen=True):
    """These days do not follow the week in some spaces: no periods closes them."""

    spaces: tuple[str, ...]
    days: tuple[date, ...]
    periods: tuple[Period, ...]
    reason: str


class ClearedDays(msgspec.Struct, frozen=True):
    """These days follow the week of a space again."""

    space: str
    days: tuple[date, ...]


class NewOwnWeek(msgspec.Struct, frozen=True):
    """The hours of a resource inside those of its space; empty: those of its space."""

    resource: str
    week: WeeklyPeriods


class NewOwnDays(msgspec.Struct, frozen=True):
    """These days do not follow the week of a resource: no periods is an absence."""

    resource: str
    days: tuple[date, ...]
    periods: tuple[Period, ...]
    reason: str


class ClearedOwnDays(msgspec.Struct, frozen=True):
    """These days follow the week of a resource again."""

    resource: str
    days: tuple[date, ...]


class Retirement(msgspec.Struct, frozen=True):
    """A resource goes out of service."""

    resource: str


SpaceChange = NewWeeks | NewDays | ClearedDays
OwnChange = NewOwnWeek | NewOwnDays | ClearedOwnDays
Change = SpaceChange | OwnChange | Retirement


class Held(msgspec.Struct, frozen=True):
    """A reservation that a change may leave outside."""

    id: int
    resource_id: int
    person_id: int
    span: Span


def as_week(periods: WeeklyPeriods) -> Week:
    """Seven days from (weekday, period) pairs."""
    return tuple(tuple(period for weekday, period in periods if weekday == day) for day in range(7))


def after(here: VenueMap, change: SpaceChange | OwnChange) -> VenueMap:
    """The venue as it would be."""
    if isinstance(change, NewOwnWeek | NewOwnDays | ClearedOwnDays):
        one = here.resource(change.resource)
        return _with(here, {}, {one.id: _own_opening(one, change)})
    keys = change.spaces if isinstance(change, NewDays) else (change.space,)
    return _with(here, {one.id: _opening(one.opening, change) for one in here.spaces.values() if one.key in keys}, {})


def _opening(before: Opening, change: SpaceChange) -> Opening:
    if isinstance(change, NewWeeks):
        return Opening(
            as_week(change.week),
            before.exceptions,
            public_holidays() if change.closes_on_holidays else frozenset(),
            None if change.break_week is None else as_week(change.break_week),
            SCHOOL_BREAKS,
        )
    return Opening(before.week, _days(before, change), before.holidays, before.break_week, before.breaks)


def _own_opening(one: ResourceFacts, change: OwnChange) -> Opening | None:
    before = one.opening or Opening(ALL_DAY)
    if isinstance(change, NewOwnWeek):
        week = as_week(change.week)
        if week == ALWAYS_CLOSED:
            return Opening(ALL_DAY, before.exceptions) if before.exceptions else None
        return Opening(week, before.exceptions)
    return Opening(before.week, _days(before, change))


def _days(
    before: Opening, change: NewDays | ClearedDays | NewOwnDays | ClearedOwnDays
) -> dict[date, tuple[Period, ...]]:
    others = {day: periods for day, periods in before.exceptions.items() if day not in change.days}
    if isinstance(change, NewDays | NewOwnDays):
        others |= dict.fromkeys(change.days, change.periods)
    return others


def _with(here: VenueMap, spaces: Mapping[int, Opening], own: Mapping[int, Opening | None]) -> VenueMap:
    """The same venue with other hours of some spaces and resources."""
    changed = {id_: replace(one, opening=spaces[id_]) if id_ in spaces else one for id_, one in here.spaces.items()}
    resources = tuple(
        replace(one, space=changed[one.space.id], opening=own.get(one.id, one.opening)) for one in here.resources
    )
    return VenueMap(changed, resources, here.zone, here.neighbours)


def concerned(here: VenueMap, change: Change) -> list[ResourceFacts]:
    """The resources whose hours may depend on what changes: its own, and what rests on them."""
    if isinstance(change, NewWeeks | ClearedDays):
        first = {one.key for one in here.resources if one.space.key == change.space}
    elif isinstance(change, NewDays):
        first = {one.key for one in here.resources if one.space.key in change.spaces}
    else:
        first = {change.resource}
    return [one for one in here.resources if first & {one.key, one.referent, *(key for key, _count in one.parts)}]


def left_outside(before: VenueMap, then: VenueMap, held: Iterable[Held]) -> list[Held]:
    """The reservations inside the hours before and outside them then, in order of time."""
    found = [one for one in held if is_inside(before, one) and not is_inside(then, one)]
    return sorted(found, key=lambda one: (one.span.start, one.id))


def is_inside(here: VenueMap, one: Held) -> bool:
    """True when a reservation lies within the hours of its resource."""
    opened = merged(open_around(here, here.by_id[one.resource_id], one.span))
    return any(span.contains(one.span) for span in opened)


def mark_of(displaced: Iterable[int]) -> str:
    """A short text that stands for these reservations: what somebody confirmed is what they saw."""
    return sha256(",".join(str(one) for one in sorted(displaced)).encode()).hexdigest()[:16]
