"""Staff mode by passkey: the key of somebody of the team opens the minute that card and pin open."""

from typing import Any, Final

from litestar import Controller, Response, post

from tierslieu.access.kiosk import turns
from tierslieu.access.kiosk.api import RECORD
from tierslieu.access.kiosk.staff_signin import HREF, cookie_of, step
from tierslieu.access.kiosk.turns import Turn
from tierslieu.basics.errors import Forbidden, Invalid
from tierslieu.basics.spans import MINUTE
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, read_form, see_other
from tierslieu.http.problems import status_of
from tierslieu.people.pins.rules import PER_KIOSK, WINDOW
from tierslieu.people.signin import passkeys, throttle
from tierslieu.people.signin.passkey_answers import as_json, owner_of, place_of
from tierslieu.people.signin.passkeys import REFUSED
from tierslieu.people.signin.schemas import PasskeyAnswer

CHALLENGE_LIVES: Final = MINUTE


class StaffKeyPages(Controller):
    """/kiosk/equipe/cle."""

    path = f"{HREF}/cle"
    include_in_schema = False

    @post("/defi", opt=allow(RECORD), status_code=200)
    async def options(self, request: AnyRequest) -> Response[Any]:
        """What the browser needs to ask for a passkey. The challenge is good once, at this kiosk, for a minute."""
        await read_form(request)
        place, kiosk = place_of(request), actor(request).device or ""
        fresh = await house(request).db.write(passkeys.challenge, bound_to(kiosk), kiosk, life=CHALLENGE_LIVES)
        return as_json(request, passkeys.options_to_use(fresh, place))

    @post("", opt=allow(RECORD), status_code=200)
    async def use(self, request: AnyRequest) -> Response[Any]:
        """The browser's answer: one refusal whatever is wrong, also for a good key of somebody who is no staff."""
        form = await read_form(request)
        try:
            turn = await _open(request, check(PasskeyAnswer, form).answer)
        except Invalid:
            return step(request, "card", error=Invalid(REFUSED), status=422)
        except Forbidden as error:
            return step(request, "card", error=error, status=status_of(error))
        return see_other(HREF, [cookie_of(request, turn.secret)])


def bound_to(kiosk: str) -> str:
    """What a challenge is bound to: no browser of a person has such a name, theirs are hashes."""
    return f"kiosk:{kiosk}"


async def _open(request: AnyRequest, text: str) -> Turn:
    """The turn of whoever answered. Raises Invalid, and TooMany for a kiosk at which many answers were wrong."""
    db, kiosk = house(request).db, actor(request).device or ""
    tries = await db.write(throttle.attempt, throttle.Limit(f"keys:{kiosk}", PER_KIOSK, WINDOW))
    found = await owner_of(request, text, bound_to(kiosk))
    turn: Turn | None = await db.write(turns.take, found.id, kiosk, "passkey")
    if turn is None:
        raise Invalid(REFUSED)
    await db.write(throttle.withdraw, tries)
    return turn
