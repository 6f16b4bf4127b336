"""Guards: every route names the permission it needs; a route that names none is refused at start."""

from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from tierslieu.basics.actor import ANYONE, Actor
from tierslieu.basics.errors import Forbidden
from tierslieu.infra.house import House

KEY = "permission"
EVERYONE = "*"
REFUSED = "refused"
"""Where the edge leaves its refusal in the scope, so that it is told like any other error."""
PUBLIC: dict[str, Any] = {KEY: EVERYONE}
"""`opt=PUBLIC`: anyone may call, signed in or not."""

Connection = ASGIConnection[Any, Any, Any, Any]


class SignInFirst(Forbidden):
    """Nobody is signed in: pages lead to the sign-in page, calls get a 401."""

    def __init__(self) -> None:
        super().__init__("sign_in_first")


def allow(permission: str, **extra: Any) -> dict[str, Any]:
    """`opt=allow("fablab.queue_own")`: only actors who hold the permission."""
    return {KEY: permission, **extra}


async def require_permission(connection: Connection, handler: BaseRouteHandler) -> None:
    """The one guard of the whole application. Denies when unsure; tells what the edge refused before.

    Async although it waits for nothing: the framework would run a plain function in a thread, each time.
    """
    refused = connection.scope.get(REFUSED)
    if isinstance(refused, Exception):
        raise refused
    permission = handler.opt.get(KEY)
    if permission == EVERYONE:
        return
    who = actor(connection)
    if permission is None or not who.may(permission):
        raise Forbidden("not_allowed") if who.is_known else SignInFirst()


def actor(connection: Connection) -> Actor:
    """Who asks; ANYONE when nobody is signed in."""
    return cast(Actor, connection.scope.get("actor", ANYONE))


def house(connection: Connection) -> House:
    """The house, for handlers."""
    return cast(House, connection.app.state.house)
