"""Signing in, for pages and calls alike: throttle, password, new session."""

from typing import Any

from litestar import Request
from litestar.datastructures import State

from tierslieu.basics.errors import Invalid
from tierslieu.http.guards import actor, house
from tierslieu.people.persons.rules import normal_email
from tierslieu.people.signin import actions, passwords, queries
from tierslieu.people.signin.schemas import SessionView, SignIn
from tierslieu.people.signin.throttle import Throttle

AnyRequest = Request[Any, Any, State]


class WrongCredentials(Invalid):
    """The address or the password is not right; which of the two is not told."""

    def __init__(self) -> None:
        super().__init__("wrong_credentials")


async def sign_in(request: AnyRequest, wish: SignIn) -> SessionView:
    """A new session. Raises WrongCredentials, or Forbidden("too_many_attempts")."""
    home = house(request)
    throttle: Throttle = request.app.state.throttle
    email, origin, now = normal_email(wish.email), request.client.host if request.client else "", home.clock.now()
    throttle.require_room(email, origin, now)
    found = await home.db.read(queries.account, email)
    if not await passwords.matches(found.password_hash if found else None, wish.password) or found is None:
        throttle.failed(email, origin, now)
        raise WrongCredentials
    return await home.db.write(actions.open_session, found.id, found.roles, actor(request).session)
