"""Pages of federation: leave for a provider, come back, say who you are here."""

from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import Conflict, DomainError, Forbidden, Invalid
from tierslieu.http.guards import PUBLIC, actor, house, require_recent_proof
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.problems import status_of
from tierslieu.http.wording import sentence
from tierslieu.infra.transaction import Reader
from tierslieu.people.federation import actions, journeys, queries
from tierslieu.people.federation.provider import Provider
from tierslieu.people.federation.rules import counted_strength, error_code
from tierslieu.people.federation.schemas import NewAccount, Visitor
from tierslieu.people.signin import links
from tierslieu.people.signin.cookies import (
    browser_cookies,
    known_browser,
    safe_target,
    sign_in_response,
    this_browser,
)
from tierslieu.people.signin.origins import origin_of, own_address
from tierslieu.people.signin.throttle import TooMany

OWN_SPACE: Final = "/mon-espace#federation"
NO_REFERRER: Final = {"referrer-policy": "no-referrer"}


class FederationPages(Controller):
    """/connexion/franceconnect and /connexion/proconnect."""

    path = "/connexion/{provider:str}"

    @get("", opt=PUBLIC, include_in_schema=False)
    async def show(self, request: AnyRequest, provider: FromPath[str], next: FromQuery[str] = "/") -> Response[Any]:
        """The button alone, with what the provider is."""
        return _again(request, journeys.provider_of(request, provider), safe_target(next))

    @post("", opt=PUBLIC, include_in_schema=False, status_code=200)
    async def leave(self, request: AnyRequest, provider: FromPath[str]) -> Response[Any]:
        """Begin a journey.

        A page that leads on by itself, and no redirect: after a form, browsers check each stop of a redirect against
        our form-action policy, and the provider's own stops are not ours to list.
        """
        chosen = journeys.provider_of(request, provider)
        target = safe_target((await read_form(request)).get("next", "/"))
        try:
            address = await journeys.start(request, chosen, target)
        except DomainError as error:
            return _again(request, chosen, target, error)
        answer = page(
            request, "federation/going.html", headers=NO_REFERRER, address=address, name=chosen.settings.label
        )
        answer.cookies.extend(browser_cookies(request))
        return answer

    @get("/retour", opt=PUBLIC, include_in_schema=False)
    async def come_back(self, request: AnyRequest, provider: FromPath[str]) -> Response[Any]:
        """The provider's answer. Known people are signed in, others are asked who they are."""
        chosen, target = journeys.provider_of(request, provider), "/"
        given = request.query_params
        try:
            state = str(given.get("state", ""))
            attempt = await journeys.taken(request, chosen, state)
            target = attempt.target
            if str(given.get("iss", chosen.settings.issuer)) != chosen.settings.issuer:
                raise Invalid("provider_answer_refused")
            if given.get("error"):
                raise _refusal(str(given["error"]))
            arrived = await journeys.arrive(request, chosen, attempt, state, str(given.get("code", "")))
        except DomainError as error:
            return _again(request, chosen, target, error)
        if arrived.session is None:
            return see_other(f"/connexion/{chosen.key}/suite")
        return sign_in_response(request, arrived.session, arrived.target)

    @get("/suite", opt=PUBLIC, include_in_schema=False)
    async def ask(self, request: AnyRequest, provider: FromPath[str]) -> Response[Any]:
        """A visitor whom nobody knows yet: link to an account, prove one, or make one."""
        chosen = journeys.provider_of(request, provider)
        visitor = await _visitor(request, chosen)
        return see_other("/connexion") if visitor is None else await _choices(request, chosen, visitor)

    @post("/compte", opt=PUBLIC, include_in_schema=False, status_code=200)
    async def create(self, request: AnyRequest, provider: FromPath[str]) -> Response[Any]:
        """Make an account under the names that the visitor confirmed."""
        chosen, form = journeys.provider_of(request, provider), await read_form(request)
        visitor = await _visitor(request, chosen)
        if visitor is None:
            return see_other("/connexion")
        try:
            wish = check(NewAccount, form)
            person_id = await house(request).db.write(
                actions.create_account, visitor, known_browser(request), wish.first_name, wish.last_name
            )
        except FormErrors as error:
            return await _choices(request, chosen, visitor, form, error)
        except Conflict as error:
            if error.code == "identity_taken":
                return _again(request, chosen, visitor.target, error)
            return see_other(f"/connexion/{chosen.key}/suite")
        strength = counted_strength(visitor.strength, is_staff_allowed=bool(visitor.is_staff_allowed))
        session = await journeys.open_for(request, chosen, person_id, strength)
        return sign_in_response(request, session, visitor.target)

    @post("/lien", opt=PUBLIC, include_in_schema=False)
    async def prove(self, request: AnyRequest, provider: FromPath[str]) -> Response[Any]:
        """Send a sign-in link to the account that has the visitor's address; it leads back here."""
        chosen = journeys.provider_of(request, provider)
        await read_form(request)
        visitor = await _visitor(request, chosen)
        if visitor is None or not visitor.email:
            return see_other("/connexion")
        try:
            await house(request).db.write(
                links.ask,
                visitor.email,
                this_browser(request),
                f"/connexion/{chosen.key}/suite",
                origin_of(request),
                own_address(request),
            )
        except TooMany as error:
            return _again(request, chosen, visitor.target, error)
        return see_other("/connexion/lien", browser_cookies(request))

    @post("/relier", opt=PUBLIC, include_in_schema=False)
    async def link(self, request: AnyRequest, provider: FromPath[str]) -> Response[Any]:
        """Link the identity to the account that is signed in here, and was proved a short time ago."""
        chosen = journeys.provider_of(request, provider)
        await read_form(request)
        who, visitor = actor(request), await _visitor(request, chosen)
        if visitor is None or who.person_id is None:
            return see_other("/connexion")
        if who.session_kind == "kiosk":
            raise Forbidden("not_allowed")
        require_recent_proof(request)
        try:
            await house(request).db.write(actions.link, visitor, known_browser(request), who.person_id, by=who)
        except Conflict as error:
            return _again(request, chosen, OWN_SPACE, error)
        return see_other(OWN_SPACE)


