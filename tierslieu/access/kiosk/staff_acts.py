"""What staff do at a kiosk: find a person by the first letters, note that they come or go, let a guest in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final, Literal

import msgspec
from pydantic import AfterValidator, BaseModel, Field

from tierslieu.access.kiosk import turns
from tierslieu.access.kiosk.schemas import WalkIn
from tierslieu.access.kiosk.wishes import group_in, place_of, walk_in
from tierslieu.access.passes.actions import guest_text, issue_guest
from tierslieu.access.presence.corrections import Correction, correct
from tierslieu.access.presence.counting import CountedNow, leave_group
from tierslieu.access.presence.queries import now_of
from tierslieu.access.presence.rules import Who
from tierslieu.access.rules import Answer
from tierslieu.access.scanning.actions import arrive_at_desk
from tierslieu.access.zones.queries import zone_of
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Invalid
from tierslieu.basics.ids import read, show
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.groups.queries import group
from tierslieu.people.persons.schemas import readable
from tierslieu.people.persons.searching import search

LEAST_LETTERS: Final = 2
MOST_FOUND: Final = 8
LEFT: Final = "left"
"""The reason of a departure that staff note at a kiosk."""


class Look(BaseModel):
    """The first letters of a name."""

    q: Annotated[str, AfterValidator(readable), Field(max_length=60)] = ""


class Note(BaseModel):
    """Who comes or goes."""

    person: Annotated[str, Field(min_length=13, max_length=13)]
    direction: Literal["in", "out"]


class Group(WalkIn):
    """A group of the files, all of whom come in."""

    group: Annotated[str, Field(min_length=13, max_length=13)]


class Visit(BaseModel):
    """Which of the groups that are here."""

    visit: Annotated[str, Field(min_length=13, max_length=13)]


class Guest(BaseModel):
    """A guest of today: what they want to be called, and for how many hours."""

    first_name: Annotated[str, AfterValidator(readable), Field(max_length=40)] = ""
    hours: Annotated[int, Field(ge=1, le=14)] = 4


class Found(msgspec.Struct, frozen=True):
    """Somebody of a search: first name and initial, year of birth to tell namesakes apart, whether they are here."""

    id: str
    name: str
    birth_year: int | None
    is_inside: bool


class Ticket(msgspec.Struct, frozen=True):
    """A guest pass to be printed: its text, and from when until when."""

    text: str
    first_name: str
    valid_from: int
    valid_until: int


@contextmanager
def as_staff(tx: Tx, secret: str) -> Iterator[int]:
    """Act as whoever is at the kiosk. Raises Forbidden("staff_turn_over")."""
    device = tx.by
    person_id = turns.require(tx, secret)
    tx.by = Actor(person_id)
    try:
        yield person_id
    finally:
        tx.by = device


def look(tx: Tx, secret: str, wish: Look) -> tuple[str, list[Found]]:
    """Who is at the kiosk (their first name), and people by the first letters. The search is logged, not its words."""
    with as_staff(tx, secret) as person_id:
        typed = wish.q.strip()
        if len(typed) < LEAST_LETTERS:
            if typed:
                raise Invalid("more_letters", {"q": "more_letters"})
            return turns.first_name(tx, person_id), []
        found = search(tx, typed)[:MOST_FOUND]
        record(tx, "access.search_at_kiosk", None, "", found=len(found))
        return turns.first_name(tx, person_id), [
            Found(
                show(one.id),
                f"{one.first_name} {one.last_name[:1]}.",
                one.birth_year,
                now_of(tx, Who(one.id)).is_inside,
            )
            for one in found
        ]


def note(tx: Tx, secret: str, wish: Note) -> Answer:
    """Somebody without a badge comes or goes. Raises NotFound, Refused when the site is full."""
    with as_staff(tx, secret):
        person_id = read(wish.person)
        if wish.direction == "in":
            return arrive_at_desk(tx, person_id)
        correct(tx, Who(person_id), Correction(0, LEFT))
        return Answer(LEFT, direction="out")


def count(tx: Tx, secret: str, wish: WalkIn) -> CountedNow:
    """Visitors or a group, counted without names. Raises Conflict("nothing_to_count")."""
    turns.require(tx, secret)
    return group_in(tx, wish) if wish.people > 1 and wish.direction == "in" else walk_in(tx, wish)


def arrive(tx: Tx, secret: str, wish: Group) -> CountedNow:
    """All of a group of the files come in. Raises Conflict("nothing_to_count"), NotFound."""
    turns.require(tx, secret)
    return group_in(tx, wish, group(tx, read(wish.group)).id)


def leave(tx: Tx, secret: str, wish: Visit) -> None:
    """A group that is here leaves together. Raises NotFound("no_such_visit")."""
    turns.require(tx, secret)
    leave_group(tx, read(wish.visit))


def guest(tx: Tx, secret: str, wish: Guest) -> Ticket:
    """A pass for today, printed on paper."""
    zone = zone_of(tx, place_of(tx, tx.by.device or ""))
    with as_staff(tx, secret):
        row = issue_guest(tx, wish.first_name, zone.number if zone else 0, tx.now, wish.hours * 60)
        return Ticket(guest_text(tx, row), row.first_name, row.valid_from, row.valid_until)
