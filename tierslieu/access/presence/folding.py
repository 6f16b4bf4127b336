"""Presence made anew from the log of passages: what is stored is never more than what the log says."""

from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, delete, func, or_, select, update

from tierslieu.access.presence import queries, rules
from tierslieu.access.presence.actions import BEGIN
from tierslieu.access.presence.closing import locked_counts, settle
from tierslieu.access.presence.rules import CLOSING, REMEMBERED, Fact, Place, Who
from tierslieu.access.presence.tables import Headcount, Presence
from tierslieu.access.tables import Scan
from tierslieu.access.zones.queries import zone_of
from tierslieu.infra.statements import Query, columns, one_of, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.roles.queries import held_among
from tierslieu.people.roles.rules import STAFF

KINDS: Final = ("badge", "desk", "correction")
"""Passages of somebody known one by one."""
s, h = columns(Scan), columns(Headcount)
FACTS: Query[tuple[int, int, int, str, int, str, str, int]] = Query(
    select(
        func.coalesce(s.person_id, 0), s.guest_id, s.at, s.device, s.device_seq, s.scan_id, s.direction, s.zone_id
    ).where(
        s.outcome == "granted",
        s.zone_id != 0,
        one_of(s.kind, KINDS),
        or_(s.person_id.is_not(None), s.guest_id != 0),
        s.at > bindparam("after", type_=BigInteger()),
    )
)
CLOSINGS: Query[tuple[int, int]] = Query(
    select(s.zone_id, func.max(s.at)).where(s.kind == "closing", s.device == CLOSING).group_by(s.zone_id)
)
FORGET_ALL: Query[Any] = Query(delete(table_of(Presence)))
MARK: Query[Any] = Query(
    update(table_of(Headcount))
    .where(h.zone_id == bindparam("zone"))
    .values(closed_at=bindparam("at", type_=BigInteger()))
)


def facts(reader: Reader) -> list[Fact]:
    """The passages that tell where people are."""
    return [
        Fact(Who(person_id, guest_id), at, rules.mark(device, seq, scan_id), direction, zone_id)
        for person_id, guest_id, at, device, seq, scan_id, direction, zone_id in reader.rows(
            FACTS, after=reader.now - REMEMBERED
        )
    ]


def folded(reader: Reader) -> dict[Who, Place]:
    """Where everybody is, by the log alone."""
    return rules.fold(facts(reader), dict(reader.rows(CLOSINGS)), reader.now)


def drift(reader: Reader) -> int:
    """How many are stored as somewhere else than the log says."""
    stored = {who: one.is_inside for who, one in queries.everyone_now(reader).items() if one.last_at}
    told = {who: one.is_inside for who, one in folded(reader).items()}
    return len({who for who, _is_inside in stored.items() ^ told.items()})


def refold(tx: Tx) -> int:
    """Make presence anew from the log. Returns how many people it knows."""
    tx.run(FORGET_ALL)
    found = folded(tx)
    takes = _takes_place(tx, found)
    for who, place in found.items():
        tx.run(
            BEGIN,
            id=tx.new_id(),
            person_id=who.person_id,
            guest_id=who.guest_id,
            zone_id=place.zone_id,
            is_inside=int(place.is_inside),
            takes_place=takes[who],
            last_at=place.last_at,
            last_direction=place.last_direction,
            last_mark=place.last_mark,
        )
    locked_counts(tx)
    for zone_id, at in tx.rows(CLOSINGS):
        tx.run(MARK, zone=zone_id, at=at)
    settle(tx)
    return len(found)


def _takes_place(reader: Reader, found: dict[Who, Place]) -> dict[Who, int]:
    """Who counts against the capacity: everybody, but staff where the zone's declaration leaves them out."""
    held = held_among(reader, [who.person_id for who in found if who.person_id])
    staff = {id_ for id_, roles in held.items() if {one.role for one in roles} & STAFF}
    taken = {}
    for who, place in found.items():
        zone = zone_of(reader, place.zone_id)
        counts = zone is None or bool(zone.counts_staff) or who.person_id not in staff
        taken[who] = int(place.is_inside and counts)
    return taken
