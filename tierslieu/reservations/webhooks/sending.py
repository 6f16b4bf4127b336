"""Webhooks leave: a job takes what is due, calls under way end on their own, so that no letter waits for a receiver."""

import asyncio
import contextlib
from typing import Any

from tierslieu.basics.errors import DomainError
from tierslieu.basics.ids import read, show
from tierslieu.infra.house import House
from tierslieu.infra.logs import log
from tierslieu.reservations.webhooks import outbox, rules
from tierslieu.reservations.webhooks.calling import NotTaken, call
from tierslieu.reservations.webhooks.schemas import Parcel

LOG = log("webhooks")


async def send(house: House, payload: dict[str, Any]) -> None:
    """Begin to send what is due to a receiver. What does not end is taken up again by a later run."""
    for parcel in await house.db.write(outbox.take, read(payload["webhook"])):
        house.keep(asyncio.ensure_future(_deliver(house, parcel)))


async def _deliver(house: House, parcel: Parcel) -> None:
    """Send one delivery and note what came of it; a house that closes leaves the noting to the next run."""
    one, status, error = parcel.delivery, 0, ""
    try:
        status = await _call(house, parcel)
        error = "" if rules.is_taken(status) else "not_taken"
    except NotTaken as failure:
        error = failure.code
    with contextlib.suppress(DomainError):
        if error:
            LOG.warning("webhook not taken", delivery=show(one.id), error=error, status=status)
            await house.db.write(outbox.note_failure, one, status, error)
        else:
            await house.db.write(outbox.note_taken, one, status)


async def _call(house: House, parcel: Parcel) -> int:
    one, now, settings = parcel.delivery, house.clock.now(), house.settings.webhooks
    body, message_id = one.payload.encode(), f"msg_{show(one.id)}"
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": rules.signature(parcel.secrets, message_id, now, body),
        "user-agent": "tierslieu",
    }
    return await call(parcel.url, headers, body, rules.read_networks(settings.inner_networks), settings.ca_file)
