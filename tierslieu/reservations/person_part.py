"""A person's reservations on their page: what comes, what was, and what may be done with it."""

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.http.words import Words, _
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known_among
from tierslieu.reservations.rules import CHECK_IN_EARLY
from tierslieu.reservations.tables import Reservation
from tierslieu.reservations.wording import STATES
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

PAST_SHOWN = 5
OPEN_STATES = ("requested", "confirmed")
r = columns(Reservation)


class Row(msgspec.Struct, frozen=True):
    """A reservation with who made it."""

    id: int
    resource_id: int
    starts_at: int
    ends_at: int
    state: str
    booked_by: int | None


ROW = tuple(r[name] for name in Row.__struct_fields__)
COMING = Query(
    select(*ROW).where(r.person_id == bindparam("person"), r.ends_at > bindparam("now")).order_by(r.ends_at).limit(50),
    into=Row,
)
PAST = Query(
    select(*ROW)
    .where(r.person_id == bindparam("person"), r.ends_at <= bindparam("now"))
    .order_by(r.ends_at.desc())
    .limit(PAST_SHOWN),
    into=Row,
)


class Line(msgspec.Struct, frozen=True):
    """A reservation in words. `by` tells staff who made it, when it was not the person."""

    id: str
    resource: str
    when: str
    state: str
    state_text: str
    by: str
    can_change: bool
    can_arrive: bool


class PersonPart(msgspec.Struct, frozen=True):
    """The reservations of a person."""

    coming: list[Line]
    past: list[Line]


def person_part(reader: Reader, words: Words, person_id: int) -> PersonPart:
    """What comes and the last that was."""
    coming = reader.rows(COMING, person=person_id, now=reader.now)
    past = reader.rows(PAST, person=person_id, now=reader.now)
    others = [one.booked_by for one in (*coming, *past) if one.booked_by not in (None, person_id)]
    names = {one.id: f"{one.first_name} {one.last_name}" for one in known_among(reader, [id_ for id_ in others if id_])}
    here = venue(reader)
    return PersonPart(
        [_line(here, one, names, words, reader.now) for one in coming],
        [_line(here, one, names, words, reader.now) for one in past],
    )


def _line(here: VenueMap, one: Row, names: dict[int, str], words: Words, now: int) -> Line:
    maker = names.get(one.booked_by or 0, "")
    is_ahead = one.state in OPEN_STATES and now < one.starts_at
    return Line(
        show(one.id),
        here.by_id[one.resource_id].name,
        f"{words.day(one.starts_at)}, {words.hours(Span(one.starts_at, one.ends_at))}",
        one.state,
        words.text(STATES[one.state]),
        words.text(_("faite par {name} (accueil)"), name=maker) if maker else "",
        is_ahead,
        one.state == "confirmed" and one.starts_at - CHECK_IN_EARLY <= now < one.ends_at,
    )
