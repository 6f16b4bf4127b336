"""What each kiosk and each door let through and refused, also long after. Nobody's name is in any of it."""

from collections import Counter

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select

from tierslieu.access.tables import PassageCount, Scan
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.devices.queries import names

s, n = columns(Scan), columns(PassageCount)
FROM, TO = bindparam("from_at", type_=BigInteger()), bindparam("to_at", type_=BigInteger())
LIVE: Query[tuple[str, str, int]] = Query(
    select(s.device, s.outcome, func.count()).where(s.at >= FROM, s.at < TO).group_by(s.device, s.outcome)
)
KEPT: Query[tuple[str, str, int]] = Query(
    select(n.device, n.outcome, func.sum(n.passages)).where(n.hour >= FROM, n.hour < TO).group_by(n.device, n.outcome)
)


class ReaderFigures(msgspec.Struct, frozen=True, order=True):
    """What one reader noted: passages let through, and refused."""

    name: str
    granted: int
    denied: int


def reader_figures(reader: Reader, span: Span) -> list[ReaderFigures]:
    """Each device that noted anything in a span, by name; what is still there and what is only counted."""
    found: Counter[tuple[str, str]] = Counter()
    for query in (LIVE, KEPT):
        for device, outcome, passages in reader.rows(query, from_at=span.start, to_at=span.end):
            found[device, outcome] += passages
    called = names(reader)
    keys = {device for device, _outcome in found} & called.keys()
    return sorted(ReaderFigures(called[key], found[key, "granted"], found[key, "denied"]) for key in keys)
