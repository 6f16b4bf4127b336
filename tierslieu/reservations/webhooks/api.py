"""Webhooks for programs."""

from typing import Annotated, Literal

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tierslieu.basics.ids import read
from tierslieu.http import paging
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.http.versions import unless_changed, versioned, wanted
from tierslieu.reservations.webhooks import actions, queries, rules
from tierslieu.reservations.webhooks.actions import MANAGE
from tierslieu.reservations.webhooks.schemas import (
    DeliveryView,
    NewWebhook,
    Replay,
    Replayed,
    WebhookChange,
    WebhookSecret,
    WebhookView,
)

DeliveryState = Literal["", "waiting", "sending", "taken", "failed", "held"]


def networks(request: AnyRequest) -> tuple[rules.Network, ...]:
    """The inner networks that the installation lets be called."""
    return rules.read_networks(house(request).settings.webhooks.inner_networks)


class WebhooksApi(Controller):
    """Who is told what. Calls are signed as Standard Webhooks says; in what order they come is not promised."""

    path = "/api/v1/webhooks"
    tags = ("webhooks",)

    @get("/", opt=allow(MANAGE))
    async def webhooks(self, request: AnyRequest) -> list[WebhookView]:
        """All receivers; there are 50 at most."""
        return await house(request).db.read(queries.webhooks)

    @post("/", opt=allow(MANAGE))
    async def register(self, request: AnyRequest, data: JSONBody[NewWebhook]) -> WebhookSecret:
        """Register a receiver. The secret of its signatures is shown this once."""
        return await house(request).db.write(actions.register, data, networks(request), by=actor(request))

    @get("/{id:str}", opt=allow(MANAGE))
    async def webhook(self, request: AnyRequest, id: FromPath[str]) -> Response[WebhookView]:
        """One receiver."""
        found = await house(request).db.read(queries.seen, read(id))
        return versioned(found, of=queries.without_moment(found))

    @patch("/{id:str}", opt=allow(MANAGE, versioned=True))
    async def change(
        self, request: AnyRequest, id: FromPath[str], data: JSONBody[WebhookChange]
    ) -> Response[WebhookView]:
        """Change what is named; pause it, or let it go on: then it is told what was held meanwhile."""
        hook_id = read(id)
        action = unless_changed(
            wanted(request), lambda reader: queries.lasting(reader, hook_id), request.url.path, actions.change
        )
        found = await house(request).db.write(action, hook_id, data, networks(request), by=actor(request))
        return versioned(found, of=queries.without_moment(found))

    @delete("/{id:str}", opt=allow(MANAGE))
    async def remove(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Tell it nothing more, and forget what was told to it."""
        await house(request).db.write(actions.remove, read(id), by=actor(request))

    @post("/{id:str}/secret", opt=allow(MANAGE))
    async def rotate(self, request: AnyRequest, id: FromPath[str]) -> WebhookSecret:
        """Another secret, shown this once. For a day the former one signs too: `webhook-signature` holds both."""
        return await house(request).db.write(actions.rotate, read(id), by=actor(request))


class DeliveriesApi(Controller):
    """What was told to a receiver, and telling it again."""

    path = "/api/v1/webhooks/{id:str}"
    tags = ("webhooks",)

    @get("/deliveries", opt=allow(MANAGE))
    async def deliveries(
        self,
        request: AnyRequest,
        id: FromPath[str],
        only: Annotated[DeliveryState, QueryParameter(name="state", description="only those in this state")] = "",
        limit: paging.Limit = paging.USUAL,
        cursor: paging.Cursor = "",
    ) -> Response[paging.Page[DeliveryView]]:
        """What was told in the last 30 days, the newest first."""
        after = paging.read_cursor(cursor, queries.LAST)
        found = await house(request).db.read(queries.told, read(id), only, after, limit + 1)
        shown, more = paging.cut(found, limit, queries.place_of)
        items = [queries.delivery_view(one) for one in shown]
        return paging.answer(request, items, more, {"state": only, "limit": limit})

    @post("/tests", opt=allow(MANAGE), status_code=202)
    async def try_out(self, request: AnyRequest, id: FromPath[str]) -> DeliveryView:
        """Send a trial (`webhook.ping`) once. What came of it is among the deliveries."""
        return await house(request).db.write(actions.try_out, read(id), by=actor(request))

    @post("/replays", opt=allow(MANAGE), status_code=202)
    async def replay(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Replay]) -> Replayed:
        """Send everything again that was noted since an instant, each under the id it had."""
        since = int(data.since.timestamp())
        return await house(request).db.write(actions.send_again_since, read(id), since, by=actor(request))

    @post("/deliveries/{delivery:str}/replays", opt=allow(MANAGE), status_code=202)
    async def send_again(self, request: AnyRequest, id: FromPath[str], delivery: FromPath[str]) -> DeliveryView:
        """Send one thing again, under the id it had."""
        return await house(request).db.write(actions.send_again, read(id), read(delivery), by=actor(request))
