"""What is closed and why, as far as everybody is told: for refusals, boards and the first page."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.tables import Closure

cl = columns(Closure)


class KnownClosure(msgspec.Struct, frozen=True):
    """What is closed (a resource, else `place`), when, and why."""

    resource_id: int | None
    place: str
    starts_at: int
    ends_at: int
    reason: str


CLOSURES = Query(
    select(cl.resource_id, cl.place, cl.starts_at, cl.ends_at, cl.reason)
    .where(cl.ends_at > bindparam("from_at"), cl.starts_at < bindparam("to_at"), cl.lifted_at == 0)
    .order_by(cl.starts_at, cl.id)
    .limit(20),
    into=KnownClosure,
)
CLOSURE_REASONS: Query[tuple[int, str]] = Query(select(cl.id, cl.reason).where(among(cl.id, "ids")))


def closure_reasons(reader: Reader, ids: Iterable[int]) -> dict[int, str]:
    """Why these closures are there, as people see it."""
    return dict(reader.rows(CLOSURE_REASONS, ids=sorted(ids)))


def closures_in(reader: Reader, window: Span) -> list[KnownClosure]:
    """The first closures that touch a window."""
    return reader.rows(CLOSURES, from_at=window.start, to_at=window.end)
