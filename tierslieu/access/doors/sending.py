"""Orders on their way to doors, and what happens with time: no answer, too late, nobody went through."""

from typing import Any, Final, NamedTuple

from devices.wire import Channel, build_topic
from devices.wire.doors import DoorOp, DoorOrder, seal_door
from devices.wire.seals import UNSEALED
from tierslieu.access.doors import keys, queries, rules, storing
from tierslieu.access.doors.events import DoorOrdered, DoorTrouble
from tierslieu.access.doors.rules import CommandNow, DoorNow
from tierslieu.infra.house import House
from tierslieu.infra.orders import publish_orders
from tierslieu.infra.transaction import Tx

EVERY: Final = 10
NOT_OPENED: Final = "access.doors.not_opened"


class Outgoing(NamedTuple):
    """An order with all that is before it on the way to the same door."""

    orders: list[CommandNow]
    door: DoorNow


async def send(house: House, event: DoorOrdered) -> None:
    """Seal an order and publish it, never retained, after those before it that have no answer yet.

    An order that has become too old is never sent, whatever kept it: the person stands there no more. The node carries
    the same order out once, so it may be published again.
    """
    found = await house.db.write(_take_out, event.cmd_id)
    if found is None:
        return
    key = keys.door_key(house.secret, found.door.id, found.door.generation)
    topic = build_topic(found.door.site, found.door.key, Channel.DOOR_ORDER)
    sealed = (seal_door(key, found.door.site, found.door.key, _as_message(one)) for one in found.orders)
    if not publish_orders(house.broker, topic, sealed):
        await house.db.write(_expire, event.cmd_id, "broker_away")


def _take_out(tx: Tx, cmd_id: str) -> Outgoing | None:
    """Note that an order leaves now, before it does: what was noted and did not leave is unknown, never open."""
    one = tx.row(queries.COMMAND_BY_ID, cmd=cmd_id)
    if one is None or one.state not in ("granted", "sent"):
        return None
    if tx.now > one.expires_at or not one.boot_id:
        if one.state == "granted":  # one that may have left is judged when its answer is missed
            _expire(tx, cmd_id, "too_late")
        return None
    tx.run(storing.SET_SENT, which=cmd_id, state="sent")
    tx.touch(storing.DOORS)
    orders = tx.rows(queries.UNDER_WAY, door=one.door_id, upto=one.seq, now=tx.now)
    return Outgoing([each for each in orders if each.boot_id], queries.door_by_id(tx, one.door_id))


def _as_message(order: CommandNow) -> DoorOrder:
    return DoorOrder(
        cmd_id=order.cmd_id,
        seq=order.seq,
        op=DoorOp(order.op),
        issued_at=order.issued_at,
        ttl_s=rules.TTL,
        boot_id=order.boot_id,
        ms=order.ms,
        event_id=order.event_id,
        answer=order.answer or None,
        mac=UNSEALED,
    )


def _expire(tx: Tx, cmd_id: str, reason: str) -> None:
    tx.run(storing.SET_LOST, which=cmd_id, state="expired", reason=reason, answered_at=tx.now)
    tx.touch(storing.DOORS)


def await_answer(tx: Tx, payload: dict[str, Any]) -> None:
    """No answer yet: the same order once more, with the same number; then nobody knows, and staff are told."""
    one = tx.row(queries.COMMAND_BY_ID, cmd=str(payload["cmd_id"]))
    if one is None or one.state not in ("granted", "sent"):
        return
    if tx.now <= one.expires_at and storing.COURIER.send_again(tx, one.cmd_id, one.tries):
        return
    if one.state == "granted":
        _expire(tx, one.cmd_id, "too_late")
    else:
        tx.run(storing.SET_LOST, which=one.cmd_id, state="unknown", reason="no_answer", answered_at=tx.now)
        tx.announce(DoorTrouble(one.door_id, "silent", tx.now))
        tx.touch(storing.DOORS)


def look_whether_opened(tx: Tx, payload: dict[str, Any]) -> None:
    """The strike was released, as the node said; did the contact see the door open? If not, nothing is claimed."""
    one = tx.row(queries.COMMAND_BY_ID, cmd=str(payload["cmd_id"]))
    if one is None or one.state != "confirmed" or one.opened_at:
        return
    if queries.door_by_id(tx, one.door_id).leaf == "unknown":
        return  # no contact is wired: the words say so
    tx.run(storing.SET_NOT_OPENED, which=one.cmd_id, state="unknown", reason="not_opened")
    tx.announce(DoorTrouble(one.door_id, "not_opened", tx.now))
    tx.touch(storing.DOORS)


def watch_links(tx: Tx, _payload: object) -> None:
    """Silence makes no message: pages look again, and staff are told, when a door has just become silent."""
    for door in tx.rows(queries.DOORS):
        if door.heard_at and 0 < tx.now - door.heard_at - rules.SILENT_AFTER <= 2 * EVERY:
            tx.announce(DoorTrouble(door.id, "silent", door.heard_at))
            tx.touch(storing.DOORS)
