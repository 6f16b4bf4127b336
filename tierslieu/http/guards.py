"""Guards: every route names the permission it needs; a route that names none is refused at start."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from tierslieu.basics.actor import ANYONE, Actor
from tierslieu.basics.errors import Forbidden
from tierslieu.infra.house import House

KEY = "permission"
EVERYONE = "*"
KEPT = "kept_form"
"""Where the scope says how a form goes on after sign-in: its session ended before it arrived."""
REFUSED = "refused"
"""Where the edge leaves its refusal in the scope, so that it is told like any other error."""
RECENT = 600
"""How long a proof of identity is good enough for delicate acts, in seconds."""
PUBLIC: dict[str, Any] = {KEY: EVERYONE}
"""`opt=PUBLIC`: anyone may call, signed in or not."""

Connection = ASGIConnection[Any, Any, Any, Any]


class SignInFirst(Forbidden):
    """Nobody is signed in: pages lead to the sign-in page, calls get a 401."""

    def __init__(self) -> None:
        super().__init__("sign_in_first")


Keep = Callable[[Connection], Awaitable[str]]
"""Keeps a form that arrived after its session's end; answers where its sender takes it up again, "" for nothing."""


class SecondFactorFirst(Forbidden):
    """The person may do it once they gave their second factor: pages lead there, calls get a 403."""

    def __init__(self) -> None:
        super().__init__("second_factor_first")


class ConfirmFirst(Forbidden):
    """The act is delicate and the last proof of identity too old: pages ask for it again, calls get a 403."""

    def __init__(self) -> None:
        super().__init__("confirm_first")


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
        if permission in who.withheld:
            raise SecondFactorFirst
        if not who.is_known and connection.scope.get("method") == "POST":
            connection.scope[KEPT] = await connection.app.state.keep_form(connection)  # type: ignore[literal-required]
        raise Forbidden("not_allowed") if who.is_known else SignInFirst()


def actor(connection: Connection) -> Actor:
    """Who asks; ANYONE when nobody is signed in."""
    return cast(Actor, connection.scope.get("actor", ANYONE))


def require_recent_proof(connection: Connection, seconds: int = RECENT) -> None:
    """Raise ConfirmFirst unless the person proved who they are a short time ago; at a kiosk that is not enough."""
    if actor(connection).session_kind == "kiosk":
        raise Forbidden("not_at_kiosk")
    if actor(connection).confirmed_at <= house(connection).clock.now() - seconds:
        raise ConfirmFirst


def house(connection: Connection) -> House:
    """The house, for handlers."""
    return cast(House, connection.app.state.house)
