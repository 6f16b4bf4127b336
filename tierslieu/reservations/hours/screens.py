"""The pages of hours, in words: the forms, and what a change would do."""

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from tierslieu.basics.errors import NotFound
from tierslieu.basics.hours import Opening, Period, Week
from tierslieu.basics.ids import show
from tierslieu.http.telling import Choice
from tierslieu.http.words import NBSP, Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among
from tierslieu.reservations.hours import forms
from tierslieu.reservations.hours.queries import displaced_by
from tierslieu.reservations.hours.rules import (
    HOUSE,
    SITE,
    SPACE,
    Change,
    ClearedDays,
    NewDays,
    NewWeeks,
    Retirement,
    after,
    mark_of,
)
from tierslieu.venue.map import VenueMap
from tierslieu.venue.portraits import SpecialDays, portraits
from tierslieu.venue.queries import venue
from tierslieu.venue.school import BREAKS
from tierslieu.venue.wording import WEEKDAYS

SHOWN = 100
"""How many displaced reservations are listed; the rest is counted."""
SCOPES = {SPACE: _("Cet espace seulement"), SITE: _("Tous les espaces du site"), HOUSE: _("Tout le lieu")}


class DayField(msgspec.Struct, frozen=True):
    """One field of a week."""

    name: str
    label: str
    value: str


class SpecialLine(msgspec.Struct, frozen=True):
    """Days that do not follow the week."""

    first: str
    last: str
    text: str
    hours: str
    reason: str


class HoursForm(msgspec.Struct, frozen=True):
    """The page of a space's or a resource's hours. `breaks` says when the school holidays are."""

    key: str
    name: str
    path: str
    back: str
    week: list[DayField]
    break_week: list[DayField]
    differs: bool
    holidays: bool
    breaks: str
    special: list[SpecialLine]
    typed: dict[str, str]
    scopes: list[Choice]


class DisplacedLine(msgspec.Struct, frozen=True):
    """A reservation that would lose its time."""

    id: str
    person_id: str
    person: str
    resource: str
    when: str


class Preview(msgspec.Struct, frozen=True):
    """What a change does, before it is made. `mark` stands for the reservations shown."""

    title: str
    changes: list[tuple[str, str, str]]
    displaced: list[DisplacedLine]
    count: int
    mark: str


def space_form(reader: Reader, spoken: Words, key: str, typed: Mapping[str, str] | None = None) -> HoursForm:
    """The hours of a space as they are, or as they were typed. Raises NotFound."""
    portrait = portraits(reader).space(key)
    space = venue(reader).spaces[portrait.id]
    opening, today = space.opening, spoken.zone.date(reader.now)
    stored = {**forms.week_fields(opening.week, forms.USUAL)}
    stored |= forms.week_fields(opening.break_week or opening.week, forms.IN_BREAKS)
    given = {**stored, **typed} if typed is not None else stored
    return HoursForm(
        key,
        space.name,
        f"/gestion/lieu/espaces/{key}",
        f"/gestion/lieu/espaces/{key}",
        _fields(spoken, given, forms.USUAL),
        _fields(spoken, given, forms.IN_BREAKS),
        bool(typed.get("differs")) if typed is not None and "d0" in typed else opening.break_week is not None,
        bool(typed.get("holidays")) if typed is not None and "d0" in typed else portrait.closes_on_holidays,
        _breaks(spoken, today),
        _special(spoken, portrait.days, today),
        dict(typed or {}),
        [Choice(scope, spoken.text(text), scope == given.get("scope")) for scope, text in SCOPES.items()],
    )


def resource_form(reader: Reader, spoken: Words, key: str, typed: Mapping[str, str] | None = None) -> HoursForm:
    """The hours of a resource of its own. Raises NotFound."""
    one, portrait = venue(reader).resource(key), portraits(reader).resource(key)
    stored = forms.week_fields(one.opening.week if one.opening else ((),) * 7, forms.USUAL)
    given = {**stored, **typed} if typed is not None else stored
    return HoursForm(
        key,
        one.name,
        f"/gestion/lieu/ressources/{key}",
        f"/gestion/lieu/ressources/{key}",
        _fields(spoken, given, forms.USUAL),
        [],
        differs=False,
        holidays=False,
        breaks="",
        special=_special(spoken, portrait.days, spoken.zone.date(reader.now)),
        typed=dict(typed or {}),
        scopes=[],
    )


def _fields(spoken: Words, given: Mapping[str, str], prefix: str) -> list[DayField]:
    return [
        DayField(f"{prefix}{day}", spoken.text(name).capitalize(), given.get(f"{prefix}{day}", ""))
        for day, name in enumerate(WEEKDAYS)
    ]


