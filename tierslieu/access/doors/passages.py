"""Badges held before a door's reader: judged here while it is now, noted as they were when it is told late."""

from collections.abc import Iterator
from contextlib import contextmanager

from devices.wire.doors import DoorEvent
from tierslieu.access.doors import actions, queries, rules
from tierslieu.access.doors.rules import DoorNow
from tierslieu.access.doors.storing import Say
from tierslieu.access.queries import find_scan
from tierslieu.access.scanning.actions import record_scan
from tierslieu.access.scanning.again import answer_again
from tierslieu.access.scanning.showing import Pin
from tierslieu.access.schemas import NewScan
from tierslieu.basics.actor import Actor
from tierslieu.infra.transaction import Reader, Tx

AGAIN, DENIED, TYPE_PIN = "again", "denied", "pin"


def is_late(reader: Reader, door: DoorNow, said: DoorEvent) -> bool:
    """Whether nobody can know any more who stands there."""
    return rules.is_late(door, said.boot_id, said.at_uptime_s, reader.now)


def again(reader: Reader, door: DoorNow, said: DoorEvent) -> str | None:
    """The answer to what was told before: none while its pin is still judged."""
    is_judged = queries.passage(reader, door.key, rules.scan_id_of(door.key, said.event_id)) is not None
    return None if said.pin and not is_judged else ""


def judge(tx: Tx, door: DoorNow, said: DoorEvent, pin: Pin = "none") -> str | None:
    """Decide, and open when it is granted. Returns what the reader shows; None when the order to open says it."""
    if is_late(tx, door, said):
        return AGAIN
    scan_id = rules.scan_id_of(door.key, said.event_id)
    if queries.passage(tx, door.key, scan_id) is not None:
        return ""  # the node has decided meanwhile, and told that first
    scan = _scan(scan_id, said, tx.now)
    with _as_device(tx, door):
        recorded = record_scan(tx, scan, pin=pin, card=said.card or "")
    if recorded.answer.outcome != "granted":
        return TYPE_PIN if recorded.answer.asks == "pin" and door.pin_pad == "ready" else DENIED
    say = Say(
        op="pulse",
        scan_ref=rules.scan_ref(door.key, scan_id),
        origin="scan",
        event_id=said.event_id,
        answer="granted",
    )
    refused = actions.against(tx, door)
    actions.open_door(tx, door, say)
    return DENIED if refused else None


def keep(tx: Tx, door: DoorNow, said: DoorEvent, at: int) -> None:
    """Note a passage that the node decided by itself. Judged here too, what the node did at the door is the fact."""
    scan_id = rules.scan_id_of(door.key, said.of or said.event_id)
    if said.outcome is None:
        return
    scan = _scan(scan_id, said, at)
    scan.decided, scan.reason = said.outcome, said.reason or ""
    stored = find_scan(tx, door.key, scan_id)
    with _as_device(tx, door):
        if stored is not None:
            answer_again(tx, door.key, scan, stored, "door")
            return
        record_scan(tx, scan, is_kept=True, card=said.card or "")


def _scan(scan_id: str, said: DoorEvent, at: int) -> NewScan:
    return NewScan(scan_id=scan_id, badge=said.text or "-", at_device=at, device_seq=said.seq, direction=said.side)


@contextmanager
def _as_device(tx: Tx, door: DoorNow) -> Iterator[None]:
    """A reader speaks for itself, with nobody's rights."""
    who, tx.by = tx.by, Actor(device=door.key)
    try:
        yield
    finally:
        tx.by = who
