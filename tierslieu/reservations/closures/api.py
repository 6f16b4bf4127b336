"""Closures for programs: what is closed, close, end earlier, lift."""

from collections.abc import Callable
from typing import TypeVar

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody

from tierslieu.basics.ids import read, show
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.http.versions import unless_changed, versioned, wanted
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.actions import CLOSE
from tierslieu.reservations.closures import actions, queries
from tierslieu.reservations.closures.rules import HOUSE
from tierslieu.reservations.closures.schemas import (
    ClosedView,
    Closing,
    ClosureEnd,
    ClosureView,
    NewClosure,
    StoredClosure,
)
from tierslieu.reservations.schemas import moment
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

R = TypeVar("R")


class ClosuresApi(Controller):
    """What is out of use, and why."""

    path = "/api/v1/closures"
    tags = ("closures",)

    @get("/", opt=PUBLIC)
    async def closures(self, request: AnyRequest) -> list[ClosedView]:
        """What is closed now or will be, soonest first."""
        return await house(request).db.read(list_closures)

    @post("/", opt=allow(CLOSE))
    async def close(self, request: AnyRequest, data: JSONBody[NewClosure]) -> ClosureView:
        """Take a resource, a space, a site or the whole house out of use.

        With `displace`, each reservation in the way ends and its person is offered the nearest thing, held for them.
        """
        home = house(request)
        hold = home.settings.closures.hold_hours * 3600
        wish = Closing(data.place, data.span, data.reason, displace=data.displace, hold_seconds=hold)
        done = await home.db.write(actions.close, wish, by=actor(request))
        return ClosureView(show(done.closure.id), [show(one) for one in done.displaced])

    @get("/{id:str}", opt=PUBLIC)
    async def closure(self, request: AnyRequest, id: FromPath[str]) -> Response[ClosedView]:
        """One closure, with its version (`ETag`)."""
        return versioned(await house(request).db.read(one_closure, read(id)))

    @patch("/{id:str}", opt=allow(CLOSE, versioned=True), status_code=204)
    async def shorten(self, request: AnyRequest, id: FromPath[str], data: JSONBody[ClosureEnd]) -> None:
        """Let a closure end earlier."""
        until = int(data.ends_at.timestamp())
        action = _unless_changed(request, read(id), actions.shorten)
        await house(request).db.write(action, read(id), until, by=actor(request))

    @delete("/{id:str}", opt=allow(CLOSE, versioned=True))
    async def lift(self, request: AnyRequest, id: FromPath[str]) -> None:
        """End a closure now: its time is free again."""
        action = _unless_changed(request, read(id), actions.lift)
        await house(request).db.write(action, read(id), by=actor(request))


def _unless_changed(request: AnyRequest, closure_id: int, action: Callable[..., R]) -> Callable[..., R]:
    return unless_changed(wanted(request), lambda reader: one_closure(reader, closure_id), request.url.path, action)


def one_closure(reader: Reader, closure_id: int) -> ClosedView:
    """One closure. Raises NotFound."""
    return _view(venue(reader), queries.stored(reader, closure_id))


def list_closures(reader: Reader) -> list[ClosedView]:
    """The closures in force and to come."""
    here = venue(reader)
    return [_view(here, one) for one in queries.to_come(reader)]


def _view(here: VenueMap, one: StoredClosure) -> ClosedView:
    place = queries.place_of(here, one)
    times = (moment(one.starts_at), moment(one.ends_at))
    return ClosedView(show(one.id), place, name_of(here, place), *times, one.reason, one.kind)


def name_of(here: VenueMap, place: str) -> str:
    """The name of a resource or a space; the key of a site; nothing for the house."""
    kind, _, key = place.partition(":")
    if kind == "resource" and key in here.by_key:
        return here.by_key[key].name
    spaces = {one.key: one.name for one in here.spaces.values()}
    return spaces.get(key, key) if place != HOUSE else ""
