"""Taking in scans over the network: a pin is judged outside of any transaction, kept scans come many at a time."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from tierslieu.access import queries
from tierslieu.access.presence.queries import is_alarm
from tierslieu.access.rules import Answer
from tierslieu.access.scanning import pace, pin_tries
from tierslieu.access.scanning.actions import Recorded, record_scan
from tierslieu.access.scanning.pin_tries import PinTry
from tierslieu.access.schemas import NewScan, Receipt, RefusedScan
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict
from tierslieu.infra.house import House
from tierslieu.infra.once import CURRENT
from tierslieu.infra.transaction import Tx

V = TypeVar("V")


async def answer_scan(home: House, scan: NewScan, by: Actor) -> Recorded:
    """Answer one presentation of a badge, with a pin when one was typed.

    Who leaves is never asked to wait, nor is anybody in an alarm.
    """
    is_too_fast = scan.direction == "in" and pace.is_too_fast(home, by.device or "")
    if is_too_fast and not await home.db.read(is_alarm, 0):
        return Recorded(scan.scan_id, Answer("too_fast"), None, is_duplicate=False)
    return await with_pin(home, scan, by, record_scan)


async def with_pin(home: House, scan: NewScan, by: Actor, act: Callable[..., V]) -> V:
    """What `act(tx, scan, pin=…)` does in one step, told "none", "right" or "wrong": the pin is judged before it."""
    tried = await home.db.write(_begin, scan, by=by) if scan.pin else None
    if tried is None:
        return await home.db.write(act, scan, by=by)
    is_right = await pin_tries.is_right(tried, scan.pin)
    return await home.db.write(_end, scan, tried, act, is_right=is_right, by=by)


def _begin(tx: Tx, scan: NewScan) -> PinTry | None:
    """Count the try; the same scan sent again is no other try."""
    device = tx.by.device or ""
    if queries.find_scan(tx, device, scan.scan_id) is not None:
        return None
    return pin_tries.count(tx, pin_tries.card_of(tx, scan.badge, device))


def _end(tx: Tx, scan: NewScan, tried: PinTry, act: Callable[..., V], *, is_right: bool) -> V:
    """The answer to a scan whose pin was judged."""
    return act(tx, scan, pin=pin_tries.settle(tx, tried, is_right=is_right))


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
        found = await home.db.write(record_scan, scan, is_kept=True, card=scan.card, by=by)
    except Conflict as error:
        return RefusedScan(scan.scan_id, error.code)
    return Receipt(found.scan_id, found.answer.outcome, found.answer.reason, found.is_duplicate)
