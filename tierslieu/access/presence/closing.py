"""The evening: a zone that closed is empty, and whoever was not seen for long is not there any more.

A zone is closed by one row of the log, made once however often the job runs; the rest follows from the log, so that
a run that was cut short is made good by the next one.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, and_, bindparam, case, delete, func, or_, select, update

from tierslieu.access.presence import log, queries
from tierslieu.access.presence.actions import BEGIN_COUNT, TOPIC
from tierslieu.access.presence.rules import CLOSING, RECOUNT, REMEMBERED, UNSEEN
from tierslieu.access.presence.tables import GroupVisit, Headcount, Presence
from tierslieu.access.tables import Scan
from tierslieu.access.zones.queries import ZoneNow, site, zone_map, zones
from tierslieu.basics.spans import Span, merged
from tierslieu.infra.statements import Query, columns, one_of, table_of
from tierslieu.infra.transaction import Reader, Tx

LOOKED_BACK: Final = 3 * 86_400
"""A house that was switched off for a long week-end still closes what it had open."""
p, h, s, g = columns(Presence), columns(Headcount), columns(Scan), columns(GroupVisit)
CLOSED_AT = select(h.closed_at).where(h.zone_id == p.zone_id).correlate(table_of(Presence)).scalar_subquery()
LET_OUT: Query[Any] = Query(
    update(table_of(Presence))
    .where(
        p.is_inside == 1,
        or_(p.last_at <= bindparam("unseen", type_=BigInteger()), p.last_at <= func.coalesce(CLOSED_AT, 0)),
    )
    .values(is_inside=0, takes_place=0)
)
LET_OUT_OF: Query[Any] = Query(
    update(table_of(Presence))
    .where(p.is_inside == 1, p.zone_id == bindparam("zone"), p.last_at <= bindparam("at", type_=BigInteger()))
    .values(is_inside=0, takes_place=0)
)
FORGET: Query[Any] = Query(delete(table_of(Presence)).where(p.last_at < bindparam("before", type_=BigInteger())))
MARK_CLOSED: Query[Any] = Query(
    update(table_of(Headcount))
    .where(h.zone_id == bindparam("zone"), h.closed_at < bindparam("at", type_=BigInteger()))
    .values(closed_at=bindparam("at", type_=BigInteger()))
)
END_VISITS: Query[Any] = Query(
    update(table_of(GroupVisit))
    .where(
        g.left_at == 0,
        or_(
            g.arrived_at <= bindparam("unseen", type_=BigInteger()),
            g.arrived_at
            <= func.coalesce(
                select(h.closed_at).where(h.zone_id == g.zone_id).correlate(table_of(GroupVisit)).scalar_subquery(), 0
            ),
        ),
    )
    .values(left_at=bindparam("now", type_=BigInteger()))
)
LOCK_COUNTS: Query[tuple[int]] = Query(
    sqlite=select(h.zone_id).order_by(h.zone_id),
    postgresql=select(h.zone_id).order_by(h.zone_id).with_for_update(),
)
KNOWN: Query[tuple[int, int, int]] = Query(
    select(p.zone_id, func.count(), func.sum(p.takes_place)).where(p.is_inside == 1).group_by(p.zone_id)
)
SIGNED = case((s.direction == "in", s.people), else_=-s.people)
IS_COUNTED = and_(
    s.outcome == "granted",
    or_(one_of(s.kind, ("walk_in", "group")), and_(s.kind == "correction", s.device == RECOUNT)),
)
ONLY_COUNTED: Query[tuple[int, int]] = Query(
    select(s.zone_id, func.sum(SIGNED))
    .select_from(table_of(Scan))
    .join(Headcount, h.zone_id == s.zone_id)
    .where(IS_COUNTED, s.at > bindparam("unseen", type_=BigInteger()), s.at > h.closed_at)
    .group_by(s.zone_id)
)
PUT: Query[Any] = Query(
    update(table_of(Headcount))
    .where(h.zone_id == bindparam("zone"))
    .values(people=bindparam("known"), places=bindparam("taken"), visitors=bindparam("counted"))
)


def close_what_is_over(tx: Tx, grace: int = 0) -> int:
    """Close the zones whose opening ended `grace` seconds ago. Returns how many this run closed."""
    due = [(zone, last_closing(tx, zone, tx.now, grace)) for zone in zones(tx)]
    return close_zones(tx, [(zone, at) for zone, at in due if at])


def last_closing(reader: Reader, zone: ZoneNow, now: int, grace: int = 0) -> int:
    """When the zone last ceased to be open, at least `grace` seconds ago and for longer than that.

    0 when it did not lately: it is open round the clock, or has no hours.
    """
    found, window = zone_map(reader), Span(now - LOOKED_BACK, now + 1)
    spans = [
        span.widened(0, grace)
        for space in found.spaces_of(zone)
        for span in space.opening.spans_within(window, found.here.zone)
    ]
    return max((span.end - grace for span in merged(spans) if span.end <= now), default=0)


def close_zones(tx: Tx, due: Sequence[tuple[ZoneNow, int]]) -> int:
    """Nobody who came until then is inside any more. Returns how many closings were not noted before.

    People first, headcounts last: the order in which whoever enters takes them too.
    """
    closed = [(zone, at) for zone, at in due if _empty(tx, zone, at)]
    if not closed:
        return 0
    locked_counts(tx)
    for zone, at in closed:
        tx.run(MARK_CLOSED, zone=zone.id, at=at)
    if recount(tx):
        tx.touch(TOPIC)
    return len(closed)


def _empty(tx: Tx, zone: ZoneNow, at: int) -> bool:
    """Note a closing and let everybody out of the zone. False when it was noted before."""
    row = log.Row(
        device=CLOSING,
        scan_id=f"{zone.id:016x}{at:016x}",
        kind="closing",
        direction="out",
        zone_id=zone.id,
        at=at,
        people=0,
    )
    if not log.add(tx, row):
        return False
    known = tx.run(LET_OUT_OF, zone=zone.id, at=at)
    only_counted = dict(tx.rows(ONLY_COUNTED, unseen=tx.now - UNSEEN)).get(zone.id, 0)
    log.change(tx, row, people=known + max(only_counted, 0))
    return True


def settle(tx: Tx) -> None:
    """Make presence and headcounts what the log says now. Changes nothing when they are."""
    unseen = tx.now - UNSEEN
    let_out = tx.run(LET_OUT, unseen=unseen)
    tx.run(END_VISITS, unseen=unseen, now=tx.now)
    tx.run(FORGET, before=tx.now - REMEMBERED)
    if recount(tx) or let_out:
        tx.touch(TOPIC)


def recount(tx: Tx) -> bool:
    """Count everybody anew. True when a headcount was not right."""
    locked = locked_counts(tx)
    known = {zone_id: (people, places) for zone_id, people, places in tx.rows(KNOWN)}
    counted = dict(tx.rows(ONLY_COUNTED, unseen=tx.now - UNSEEN))
    before = {one.zone_id: one for one in tx.rows(queries.COUNTS)}
    whole, changed = site(tx), False
    for zone_id in locked:
        if whole is not None and zone_id == whole.id:
            sums = [sum(one[0] for one in known.values()), sum(one[1] for one in known.values()), sum(counted.values())]
        else:
            sums = [*known.get(zone_id, (0, 0)), counted.get(zone_id, 0)]
        was = before[zone_id]
        if sums != [was.people, was.places, was.visitors]:
            tx.run(PUT, zone=zone_id, known=sums[0], taken=sums[1], counted=sums[2])
            changed = True
    return changed


def locked_counts(tx: Tx) -> list[int]:
    """The headcounts of all zones, by id: nobody is counted in or out beside until the commit."""
    for zone in sorted(zones(tx), key=lambda one: one.id):
        open_count(tx, zone.id)
    return [zone_id for (zone_id,) in tx.rows(LOCK_COUNTS)]


def open_count(tx: Tx, zone_id: int) -> None:
    """The headcount of a zone is there from now on."""
    tx.run(BEGIN_COUNT, zone_id=zone_id, people=0, places=0, visitors=0, closed_at=0)
