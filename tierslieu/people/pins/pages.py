"""Pins at the desk: let a person choose one, make it work again, take it away; the section on their page."""

from typing import Any

import msgspec
from litestar import Controller, Response, post
from litestar.params import FromPath

from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, read_form, see_other
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.pins import actions, queries

MANAGE = "people.manage_pins"


class PinView(msgspec.Struct, frozen=True):
    """What the section shows. Texts are empty when there is nothing to say."""

    has_pin: bool
    chosen_on: str
    is_blocked: bool
    allowed_until: str


def section(reader: Reader, words: Words, person_id: int) -> PinView:
    """A person's pin, never the pin itself."""
    pin, until = queries.pin_of(reader, person_id), queries.allowed_until(reader, person_id)
    return PinView(
        pin is not None,
        words.day(pin.chosen_at, "year") if pin else "",
        bool(pin and pin.blocked_at),
        words.hour(until) if until else "",
    )


class PinPages(Controller):
    """What the desk does about a person's pin."""

    path = "/personnes/{id:str}/code"

    @post("", opt=allow(MANAGE), include_in_schema=False)
    async def let_choose(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Let the person choose a pin at a kiosk, within ten minutes."""
        return await _done(request, id, actions.allow)

    @post("/deblocage", opt=allow(MANAGE), include_in_schema=False)
    async def unblock(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """A pin that was stopped by wrong tries works again."""
        return await _done(request, id, actions.unblock)

    @post("/retrait", opt=allow(MANAGE), include_in_schema=False)
    async def remove(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Take the pin away."""
        return await _done(request, id, actions.remove)


async def _done(request: AnyRequest, id: str, action: Any) -> Response[Any]:
    await read_form(request)
    await house(request).db.write(action, read(id), by=actor(request))
    return see_other(f"/personnes/{id}#pins")
