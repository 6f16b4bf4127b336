"""Rules of families: which consent holds, and what minors may use, when. Pure.

A consent runs until the end of the school year, 31 August, because families sign papers when the school year
begins; one given from June on already counts for the year that follows. It therefore lasts between three and
fifteen months, and is asked again each autumn, when schools and clubs ask too.

The house's own ages ("16 for the laser") count from 1 January of the year in which they are reached, as
leisure centres do, because only the birth year is known. 18 means of age, as relations/rules.py decides it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

import msgspec

from tierslieu.basics.errors import Reason, Remedy
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.people.relations.rules import (
    AUTHORITY_KINDS,
    GUARDIAN_KINDS,
    MAJORITY,
    Link,
    Standing,
    decides_alone_online,
    is_effective,
    is_minor,
)

SCOPES: Final = ("account", "machines", "going_home_alone", "outing", "photo_web", "photo_press", "photo_social")
PHOTO_SCOPES: Final = ("photo_web", "photo_press", "photo_social")
AUTHORITY_SCOPES: Final = ("account", *PHOTO_SCOPES)
"""What only holders of parental authority may agree to; daily acts may be agreed to by any guardian."""
TARGET: Final = r"^((kind|space):)?[A-Za-z0-9][A-Za-z0-9_-]{0,39}$|^$"
LONGEST: Final = timedelta(days=457)
"""Fifteen months: no consent is asked for longer."""
OLDEST_PAPER: Final = timedelta(days=366)
REMIND_BEFORE: Final = timedelta(days=30)
SCHOOL_WEEKDAYS: Final = (0, 1, 3, 4)
ALL_DAY: Final = 24 * 60
MOST_DAYS: Final = 31


class Given(msgspec.Struct, frozen=True):
    """A consent that was neither withdrawn nor replaced."""

    id: int
    person_id: int
    guardian_id: int
    scope: str
    is_agreed: int
    given_on: str
    until: str


def default_until(given: date) -> date:
    """The last day of a consent given on a day, unless staff choose another."""
    return date(given.year + (given.month >= 6), 8, 31)


def holders(scope: str, links: Iterable[Link], year: int) -> tuple[int, ...]:
    """Those who may agree to something for a minor."""
    kinds = AUTHORITY_KINDS if scope in AUTHORITY_SCOPES else GUARDIAN_KINDS
    return tuple(one.guardian_id for one in links if one.kind in kinds and is_effective(one, year))


def is_given(
    scope: str, person_id: int, standing: Standing, links: Iterable[Link], given: Iterable[Given], day: date
) -> bool:
    """True when what is asked for was agreed to by whoever must agree, on a day.

    For an adult only pictures need a consent, their own. Pictures of a child need both parents when two are
    known (law 2024-120); an account needs, below 15, a parent and the child; the rest needs one guardian.
    """
    current = [one for one in given if one.scope == scope and one.given_on <= day.isoformat() <= one.until]
    if not is_minor(standing, day.year):
        return scope not in PHOTO_SCOPES or any(one.guardian_id == person_id for one in current)
    if scope == "account":
        if decides_alone_online(standing, day.year):
            return True
        current = [one for one in current if one.is_agreed]
    needed = holders(scope, links, day.year)
    signed = {one.guardian_id for one in current}
    if scope in PHOTO_SCOPES:
        return bool(needed) and signed.issuperset(needed)
    return not signed.isdisjoint(needed)


class Paper(msgspec.Struct, frozen=True):
    """A consent that is about to be noted."""

    guardian_id: int
    scope: str
    given_on: date
    until: date
    is_agreed: bool = False


def reasons_against_consent(
    paper: Paper, person_id: int, standing: Standing, links: Iterable[Link], today: date
) -> tuple[Reason, ...]:
    """Every reason against noting a consent; empty when it may be noted."""
    found = []
    if is_minor(standing, today.year):
        known = tuple(links)
        if paper.guardian_id not in holders("machines", known, today.year):
            found.append(Reason("not_their_guardian"))
        elif paper.guardian_id not in holders(paper.scope, known, today.year):
            found.append(Reason("needs_parental_authority"))
        if paper.scope == "account" and not (paper.is_agreed or decides_alone_online(standing, today.year)):
            found.append(Reason("child_must_agree"))
    elif paper.scope not in PHOTO_SCOPES:
        found.append(Reason("adults_need_none"))
    elif paper.guardian_id != person_id:
        found.append(Reason("adults_sign_themselves"))
    if not today - OLDEST_PAPER <= paper.given_on <= today:
        found.append(Reason("bad_paper_date"))
    if not max(paper.given_on, today) <= paper.until <= paper.given_on + LONGEST:
        found.append(Reason("bad_consent_end"))
    return tuple(found)


class Ages(msgspec.Struct, frozen=True):
    """An age rule of the house."""

    target: str
    min_age: int | None = None
    min_age_alone: int | None = None
    needs_consent: str = ""
    school_from: int | None = None
    school_to: int | None = None
    free_from: int | None = None
    free_to: int | None = None

    def hours(self, *, is_school_day: bool) -> tuple[int, int] | None:
        """Wall clock minutes between which minors may come on such a day; None when it is left open."""
        first, last = (self.school_from, self.school_to) if is_school_day else (self.free_from, self.free_to)
        return None if first is None and last is None else (first or 0, ALL_DAY if last is None else last)


class DayPart(msgspec.Struct, frozen=True):
    """A part of a calendar day in wall clock minutes."""

    day: date
    first: int
    last: int


def day_parts(zone: Zone, when: Span) -> list[DayPart]:
    """A span, cut at each midnight of the venue's wall clock; what lies beyond a month is not looked at."""
    found: list[DayPart] = []
    start = when.start
    while start < when.end and len(found) < MOST_DAYS:
        day = zone.date(start)
        end = min(when.end, zone.day(day).end)
        last = zone.minutes(end) if zone.date(end) == day else ALL_DAY
        found.append(DayPart(day, zone.minutes(start), last))
        start = end
    return found


