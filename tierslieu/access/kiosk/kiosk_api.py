"""What a kiosk asks and tells besides passages: how things are, the list for bad days, wishes of who stands there."""

import asyncio
import gzip
from functools import partial
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromQuery, JSONBody
from litestar.response import Stream

from tierslieu.access.kiosk import (
    call_letters,
    calls,
    health,
    kept_visits,
    snapshot_store,
    snapshots,
    telling,
    visits,
    wishes,
    wording,
)
from tierslieu.access.kiosk.api import RECORD
from tierslieu.access.kiosk.enrolment import cookie_of
from tierslieu.access.kiosk.schemas import (
    CallView,
    CallWish,
    DeskWish,
    HealthReport,
    KeptVisits,
    NoticeView,
    SealView,
    TurnView,
    WalkIn,
)
from tierslieu.access.kiosk.versions import page_version
from tierslieu.access.presence.evacuation import evacuation
from tierslieu.access.schemas import KioskState, Receipts
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.middleware import accepts_gzip
from tierslieu.http.pages import AnyRequest, words
from tierslieu.http.streams import lines
from tierslieu.infra.transaction import Reader
from tierslieu.people.devices.turning import offer_secret
from tierslieu.people.messages.manners import ready_channels

READ_LIST = "access.read_list"
NOT_MODIFIED = 304
JSON_LINES = "application/jsonl"
PRIVATE = {"cache-control": "private, no-cache"}


class KioskApi(Controller):
    """/api/v1/kiosk."""

    path = "/api/v1/kiosk"
    tags = ("access",)

    @get("", opt=allow(RECORD))
    async def state(self, request: AnyRequest) -> KioskState:
        """Whether this device is enrolled, the service's clock, and what there is to fetch."""
        return await house(request).db.read(_state, actor(request).device or "", page_version(request.app.state.assets))

    @post("/health", opt=allow(RECORD), status_code=200)
    async def tell(self, request: AnyRequest, data: JSONBody[HealthReport]) -> KioskState:
        """The kiosk tells how it is. The list is looked at anew when nobody did for a minute."""
        db = house(request).db
        await db.write(health.note_health, data, by=actor(request))
        if not await db.read(snapshot_store.is_fresh):
            await db.write(snapshot_store.refresh)
        return await self.state.fn(self, request)  # type: ignore[no-any-return]

    @get("/snapshot", opt=allow(READ_LIST), media_type=JSON_LINES)
    async def list_(self, request: AnyRequest, since: FromQuery[int] = 0) -> Response[Any]:
        """Who may enter, for when there is no network: whole, or what changed since a revision. Signed.

        The first line says the signatures and the numbers of their keys, all after it is what was signed.
        """
        db = house(request).db
        if not await db.read(snapshot_store.is_fresh):
            await db.write(snapshot_store.refresh)
        found = await db.read(snapshots.snapshot, actor(request).device or "", since)
        tag = f'"{found.tag}"'
        if found.is_held and request.headers.get("if-none-match") == tag:
            return Response(None, status_code=NOT_MODIFIED, headers={**PRIVATE, "etag": tag})
        (kid, signature), *former = found.seals
        body = msgspec.json.encode(SealView(signature, kid, former)) + b"\n" + found.payload.encode()
        headers = {**PRIVATE, "etag": tag, "vary": "accept-encoding"}
        if accepts_gzip(request.headers.get("accept-encoding", "")):
            body = await asyncio.to_thread(gzip.compress, body, 5, mtime=0)
            headers["content-encoding"] = "gzip"
        return Response(body, headers=headers, media_type=JSON_LINES)

    @get("/signal", opt=allow(RECORD), include_in_schema=False)
    async def follow(self, request: AnyRequest) -> Stream:
        """A stream that moves with the list, the page, alarms and the answers to this kiosk's calls."""
        return lines(partial(telling.lines_of, request))

    @get("/evacuation", opt=allow(RECORD))
    async def inside(self, request: AnyRequest) -> Response[Any]:
        """Who is inside, to be kept on the kiosk and printed there."""
        view = await house(request).db.read(evacuation)
        return Response(view, headers=PRIVATE)

    @post("/calls", opt=allow(RECORD), status_code=200)
    async def call(self, request: AnyRequest, data: JSONBody[CallWish]) -> CallView:
        """Somebody asks for a person to come."""
        home = house(request)
        found = await home.db.write(calls.call, data.call_id, by=actor(request))
        is_told = await home.db.read(call_letters.can_be_told, ready_channels(home))
        return wording.call_view(words(request), found.call_id, found.state, is_told=is_told)

    @post("/desks", opt=allow(RECORD), status_code=200)
    async def desk(self, request: AnyRequest, data: JSONBody[DeskWish]) -> NoticeView:
        """A free desk now, for whoever this kiosk let in a moment ago."""
        said = await house(request).db.write(wishes.take_desk, data.scan_id, by=actor(request))
        return wording.desk_notice(words(request), said)

    @post("/walk-ins", opt=allow(RECORD), status_code=200)
    async def count(self, request: AnyRequest, data: JSONBody[WalkIn]) -> NoticeView:
        """Somebody without a badge is counted, without a name."""
        return await visits.count(house(request), data, actor(request), words(request))

    @post("/walk-ins/batch", opt=allow(RECORD), status_code=200)
    async def kept(self, request: AnyRequest, data: JSONBody[KeptVisits]) -> Receipts:
        """Take in visits that the kiosk kept, each in its own transaction."""
        return await kept_visits.take_kept(house(request), data.visits, actor(request))

    @post("/token", opt=allow(RECORD), status_code=200)
    async def turn(self, request: AnyRequest) -> Response[TurnView]:
        """A new secret for this kiosk, in a cookie; the one it has works until the new one is used."""
        device = actor(request).device or ""
        secret = await house(request).db.write(offer_secret, device)
        return Response(TurnView(device), cookies=[cookie_of(house(request), secret)])


def _state(reader: Reader, device: str, page: str) -> KioskState:
    here, moving = health.around(reader, device), telling.moving(reader, device, page)
    return KioskState(device, reader.now, moving.rev, page, here.zone, here.zone_name, moving.is_alarm, here.turn_token)
