"""Looking after upkeep from time to time: what is due is told or blocks, photos of long ago are removed."""

import asyncio

from tierslieu.fablab.upkeep import planning, storing
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx

KEEP_PHOTOS = 365 * 86_400


async def look(house: House, _payload: object) -> None:
    """Tell and block what is due. Safe to repeat."""
    await house.db.write(planning.act_on_due, house.settings.closures.hold_hours * 3600)


async def tidy(house: House, _payload: object) -> None:
    """Remove the photos of incidents that were closed long ago: they may show people."""
    for sha256 in await house.db.write(_forget_photos):
        await asyncio.to_thread(house.files.remove, sha256)


def _forget_photos(tx: Tx) -> list[str]:
    old = tx.rows(storing.OLD_PHOTOS, before=tx.now - KEEP_PHOTOS)
    for incident_id, _sha in old:
        tx.run(storing.FORGET_PHOTO, which=incident_id)
    return [sha for sha in sorted({sha for _id, sha in old}) if not tx.rows(storing.SAME_PHOTO, sha=sha)]
