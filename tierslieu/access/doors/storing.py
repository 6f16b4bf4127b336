"""How rows of doors change, and how an order is made: stored with its number, then sent."""

import secrets
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, text, update

from tierslieu.access.doors import rules
from tierslieu.access.doors.events import DoorOrdered
from tierslieu.access.doors.rules import DoorNow
from tierslieu.access.doors.tables import DoorCommand, DoorEventRow
from tierslieu.access.zones.door_tables import AccessDoor
from tierslieu.infra.orders import Courier
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, one_of, table_of
from tierslieu.infra.transaction import Tx

DOORS = "access_doors"
"""The live topic that moves when a door does."""
AWAIT = "access.doors.await_answer"
d, c, e = columns(AccessDoor), columns(DoorCommand), columns(DoorEventRow)
ADD_DOOR: Query[Any] = Query(insert_into(AccessDoor))
ADD_COMMAND = insert_or_nothing(DoorCommand)
ADD_EVENT = insert_or_nothing(DoorEventRow)
NEXT_SEQ: Query[tuple[int]] = Query(
    text("UPDATE access_door SET seq = seq + 1 WHERE id = :door RETURNING seq").bindparams(
        bindparam("door", type_=BigInteger())
    )
)


def _set_door(*changed: str) -> Query[Any]:
    values = {name: bindparam(name, type_=d[name].type) for name in changed}
    return Query(update(table_of(AccessDoor)).where(d.id == bindparam("which")).values(values))


def _set_command(former: tuple[str, ...], *changed: str) -> Query[Any]:
    values = {name: bindparam(name, type_=c[name].type) for name in changed}
    same = (c.cmd_id == bindparam("which"), one_of(c.state, former))
    return Query(update(table_of(DoorCommand)).where(*same).values(values))


SET_SHOWN = _set_door(
    *("is_online", "boot_id", "former_boot_id", "state_seq", "strike", "leaf", "is_alarm", "reader", "pin_pad"),
    *("list_version", "list_at", "fault", "uptime_s", "heard_at", "reborn_at", "rebirths"),
)
SET_GONE = _set_door("is_online", "strike", "leaf")
SET_HEARD = _set_door("heard_at", "uptime_s")
SET_MEASURED = _set_door("strike", "leaf", "heard_at", "uptime_s")
SET_FACTS = _set_door("name", "zone_id", "side", "pulse_ms", "kiosk_key", "opens_online")
SET_ACCOUNT = _set_door("generation", "retired_at", "boot_id", "former_boot_id", "state_seq", "heard_at", "is_online")
SET_SENT = _set_command(("granted",), "state")
SET_TRIES = _set_command(("granted", "sent"), "tries")
COURIER = Courier(DoorOrdered, AWAIT, SET_TRIES)
SET_ANSWER = _set_command(("granted", "sent", "unknown"), "state", "reason", "answered_at")
SET_LOST = _set_command(("granted", "sent"), "state", "reason", "answered_at")
SET_NOT_OPENED = _set_command(("confirmed",), "state", "reason")
SET_OPENED = _set_command(("sent", "confirmed"), "opened_at")
FORGET_COMMANDS: Query[Any] = Query(delete(table_of(DoorCommand)).where(c.issued_at < bindparam("before")))
FORGET_EVENTS: Query[Any] = Query(delete(table_of(DoorEventRow)).where(e.at < bindparam("before")))


class Say(msgspec.Struct, frozen=True, kw_only=True):
    """What is ordered, and for what. `refused` says why it cannot even be tried: it is noted, and never sent."""

    op: str
    ms: int = 0
    event_id: str | None = None
    answer: str = ""
    scan_ref: str | None = None
    origin: str = "service"
    asked_by: int | None = None
    reservation_id: int | None = None
    cause: str = ""
    boot_id: str = ""
    refused: str = ""
    is_awaited: bool = True


def answer_event(tx: Tx, door: DoorNow, event_id: str, boot_id: str, answer: str) -> None:
    """Name an event, so that the node forgets it, with what whoever stands there is to see."""
    order(tx, door, Say(op="ack_event", event_id=event_id, answer=answer, boot_id=boot_id, is_awaited=False))


def order(tx: Tx, door: DoorNow, say: Say) -> str | None:
    """Order something of a door: it leaves with this commit, and its answer is awaited. Returns the order's id, None
    when the same passage was carried out before."""
    cmd_id, number = secrets.token_hex(12), tx.row(NEXT_SEQ, door=door.id)
    is_new = tx.run(
        ADD_COMMAND,
        cmd_id=cmd_id,
        door_id=door.id,
        seq=number[0] if number else 1,
        op=say.op,
        ms=say.ms,
        issued_at=tx.now,
        expires_at=tx.now + rules.TTL,
        boot_id=say.boot_id or door.boot_id,
        event_id=say.event_id,
        answer=say.answer,
        scan_ref=say.scan_ref,
        origin=say.origin,
        asked_by=say.asked_by,
        reservation_id=say.reservation_id,
        cause=say.cause,
        tries=1,
        state="expired" if say.refused else "granted",
        reason=say.refused,
        answered_at=tx.now if say.refused else 0,
        opened_at=0,
    )
    if not is_new:
        return None
    tx.touch(DOORS)
    if not say.refused:
        COURIER.send_off(tx, cmd_id, is_awaited=say.is_awaited)
    return cmd_id