def is_school_day(day: date, breaks: Iterable[tuple[str, str]]) -> bool:
    """Monday, Tuesday, Thursday, Friday outside school breaks (first day, last day)."""
    text = day.isoformat()
    return day.weekday() in SCHOOL_WEEKDAYS and not any(first <= text <= last for first, last in breaks)


def has_reached(standing: Standing, age: int, year: int) -> bool:
    """True when an age of the house's own rules is reached in a year (see above)."""
    if not is_minor(standing, year):
        return True
    return age < MAJORITY and standing.birth_year is not None and year - standing.birth_year >= age


class Visit(msgspec.Struct, frozen=True):
    """What a minor wants: when, and who stands by them."""

    parts: tuple[DayPart, ...]
    is_accompanied: bool = False
    is_staff_judging: bool = False


def reasons_against(
    standing: Standing,
    applied: Iterable[Ages],
    visit: Visit,
    consents: Mapping[str, bool],
    breaks: Iterable[tuple[str, str]],
) -> tuple[Reason, ...]:
    """Every reason against a minor's wish, each once, from all the rules that apply; none for an adult.

    Staff judge presence and hours themselves; nobody passes over a missing consent or the least age.
    """
    if not visit.parts or not is_minor(standing, visit.parts[0].day.year):
        return ()
    known, year = tuple(applied), visit.parts[0].day.year
    found = [*_about_age(standing, known, year)]
    asked = dict.fromkeys(rule.needs_consent for rule in known if rule.needs_consent)
    missing = (scope for scope in asked if not consents.get(scope, False))
    found.extend(
        Reason("minor_needs_consent", {"scope": scope}, (Remedy("see_family", {"href": "/mon-espace#families"}),))
        for scope in missing
    )
    if visit.is_staff_judging:
        return tuple(found)
    if not (found and found[0].code == "minor_too_young"):
        found.extend(_about_presence(standing, known, year, is_accompanied=visit.is_accompanied))
    found.extend(_about_hours(known, visit.parts, tuple(breaks)))
    return tuple(found)


def _about_age(standing: Standing, known: tuple[Ages, ...], year: int) -> Iterable[Reason]:
    missed = [rule.min_age for rule in known if rule.min_age and not has_reached(standing, rule.min_age, year)]
    if missed:
        yield Reason("minor_too_young", {"age": max(missed)})


def _about_presence(
    standing: Standing, known: tuple[Ages, ...], year: int, *, is_accompanied: bool
) -> Iterable[Reason]:
    ages = [rule.min_age_alone for rule in known if rule.min_age_alone]
    missed = [age for age in ages if not has_reached(standing, age, year)]
    if missed and not is_accompanied:
        yield Reason("minor_not_alone", {"age": max(missed)})


def _about_hours(
    known: tuple[Ages, ...], parts: tuple[DayPart, ...], breaks: tuple[tuple[str, str], ...]
) -> Iterable[Reason]:
    """The narrowest hours of the first day that does not fit; hours that leave nothing are said as they are."""
    for part in parts:
        is_school = is_school_day(part.day, breaks)
        hours = [pair for rule in known if (pair := rule.hours(is_school_day=is_school)) is not None]
        if not hours:
            continue
        first, last = max(pair[0] for pair in hours), min(pair[1] for pair in hours)
        if part.first < first or part.last > last:
            yield Reason("minor_outside_hours", {"periods": [(first, last)]})
            return
