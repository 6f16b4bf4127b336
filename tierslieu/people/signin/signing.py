"""Signing in, for pages and calls alike: throttle, proof, new session."""

from typing import Any

from tierslieu.basics.errors import Invalid
from tierslieu.http.guards import actor, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.actions import put_password
from tierslieu.people.persons.rules import normal_email
from tierslieu.people.signin import arrivals, factors, passwords, queries, throttle
from tierslieu.people.signin.actions import open_session
from tierslieu.people.signin.cookies import known_browser, this_browser
from tierslieu.people.signin.labels import browser_label
from tierslieu.people.signin.origins import origin_of
from tierslieu.people.signin.rules import TWO_FACTORS
from tierslieu.people.signin.schemas import Account, SessionView, SignIn, Way


class WrongCredentials(Invalid):
    """The address or the password is not right; which of the two is not told."""

    def __init__(self) -> None:
        super().__init__("wrong_credentials")


def way_of(request: AnyRequest, method: str, strength: int = 1, kind: str = "browser") -> Way:
    """How this request comes in."""
    browser = this_browser(request) if kind == "browser" else ""
    return Way(method, strength, browser_label(request.headers.get("user-agent", "")), browser, kind)


async def sign_in(request: AnyRequest, wish: SignIn, kind: str = "browser") -> SessionView:
    """A new session after a password. Raises WrongCredentials, Invalid, or Forbidden("too_many_attempts").

    The same work is done for every address: one count, one slow hash, one write.
    """
    home, email = house(request), normal_email(wish.email)
    way = way_of(request, "password", kind=kind)
    found, tries = await home.db.write(_begin, email, origin_of(request), known_browser(request))
    if not await passwords.matches(found.password_hash if found else None, wish.password) or found is None:
        await home.db.write(arrivals.refused, email, way, "wrong_password")
        raise WrongCredentials
    fresh = await passwords.renewed(found.password_hash, wish.password)
    if wish.code is not None:
        if not await home.db.write(second_factor, found.id, wish.code, origin_of(request)):
            await home.db.write(arrivals.refused, email, way, factors.WRONG)
            raise Invalid(factors.WRONG)
        way = Way("password", TWO_FACTORS, way.label, way.browser, kind)
    return await home.db.write(_finish, found, tries, way, actor(request).session, fresh, zone=home.zone)


async def enter(request: AnyRequest, person_id: int, roles: str, way: Way) -> SessionView:
    """A new session for somebody who proved who they are in another way; the browser's former one ends."""
    home = house(request)
    return await home.db.write(arrivals.welcome, person_id, roles, way, former=actor(request).session, zone=home.zone)


async def renew(request: AnyRequest, person_id: int, roles: str, way: Way) -> SessionView:
    """A new secret for a session whose worth has changed; nobody arrived, so nothing is noted."""
    return await house(request).db.write(
        open_session,
        person_id,
        roles,
        actor(request).session,
        method=way.method,
        strength=way.strength,
        label=way.label,
    )


def second_factor(tx: Tx, person_id: int, code: str, origin: str) -> bool:
    """Take a second factor. A wrong one is counted and answers False; too many raise TooMany."""
    tries = throttle.attempt(tx, *factors.limits_for(person_id, origin, code))
    if not factors.give(tx, person_id, code):
        return False
    throttle.withdraw(tx, tries)
    return True


def _begin(tx: Tx, email: str, origin: str, browser: str) -> tuple[Account | None, list[int]]:
    found = queries.account(tx, email, browser)
    is_known = found is not None and found.known is not None
    return found, throttle.attempt(tx, *throttle.password_limits(email, origin, browser if is_known else ""))


def _finish(
    tx: Tx, found: Account, tries: list[int], way: Way, former: str | None, fresh: str | None, **more: Any
) -> SessionView:
    throttle.withdraw(tx, tries)
    if fresh is not None:
        put_password(tx, found.id, fresh)
    return arrivals.welcome(tx, found.id, found.roles, way, former=former, **more)
