"""The journey of a browser to a provider and back, for pages: who is meant, what goes out, what comes of the answer."""

import secrets
from collections.abc import Awaitable
from typing import Final, TypeVar

import msgspec

from tierslieu.basics.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from tierslieu.http.guards import actor, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.logs import log
from tierslieu.people.federation import actions
from tierslieu.people.federation.calls import Calls, ProviderAway
from tierslieu.people.federation.provider import Provider
from tierslieu.people.federation.rules import LONGEST, counted_strength
from tierslieu.people.federation.schemas import Attempt
from tierslieu.people.federation.tokens import Untrusted
from tierslieu.people.signin.cookies import known_browser, this_browser
from tierslieu.people.signin.origins import origin_of, own_address
from tierslieu.people.signin.queries import account_of
from tierslieu.people.signin.schemas import SessionView
from tierslieu.people.signin.signing import enter, way_of

V = TypeVar("V")
LOG = log("federation")
KEPT: Final = "providers"
LONGEST_CODE: Final = 4000


class Arrived(msgspec.Struct, frozen=True):
    """What came of a journey: a session, or a visitor to be asked. `target` is where they wanted to go."""

    session: SessionView | None
    target: str


def provider_of(request: AnyRequest, key: str) -> Provider:
    """A configured provider. Raises NotFound for any other."""
    known: dict[str, Provider] | None = request.app.state.get(KEPT)
    if known is None:
        calls = Calls()
        offered = house(request).settings.oidc.offered
        known = request.app.state[KEPT] = {name: Provider(name, own, calls) for name, own in offered.items()}
    if key not in known:
        raise NotFound("not_found")
    return known[key]


def own_page(request: AnyRequest, path: str) -> str:
    """The full address of a page of ours, as it was told to the provider. Raises Unavailable without our address."""
    address = own_address(request)
    if not address:
        raise Unavailable("provider_away")
    return address + path


async def start(request: AnyRequest, provider: Provider, target: str) -> str:
    """Begin a journey: where the browser must go. Raises ProviderAway, TooMany."""
    home, state, nonce = house(request), secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    back = own_page(request, f"/connexion/{provider.key}/retour")
    address = await _heard(provider, provider.authorize_url(back, state, nonce, home.secret, home.clock.now()))
    await home.db.write(
        actions.begin,
        provider.key,
        (state, nonce),
        this_browser(request),
        target,
        origin_of(request),
        by=actor(request),
    )
    return address


async def taken(request: AnyRequest, provider: Provider, state: str) -> Attempt:
    """The journey that comes back, once and in its own browser. Raises Invalid("journey_over")."""
    found = await house(request).db.write(actions.take, provider.key, state, known_browser(request))
    if found is None:
        raise Invalid("journey_over")
    return found


async def arrive(request: AnyRequest, provider: Provider, attempt: Attempt, state: str, code: str) -> Arrived:
    """Exchange the code, and sign in who is known. Raises Untrusted, ProviderAway, Conflict, Forbidden."""
    if not 0 < len(code) <= LONGEST_CODE or len(state) > LONGEST:
        raise Invalid("journey_over")
    home = house(request)
    back = own_page(request, f"/connexion/{provider.key}/retour")
    proven = await _heard(
        provider, provider.prove(code, back, state, attempt.nonce_sha256, home.secret, home.clock.now())
    )
    facts, browser = proven.facts, known_browser(request)
    found = await home.db.write(actions.meet, provider.key, facts, browser, attempt.target)
    await home.db.write(actions.remember_departure, browser, provider.key, proven.id_token)
    if found is None:
        return Arrived(None, attempt.target)
    if attempt.person_id not in (None, found.person_id):
        raise Conflict("identity_taken")  # they meant to link it to the account they were signed in with
    strength = counted_strength(facts.strength, is_staff_allowed=facts.is_staff_allowed)
    return Arrived(await open_for(request, provider, found.person_id, strength), attempt.target)


async def open_for(request: AnyRequest, provider: Provider, person_id: int, strength: int) -> SessionView:
    """The session of somebody whom the provider proved. Raises Forbidden("identity_closed")."""
    found = await house(request).db.read(account_of, person_id)
    if found is None:
        raise Forbidden("identity_closed")
    return await enter(request, found.id, found.roles, way_of(request, provider.key, strength))


async def _heard(provider: Provider, answer: Awaitable[V]) -> V:
    """Wait for the provider; what went wrong is noted without anything personal."""
    try:
        return await answer
    except (Untrusted, ProviderAway) as error:
        LOG.warning("provider refused", provider=provider.key, code=error.code, why=error.why)
        raise
