"""All reads of presence."""

from sqlalchemy import bindparam, literal_column, select

from tierslieu.basics.errors import NotFound
from tierslieu.basics.spans import DAY, MINUTE, Span
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import queries
from tierslieu.reservations.presence import rules
from tierslieu.reservations.presence.tables import Attendance, DoorCode
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.standing.queries import policy
from tierslieu.reservations.tables import Reservation
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.queries import venue

MOST = 500
"""How many reservations one turn of the tidying treats."""
r, a, d = columns(Reservation), columns(Attendance), columns(DoorCode)
BUNDLE = Query(
    select(*queries.STORED)
    .where(r.bundle_id == bindparam("bundle"), r.state == bindparam("which_state"))
    .order_by(r.id),
    into=Stored,
)


def _ending(state: str) -> Query[Stored]:
    """Reservations in a state that ended between two instants: one range of the index of that state."""
    return Query(
        select(*queries.STORED)
        .where(
            r.state == literal_column(f"'{state}'"),
            r.ends_at > bindparam("after"),
            r.ends_at <= bindparam("upto"),
        )
        .order_by(r.ends_at, r.id)
        .limit(bindparam("most")),
        into=Stored,
    )


ENDING = {state: _ending(state) for state in ("confirmed", "checked_in", "missed")}
ATTENDED: Query[tuple[int, int, str, int]] = Query(
    select(a.reservation_id, a.arrived_at, a.how, a.left_at).where(among(a.reservation_id, "ids"))
)
CODE: Query[tuple[int]] = Query(select(d.resource_id).where(d.code == bindparam("code"), d.revoked_at == 0))
CODES: Query[tuple[int, str, int]] = Query(select(d.resource_id, d.code, d.created_at).where(d.revoked_at == 0))


def together(reader: Reader, one: Stored) -> list[Stored]:
    """A reservation and those made with it for the same hours, in the same state: people come for all of them."""
    found = reader.rows(BUNDLE, bundle=one.bundle_id, which_state=one.state)
    return [each for each in found if each.span == one.span] or [one]


def resource_of(reader: Reader, one: Stored) -> ResourceFacts:
    """What was reserved, with the rules that hold for its person."""
    return venue_for(reader, one.person_id).by_id[one.resource_id]


def kept_until(reader: Reader, one: Stored) -> int | None:
    """When the place of a reservation is given to others if nobody comes; None where that is never done."""
    made_at = queries.made_at(reader, one.id) if one.starts_at < reader.now else 0
    return rules.kept_until(one.span, resource_of(reader, one).grace_minutes, one.late_until, made_at)


def running(reader: Reader, here: VenueMap) -> list[Stored]:
    """The confirmed reservations whose time runs now: found through the claims, whatever the history."""
    units = sorted({unit for resource in here.resources for unit in resource.units})
    now = Span(reader.now, reader.now + 1)
    ids = [cause_id for cause, cause_id in queries.causes(reader, units, now) if cause == "reservation"]
    return [one for one in queries.stored_among(reader, ids) if one.state == "confirmed"]


def ended(reader: Reader, state: str, span: Span) -> list[Stored]:
    """Some of the reservations in a state (confirmed, checked_in, missed) that ended in a span, the first first."""
    return reader.rows(ENDING[state], after=span.start, upto=span.end, most=MOST)


def unknown(reader: Reader) -> list[Stored]:
    """Reservations that ended without anybody knowing whether their people came: staff are asked."""
    return ended(reader, "confirmed", Span(reader.now - policy(reader).unknown_days * DAY, reader.now))


def attended(reader: Reader, ids: list[int]) -> dict[int, tuple[int, str, int]]:
    """When people came and left: (arrived, by what, left) by reservation."""
    return {id_: (came, how, left) for id_, came, how, left in reader.rows(ATTENDED, ids=ids)} if ids else {}


def resource_of_code(reader: Reader, code: str) -> ResourceFacts:
    """The resource whose code this is. Raises NotFound for an unknown or replaced code."""
    row = reader.row(CODE, code=code[:20])
    found = venue(reader).by_id.get(row[0]) if row else None
    if found is None:
        raise NotFound("no_such_code")
    return found


def codes(reader: Reader) -> dict[int, tuple[str, int]]:
    """The codes in force: (code, since) by resource."""
    return {resource_id: (code, since) for resource_id, code, since in reader.rows(CODES)}


def here_now(reader: Reader, person_id: int, resource: ResourceFacts) -> list[Stored]:
    """The person's active reservations of this very place (or what it is part of) around now, the first first."""
    window = Span(reader.now, reader.now + rules.CHECK_IN_EARLY + MINUTE)
    known, units = venue(reader).by_id, set(resource.units)
    return [
        one
        for one in queries.around(reader, person_id, window)
        if one.resource_id == resource.id or units & set(known[one.resource_id].units)
    ]
