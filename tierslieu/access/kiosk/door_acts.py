"""A badge shown at the screen of a door: an arrival when its person reserved this room, else half an hour of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

import msgspec

from devices.badges import codec as badges
from tierslieu.access.queries import find_scan
from tierslieu.access.scanning import pace
from tierslieu.access.scanning.actions import record_scan
from tierslieu.access.scanning.online import with_pin
from tierslieu.access.scanning.showing import Pin
from tierslieu.access.schemas import KioskRow, NewScan
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Reason
from tierslieu.basics.ids import read
from tierslieu.basics.spans import Span
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.roles.queries import roles_of
from tierslieu.people.roles.rules import USERS
from tierslieu.reservations import actions as reservations
from tierslieu.reservations.presence import actions as presence
from tierslieu.reservations.presence.queries import here_now
from tierslieu.reservations.presence.rules import spans_at_once
from tierslieu.reservations.presence.views import wish_for
from tierslieu.reservations.rules import Booking
from tierslieu.reservations.scene import Asker, scene
from tierslieu.venue.map import ResourceFacts
from tierslieu.venue.queries import venue

SHOW_DOOR: Final = "access.show_door"
MAKE: Final = "reservations.make"
TAKEN: Final = ("checked_in", "already", "welcome", "welcome_early", "inside", "too_early")
"""Answers to a badge that was believed, after which its person may have the room."""


class Said(msgspec.Struct, frozen=True):
    """What the door answers: `kind` is here (`place` is theirs until `until`), asked, denied, refused, or pin (it is
    to be typed too).

    `code` is the answer of the badge when it was not taken, `reasons` are those against reserving.
    """

    kind: str
    until: int = 0
    code: str = ""
    reasons: tuple[Reason, ...] = ()
    place: str = ""


async def answer(home: House, door: KioskRow, scan: NewScan, by: Actor) -> Said:
    """Answer one badge, with a pin when one was typed; one device asks as often as any kiosk may."""
    if pace.is_too_fast(home, by.device or ""):
        return Said("denied", code="too_fast")
    return await with_pin(home, scan, by, partial(present, door=door))


def present(tx: Tx, scan: NewScan, *, door: KioskRow, pin: Pin = "none") -> Said:
    """Record the badge as any kiosk does, which notes an arrival; without a reservation, reserve for half an hour.

    The number under a card is no secret: known or not, nothing happens before its pin. The same scan sent again finds
    what the first one did.
    """
    device = tx.by.device or ""
    if pin != "right" and badges.read(scan.badge).number and find_scan(tx, device, scan.scan_id) is None:
        return Said("pin") if pin == "none" else Said("denied", code="pin_wrong")
    recorded = record_scan(tx, scan, pin=pin).answer
    if recorded.asks:
        return Said("pin")
    noted, resource = find_scan(tx, device, scan.scan_id), venue(tx).by_id.get(door.resource_id)
    person_id = noted.person_id if noted is not None else None
    if person_id is None or resource is None or recorded.kind not in TAKEN:
        return Said("denied", code=recorded.reason or "not_allowed")
    mine = [one for one in here_now(tx, person_id, resource) if one.state == "checked_in"]
    return Said("here", mine[0].ends_at, place=resource.name) if mine else _reserve(tx, person_id, resource)


def _reserve(tx: Tx, person_id: int, resource: ResourceFacts) -> Said:
    """Decide as the page of the day would, then write; a refusal changes nothing of the scan."""
    if not set(roles_of(tx, person_id)) & USERS:
        return Said("refused", reasons=(Reason("not_bookable"),))
    today = venue(tx).zone.day(venue(tx).zone.date(tx.now))
    found = scene(tx, Asker(person_id), [resource], today)
    run = next((each for each in found.free(resource, today) if each.span.holds(tx.now)), None)
    spans = spans_at_once(run.span, run.least, resource.grid_minutes, tx.now) if run else []
    if not spans:
        return Said("refused")
    wish = wish_for(found, resource, spans[0])
    outcome = found.judge(tx, wish)
    if not isinstance(outcome, Booking):
        return Said("refused", reasons=outcome)
    with acting(tx, person_id):
        return make(tx, resource, wish.span, wish.people)


def make(tx: Tx, resource: ResourceFacts, span: Span, people: int) -> Said:
    """Reserve from now on for whoever acts, who is here already."""
    person_id = tx.by.person_id or 0
    made = reservations.reserve(tx, reservations.Request((resource.key,), span, people, person_id)).reservations[0]
    if made.state != "confirmed":
        return Said("asked", span.end, place=resource.name)
    presence.arrive(tx, read(made.id), "code")
    return Said("here", span.end, place=resource.name)


@contextmanager
def acting(tx: Tx, person_id: int) -> Iterator[None]:
    """Act as the person whose badge it is, at this device, for what they may do for themselves."""
    device = tx.by
    tx.by = Actor(person_id, device.device, frozenset({MAKE}))
    try:
        yield
    finally:
        tx.by = device
