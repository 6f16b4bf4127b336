"""Whom a change of hours displaces. A fixed number of statements, whatever the history."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from tierslieu.basics.spans import DAY, Span
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import queries
from tierslieu.reservations.availability import ACTIVE_STATES
from tierslieu.reservations.hours.rules import Change, Held, Retirement, after, concerned, left_outside
from tierslieu.reservations.tables import Reservation
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue

FURTHEST = 3 * 366 * DAY
"""How far ahead reservations are looked for: nothing can be reserved later."""

r = columns(Reservation)
MADE_BETWEEN: Query[tuple[int]] = Query(
    select(r.id).where(among(r.id, "ids"), r.created_at >= bindparam("first"), r.created_at <= bindparam("last"))
)


def displaced_by(reader: Reader, change: Change) -> list[Held]:
    """The active reservations to come that a change leaves without their time, soonest first."""
    here = venue(reader)
    if isinstance(change, Retirement):
        one = here.resource(change.resource)
        found = [held for held in on_units(reader, one.units) if _is_of(here, one, held)]
        return sorted(found, key=lambda held: (held.span.start, held.id))
    resources = concerned(here, change)
    units = {unit for one in resources for unit in one.units}
    ids = {one.id for one in resources}
    held = [one for one in on_units(reader, units) if one.resource_id in ids]
    return left_outside(here, after(here, change), held)


def made_between(reader: Reader, ids: Iterable[int], first: int, last: int) -> set[int]:
    """Those of these reservations that were made between two instants, both included."""
    wanted = [*ids]
    return {id_ for (id_,) in reader.rows(MADE_BETWEEN, ids=wanted, first=first, last=last)} if wanted else set()


def _is_of(here: VenueMap, one: ResourceFacts, held: Held) -> bool:
    """True when a reservation is of this resource, or got it from a pool."""
    return held.resource_id == one.id or here.by_id[held.resource_id].pick == "one"


def on_units(reader: Reader, units: Iterable[int]) -> list[Held]:
    """The active reservations to come on some units, and the requests that hold no time yet."""
    wanted = {*units}
    window = Span(reader.now, reader.now + FURTHEST)
    ids = {id_ for cause, id_ in queries.causes(reader, sorted(wanted), window) if cause == "reservation"}
    here = venue(reader)
    ids |= {one.id for one in queries.requests(reader) if wanted & {*here.by_id[one.resource_id].units}}
    return [
        Held(one.id, one.resource_id, one.person_id, one.span)
        for one in queries.stored_among(reader, sorted(ids))
        if one.state in ACTIVE_STATES and one.ends_at > reader.now
    ]
