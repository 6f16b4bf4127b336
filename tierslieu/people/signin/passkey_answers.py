"""Answers of passkeys over the network: where they belong, and whose key it was."""

from typing import Any

from litestar import Response

from tierslieu.basics.errors import Forbidden, Invalid
from tierslieu.http.guards import house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Tx
from tierslieu.people.signin import arrivals, passkeys, queries
from tierslieu.people.signin.cookies import browser_cookies
from tierslieu.people.signin.labels import browser_label
from tierslieu.people.signin.origins import own_address, relying_party
from tierslieu.people.signin.passkeys import REFUSED, Place
from tierslieu.people.signin.schemas import Account


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


async def owner_of(request: AnyRequest, text: str, browser: str) -> Account:
    """Whose passkey answered the challenge given to this browser. Raises Invalid whatever is wrong, always the same."""
    db, place = house(request).db, place_of(request)
    answer = passkeys.read_answer(text)
    line = await db.write(passkeys.take, answer, browser)
    if line is None:
        raise Invalid(REFUSED)
    count = passkeys.judge_used(answer, line, place)
    found = await db.read(queries.account_of, line.person_id)
    is_good = await db.write(_note, line, count, browser_label(request.headers.get("user-agent", "")))
    if found is None or not is_good:
        raise Invalid(REFUSED)
    return found


def _note(tx: Tx, line: queries.PasskeyLine, count: int, label: str) -> bool:
    is_good = passkeys.note_use(tx, line, count)
    if not is_good:
        arrivals.note(tx, line.person_id, "passkey", REFUSED, label)
    return is_good
