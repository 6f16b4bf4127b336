"""Signing in with a passkey: the script asks for options, the browser for a finger or a code, the form answers."""

from typing import Any

from litestar import Controller, Response, post

from tierslieu.basics.errors import Forbidden, Invalid
from tierslieu.http.guards import PUBLIC, house
from tierslieu.http.pages import AnyRequest, check, read_form
from tierslieu.people.signin import passkeys
from tierslieu.people.signin.cookies import known_browser, safe_target, sign_in_response, this_browser
from tierslieu.people.signin.origins import origin_of
from tierslieu.people.signin.pages import LINK_PAGE, form_page
from tierslieu.people.signin.passkey_answers import as_json, owner_of, place_of
from tierslieu.people.signin.passkeys import REFUSED
from tierslieu.people.signin.rules import TWO_FACTORS
from tierslieu.people.signin.schemas import PasskeyAnswer
from tierslieu.people.signin.signing import enter, way_of


class PasskeyPages(Controller):
    """/connexion/cle."""

    @post("/connexion/cle/defi", opt=PUBLIC, status_code=200, include_in_schema=False)
    async def options(self, request: AnyRequest) -> Response[Any]:
        """What the browser needs to ask for a passkey. The challenge is good once, here, for five minutes."""
        await read_form(request)
        place = place_of(request)
        fresh = await house(request).db.write(passkeys.challenge, this_browser(request), origin_of(request))
        return as_json(request, passkeys.options_to_use(fresh, place))

    @post("/connexion/cle", opt=PUBLIC, include_in_schema=False)
    async def use(self, request: AnyRequest) -> Response[Any]:
        """The browser's answer: two factors at once, for it verified the person."""
        form = await read_form(request)
        target = safe_target(form.pop("next", "/"))
        try:
            found = await owner_of(request, check(PasskeyAnswer, form).answer, known_browser(request))
        except (Invalid, Forbidden):
            return form_page(request, LINK_PAGE, target, error=Invalid(REFUSED))
        session = await enter(request, found.id, found.roles, way_of(request, "passkey", TWO_FACTORS))
        return sign_in_response(request, session, target)
