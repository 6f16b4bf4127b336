"""What somebody at the kiosk wants next: a free desk at once, or to be counted without a badge."""

from collections.abc import Iterator
from typing import Final

import msgspec
from sqlalchemy import BigInteger, bindparam, select

from tierslieu.access.kiosk.door_acts import Said, acting, make
from tierslieu.access.kiosk.schemas import WalkIn
from tierslieu.access.presence.counting import CountedNow, Visitors, arrive_group, count_visitors
from tierslieu.access.rules import Answer
from tierslieu.access.tables import Scan
from tierslieu.access.zones.places import zone_behind
from tierslieu.access.zones.queries import site, zone_of
from tierslieu.basics.errors import Conflict, NotFound, Reason
from tierslieu.basics.spans import HOUR, MINUTE, Span
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.roles.queries import roles_of
from tierslieu.people.roles.rules import USERS
from tierslieu.reservations.availability import Run
from tierslieu.reservations.presence.rules import spans_at_once
from tierslieu.reservations.presence.views import wish_for
from tierslieu.reservations.queries import around
from tierslieu.reservations.rules import Booking
from tierslieu.reservations.scene import Asker, Scene, scene
from tierslieu.venue.map import ResourceFacts
from tierslieu.venue.queries import venue

SEATS: Final = ("desk_pool", "desk")
"""Where one sits down to work, any desk before a particular one."""
AT_THE_KIOSK: Final = 2 * MINUTE
"""For so long after a passage its person is thought to stand at the kiosk."""
AS_LONG_AS: Final = 4 * HOUR
"""For how long a desk is proposed, where it is free so long and the rules allow it."""
s = columns(Scan)
LET_IN: Query[tuple[int, str]] = Query(
    select(s.person_id, s.answer).where(
        s.device == bindparam("device"),
        s.scan_id == bindparam("scan_id"),
        s.outcome == "granted",
        s.direction == "in",
        s.person_id.is_not(None),
        s.decided_by == "service",
        s.received_at > bindparam("after", type_=BigInteger()),
    )
)


def take_desk(tx: Tx, scan_id: str) -> Said:
    """A free desk from now on for the person of a passage at this kiosk. Raises NotFound("passage_over").

    Whoever has a desk now keeps it: asked twice, one is reserved. A number that was only typed reserves nothing, nor
    does what the kiosk decided itself.
    """
    row = tx.row(LET_IN, device=tx.by.device, scan_id=scan_id, after=tx.now - AT_THE_KIOSK)
    if row is None or not msgspec.json.decode(row[1], type=Answer).is_named:
        raise NotFound("passage_over")
    return desk_for(tx, row[0])


def desk_for(tx: Tx, person_id: int) -> Said:
    """A free desk from now on for a person who is here."""
    here = venue(tx)
    desks = [one for kind in SEATS for one in here.resources if one.kind == kind and one.is_bookable]
    today = here.zone.day(here.zone.date(tx.now))
    mine = [one for one in around(tx, person_id, Span(tx.now, tx.now + 1)) if one.resource_id in {d.id for d in desks}]
    if mine:
        return Said("here", mine[0].ends_at, place=here.by_id[mine[0].resource_id].name)
    if not desks or not set(roles_of(tx, person_id)) & USERS:
        return Said("refused", reasons=(Reason("not_bookable"),))
    found = scene(tx, Asker(person_id), desks, today)
    for resource in desks:
        wish = _wish(tx, found, resource, today)
        if wish is not None:
            with acting(tx, person_id):
                return make(tx, resource, wish, wish_for(found, resource, wish).people)
    return Said("refused", reasons=_reasons(tx, found, desks, today))


def _wish(tx: Tx, found: Scene, resource: ResourceFacts, today: Span) -> Span | None:
    """The longest time from now that is accepted there; None when there is none."""
    run = next((one for one in found.free(resource, today) if one.span.holds(tx.now)), None)
    if run is None:
        return None
    accepted = (
        span
        for span in _spans(run, resource, tx.now)
        if isinstance(found.judge(tx, wish_for(found, resource, span)), Booking)
    )
    return next(accepted, None)


def _spans(run: Run, resource: ResourceFacts, now: int) -> Iterator[Span]:
    short = spans_at_once(run.span, run.least, resource.grid_minutes, now)
    for one in short[:1]:
        yield Span(one.start, min(one.start + min(run.most, AS_LONG_AS), run.span.end))
    yield from reversed(short)


def _reasons(tx: Tx, found: Scene, desks: list[ResourceFacts], today: Span) -> tuple[Reason, ...]:
    """Why the first desk is not to be had: what holds against its person is the same for all."""
    for resource in desks:
        run = next((one for one in found.free(resource, today) if one.span.holds(tx.now)), None)
        spans = spans_at_once(run.span, run.least, resource.grid_minutes, tx.now) if run else []
        outcome = found.judge(tx, wish_for(found, resource, spans[0])) if spans else ()
        if not isinstance(outcome, Booking) and outcome:
            return outcome
    return ()


def place_of(reader: Reader, device: str) -> int:
    """The id of the zone where people at this kiosk are counted: its own, else the whole site.

    Raises Conflict("nothing_to_count").
    """
    zone = zone_of(reader, zone_behind(reader, device)) or site(reader)
    if zone is None:
        raise Conflict("nothing_to_count")
    return zone.id


def walk_in(tx: Tx, wish: WalkIn) -> CountedNow:
    """Somebody without a badge passes, without a name."""
    zone_id = place_of(tx, tx.by.device or "")
    return count_visitors(
        tx,
        Visitors(scan_id=wish.scan_id, zone_id=zone_id, people=wish.people, band=wish.band, direction=wish.direction),
    )


def group_in(tx: Tx, wish: WalkIn, group_id: int = 0) -> CountedNow:
    """A group comes in together, one of the files or any; it leaves together or when the place closes."""
    zone_id = place_of(tx, tx.by.device or "")
    visitors = Visitors(scan_id=wish.scan_id, zone_id=zone_id, people=wish.people, band=wish.band)
    return arrive_group(tx, visitors, group_id)
