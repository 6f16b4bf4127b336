"""People who are only counted: visitors one by one, groups that come together, counts put right by hand."""

from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, Integer, bindparam, update

from tierslieu.access.presence import log, queries
from tierslieu.access.presence.actions import ANY_NUMBER, TAKEN, TOPIC
from tierslieu.access.presence.closing import open_count
from tierslieu.access.presence.letters import tell_if_near
from tierslieu.access.presence.rules import RECOUNT, UNSEEN
from tierslieu.access.presence.tables import GroupVisit, Headcount
from tierslieu.access.rules import RELEASED, digest, happened_at, time_flags
from tierslieu.access.zones.queries import ZoneNow, zone
from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record

COUNTER: Final = "counter"
"""The device of people whom staff count by hand."""
FULL: Final = "full"
"""Why nobody more is counted in."""
h, g = columns(Headcount), columns(GroupVisit)
MORE: Query[Any] = Query(
    update(table_of(Headcount))
    .where(
        h.zone_id == bindparam("zone"),
        TAKEN + bindparam("more", type_=Integer()) <= bindparam("limit", type_=BigInteger()),
    )
    .values(visitors=h.visitors + bindparam("more", type_=Integer()))
)
ADD_VISIT: Query[Any] = Query(insert_into(GroupVisit))
END_VISIT: Query[Any] = Query(
    update(table_of(GroupVisit))
    .where(g.id == bindparam("which"), g.left_at == 0)
    .values(left_at=bindparam("now", type_=BigInteger()))
)


class Visitors(msgspec.Struct, frozen=True, kw_only=True):
    """People who passed without a name.

    `at` is when, as far as a device that kept them tells (is_kept), `offset` how far its clock is off; `stamp` its own
    clock, right or wrong, by which the same count is known when it is sent again. `is_undo`: it takes another one back.
    """

    scan_id: str
    zone_id: int
    people: int = 1
    band: str = ""
    direction: str = "in"
    at: int = 0
    offset: int = 0
    stamp: int = 0
    seq: int = 0
    kind: str = "walk_in"
    is_kept: bool = False
    is_undo: bool = False


class CountedNow(msgspec.Struct, frozen=True):
    """What became of a count, and how many are in the zone now. `reason` is "" (counted), full or released."""

    reason: str
    inside: int
    capacity: int
    is_duplicate: bool = False


def count_visitors(tx: Tx, one: Visitors, *, override: str = "") -> CountedNow:
    """Count people who pass without a name, once however often it is sent.

    Nobody more comes in where all places are taken; a count that a device kept is a fact and is taken in, as is one
    that staff let in all the same (`override`: their reason). In an alarm nobody is counted in, nor refused. Raises
    NotFound, Conflict("scan_id_reused"), for staff Conflict("alarm_lasts").
    """
    here = zone(tx, one.zone_id)
    row = _row(tx, one)
    if one.direction == "in" and not one.is_kept and queries.is_alarm(tx, here.id):
        return _let_by(tx, row, here)
    if not log.add(tx, row):
        return _again(tx, row, here)
    people = _known(tx, one) if one.direction == "out" else one.people
    is_free = _count(
        tx, here.id, people if one.direction == "in" else -people, row.at, is_forced=one.direction == "out"
    )
    is_in = is_free or bool(one.is_kept or override)
    if not is_free and is_in:
        _count(tx, here.id, people, row.at, is_forced=True)
    _tell_in_log(tx, one, msgspec.structs.replace(row, people=people), override, is_free=is_free)
    if is_in and override:
        record(tx, "access.override_capacity", None, here.key, reason=override, people=one.people)
    tx.touch(TOPIC)
    return _counted(tx, "" if is_in else FULL, here)


def _tell_in_log(tx: Tx, one: Visitors, row: log.Row, override: str, *, is_free: bool) -> None:
    """What became of a count, in its row: refused, more than there are places, fewer than said, late."""
    if not (is_free or override or one.is_kept):
        log.change(tx, msgspec.structs.replace(row, reason=FULL), outcome="denied")
        return
    flags = {
        "unknown_exit": row.people != one.people,
        "over_capacity": bool(override) or not (is_free or one.is_undo),
    }
    times = time_flags(row.at, tx.now, one.offset) if one.is_kept and not one.is_undo else ()
    marks = ",".join((*(flag for flag, is_so in flags.items() if is_so), *times))
    if marks:
        log.change(tx, msgspec.structs.replace(row, reason=override or None), flags=marks)


def _row(tx: Tx, one: Visitors) -> log.Row:
    said = f"{one.kind}:{one.direction}:{one.people}:{one.band}:{one.zone_id}"
    return log.Row(
        device=tx.by.device or COUNTER,
        scan_id=one.scan_id,
        kind=one.kind,
        direction=one.direction,
        zone_id=one.zone_id,
        at=happened_at(one.at, tx.now, is_kept=one.is_kept, offset=one.offset) if one.at else tx.now,
        seq=one.seq,
        people=one.people,
        band=one.band,
        digest=digest(said, one.stamp or one.at, one.seq),
    )


def _let_by(tx: Tx, row: log.Row, here: ZoneNow) -> CountedNow:
    """Whoever says at a kiosk in an alarm that they come in is noted there, in front of no zone: the way is out."""
    if row.device == COUNTER:
        raise Conflict("alarm_lasts")
    noted = msgspec.structs.replace(row, zone_id=0, reason=RELEASED)
    if not log.add(tx, noted):
        return _again(tx, row, here)
    log.change(tx, noted, flags="alarm")
    return _counted(tx, RELEASED, here)


