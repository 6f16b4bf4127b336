"""Visits that a kiosk counted while it had no network: facts that came late, each taken in once."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import ValidationError

from tierslieu.access.kiosk.schemas import KeptVisit
from tierslieu.access.kiosk.visits import TAKEN_BACK_WITHIN
from tierslieu.access.kiosk.wishes import place_of
from tierslieu.access.presence import counting, log
from tierslieu.access.queries import unknown_scans
from tierslieu.access.rules import happened_at
from tierslieu.access.scanning import pace
from tierslieu.access.schemas import Receipt, Receipts, RefusedScan
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.infra.house import House
from tierslieu.infra.once import CURRENT
from tierslieu.infra.transaction import Tx

TOO_FAST: Final = "too_fast"


async def take_kept(home: House, items: Sequence[dict[str, Any]], by: Actor) -> Receipts:
    """Take in what a kiosk kept, each in a transaction of its own; what takes a visit back comes after all visits.

    One after the other, as people came: all change the same counts, side by side they would only hold connections.
    None is refused for want of places. More than can walk past in a minute are: the kiosk itself keeps no more.
    """
    read = [_read(item) for item in items]
    visits = sorted((one for one in read if isinstance(one, KeptVisit)), key=lambda one: bool(one.undoes))
    too_fast = await _too_fast(home, visits, by.device or "")
    taken: list[Receipt | RefusedScan] = [one for one in read if isinstance(one, RefusedScan)]
    taken += [RefusedScan(scan_id, TOO_FAST) for scan_id in sorted(too_fast)]
    taken += [await _take(home, one, by) for one in visits if one.scan_id not in too_fast]
    answers = [one for one in taken if isinstance(one, Receipt)]
    return Receipts(answers, [one for one in taken if isinstance(one, RefusedScan)])


def _read(item: dict[str, Any]) -> KeptVisit | RefusedScan:
    try:
        return KeptVisit.model_validate(item)
    except ValidationError:
        return RefusedScan(str(item.get("scan_id", ""))[:64], "invalid_input")


async def _too_fast(home: House, visits: list[KeptVisit], device: str) -> set[str]:
    """Those that come faster than people walk. What was noted before is sent again and is no news."""
    unknown = set(await home.db.read(unknown_scans, device, [one.scan_id for one in visits]))
    fresh = [one for one in visits if one.scan_id in unknown and one.direction == "in" and not one.undoes]
    return {one.scan_id for one in fresh if pace.were_too_many(home, device, one.scan_id, one.people, one.at_device)}


async def _take(home: House, one: KeptVisit, by: Actor) -> Receipt | RefusedScan:
    token = CURRENT.set(None)  # a visit has an id of its own: the request's key would only stand in the way
    try:
        return await home.db.write(_undo if one.undoes else _count, one, by=by)
    except (Conflict, NotFound) as error:
        return RefusedScan(one.scan_id, error.code)
    finally:
        CURRENT.reset(token)


def _count(tx: Tx, one: KeptVisit) -> Receipt:
    visitors = counting.Visitors(
        scan_id=one.scan_id,
        zone_id=place_of(tx, tx.by.device or ""),
        people=one.people,
        band=one.band,
        direction=one.direction,
        at=one.at_device,
        offset=one.offset,
        stamp=one.at_device,
        seq=one.device_seq,
        is_kept=True,
    )
    counted = counting.count_visitors(tx, visitors)
    return Receipt(one.scan_id, "granted", None, counted.is_duplicate)


def _undo(tx: Tx, one: KeptVisit) -> Receipt:
    """Take back a visit, as on the spot: soon after, and once. Raises NotFound("no_such_scan")."""
    device = tx.by.device or ""
    found = log.stored(tx, device, one.undoes)
    at = happened_at(one.at_device, tx.now, is_kept=True, offset=one.offset)
    if found is None or at > found.at + TAKEN_BACK_WITHIN or one.scan_id != counting.contrary(one.undoes):
        raise NotFound("no_such_scan")
    is_known = log.stored(tx, device, one.scan_id) is not None
    counting.undo(tx, one.undoes, is_kept=True)
    return Receipt(one.scan_id, "granted", None, is_known)
