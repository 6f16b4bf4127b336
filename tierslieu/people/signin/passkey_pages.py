"""Signing in with a passkey: the script asks for options, the browser for a finger or a code, the form answers."""

from typing import Any

from litestar import Controller, Response, post

from tierslieu.basics.errors import Forbidden, Invalid
from tierslieu.http.guards import PUBLIC, house
from tierslieu.http.pages import AnyRequest, check, read_form
from tierslieu.infra.transaction import Tx
from tierslieu.people.signin import arrivals, passkeys, queries
from tierslieu.people.signin.cookies import browser_cookies, known_browser, safe_target, sign_in_response, this_browser
from tierslieu.people.signin.origins import origin_of, own_address, relying_party
from tierslieu.people.signin.pages import LINK_PAGE, form_page
from tierslieu.people.signin.passkeys import REFUSED, Place
from tierslieu.people.signin.rules import TWO_FACTORS
from tierslieu.people.signin.schemas import Account, PasskeyAnswer
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
            found = await _owner(request, check(PasskeyAnswer, form).answer)
        except (Invalid, Forbidden):
            return form_page(request, LINK_PAGE, target, error=Invalid(REFUSED))
        session = await enter(request, found.id, found.roles, way_of(request, "passkey", TWO_FACTORS))
        return sign_in_response(request, session, target)


def place_of(request: AnyRequest) -> Place:
    """Where passkeys are made and used. Raises Forbidden where the house has no name to make them for."""
    party = relying_party(request)
    if not party:
        raise Forbidden("passkeys_need_a_name")
    return Place(party, own_address(request))


def as_json(request: AnyRequest, text: str) -> Response[Any]:
    """Options for the script."""
    return Response(
        text.encode(),
        media_type="application/json",
        headers={"cache-control": "no-store"},
        cookies=browser_cookies(request),
    )


async def _owner(request: AnyRequest, text: str) -> Account:
    """Whose passkey answered. Raises Invalid whatever is wrong, always the same."""
    db, place = house(request).db, place_of(request)
    answer = passkeys.read_answer(text)
    line = await db.write(passkeys.take, answer, known_browser(request))
    if line is None:
        raise Invalid(REFUSED)
    count = passkeys.judge_used(answer, line, place)
    found = await db.read(queries.account_of, line.person_id)
    is_good = await db.write(_note, line, count, way_of(request, "passkey").label)
    if found is None or not is_good:
        raise Invalid(REFUSED)
    return found


def _note(tx: Tx, line: queries.PasskeyLine, count: int, label: str) -> bool:
    is_good = passkeys.note_use(tx, line, count)
    if not is_good:
        arrivals.note(tx, line.person_id, "passkey", REFUSED, label)
    return is_good
