"""Reading the forms of hours. What cannot be read is told beside its field."""

from collections.abc import Mapping
from datetime import date

from tierslieu.basics.errors import Invalid
from tierslieu.basics.hours import Period, Week
from tierslieu.http.pages import FormErrors
from tierslieu.people.persons.schemas import readable
from tierslieu.reservations.hours.rules import (
    HOUSE,
    SCOPES,
    SITE,
    ClearedDays,
    ClearedOwnDays,
    NewDays,
    NewOwnDays,
    NewOwnWeek,
    NewWeeks,
)
from tierslieu.venue.actions import WeeklyPeriods
from tierslieu.venue.map import SpaceFacts, VenueMap
from tierslieu.venue.reading import days_between, read_periods, written

USUAL, IN_BREAKS = "d", "b"
"""Fields d0 to d6 are the usual week from Monday, b0 to b6 that of the school holidays."""
LONGEST_REASON = 200
FIRST_YEAR, LAST_YEAR = 2020, 2060


def week_fields(week: Week, prefix: str) -> dict[str, str]:
    """A week as its fields show it."""
    return {f"{prefix}{day}": written(periods) for day, periods in enumerate(week)}


def read_week(form: Mapping[str, str], prefix: str, errors: dict[str, str]) -> WeeklyPeriods:
    """The week of seven fields; notes what cannot be read in `errors`."""
    found: list[tuple[int, Period]] = []
    for weekday in range(7):
        try:
            found += [(weekday, period) for period in read_periods(form.get(f"{prefix}{weekday}", ""))]
        except Invalid as error:
            errors[f"{prefix}{weekday}"] = error.code
    return tuple(found)


def read_weeks(form: Mapping[str, str], space: str) -> NewWeeks:
    """The weeks of a space. Raises FormErrors."""
    errors: dict[str, str] = {}
    week = read_week(form, USUAL, errors)
    break_week = read_week(form, IN_BREAKS, errors) if form.get("differs") else None
    if errors:
        raise FormErrors("form", errors)
    return NewWeeks(space, week, break_week, bool(form.get("holidays")))


def read_own_week(form: Mapping[str, str], resource: str) -> NewOwnWeek:
    """The week of a resource. Raises FormErrors."""
    errors: dict[str, str] = {}
    week = read_week(form, USUAL, errors)
    if errors:
        raise FormErrors("form", errors)
    return NewOwnWeek(resource, week)


def read_days(form: Mapping[str, str], here: VenueMap, space: SpaceFacts) -> NewDays:
    """Special days of a space, of its site or of the whole house. Raises FormErrors."""
    scope = form.get("scope", "")
    errors = {} if scope in SCOPES else {"scope": "missing"}
    days, periods, reason = _special(form, errors)
    spaces = [one for one in here.spaces.values() if _is_in(one, scope, space)]
    return NewDays(tuple(one.key for one in spaces), days, periods, reason)


def _is_in(one: SpaceFacts, scope: str, space: SpaceFacts) -> bool:
    return scope == HOUSE or (scope == SITE and one.site == space.site) or one.id == space.id


def read_own_days(form: Mapping[str, str], resource: str) -> NewOwnDays:
    """Special days of a resource. Raises FormErrors."""
    return NewOwnDays(resource, *_special(form, {}))


def _special(form: Mapping[str, str], errors: dict[str, str]) -> tuple[tuple[date, ...], tuple[Period, ...], str]:
    """The days, the hours on them, and why. Raises FormErrors with `errors` and what it finds itself."""
    periods: tuple[Period, ...] = ()
    reason = form.get("reason", "").strip()
    days = _range(form, errors)
    try:
        periods = read_periods(form.get("hours", ""))
    except Invalid as error:
        errors["hours"] = error.code
    try:
        readable(reason)
    except ValueError:
        errors["reason"] = "bad_text"
    if not reason:
        errors["reason"] = "missing"
    elif len(reason) > LONGEST_REASON:
        errors["reason"] = "string_too_long"
    if errors:
        raise FormErrors("form", errors)
    return days, periods, reason


def _range(form: Mapping[str, str], errors: dict[str, str]) -> tuple[date, ...]:
    first = _day(form, "first", errors)
    last = _day(form, "last", errors) if form.get("last") else first
    if first is None or last is None:
        return ()
    try:
        return tuple(days_between(first, last))
    except Invalid as error:
        errors["last"] = error.code
        return ()


def _day(form: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    try:
        found = date.fromisoformat(form.get(name, ""))
    except ValueError:
        errors[name] = "bad_date"
        return None
    if not FIRST_YEAR <= found.year < LAST_YEAR:
        errors[name] = "bad_date"
        return None
    return found


def read_cleared(form: Mapping[str, str], space: str) -> ClearedDays:
    """Which days of a space follow its week again. Raises FormErrors."""
    return ClearedDays(space, _cleared(form))


def read_own_cleared(form: Mapping[str, str], resource: str) -> ClearedOwnDays:
    """Which days of a resource follow its week again. Raises FormErrors."""
    return ClearedOwnDays(resource, _cleared(form))


def _cleared(form: Mapping[str, str]) -> tuple[date, ...]:
    errors: dict[str, str] = {}
    days = _range(form, errors)
    if errors:
        raise FormErrors("form", errors)
    return days
