"""All reads of closures and of what displaced people are offered."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from tierslieu.basics.errors import NotFound
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.closures.rules import RESOURCE
from tierslieu.reservations.closures.schemas import StoredClosure, StoredDisplacement
from tierslieu.reservations.closures.tables import Displacement
from tierslieu.reservations.tables import Closure
from tierslieu.venue.map import VenueMap

c, d = columns(Closure), columns(Displacement)
CLOSURE = tuple(c[name] for name in StoredClosure.__struct_fields__)
DISPLACED = tuple(d[name] for name in StoredDisplacement.__struct_fields__)
BY_ID = Query(select(*CLOSURE).where(c.id == bindparam("id")), into=StoredClosure)
AMONG = Query(select(*CLOSURE).where(among(c.id, "ids")), into=StoredClosure)
TOUCHING = Query(
    select(*CLOSURE)
    .where(c.ends_at > bindparam("from_at"), c.starts_at < bindparam("to_at"), c.lifted_at == 0)
    .order_by(c.starts_at, c.id)
    .limit(500),
    into=StoredClosure,
)
FROM_SOURCE = Query(
    select(*CLOSURE).where(c.source == bindparam("source"), c.ends_at > bindparam("now"), c.lifted_at == 0),
    into=StoredClosure,
)
DISPLACEMENT_BY_ID = Query(select(*DISPLACED).where(d.id == bindparam("id")), into=StoredDisplacement)
OF_RESERVATION = Query(select(*DISPLACED).where(d.reservation_id == bindparam("reservation")), into=StoredDisplacement)
OF_CLOSURE = Query(
    select(*DISPLACED).where(d.closure_id == bindparam("closure")).order_by(d.created_at, d.id), into=StoredDisplacement
)
FAR = 1 << 40


def stored(reader: Reader, closure_id: int) -> StoredClosure:
    """One closure. Raises NotFound."""
    found = reader.row(BY_ID, id=closure_id)
    if found is None:
        raise NotFound("no_such_closure")
    return found


def closures_among(reader: Reader, ids: Sequence[int]) -> dict[int, StoredClosure]:
    """The closures of these ids."""
    return {one.id: one for one in reader.rows(AMONG, ids=list(ids))} if ids else {}


def to_come(reader: Reader) -> list[StoredClosure]:
    """What is closed now or will be, soonest first."""
    return reader.rows(TOUCHING, from_at=reader.now, to_at=FAR)


def touching(reader: Reader, window: Span) -> list[StoredClosure]:
    """The closures in force that touch a window."""
    return reader.rows(TOUCHING, from_at=window.start, to_at=window.end)


def of_source(reader: Reader, source: str) -> list[StoredClosure]:
    """What a source keeps closed."""
    return reader.rows(FROM_SOURCE, source=source, now=reader.now)


def place_of(here: VenueMap, one: StoredClosure) -> str:
    """What a closure closes."""
    known = here.by_id.get(one.resource_id) if one.resource_id is not None else None
    return f"{RESOURCE}{known.key}" if known is not None else one.place


def displacement(reader: Reader, displacement_id: int) -> StoredDisplacement:
    """One displaced reservation. Raises NotFound."""
    found = reader.row(DISPLACEMENT_BY_ID, id=displacement_id)
    if found is None:
        raise NotFound("no_such_closure")
    return found


def displacement_of(reader: Reader, reservation_id: int) -> StoredDisplacement | None:
    """What became of a reservation that was displaced; None when it was not."""
    return reader.row(OF_RESERVATION, reservation=reservation_id)


def displaced_by(reader: Reader, closure_id: int) -> list[StoredDisplacement]:
    """Whom a closure displaced, in the order of their reservations."""
    return reader.rows(OF_CLOSURE, closure=closure_id)
