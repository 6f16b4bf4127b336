"""Opening doors: once for each passage that was granted, never late, and never believed before the contact says so."""

from tierslieu.access.doors import queries, rules, storing
from tierslieu.access.doors.rules import DoorNow
from tierslieu.access.doors.storing import Say
from tierslieu.access.events import Passed
from tierslieu.access.zones.queries import zone_of, zones_of_resource
from tierslieu.basics.actor import require
from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.schemas import Stored

OPEN = "access.open_doors"
OPEN_OWN = "access.open_own_door"


def against(reader: Reader, door: DoorNow) -> str:
    """Why a door cannot be opened from here now; "" when it can be tried. A door whose zone is gone stays shut."""
    if rules.link_of(door, reader.now) != "online":
        return "door_offline"
    return "" if zone_of(reader, door.zone_id) else "door_without_zone"


def open_door(tx: Tx, door: DoorNow, say: Say) -> str | None:
    """Order one pulse. What cannot be tried is noted as expired, and never sent. None: done before for this passage."""
    refused = against(tx, door)
    values = {name: getattr(say, name) for name in say.__struct_fields__} | {"ms": door.pulse_ms, "refused": refused}
    return storing.order(tx, door, Say(**values | {"op": "pulse"}))


def follow_passage(tx: Tx, event: Passed) -> None:
    """Somebody was welcomed at a kiosk: the door beside it opens, if it was just now."""
    door = queries.door_beside(tx, event.device)
    found = queries.passage(tx, event.device, event.scan_id)
    if door is None or found is None or found.outcome != "granted":
        return
    if found.decided_by != "service" or tx.now - found.received_at > rules.FRESH or tx.now - found.at > rules.FRESH:
        return
    open_door(tx, door, Say(op="pulse", scan_ref=rules.scan_ref(event.device, event.scan_id), origin="kiosk"))


def is_beside_a_door(reader: Reader, event: Passed) -> bool:
    """Whether a passage concerns a door at all."""
    return queries.has_door(reader, event.device)


def open_remotely(tx: Tx, key: str, cause: str) -> None:
    """Staff let somebody in from afar, and say why. Raises Refused when it cannot be tried."""
    require(tx.by, OPEN)
    door = queries.door(tx, key)
    if refused := against(tx, door):
        raise Refused((Reason(refused, {"door": door.name}),))
    open_door(tx, door, Say(op="pulse", origin="staff", asked_by=tx.by.person_id, cause=cause))
    record(tx, "access.door.open", None, door.key, reason=cause)


def hold(tx: Tx, key: str) -> None:
    """Hold the strike at once."""
    require(tx.by, OPEN)
    door = queries.door(tx, key)
    storing.order(tx, door, Say(op="hold", origin="staff", asked_by=tx.by.person_id))
    record(tx, "access.door.hold", None, door.key)


def identify(tx: Tx, key: str) -> None:
    """Ask the node to make itself known and to say how it is."""
    require(tx.by, OPEN)
    storing.order(tx, queries.door(tx, key), Say(op="identify", origin="staff", asked_by=tx.by.person_id))


# -- from the page of a reservation ------------------------------------------------------------------------


def doors_for(reader: Reader, one: Stored) -> list[DoorNow]:
    """The doors that a reservation opens from its page now: while it runs, where the house lets it."""
    is_held = one.state in ("confirmed", "checked_in")
    if not is_held or not one.starts_at <= reader.now < one.ends_at:
        return []
    found = queries.doors_of(reader, zones_of_resource(reader, one.resource_id))
    return [door for door in found if door.opens_online]


def open_own(tx: Tx, reservation_id: int, key: str) -> None:
    """Whoever reserved opens the door behind which it is. Raises NotFound for what is not theirs, Refused."""
    one = reservations.stored(tx, reservation_id)
    door = next((each for each in doors_for(tx, one) if each.key == key), None)
    if one.person_id != tx.by.person_id or door is None:
        raise NotFound("no_such_door")
    reason = against(tx, door)
    if not reason and queries.opened_lately(tx, one.id, tx.now - rules.ONLINE_PER) >= rules.ONLINE_TRIES:
        reason = "door_too_often"
    if reason:
        raise Refused((Reason(reason, {"door": door.name}),))
    say = Say(op="pulse", origin="reservation", asked_by=tx.by.person_id, reservation_id=one.id)
    open_door(tx, door, say)