async def _visitor(request: AnyRequest, provider: Provider) -> Visitor | None:
    return await house(request).db.read(queries.visitor, known_browser(request), provider.key)


async def _choices(
    request: AnyRequest,
    provider: Provider,
    visitor: Visitor,
    typed: dict[str, str] | None = None,
    error: FormErrors | None = None,
) -> Response[Any]:
    spoken = words(request)
    found, is_closed = await house(request).db.read(_account, visitor.email)
    context: dict[str, Any] = {
        "name": provider.settings.label,
        "key": provider.key,
        "visitor": visitor,
        "typed": typed or {"first_name": visitor.first_name, "last_name": visitor.last_name},
        "errors": {field: sentence(spoken, code, {}) for field, code in (error.fields if error else {}).items()},
        "is_known": found,
        "is_closed": is_closed,
    }
    return page(request, "federation/next.html", 422 if error else 200, **context)


def _account(reader: Reader, email: str) -> tuple[bool, bool]:
    return queries.holder(reader, email) is not None, queries.is_closed(reader, email)


def _refusal(given: str) -> DomainError:
    """What the provider's error means for the visitor."""
    if given in ("access_denied", "login_required", "interaction_required", "consent_required"):
        return Invalid("journey_refused")
    return Invalid("provider_error", provider_code=error_code(given) or "?")


def _again(request: AnyRequest, provider: Provider, target: str, error: DomainError | None = None) -> Response[Any]:
    """The button, with what went wrong, and the other ways in."""
    context: dict[str, Any] = {
        "name": provider.settings.label,
        "about": provider.settings.about_url,
        "key": provider.key,
        "next": target,
        "message": sentence(words(request), error.code, error.facts) if error else "",
    }
    return page(request, "federation/start.html", status_of(error) if error else 200, NO_REFERRER, **context)
