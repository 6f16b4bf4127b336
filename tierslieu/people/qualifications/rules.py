"""Rules of qualifications: levels in order, until when a grant lasts, what is missing. Pure."""

import calendar
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import msgspec

from tierslieu.basics.errors import Reason, Remedy
from tierslieu.basics.zone import Zone
from tierslieu.people.families.rules import has_reached
from tierslieu.people.relations.rules import Standing as Age

LEVELS: Final = ("discovery", "accompanied", "autonomous", "trainer")
"""From the lowest to the highest."""
ALONE: Final = "autonomous"
BESIDE: Final = "accompanied"
"""From which level a machine is used alone, and beside somebody who knows it."""
HIGHEST_BY_TRAINERS: Final = "autonomous"
"""Trainers grant up to here: they name no other trainer."""
END_REASONS: Final = ("withdrawn", "unsafe", "rules", "asked", "mistake")
"""Why a grant is withdrawn by hand; `replaced` is what a new level does to the former one."""
PASSABLE: Final = frozenset(
    {
        "qualification_missing",
        "qualification_too_low",
        "qualification_expired",
        "qualification_unused",
        "prerequisite_missing",
    }
)
"""Reasons that staff may pass over, by saying why: somebody of the team stays, it is a training…"""
EXCEPTIONS: Final = ("beside", "training", "other")
NOTES: Final = ("", "after_training", "equivalent", "observed", "renewed")
REMIND_DAYS: Final = 30


class Needs(msgspec.Struct, frozen=True):
    """One prerequisite."""

    id: int
    key: str
    name: str
    min_level: str


class Skill(msgspec.Struct, frozen=True):
    """A qualification of the catalogue with what it needs first."""

    id: int
    key: str
    name: str
    description: str
    levels: tuple[str, ...]
    valid_months: int | None = None
    unused_months: int | None = None
    training_minutes: int = 60
    min_age: int | None = None
    is_active: bool = True
    is_enforced: bool = False
    needs: tuple[Needs, ...] = ()


class Held(msgspec.Struct, frozen=True):
    """A grant that is not withdrawn, and the last use of what it covers."""

    id: int
    person_id: int
    qualification_id: int
    level: str
    granted_at: int
    valid_until: int | None
    used_at: int | None = None


class Standing(msgspec.Struct, frozen=True):
    """Where a person stands: the level in force ("" for none), until when, and all that is missing to be alone."""

    level: str
    valid_until: int | None
    missing: tuple[Reason, ...]

    @property
    def may_use_alone(self) -> bool:
        """True when nothing is missing."""
        return not self.missing

    @property
    def may_use_accompanied(self) -> bool:
        """True when the person may work beside somebody who knows the machine."""
        return reaches(self.level, BESIDE)


def rank(level: str) -> int:
    """The place of a level in their order; -1 for no level."""
    return LEVELS.index(level) if level in LEVELS else -1


def reaches(level: str, wanted: str) -> bool:
    """True when a level is the wanted one or higher."""
    return rank(level) >= rank(wanted)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, the last one of a shorter month: 29 February in a year is 28 February."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def end_after(zone: Zone, instant: int, months: int | None) -> int | None:
    """The midnight that ends the last day, some months after an instant; None for no limit."""
    return None if months is None else zone.day(months_later(zone.date(instant), months)).end


def ends_at(skill: Skill, held: Held, zone: Zone) -> int | None:
    """When a grant ends by itself: by its age or because the machine was not used, whichever comes first."""
    by_rest = end_after(zone, max(held.granted_at, held.used_at or 0), skill.unused_months)
    ends = [end for end in (held.valid_until, by_rest) if end is not None]
    return min(ends) if ends else None


def level_at(skill: Skill, held: Held | None, zone: Zone, at: int) -> str:
    """The level in force at an instant, "" when there is none."""
    if held is None:
        return ""
    end = ends_at(skill, held, zone)
    return held.level if end is None or at < end else ""


def reason_of_age(code: str, min_age: int | None, age: Age, year: int) -> Reason | None:
    """Why somebody is too young, by the house's ages; an unknown birth year is to be asked for."""
    if min_age is None:
        return None
    if age.birth_year is None and age.note == "":
        return Reason("birth_year_unknown", {"age": min_age}, (Remedy("ask_desk", {"href": "/aide"}),))
    return None if has_reached(age, min_age, year) else Reason(code, {"age": min_age})


def standing_of(
    skill: Skill, skills: Mapping[int, Skill], held: Mapping[int, Held], zone: Zone, at: int
) -> tuple[str, int | None, tuple[Reason, ...]]:
    """Level, end and all reasons against being alone. `held` has one person's grants by qualification."""
    mine = held.get(skill.id)
    level = level_at(skill, mine, zone, at)
    end = ends_at(skill, mine, zone) if mine and level else None
    found = list(_against_level(skill, mine, level, zone))
    found.extend(missing_needs(skill, skills, held, zone, at))
    return level, end, tuple(found)


def _against_level(skill: Skill, held: Held | None, level: str, zone: Zone) -> Iterable[Reason]:
    remedies = (sessions_of(skill),)
    about = {"qualification": skill.name}
    if held is None:
        yield Reason("qualification_missing", about, remedies)
    elif not level:
        by_rest = end_after(zone, max(held.granted_at, held.used_at or 0), skill.unused_months)
        end = ends_at(skill, held, zone) or 0
        code = "qualification_unused" if end == by_rest and end != held.valid_until else "qualification_expired"
        yield Reason(code, {**about, "ended_date": zone.date(end - 1)}, remedies)
    elif not reaches(level, ALONE):
        yield Reason("qualification_too_low", {**about, "level": level}, remedies)


def missing_needs(
    skill: Skill, skills: Mapping[int, Skill], held: Mapping[int, Held], zone: Zone, at: int
) -> Iterable[Reason]:
    """Each prerequisite that is not held, or not high enough."""
    for need in skill.needs:
        other = skills.get(need.id)
        if other is not None and not reaches(level_at(other, held.get(need.id), zone, at), need.min_level):
            about = {"qualification": skill.name, "needs": need.name, "level": need.min_level}
            yield Reason("prerequisite_missing", about, (sessions_of(other),))


def sessions_of(skill: Skill) -> Remedy:
    """The way to a qualification: its training sessions."""
    return Remedy("see_trainings", {"qualification": skill.name, "href": f"/habilitations/seances?pour={skill.key}"})


def reasons_against_level(skill: Skill, level: str, *, is_manager: bool, is_own: bool) -> Iterable[Reason]:
    """Why this giver may not give this level of this qualification to this person."""
    if is_own:
        yield Reason("not_to_oneself")
    if not skill.is_active:
        yield Reason("qualification_closed", {"qualification": skill.name})
    if level not in skill.levels:
        yield Reason("level_not_used", {"qualification": skill.name})
    if not is_manager and rank(level) > rank(HIGHEST_BY_TRAINERS):
        yield Reason("only_managers_name_trainers")


def has_cycle(needs: Mapping[int, Iterable[int]]) -> bool:
    """True when some qualification would need itself, directly or through others."""
    done: set[int] = set()
    for start in needs:
        path: list[tuple[int, bool]] = [(start, False)]
        under_way: set[int] = set()
        while path:
            one, is_leaving = path.pop()
            if is_leaving:
                under_way.discard(one)
                done.add(one)
            elif one in under_way:
                return True
            elif one not in done:
                under_way.add(one)
                path.append((one, True))
                path.extend((other, False) for other in needs.get(one, ()))
    return False
