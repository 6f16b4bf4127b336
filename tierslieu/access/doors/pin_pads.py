"""Pins typed at a door: opened with the door's key, judged outside of any transaction, noted with the passage.

What was typed is nowhere at rest: it waits sealed, for the moment between two transactions, and no log names it.
"""

import msgspec

from devices.wire import decode
from devices.wire.door_pins import open_pin
from devices.wire.doors import DoorEvent
from tierslieu.access.doors import keys, passages, queries, rules, storing
from tierslieu.access.doors.events import PinTyped
from tierslieu.access.doors.rules import DoorNow
from tierslieu.access.scanning import pin_tries
from tierslieu.access.scanning.pin_tries import PinTry
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx


class Counted(msgspec.Struct, frozen=True):
    """A try at a door that was counted, and is to be judged."""

    door: DoorNow
    tried: PinTry


async def judge(house: House, event: PinTyped) -> None:
    """Answer a badge with its pin. May run twice: a passage that was noted is not judged again."""
    said = decode(DoorEvent, event.told.encode())
    counted = await house.db.write(_count, event.door_id, said)
    if counted is None:
        return
    door = counted.door
    pin = open_pin(keys.door_key(house.secret, door.id, door.generation), door.site, door.key, said)
    is_right = await pin_tries.is_right(counted.tried, pin)
    await house.db.write(_answer, counted, said, is_right=is_right)


def _count(tx: Tx, door_id: int, said: DoorEvent) -> Counted | None:
    """Count the try before it is judged. None when nobody stands there any more, or the node has decided itself."""
    door = queries.door_by_id(tx, door_id)
    scan_id = rules.scan_id_of(door.key, said.event_id)
    if passages.is_late(tx, door, said) or queries.passage(tx, door.key, scan_id) is not None:
        storing.answer_event(tx, door, said.event_id, said.boot_id, passages.AGAIN)
        return None
    card = pin_tries.card_of(tx, said.text or "-", door.key, secret_sha256=said.card or "")
    return Counted(door, pin_tries.count(tx, card))


def _answer(tx: Tx, counted: Counted, said: DoorEvent, *, is_right: bool) -> None:
    door = queries.door_by_id(tx, counted.door.id)
    pin = pin_tries.settle(tx, counted.tried, is_right=is_right)
    answer = passages.judge(tx, door, said, pin)
    if answer is not None:
        storing.answer_event(tx, door, said.event_id, said.boot_id, answer)
