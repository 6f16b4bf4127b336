"""Staff mode of a kiosk: card and pin of somebody of the team open a minute. As page and as call."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody

from devices.badges import codec
from tierslieu.access.kiosk import screens, turns
from tierslieu.access.kiosk.api import RECORD
from tierslieu.access.kiosk.schemas import StaffSignIn, StaffTurnView
from tierslieu.access.kiosk.signin import LONGEST, WRONG, step_facts
from tierslieu.access.kiosk.turns import Turn
from tierslieu.access.scanning.pin_tries import card_of
from tierslieu.basics.errors import DomainError, Invalid
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.middleware import read_cookies
from tierslieu.http.pages import AnyRequest, page, read_form, see_other, words
from tierslieu.http.problems import status_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.pins import actions as pins
from tierslieu.people.pins.actions import Try
from tierslieu.people.pins.rules import read_pin
from tierslieu.people.signin import passwords
from tierslieu.people.signin.origins import relying_party

HREF = "/kiosk/equipe"


class StaffApi(Controller):
    """/api/v1/kiosk/staff."""

    path = "/api/v1/kiosk/staff"
    tags = ("access",)

    @post("", opt=allow(RECORD), status_code=201)
    async def sign_in(self, request: AnyRequest, data: JSONBody[StaffSignIn]) -> Response[StaffTurnView]:
        """A member of staff takes the kiosk for a minute. The same answer for every card and pin that do not do."""
        turn = await _open(request, data.badge, data.pin)
        return Response(StaffTurnView(turn.until, HREF), cookies=[cookie_of(request, turn.secret)])


class StaffSignInPages(Controller):
    """/kiosk/equipe/…: card, then pin."""

    path = "/kiosk/equipe"
    include_in_schema = False

    @get("/entrer", opt=allow(RECORD))
    async def ask_card(self, request: AnyRequest) -> Response[Any]:
        """Where the card is shown to a reader that types, or its number typed."""
        return step(request, "card", error=Invalid("staff_turn_over") if request.query_params.get("fin") else None)

    @post("/carte", opt=allow(RECORD), status_code=200)
    async def ask_pin(self, request: AnyRequest) -> Response[Any]:
        """Any badge that can be read goes on to the pin: nothing tells whose it is."""
        text = (await read_form(request)).get("badge", "")[:LONGEST]
        result = codec.read(text).result
        if result == "ok":
            return step(request, "pin", text)
        return step(request, "card", error=Invalid(result), status=422)

    @post("/entrer", opt=allow(RECORD), status_code=200)
    async def sign_in(self, request: AnyRequest) -> Response[Any]:
        """Card and pin of a member of staff."""
        form = await read_form(request)
        text = form.get("badge", "")[:LONGEST]
        try:
            turn = await _open(request, text, form.get("pin", ""))
        except Invalid as error:
            return step(request, "pin" if error.fields else "card", text, error, 422)
        except DomainError as error:
            return step(request, "card", "", error, status_of(error))
        return see_other(HREF, [cookie_of(request, turn.secret)])

    @post("/fin", opt=allow(RECORD))
    async def end(self, request: AnyRequest) -> Response[Any]:
        """The kiosk waits for the next person."""
        await read_form(request)
        await house(request).db.write(turns.end, secret_of(request))
        return see_other("/kiosk", [gone(request)])


async def _open(request: AnyRequest, text: str, typed: str) -> Turn:
    """The same work and answer for a wrong card, a wrong pin, and somebody who is not of the team. Raises Invalid."""
    pin = read_pin(typed)
    if codec.read(text).result != "ok":
        raise Invalid(codec.read(text).result)
    if not pin:
        raise Invalid("pin_not_six_digits", {"pin": "pin_not_six_digits"})
    db, kiosk = house(request).db, actor(request).device or ""
    one: Try = await db.write(_begin, text, kiosk)
    is_right = await passwords.matches(one.pin_hash, pin) and one.pin_hash is not None
    turn: Turn | None = await db.write(turns.begin if is_right else pins.wrong, one)
    if turn is None:
        raise Invalid(WRONG)
    return turn


def _begin(tx: Tx, text: str, kiosk: str) -> Try:
    return pins.begin(tx, card_of(tx, text, kiosk))


def _name(request: AnyRequest) -> str:
    return "__Host-kiosk-staff" if house(request).settings.is_https else "kiosk-staff"


def secret_of(request: AnyRequest) -> str:
    """The secret of the turn that this kiosk holds, "" for none."""
    return read_cookies(request.headers.get("cookie", "")).get(_name(request), "")


def gone(request: AnyRequest) -> Cookie:
    """Makes the kiosk forget that staff were there."""
    return Cookie(key=_name(request), value="", max_age=0, secure=house(request).settings.is_https)


def cookie_of(request: AnyRequest, secret: str) -> Cookie:
    """The turn that this kiosk holds now."""
    is_secure = house(request).settings.is_https
    return Cookie(key=_name(request), value=secret, httponly=True, samesite="strict", secure=is_secure)


def step(
    request: AnyRequest, name: str, badge: str = "", error: DomainError | None = None, status: int = 200
) -> Response[Any]:
    """One screen of the way: card or pin. Keys are offered where the house has a name to make them for."""
    context = step_facts(words(request), name, badge, error) | {"has_keys": bool(relying_party(request))}
    answer = page(request, "access/kiosk_team.html", status, screens.CAMERA_OFF, **context)
    answer.cookies.append(gone(request))
    return answer
