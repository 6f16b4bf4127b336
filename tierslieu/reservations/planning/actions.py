"""Moving on the planning: what is moved must still be what was seen."""

from tierslieu.basics.errors import Reason, Refused, Remedy
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.reservations import actions, queries
from tierslieu.reservations.schemas import Made, Stored
from tierslieu.venue.queries import venue

CHANGED = ("moved_meanwhile", "ended_meanwhile", "changed_meanwhile_here")
"""Reasons that somebody else's act created since the page was shown."""


def move_as_seen(tx: Tx, reservation_id: int, version: int, span: Span, key: str) -> Made:
    """Move a reservation as it was when it was shown. Raises Refused: what changed since, or why it cannot be."""
    reasons = changed_since(tx, queries.stored(tx, reservation_id), version)
    if reasons:
        raise Refused(reasons)
    return actions.move(tx, reservation_id, span, key)


def changed_since(reader: Reader, one: Stored, version: int) -> tuple[Reason, ...]:
    """What became of a reservation since it was shown with this version; nothing when it is the same."""
    if one.is_active and one.sequence == version:
        return ()
    now = current(reader, one)
    if now is None:
        return (Reason("ended_meanwhile"),)
    resource = venue(reader).by_id[now.resource_id].name
    facts = {"resource": resource, "start": now.starts_at, "end": now.ends_at}
    see = Remedy("see_current", {"href": f"/planning/reservations/{show(now.id)}"})
    return (Reason("changed_meanwhile_here" if now.id == one.id else "moved_meanwhile", facts, (see,)),)


def current(reader: Reader, one: Stored) -> Stored | None:
    """What a reservation became: itself, the one that replaced it, or None when it ended."""
    if one.is_active:
        return one
    chain = [each for each in queries.bundle(reader, one.bundle_id) if each.origin_id == one.origin_id]
    return next((each for each in reversed(chain) if each.is_active), None)
