"""Visitors without a badge who count themselves at a kiosk: as fast as people walk; a wrong tap is taken back."""

from typing import Final

from tierslieu.access.kiosk import wishes, wording
from tierslieu.access.kiosk.schemas import NoticeView, WalkIn
from tierslieu.access.presence import counting, log
from tierslieu.access.presence.queries import is_alarm
from tierslieu.access.scanning import pace
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import NotFound
from tierslieu.basics.spans import MINUTE
from tierslieu.http.words import Words
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader, Tx

TAKEN_BACK_WITHIN: Final = MINUTE
"""For so long a visitor may say that the tap was wrong: whoever made it still stands there."""


async def count(home: House, wish: WalkIn, by: Actor, words: Words) -> NoticeView:
    """Somebody without a badge passes, without a name. Nobody who leaves is held up, nor a visit that is sent again.

    Raises Conflict("nothing_to_count"), Conflict("scan_id_reused").
    """
    device = by.device or ""
    is_new = wish.direction == "in" and not await home.db.read(_is_held_by_nothing, device, wish.scan_id)
    if is_new and pace.are_too_many(home, device, wish.people):
        return wording.too_many_visits(words)
    counted = await home.db.write(wishes.walk_in, wish, by=by)
    return wording.visitor_notice(words, counted, wish.direction)


def take_back(tx: Tx, scan_id: str) -> None:
    """The tap of a visitor was wrong: it counts no longer. Raises NotFound("no_such_scan"), also when it is late."""
    found = log.stored(tx, tx.by.device or "", scan_id)
    if found is None or found.at < tx.now - TAKEN_BACK_WITHIN:
        raise NotFound("no_such_scan")
    counting.undo(tx, scan_id)


def is_counted(reader: Reader, device: str, scan_id: str) -> bool:
    """True for a visit that is in a count: not of who was refused, or told the way out in an alarm."""
    found = log.stored(reader, device, scan_id)
    return found is not None and found.outcome == "granted" and found.zone_id > 0


def _is_held_by_nothing(reader: Reader, device: str, scan_id: str) -> bool:
    """True for a visit that was noted before, and for every one in an alarm."""
    return is_alarm(reader, 0) or log.stored(reader, device, scan_id) is not None
