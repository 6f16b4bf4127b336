"""Lists of reservations in pages: one's own, somebody's, or everybody's for staff; by day, resource and state."""

from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, Integer, and_, bindparam, or_, select

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Forbidden, Invalid
from tierslieu.basics.ids import read
from tierslieu.basics.spans import Span
from tierslieu.basics.zone import Zone
from tierslieu.http.paging import Place
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations.queries import STORED, view
from tierslieu.reservations.schemas import ReservationView, Stored
from tierslieu.reservations.tables import Reservation
from tierslieu.venue.queries import venue

EVERYBODY: Final = "all"
FOR_EVER: Final = 1 << 40
r = columns(Reservation)
_after = or_(
    r.starts_at > bindparam("at", type_=BigInteger()),
    and_(r.starts_at == bindparam("at", type_=BigInteger()), r.id > bindparam("id", type_=BigInteger())),
)
_filters = and_(
    r.ends_at > bindparam("from_at", type_=BigInteger()),
    r.starts_at < bindparam("to_at", type_=BigInteger()),
    or_(bindparam("resource", type_=BigInteger()) == 0, r.resource_id == bindparam("resource", type_=BigInteger())),
    or_(bindparam("state") == "", r.state == bindparam("state")),
)
_page = bindparam("most", type_=Integer())
OF_ONE: Query[Stored] = Query(
    select(*STORED)
    .where(r.person_id == bindparam("person"), _filters, _after)
    .order_by(r.starts_at, r.id)
    .limit(_page),
    into=Stored,
)
OF_ALL: Query[Stored] = Query(
    select(*STORED)
    .where(r.starts_at >= bindparam("earliest", type_=BigInteger()), _filters, _after)
    .order_by(r.starts_at, r.id)
    .limit(_page),
    into=Stored,
)
LONGEST: Final = 40 * 86_400
"""No reservation is longer: who looks for those of a day need not look further back."""


class Wanted(msgspec.Struct, frozen=True):
    """Which reservations: of whom ("" oneself, "all", or an id), which resource and state ("" any), when."""

    person: str
    resource: str
    state: str
    window: Span


def listed(reader: Reader, who: Actor, wanted: Wanted, after: Place, most: int) -> list[Stored]:
    """In the order of their beginnings, from a place on. Raises Forbidden for people one does not answer for."""
    given: dict[str, Any] = {
        "from_at": wanted.window.start,
        "to_at": wanted.window.end,
        "resource": venue(reader).resource(wanted.resource).id if wanted.resource else 0,
        "state": wanted.state,
        "at": after.at,
        "id": after.id,
        "most": most,
    }
    has_authority = who.may("reservations.manage")
    if wanted.person == EVERYBODY:
        if not has_authority:
            raise Forbidden("not_allowed")
        return reader.rows(OF_ALL, earliest=max(wanted.window.start - LONGEST, 0), **given)
    person_id = read(wanted.person) if wanted.person else who.person_id or 0
    if not has_authority and not may_act_for(reader, who.person_id, person_id, reader.now):
        raise Forbidden("not_allowed")
    return reader.rows(OF_ONE, person=person_id, **given)


def views(
    reader: Reader, who: Actor, wanted: Wanted, after: Place, most: int
) -> tuple[list[Stored], list[ReservationView]]:
    """The same, as they are stored and as programs see them."""
    here = venue(reader)
    found = listed(reader, who, wanted, after, most)
    return found, [view(here, one) for one in found]


def place_of(one: Stored) -> Place:
    """Where a reservation stands in the list."""
    return Place(one.starts_at, one.id)


def window_of(first: str, last: str, zone: Zone, now: int) -> Span:
    """The time between two days (ISO), both of them in; from now and without end for those left out."""
    start = zone.day(_day(first, "from")).start if first else now
    end = zone.day(_day(last, "to")).end if last else FOR_EVER
    return Span(start, end)


def _day(text: str, field: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("bad_date", {field: "bad_date"}) from error
    if not 2000 <= found.year < 2100:
        raise Invalid("bad_date", {field: "bad_date"})
    return found
