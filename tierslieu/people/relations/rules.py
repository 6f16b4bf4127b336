"""Rules of relations: who is a minor, what a link allows. Pure.

Only the birth year is known, never the day: what depends on an age is decided for the whole year. The law's
ages (18 for majority, 15 for consenting alone to an online service) count as reached when they are reached for
certain, that is from 1 January of the year after: until 31 December of the year in which somebody may turn 18,
they are treated as a minor, unless staff saw that they are of age and noted it. Somebody whose birth year is
unknown is an adult, unless staff noted a minor.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from tierslieu.basics.errors import Reason

MAJORITY: Final = 18
ALONE_ONLINE: Final = 15
"""The age at which a minor may consent alone to an online service (law of 1978, article 45)."""
GUARDIAN_KINDS: Final = ("parent", "guardian", "foster", "other")
AUTHORITY_KINDS: Final = ("parent", "guardian")
"""Those who hold parental authority: a foster family or another trusted adult does not."""
RELATIVE_KINDS: Final = ("relative", "carer")
MOST_GUARDIANS: Final = 4


class Standing(msgspec.Struct, frozen=True):
    """What is known of somebody's age. `note` is "adult", "minor" or "" (staff noted nothing)."""

    birth_year: int | None = None
    note: str = ""


class Link(msgspec.Struct, frozen=True):
    """A link, with what tells whether the one cared for is a minor."""

    id: int
    person_id: int
    guardian_id: int
    kind: str
    may_act: int
    receives_messages: int
    birth_year: int | None
    note: str

    @property
    def standing(self) -> Standing:
        """The age of the one cared for."""
        return Standing(self.birth_year, self.note)


def is_minor(one: Standing, year: int) -> bool:
    """True while somebody must be treated as a minor in a year (see above)."""
    if one.birth_year is None:
        return one.note == "minor"
    age = year - one.birth_year
    return age < MAJORITY or (age == MAJORITY and one.note != "adult")


def may_note(one: Standing, note: str, year: int) -> bool:
    """True when the birth year leaves room for the note: what is certain is not noted otherwise."""
    if one.birth_year is None:
        return True
    age = year - one.birth_year
    return age >= MAJORITY if note == "adult" else age <= MAJORITY


def decides_alone_online(one: Standing, year: int) -> bool:
    """True when somebody is certainly old enough to consent alone to an online service."""
    if not is_minor(one, year):
        return True
    return one.birth_year is not None and year - one.birth_year > ALONE_ONLINE


def is_effective(link: Link, year: int) -> bool:
    """True while a link means something: guarding ends with childhood, helping an adult is for adults."""
    return is_minor(link.standing, year) == (link.kind in GUARDIAN_KINDS)


def may_act(link: Link, year: int) -> bool:
    """True when the guardian may reserve, cancel and queue for the other."""
    return bool(link.may_act) and is_effective(link, year)


def receivers(person_id: int, standing: Standing, links: Iterable[Link], year: int) -> tuple[int, ...]:
    """Who gets the messages meant for a person, in the order of the links; always somebody.

    Those who receive for a person get the messages in their place. A minor old enough to decide alone online
    gets them too.
    """
    others = tuple(one.guardian_id for one in links if one.receives_messages and is_effective(one, year))
    if not others:
        return (person_id,)
    is_told = is_minor(standing, year) and decides_alone_online(standing, year)
    return (person_id, *others) if is_told else others


class Candidate(msgspec.Struct, frozen=True):
    """A link that is asked for, with the ages of both."""

    person_id: int
    guardian_id: int
    kind: str
    person: Standing
    guardian: Standing


def reasons_against(
    wish: Candidate, guardians: Iterable[int], answered_for: Mapping[int, Iterable[int]], year: int
) -> tuple[Reason, ...]:
    """Every reason against a link; empty when it may be made.

    `guardians` answer for the person already; `answered_for` gives, for whoever can be reached from the
    guardian, those who answer for them.
    """
    if wish.person_id == wish.guardian_id:
        return (Reason("link_to_oneself"),)
    known = set(guardians)
    found = []
    if wish.guardian_id in known:
        found.append(Reason("link_in_force"))
    elif len(known) >= MOST_GUARDIANS:
        found.append(Reason("too_many_guardians", {"count": MOST_GUARDIANS}))
    if is_minor(wish.guardian, year):
        found.append(Reason("guardian_is_minor"))
    if is_minor(wish.person, year) and wish.kind not in GUARDIAN_KINDS:
        found.append(Reason("person_is_minor"))
    if not is_minor(wish.person, year) and wish.kind in GUARDIAN_KINDS:
        found.append(Reason("person_is_adult"))
    if reaches(answered_for, wish.guardian_id, wish.person_id):
        found.append(Reason("guardian_ring"))
    return tuple(found)


def reaches(answered_for: Mapping[int, Iterable[int]], start: int, goal: int) -> bool:
    """True when following "who answers for them" from `start` arrives at `goal`."""
    seen, waiting = {start}, [start]
    while waiting:
        for other in answered_for.get(waiting.pop(), ()):
            if other == goal:
                return True
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return False
