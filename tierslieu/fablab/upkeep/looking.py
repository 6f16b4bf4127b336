"""Looking after upkeep from time to time: what is due is told or blocks, what is out stays closed, and photos of long
ago are removed."""

import asyncio
from typing import Any

from tierslieu.basics.ids import read, show
from tierslieu.fablab.upkeep import incidents, planning, queries, storing
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx

KEEP_CLOSED = "fablab.upkeep.keep_closed"
KEEP_PHOTOS = 365 * 86_400


async def look(house: House, _payload: object) -> None:
    """Tell and block what is due, keep closed what is out. Safe to repeat."""
    await house.db.write(_look, house.settings.closures.hold_hours * 3600)


def _look(tx: Tx, hold_seconds: int) -> None:
    planning.act_on_due(tx, hold_seconds)
    for machine_id in queries.out_now(tx):  # each by itself: one that cannot be closed keeps no other open
        wish = {"machine": show(machine_id), "hold_seconds": hold_seconds}
        tx.later(KEEP_CLOSED, wish, dedup=f"upkeep:keep_closed:{machine_id}")


def keep_closed(tx: Tx, payload: Any) -> None:
    """Close more of the time of a machine that is still out."""
    incidents.keep_closed(tx, read(payload["machine"]), payload["hold_seconds"])


async def tidy(house: House, _payload: object) -> None:
    """Remove the photos of incidents that were closed long ago: they may show people."""
    for sha256 in await house.db.write(_forget_photos):
        await asyncio.to_thread(house.files.remove, sha256)


def _forget_photos(tx: Tx) -> list[str]:
    old = tx.rows(storing.OLD_PHOTOS, before=tx.now - KEEP_PHOTOS)
    for incident_id, _sha in old:
        tx.run(storing.FORGET_PHOTO, which=incident_id)
    return [sha for sha in sorted({sha for _id, sha in old}) if not tx.rows(storing.SAME_PHOTO, sha=sha)]
