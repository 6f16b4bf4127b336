"""Changes of presence: somebody enters or leaves.

Rows are always taken in the same order (somebody's own, then the headcounts by id), so that nobody waits in a ring.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, Integer, bindparam, case, update

from tierslieu.access.presence import queries
from tierslieu.access.presence.alarms import note_alarm as note_alarm
from tierslieu.access.presence.letters import tell_if_near
from tierslieu.access.presence.queries import PresenceRow
from tierslieu.access.presence.rules import UNSEEN, Who
from tierslieu.access.presence.tables import Headcount, Presence
from tierslieu.access.zones.queries import ZoneNow, site
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx

ANY_NUMBER: Final = 10**9
"""The limit of what has no limit."""
TOPIC: Final = "presence"
"""The live topic that moves when somebody enters or leaves."""
p, h = columns(Presence), columns(Headcount)
BEGIN = insert_or_nothing(Presence)
BEGIN_COUNT = insert_or_nothing(Headcount)
STORE: Query[Any] = Query(
    update(table_of(Presence))
    .where(p.id == bindparam("which"))
    .values(
        zone_id=bindparam("zone"),
        is_inside=bindparam("inside"),
        takes_place=bindparam("takes"),
        last_at=bindparam("at"),
        last_direction=bindparam("direction"),
        last_mark=bindparam("mark"),
    )
)
TAKEN = h.places + case((h.visitors > 0, h.visitors), else_=0)
TAKE: Query[Any] = Query(
    update(table_of(Headcount))
    .where(
        h.zone_id == bindparam("zone"),
        TAKEN + bindparam("more", type_=Integer()) <= bindparam("limit", type_=BigInteger()),
    )
    .values(people=h.people + 1, places=h.places + bindparam("more", type_=Integer()))
)
"""One more, in the same step as the look at what is free: two last places go to two, however many ask at once."""
GIVE_BACK: Query[Any] = Query(
    update(table_of(Headcount))
    .where(h.zone_id == bindparam("zone"))
    .values(
        people=case((h.people > 0, h.people - 1), else_=0),
        places=case(
            (h.places >= bindparam("less", type_=Integer()), h.places - bindparam("less", type_=Integer())), else_=0
        ),
    )
)
"""One less; never below nobody: leaving is never refused."""


def enter(
    tx: Tx,
    zone: ZoneNow,
    who: Who,
    at: int,
    *,
    counts: bool,
    is_forced: bool = False,
    mark: str = "",
    known: PresenceRow | None = None,
) -> bool:
    """Somebody passed into a zone. False when it (or the site) is full; then nothing changed.

    `counts`: they take a place. `is_forced`: it happened, or named staff let them in, whatever is free. `mark`
    (rules.mark) orders passages of the same second; without one the last to arrive is the newer. A passage that is
    older than the newest known one changes nothing, and says True. `known`: their row as this transaction read it.
    """
    row = _locked(tx, who, zone.id, known)
    if (at, mark or row.last_mark) < (row.last_at, row.last_mark):
        return True
    is_over = at <= tx.now - UNSEEN or at <= queries.count_of(tx, zone.id).closed_at
    new = () if is_over else queries.counted_in(tx, zone.id)
    if not _move(tx, row, new, zone, int(counts), is_forced=is_forced):
        return False
    tx.run(
        STORE,
        which=row.id,
        zone=zone.id,
        inside=int(not is_over),
        takes=int(counts and not is_over),
        at=at,
        direction="in",
        mark=mark or row.last_mark,
    )
    tx.touch(TOPIC)
    return True


def leave(tx: Tx, who: Who, at: int, *, zone_id: int = 0, mark: str = "", known: PresenceRow | None = None) -> None:
    """Somebody passed out: out of everything. Never refused, also for somebody who was not known to be inside."""
    row = _locked(tx, who, zone_id, known)
    if (at, mark or row.last_mark) < (row.last_at, row.last_mark):
        return
    if row.is_inside:
        for counted in queries.counted_in(tx, row.zone_id):
            tx.run(GIVE_BACK, zone=counted, less=row.takes_place)
    tx.run(
        STORE,
        which=row.id,
        zone=zone_id or row.zone_id,
        inside=0,
        takes=0,
        at=at,
        direction="out",
        mark=mark or row.last_mark,
    )
    tx.touch(TOPIC)


def _locked(tx: Tx, who: Who, zone_id: int, known: PresenceRow | None) -> PresenceRow:
    """Somebody's row, made when it is their first passage; nobody else changes it until the commit.

    A `known` row without id says that there is none yet. It counts where nobody else writes meanwhile.
    """
    is_known = known is not None and tx.is_alone
    found = known if is_known else tx.row(queries.LOCKED, person=who.person_id, guest=who.guest_id)
    if found is not None and found.id:
        return found
    first = PresenceRow(tx.new_id(), who.person_id, who.guest_id, zone_id, 0, 0, 0, "out", "")
    if tx.run(BEGIN, **{name: getattr(first, name) for name in PresenceRow.__struct_fields__}):
        return first
    return tx.row(queries.LOCKED, person=who.person_id, guest=who.guest_id) or first


def _move(tx: Tx, row: PresenceRow, new: tuple[int, ...], zone: ZoneNow, takes: int, *, is_forced: bool) -> bool:
    """Count somebody where they are now and no longer where they were; all or nothing."""
    former = queries.counted_in(tx, row.zone_id) if row.is_inside else ()
    done: list[tuple[int, int | None, int | None]] = []
    for counted in sorted({*former, *new}):
        was = row.takes_place if counted in former else None
        will = takes if counted in new else None
        is_free = is_forced or not takes or was is not None
        if not _recount(tx, counted, was, will, ANY_NUMBER if is_free else _limit(tx, counted, zone)):
            for one, before, after in reversed(done):
                _recount(tx, one, after, before, ANY_NUMBER)
            return False
        done.append((counted, was, will))
    tell_if_near(tx, {counted: 1 for counted, was, will in done if will and not was})
    return True


def _recount(tx: Tx, zone_id: int, was: int | None, will: int | None, limit: int) -> bool:
    """Change one headcount; None: not counted there, else how many places they take."""
    if was == will:
        return True
    if was is not None:
        tx.run(GIVE_BACK, zone=zone_id, less=was)
    return will is None or take(tx, zone_id, will, limit)


def _limit(tx: Tx, zone_id: int, zone: ZoneNow) -> int:
    """How many places a zone (or the site) has."""
    if zone.id == zone_id:
        return zone.capacity or ANY_NUMBER
    whole = site(tx)
    return (whole.capacity if whole else 0) or ANY_NUMBER


def take(tx: Tx, zone_id: int, more: int, limit: int) -> bool:
    """One more person in a headcount, who takes `more` places (0 or 1); False when there are not so many."""
    if tx.run(TAKE, zone=zone_id, more=more, limit=limit):
        return True
    is_new = tx.run(BEGIN_COUNT, zone_id=zone_id, people=0, places=0, visitors=0, closed_at=0)
    return bool(is_new and tx.run(TAKE, zone=zone_id, more=more, limit=limit))
