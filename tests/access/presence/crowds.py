"""What tests of presence share: zones of their own, and passages as readers record them."""

import msgspec

from tests.support.clients import HouseUnderTest
from tierslieu.access.presence import actions, log
from tierslieu.access.presence.queries import PresenceRow, count_of
from tierslieu.access.presence.rules import Fact, Who, mark
from tierslieu.access.zones.actions import ZoneFacts, add_zone, change_zone
from tierslieu.access.zones.queries import ZoneNow, site, zone
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.venue.queries import venue


class Place(msgspec.Struct, frozen=True):
    """A zone of a test, and the site around it."""

    site: ZoneNow
    hall: ZoneNow
    lab: ZoneNow


def make_place(house: HouseUnderTest, capacity: int = 0, hall: int = 0, lab: int = 0) -> Place:
    """A site with two zones; the hall follows the hours of the first space."""
    found: Place = house.write(_make, capacity, hall, lab)
    return found


def _make(tx: Tx, capacity: int, hall: int, lab: int) -> Place:
    whole, space = site(tx), min(venue(tx).spaces)
    facts = ZoneFacts("Le lieu", is_site=1, capacity=capacity)
    whole = change_zone(tx, whole.id, facts, ()) if whole else add_zone(tx, "lieu", facts, ())
    return Place(
        whole,
        add_zone(tx, "test-hall", ZoneFacts("Hall", capacity=hall, space_id=space), ()),
        add_zone(tx, "test-lab", ZoneFacts("Labo", capacity=lab, space_id=space), ()),
    )


def passage(who: Who, at: int, direction: str, zone_id: int, number: int = 0) -> Fact:
    """A passage as a kiosk tells it."""
    return Fact(who, at, mark("kiosk-test", number, f"{number:032x}"), direction, zone_id)


def happen(tx: Tx, fact: Fact) -> bool:
    """Record a passage: the log, then presence. Once, however often."""
    _device, seq, scan_id = fact.mark.split(":")
    row = log.Row(
        device="kiosk-test",
        scan_id=scan_id,
        kind="badge",
        direction=fact.direction,
        zone_id=fact.zone_id,
        at=fact.at,
        seq=int(seq, 16),
        who=fact.who,
    )
    if not log.add(tx, row):
        return False
    if fact.direction == "in":
        return actions.enter(tx, zone(tx, fact.zone_id), fact.who, fact.at, counts=True, is_forced=True, mark=fact.mark)
    actions.leave(tx, fact.who, fact.at, zone_id=fact.zone_id, mark=fact.mark)
    return True


def happen_all(tx: Tx, facts: list[Fact]) -> None:
    """Record many passages, in this order."""
    for fact in facts:
        happen(tx, fact)


def heads(reader: Reader, *zone_ids: int) -> list[tuple[int, int, int]]:
    """People, places and visitors of zones."""
    return [(one.people, one.places, one.visitors) for one in (count_of(reader, id_) for id_ in zone_ids)]


def state(rows: list[PresenceRow]) -> dict[tuple[int, int], tuple[object, ...]]:
    """Presence without the ids of its rows."""
    return {
        (one.person_id, one.guest_id): (
            one.zone_id,
            one.is_inside,
            one.takes_place,
            one.last_at,
            one.last_direction,
            one.last_mark,
        )
        for one in rows
    }
