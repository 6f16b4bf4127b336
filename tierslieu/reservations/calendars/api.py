"""Calendars to subscribe to, for programs."""

from datetime import datetime

import msgspec
from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody

from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader
from tierslieu.people.signin.origins import own_address
from tierslieu.reservations.calendars import actions, queries
from tierslieu.reservations.calendars.pages import SUBSCRIBE
from tierslieu.reservations.calendars.schemas import NewFeed
from tierslieu.reservations.schemas import moment


class FeedView(msgspec.Struct, frozen=True):
    """A calendar that somebody subscribed to; `last_used_at` is null as long as no calendar read it."""

    id: str
    name: str
    place: str
    detail: str
    created_at: datetime
    last_used_at: datetime | None


class OpenedFeed(msgspec.Struct, frozen=True):
    """A calendar that was just made or renewed. Its address is told this once: it shows all to who knows it."""

    id: str
    name: str
    address: str


class FeedsApi(Controller):
    """One's own calendars."""

    path = "/api/v1/feeds"
    tags = ("calendars",)

    @get("/", opt=allow(SUBSCRIBE))
    async def listed(self, request: AnyRequest) -> list[FeedView]:
        """One's calendars, the oldest first (twenty at most)."""
        return await house(request).db.read(views_of, actor(request).person_id or 0)

    @post("/", opt=allow(SUBSCRIBE))
    async def make(self, request: AnyRequest, data: JSONBody[NewFeed]) -> OpenedFeed:
        """A new calendar: one's own reservations, or with `place` a resource, a space or a site."""
        opened = await house(request).db.write(actions.make_feed, data.name, data.place, data.detail, by=actor(request))
        return _opened(request, opened)

    @post("/{id:str}/renewal", opt=allow(SUBSCRIBE), status_code=200)
    async def renew(self, request: AnyRequest, id: FromPath[str]) -> OpenedFeed:
        """Another address: the former one leads nowhere from now on."""
        return _opened(request, await house(request).db.write(actions.renew_feed, read(id), by=actor(request)))

    @delete("/{id:str}", opt=allow(SUBSCRIBE))
    async def revoke(self, request: AnyRequest, id: FromPath[str]) -> None:
        """End a calendar."""
        await house(request).db.write(actions.revoke_feed, read(id), by=actor(request))


def views_of(reader: Reader, person_id: int) -> list[FeedView]:
    """A person's calendars."""
    return [
        FeedView(
            show(one.id),
            one.name,
            one.place,
            one.detail,
            moment(one.created_at),
            moment(one.last_used_at) if one.last_used_at else None,
        )
        for one in queries.feeds_of(reader, person_id)
    ]


def _opened(request: AnyRequest, one: actions.Opened) -> OpenedFeed:
    base = own_address(request) or str(request.base_url).rstrip("/")
    return OpenedFeed(show(one.id), one.name, f"{base}/agendas/{one.token}.ics")
