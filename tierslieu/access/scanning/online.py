"""Taking in scans over the network: a pin is judged outside of any transaction, kept scans come many at a time."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from pydantic import ValidationError

from devices.badges import codec
from tierslieu.access import queries
from tierslieu.access.rules import Answer
from tierslieu.access.scanning import pace
from tierslieu.access.scanning.actions import Recorded, record_scan
from tierslieu.access.schemas import NewScan, Receipt, RefusedScan
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict
from tierslieu.infra.house import House
from tierslieu.infra.once import CURRENT
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.queries import known
from tierslieu.people.pins import actions as pins
from tierslieu.people.pins.actions import Card, Try
from tierslieu.people.pins.rules import read_pin
from tierslieu.people.signin import passwords, throttle
from tierslieu.people.signin.throttle import TooMany


class PinTry(msgspec.Struct, frozen=True):
    """What became of counting a try: `one` to judge, or none left for this card or this device for now."""

    one: Try | None = None
    is_answered: bool = False


async def answer_scan(home: House, scan: NewScan, by: Actor) -> Recorded:
    """Answer one presentation of a badge, with a pin when one was typed. Who leaves is never asked to wait."""
    if scan.direction == "in" and pace.is_too_fast(home, by.device or ""):
        return Recorded(scan.scan_id, Answer("too_fast"), None, is_duplicate=False)
    if not scan.pin:
        return await home.db.write(record_scan, scan, by=by)
    tried = await home.db.write(_begin, scan, by=by)
    if tried.is_answered:
        return await home.db.write(record_scan, scan, by=by)
    pin = read_pin(scan.pin)
    is_right = await passwords.matches(tried.one.pin_hash if tried.one else None, pin) and bool(pin)
    return await home.db.write(_end, scan, tried.one, is_right=is_right, by=by)


def _begin(tx: Tx, scan: NewScan) -> PinTry:
    """Count the try before it is judged; the same scan sent again is no other try."""
    device = tx.by.device or ""
    if queries.find_scan(tx, device, scan.scan_id) is not None:
        return PinTry(is_answered=True)
    try:
        return PinTry(pins.begin(tx, card_of(tx, scan.badge, device)))
    except TooMany:
        return PinTry()


def _end(tx: Tx, scan: NewScan, one: Try | None, *, is_right: bool) -> Recorded:
    """The answer to a scan whose pin was judged. Where no try was left, every pin is a wrong one."""
    is_right = is_right and one is not None and one.pin_hash is not None
    if one is not None and is_right:
        throttle.withdraw(tx, one.counted)
    elif one is not None:
        pins.wrong(tx, one)
    return record_scan(tx, scan, pin="right" if is_right else "wrong")


def card_of(reader: Reader, text: str, device: str) -> Card:
    """The card behind a text: whose it is while it works and its person is active, else nobody's."""
    reading = codec.read(text)
    badge = queries.badge_of(reader, reading) if reading.result == "ok" else None
    if reading.kind == "phone" and reading.claims is not None:
        badge = queries.badge_by_handle(reader, reading.claims.handle)
    if badge is not None and badge.is_active and known(reader, badge.person_id) is not None:
        return Card(pins.card_name(badge.person_id), badge.person_id, device)
    return Card(f"card:{reading.number or codec.stored(reading.secret)}", pins.NOBODY, device)


async def take_kept(home: House, items: Sequence[dict[str, Any]], by: Actor) -> list[Receipt | RefusedScan]:
    """Take in scans that a device kept. Each is a transaction of its own; those of a moment are committed together."""
    return await asyncio.gather(*(_take(home, item, by) for item in items))


async def _take(home: House, item: dict[str, Any], by: Actor) -> Receipt | RefusedScan:
    CURRENT.set(None)  # a scan has an id of its own: the request's key would only stand in the way
    try:
        scan = NewScan.model_validate(item)
    except ValidationError:
        return RefusedScan(str(item.get("scan_id", ""))[:64], "invalid_input")
    try:
        found = await home.db.write(record_scan, scan, is_kept=True, by=by)
    except Conflict as error:
        return RefusedScan(scan.scan_id, error.code)
    return Receipt(found.scan_id, found.answer.outcome, found.answer.reason, found.is_duplicate)
