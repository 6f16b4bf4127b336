"""Signing out of the provider too: its session in this browser goes on after ours ended."""

import secrets
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.http.guards import PUBLIC, house
from tierslieu.http.pages import AnyRequest, page, read_form, see_other
from tierslieu.people.federation import actions, journeys, queries
from tierslieu.people.federation.calls import ProviderAway
from tierslieu.people.federation.pages import NO_REFERRER
from tierslieu.people.signin.cookies import known_browser


class LeavingFirstPages(Controller):
    """/au-revoir, after signing out."""

    @get("/au-revoir", opt=PUBLIC, include_in_schema=False)
    async def after(self, request: AnyRequest) -> Response[Any]:
        """On to the provider whose session is open in this browser, or to the first page."""
        keys = await house(request).db.read(queries.departures, known_browser(request))
        offered = house(request).settings.oidc.offered
        return see_other(next((f"/deconnexion/{key}" for key in keys if key in offered), "/"))


class LeavingPages(Controller):
    """/deconnexion/franceconnect and /deconnexion/proconnect."""

    path = "/deconnexion/{provider:str}"

    @get("", opt=PUBLIC, include_in_schema=False)
    async def offer(self, request: AnyRequest, provider: FromPath[str]) -> Response[Any]:
        """« Se déconnecter aussi de FranceConnect »."""
        chosen = journeys.provider_of(request, provider)
        found = await house(request).db.read(queries.departure, known_browser(request), chosen.key)
        if found is None:
            return see_other("/")
        return _told(request, chosen.key, chosen.settings.label, "offered")

    @post("", opt=PUBLIC, include_in_schema=False, status_code=200)
    async def leave(self, request: AnyRequest, provider: FromPath[str]) -> Response[Any]:
        """Lead the browser to where the provider ends its session."""
        chosen = journeys.provider_of(request, provider)
        await read_form(request)
        home, state = house(request), secrets.token_urlsafe(32)
        token = await home.db.write(actions.leave, known_browser(request), chosen.key, state)
        back = journeys.own_page(request, f"/deconnexion/{chosen.key}/retour")
        try:
            address = await chosen.logout_url(token, state, back, home.clock.now()) if token else ""
        except ProviderAway:
            return _told(request, chosen.key, chosen.settings.label, "away", 503)
        if not address:
            return see_other("/")
        return page(request, "federation/going.html", headers=NO_REFERRER, address=address, name=chosen.settings.label)

    @get("/retour", opt=PUBLIC, include_in_schema=False)
    async def done(self, request: AnyRequest, provider: FromPath[str]) -> Response[Any]:
        """The provider ended its session."""
        chosen = journeys.provider_of(request, provider)
        state = str(request.query_params.get("state", ""))
        is_ours = await house(request).db.write(actions.left, known_browser(request), chosen.key, state)
        return _told(request, chosen.key, chosen.settings.label, "done") if is_ours else see_other("/")


def _told(request: AnyRequest, key: str, name: str, state: str, status: int = 200) -> Response[Any]:
    return page(request, "federation/signed_out.html", status, key=key, name=name, state=state)