def _breaks(spoken: Words, today: date) -> str:
    coming = [one for one in BREAKS if one.last >= today][:3]
    return ", ".join(f"{one.name} ({_days(spoken, one.first, one.last)})" for one in coming)


def _special(spoken: Words, days: tuple[SpecialDays, ...], today: date) -> list[SpecialLine]:
    return [
        SpecialLine(
            one.first.isoformat(),
            one.last.isoformat(),
            _days(spoken, one.first, one.last),
            _hours(spoken, one.periods),
            one.reason,
        )
        for one in days
        if one.last >= today
    ]


def _days(spoken: Words, first: date, last: date) -> str:
    if first == last:
        return spoken.day(first, "year")
    return spoken.text("du {first} au {last}", first=spoken.day(first), last=spoken.day(last, "year"))


def _hours(spoken: Words, periods: tuple[Period, ...]) -> str:
    found = ", ".join(f"{spoken.minutes(p.opens)}{NBSP}–{NBSP}{spoken.minutes(p.closes)}" for p in periods)
    return found or spoken.text("fermé")


def preview(reader: Reader, spoken: Words, change: Change) -> Preview:
    """What a change does and whom it displaces. A fixed number of statements. Raises NotFound."""
    here = venue(reader)
    displaced = displaced_by(reader, change)
    names = {
        one.id: f"{one.first_name} {one.last_name}"
        for one in known_among(reader, [d.person_id for d in displaced[:SHOWN]])
    }
    lines = [
        DisplacedLine(
            show(one.id),
            show(one.person_id),
            names.get(one.person_id, ""),
            here.by_id[one.resource_id].name,
            f"{spoken.day(one.span.start, 'year')}, {spoken.hours(one.span)}",
        )
        for one in displaced[:SHOWN]
    ]
    title, changes = _changes(spoken, here, change)
    return Preview(title, changes, lines, len(displaced), mark_of(one.id for one in displaced))


def _changes(spoken: Words, here: VenueMap, change: Change) -> tuple[str, list[tuple[str, str, str]]]:
    """What it is about, and each line that changes: what, before, then."""
    if isinstance(change, Retirement):
        return here.resource(change.resource).name, []
    then = after(here, change)
    if isinstance(change, NewWeeks | ClearedDays | NewDays):
        keys = change.spaces if isinstance(change, NewDays) else (change.space,)
        touched = [
            (one.name, one.opening, then.spaces[one.id].opening) for one in here.spaces.values() if one.key in keys
        ]
    else:
        one = here.resource(change.resource)
        usual = one.space.opening
        touched = [(one.name, one.opening or usual, then.by_id[one.id].opening or usual)]
    if not touched:
        raise NotFound("unknown_space")
    title = ", ".join(name for name, _before, _then in touched)
    _name, before, later = touched[0]
    if isinstance(change, NewWeeks):
        return title, _week_changes(spoken, before, later)
    if hasattr(change, "days"):
        return title, _day_changes(spoken, before, later, change.days)
    return title, _differences(spoken, before.week, later.week, "")


def _week_changes(spoken: Words, before: Opening, then: Opening) -> list[tuple[str, str, str]]:
    lines = _differences(spoken, before.week, then.week, "")
    in_breaks = " " + spoken.text("(vacances scolaires)")
    lines += _differences(spoken, before.break_week or before.week, then.break_week or then.week, in_breaks)
    if bool(before.holidays) != bool(then.holidays):
        usual, closed = spoken.text("horaires habituels"), spoken.text("fermé")
        states = (closed, usual) if before.holidays else (usual, closed)
        lines.append((spoken.text("Jours fériés"), *states))
    return lines


def _differences(spoken: Words, before: Week, then: Week, about: str) -> list[tuple[str, str, str]]:
    return [
        (spoken.text(name).capitalize() + about, _hours(spoken, was), _hours(spoken, will))
        for name, was, will in zip(WEEKDAYS, before, then, strict=True)
        if was != will
    ]


def _day_changes(spoken: Words, before: Opening, then: Opening, days: tuple[date, ...]) -> list[tuple[str, str, str]]:
    """Days in a row that change alike are one line."""
    runs: list[tuple[date, date, tuple[Period, ...], tuple[Period, ...]]] = []
    for day in days:
        was, will = before.periods(day), then.periods(day)
        if was == will:
            continue
        if runs and runs[-1][1] + timedelta(days=1) == day and runs[-1][2:] == (was, will):
            runs[-1] = (runs[-1][0], day, was, will)
        else:
            runs.append((day, day, was, will))
    return [(_days(spoken, first, last), _hours(spoken, was), _hours(spoken, will)) for first, last, was, will in runs]