def _counted(reader: Reader, reason: str, here: ZoneNow) -> CountedNow:
    return CountedNow(reason, queries.inside(reader, here.id), here.capacity)


def _known(tx: Tx, one: Visitors) -> int:
    """How many of those who leave had been counted in.

    At a kiosk anybody may press « I leave » again and again, or take back that they came once they left: that makes no
    place free for more people than there are. What a device kept is believed, since who came in may be heard of later.
    """
    if (one.is_kept and not one.is_undo) or not tx.by.device:
        return one.people
    counted = queries.counted_in(tx, one.zone_id)
    for zone_id in counted:
        tx.run(MORE, zone=zone_id, more=0, limit=ANY_NUMBER)  # nobody counts there beside until the commit
    return max(0, min(one.people, *(queries.count_of(tx, zone_id).visitors for zone_id in counted)))


def _again(reader: Reader, row: log.Row, here: ZoneNow) -> CountedNow:
    found = log.stored(reader, row.device, row.scan_id)
    if found is None or found.digest != row.digest:
        raise Conflict("scan_id_reused")
    reason = found.reason if found.reason in (FULL, RELEASED) else ""
    return msgspec.structs.replace(_counted(reader, reason or "", here), is_duplicate=True)


def _count(tx: Tx, zone_id: int, more: int, at: int, *, is_forced: bool) -> bool:
    """Change the headcounts of the zone and of the site, both or none."""
    for counted in queries.counted_in(tx, zone_id):
        open_count(tx, counted)
    if at <= max(queries.count_of(tx, zone_id).closed_at, tx.now - UNSEEN):
        return True
    done: list[int] = []
    for counted in queries.counted_in(tx, zone_id):
        limit = ANY_NUMBER if is_forced else _limit(tx, counted)
        if not tx.run(MORE, zone=counted, more=more, limit=limit):
            for before in done:
                tx.run(MORE, zone=before, more=-more, limit=ANY_NUMBER)
            return False
        done.append(counted)
    tell_if_near(tx, {counted: _grown(tx, counted, more) for counted in done if more > 0})
    return True


def _grown(tx: Tx, zone_id: int, more: int) -> int:
    """How many places people just counted in have taken: some only stand for others who left uncounted."""
    return max(0, min(more, queries.count_of(tx, zone_id).visitors))


def _limit(tx: Tx, zone_id: int) -> int:
    return zone(tx, zone_id).capacity or ANY_NUMBER


def contrary(scan_id: str) -> str:
    """The id of the row that takes another one back; the kiosk's script makes the same."""
    return f"{int(scan_id, 16) ^ (2**128 - 1):032x}"


def undo(tx: Tx, scan_id: str, *, is_kept: bool = False) -> str:
    """Take back a count of the same device (or of the desk): another row says the contrary. Returns the zone's key.

    `is_kept`: a device that kept both tells of it later, and is believed. Raises NotFound.
    """
    device = tx.by.device or COUNTER
    found = log.stored(tx, device, scan_id)
    if found is None or found.kind != "walk_in" or found.outcome != "granted":
        raise NotFound("no_such_scan")
    taken_back = Visitors(
        scan_id=contrary(scan_id),
        zone_id=found.zone_id,
        people=found.people,
        band=found.band,
        direction="out" if found.direction == "in" else "in",
        at=found.at,
        is_kept=True,
        is_undo=not is_kept,
    )
    count_visitors(tx, taken_back)
    return zone(tx, found.zone_id).key


def put_right(tx: Tx, zone_id: int, counted: int, scan_id: str) -> int:
    """Staff counted who is in a zone: the difference is noted as an event, nothing is edited. Returns it.

    Raises Conflict("fewer_than_known") when more are known by name: those who left are let out one by one.
    """
    here = zone(tx, zone_id)
    open_count(tx, here.id)
    found = queries.count_of(tx, here.id)
    if counted < found.people:
        raise Conflict("fewer_than_known")
    drift = counted - found.people - found.visitors
    if not drift:
        return 0
    row = log.Row(
        device=RECOUNT,
        scan_id=scan_id,
        kind="correction",
        direction="in" if drift > 0 else "out",
        zone_id=here.id,
        at=tx.now,
        people=abs(drift),
        reason="recount",
    )
    if log.add(tx, row):
        _count(tx, here.id, drift, tx.now, is_forced=True)
        record(tx, "access.recount", None, here.key, drift=drift)
        tx.touch(TOPIC)
    return drift


def arrive_group(tx: Tx, visitors: Visitors, group_id: int = 0, *, override: str = "") -> CountedNow:
    """A group comes in together. Its visit is kept until it leaves or the zone closes."""
    counted = count_visitors(tx, msgspec.structs.replace(visitors, kind="group"), override=override)
    if counted.reason or counted.is_duplicate:
        return counted
    tx.run(
        ADD_VISIT,
        id=tx.new_id(),
        group_id=group_id,
        zone_id=visitors.zone_id,
        people=visitors.people,
        band=visitors.band,
        arrived_at=tx.now,
        left_at=0,
    )
    return counted


def leave_group(tx: Tx, visit_id: int) -> None:
    """The group leaves together; noted once. Raises NotFound."""
    found = next((one for one in queries.visits(tx) if one.id == visit_id), None)
    if found is None or not tx.run(END_VISIT, which=visit_id, now=tx.now):
        raise NotFound("no_such_visit")
    leaving = Visitors(
        scan_id=f"{visit_id:032x}",
        zone_id=found.zone_id,
        people=found.people,
        band=found.band,
        direction="out",
        kind="group",
    )
    count_visitors(tx, leaving)
