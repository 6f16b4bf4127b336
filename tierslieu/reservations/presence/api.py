"""Presence for programs: arrival, delay, departure of a reservation."""

from datetime import datetime

import msgspec
from litestar import Controller, post
from litestar.params import FromPath, JSONBody

from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.reservations.presence import actions
from tierslieu.reservations.presence.schemas import Delay
from tierslieu.reservations.schemas import moment

MAKE = "reservations.make"


class Kept(msgspec.Struct, frozen=True):
    """Until when a place is kept for somebody who is late; null where places are never given to others."""

    kept_until: datetime | None


class PresenceApi(Controller):
    """What somebody does about their own reservation; staff for anyone."""

    path = "/api/v1/reservations/{id:str}"
    tags = ("reservations",)

    @post("/arrival", opt=allow(MAKE), status_code=204)
    async def arrive(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Somebody is here for a reservation: from 15 minutes before its start, staff at any time."""
        await house(request).db.write(actions.arrive, read(id), "app", by=actor(request))

    @post("/late", opt=allow(MAKE), status_code=200)
    async def be_late(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Delay]) -> Kept:
        """Somebody comes late: their place is kept longer."""
        until = await house(request).db.write(actions.be_late, read(id), data.minutes, by=actor(request))
        return Kept(moment(until) if until is not None else None)

    @post("/departure", opt=allow(MAKE), status_code=204)
    async def leave(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Somebody who was here goes: the rest of the time is free for others."""
        await house(request).db.write(actions.leave, read(id), by=actor(request))
