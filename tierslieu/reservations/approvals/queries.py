"""All reads of requests."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, literal_column, select

from tierslieu.basics.actor import Actor
from tierslieu.basics.spans import Span
from tierslieu.infra.settings import Settings
from tierslieu.infra.statements import Query, among, columns, table_of
from tierslieu.infra.transaction import Reader
from tierslieu.people.roles.queries import holders
from tierslieu.reservations.actions import ANSWER
from tierslieu.reservations.approvals.rules import Waiting, lapses_at
from tierslieu.reservations.approvals.tables import RequestFile
from tierslieu.reservations.availability import claim_span, units_for
from tierslieu.reservations.clear_times import Busy
from tierslieu.reservations.queries import STORED, busy
from tierslieu.reservations.rules import places
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.tables import Claim, Reservation
from tierslieu.venue.map import ResourceFacts
from tierslieu.venue.queries import venue

r, f, c = columns(Reservation), columns(RequestFile), columns(Claim)
WAITS = r.state == literal_column("'requested'")
MOST = 200
ROW = (*STORED, r.created_at, func.coalesce(f.told_at, 0), func.coalesce(f.reminded_at, 0))
JOINED = table_of(Reservation).outerjoin(table_of(RequestFile), f.reservation_id == r.id)
WAITING: Query[tuple[Any, ...]] = Query(
    select(*ROW)
    .select_from(JOINED)
    .where(WAITS, r.ends_at > bindparam("now", type_=BigInteger()))
    .order_by(r.starts_at, r.id)
    .limit(MOST)
)
PAST = Query(
    select(*STORED).where(WAITS, r.ends_at <= bindparam("now", type_=BigInteger())).order_by(r.ends_at).limit(MOST),
    into=Stored,
)
"""Requests that nobody answered before their very end: the house was closed down meanwhile."""
HELD: Query[tuple[int]] = Query(
    select(c.cause_id).where(among(c.cause_id, "ids"), c.cause == literal_column("'reservation'")).distinct()
)
NOTE: Query[tuple[str]] = Query(select(f.note).where(f.reservation_id == bindparam("id")))


def waiting(reader: Reader) -> list[Waiting]:
    """Every request that waits, the soonest first."""
    size = len(STORED)
    return [Waiting(Stored(*row[:size]), *row[size:]) for row in reader.rows(WAITING, now=reader.now)]


def waiting_for(reader: Reader, who: Actor) -> list[Waiting]:
    """The requests that somebody may answer."""
    by_id = venue(reader).by_id
    return [each for each in waiting(reader) if who.may(ANSWER, *places(by_id[each.one.resource_id]))]


def held_among(reader: Reader, ids: Iterable[int]) -> set[int]:
    """Those of these requests whose time is kept for them."""
    wanted = list(ids)
    return {row[0] for row in reader.rows(HELD, ids=wanted)} if wanted else set()


def times(reader: Reader, ones: Sequence[Stored]) -> dict[int, str]:
    """Of each request: held, free or taken. Two statements, however many there are."""
    if not ones:
        return {}
    by_id, held = venue(reader).by_id, held_among(reader, [one.id for one in ones])
    claims = [claim_span(by_id[one.resource_id], one.span) for one in ones]
    window = Span(min(one.start for one in claims), max(one.end for one in claims))
    taken = busy(reader, sorted({unit for one in ones for unit in by_id[one.resource_id].units}), window)
    return {one.id: _time(by_id[one.resource_id], one, taken, is_held=one.id in held) for one in ones}


def _time(resource: ResourceFacts, one: Stored, taken: Busy, *, is_held: bool) -> str:
    if is_held:
        return "held"
    return "free" if units_for(resource, taken, one.span) else "taken"


def lapse_of(resource: ResourceFacts, each: Waiting, settings: Settings) -> int:
    """When a request ends without an answer."""
    chosen = settings.requests
    return lapses_at(resource, each.one, each.created_at, chosen.lapse_days, chosen.lapse_hours)


def note_of(reader: Reader, reservation_id: int) -> str:
    """What was answered to a request, "" for nothing."""
    found = reader.row(NOTE, id=reservation_id)
    return found[0] if found else ""


def answerers(reader: Reader, roles: frozenset[str], resource: ResourceFacts) -> list[int]:
    """Who is told of a request: those who answer for this very place; without any, those who answer everywhere."""
    own: set[int] = set()
    everywhere: set[int] = set()
    here, after = places(resource), 0
    while found := holders(reader, after=after):
        for grant in found:
            if grant.role in roles:
                own |= {grant.person_id} if grant.scope in here else set()
                everywhere |= set() if grant.scope else {grant.person_id}
        after = found[-1].id
    return sorted(own or everywhere)
