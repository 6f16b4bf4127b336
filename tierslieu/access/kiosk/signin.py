"""Signing in at a kiosk with card and pin, choosing a pin there, and ending it. All of it works without script.

The kiosk acts as itself until the pin is right; then the person has a short session in a cookie beside the kiosk's.
"""

import secrets
from datetime import date
from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import Cookie

from devices.badges import codec as badges
from tierslieu.access.kiosk.api import RECORD
from tierslieu.access.scanning.pin_tries import card_of
from tierslieu.basics.errors import Conflict, DomainError, Invalid
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.middleware import kiosk_cookie
from tierslieu.http.pages import AnyRequest, page, read_form, see_other, words
from tierslieu.http.problems import status_of
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import file
from tierslieu.people.pins import actions
from tierslieu.people.pins.actions import Card, Try
from tierslieu.people.pins.queries import allowed_until
from tierslieu.people.pins.rules import is_simple, read_pin
from tierslieu.people.signin import passwords
from tierslieu.people.signin.actions import end_session
from tierslieu.people.signin.schemas import SessionView

OWN_SPACE = "/mon-espace"
LONGEST = 200
IDLE = 60
"""Seconds after which a page left alone goes back to the waiting screen."""
HEADERS = {"referrer-policy": "no-referrer"}
WRONG = "wrong_card_or_pin"


class KioskSignInPages(Controller):
    """/kiosk/espace: card, then pin."""

    path = "/kiosk/espace"

    @get("", opt=allow(RECORD), include_in_schema=False)
    async def ask_card(self, request: AnyRequest) -> Response[Any]:
        """Where the card is shown to a reader that types, or its number typed."""
        over = Invalid("kiosk_session_over") if request.query_params.get("fin") else None
        return _step(request, "card", error=over, status=200)

    @post("/carte", opt=allow(RECORD), include_in_schema=False, status_code=200)
    async def ask_pin(self, request: AnyRequest) -> Response[Any]:
        """Any badge that can be read goes on to the pin: nothing tells whether it is known."""
        text = (await read_form(request)).get("badge", "")[:LONGEST]
        result = badges.read(text).result
        return _step(request, "pin", text) if result == "ok" else _step(request, "card", error=Invalid(result))

    @post("", opt=allow(RECORD), include_in_schema=False, status_code=200)
    async def sign_in(self, request: AnyRequest) -> Response[Any]:
        """Card and pin. The same work and answer for an unknown card, one without a pin, and a wrong pin."""
        form = await read_form(request)
        text, pin = form.get("badge", "")[:LONGEST], read_pin(form.get("pin", ""))
        if badges.read(text).result != "ok":
            return _step(request, "card", error=Invalid(badges.read(text).result))
        if not pin:
            return _step(request, "pin", text, Invalid("pin_not_six_digits", {"pin": "pin_not_six_digits"}))
        db, kiosk = house(request).db, actor(request).device or ""
        try:
            one: Try = await db.write(_begin, text, kiosk)
        except DomainError as error:
            return _step(request, "card", error=error)
        is_right = await passwords.matches(one.pin_hash, pin) and one.pin_hash is not None
        session: SessionView | None = await db.write(actions.right if is_right else actions.wrong, one)
        if session is None:
            return _step(request, "card", error=Invalid(WRONG))
        return see_other(OWN_SPACE, [_cookie(request, session.token)])


class KioskPinPages(Controller):
    """/kiosk/code: the card, then a new pin twice, while the desk allows it."""

    path = "/kiosk/code"

    @get("", opt=allow(RECORD), include_in_schema=False)
    async def ask_card(self, request: AnyRequest) -> Response[Any]:
        """The card first."""
        return _step(request, "new_card")

    @post("/carte", opt=allow(RECORD), include_in_schema=False, status_code=200)
    async def ask_pin(self, request: AnyRequest) -> Response[Any]:
        """Only for a card whose person the desk let choose a pin."""
        text = (await read_form(request)).get("badge", "")[:LONGEST]
        try:
            await house(request).db.write(_awaited, text, actor(request).device or "")
        except DomainError as error:
            return _step(request, "new_card", error=error)
        return _step(request, "new_pin", text)

    @post("", opt=allow(RECORD), include_in_schema=False, status_code=200)
    async def choose(self, request: AnyRequest) -> Response[Any]:
        """Keep the new pin, once."""
        form = await read_form(request)
        text, db, kiosk = form.get("badge", "")[:LONGEST], house(request).db, actor(request).device or ""
        try:
            card, birth_year = await db.write(_awaited, text, kiosk)
        except DomainError as error:
            return _step(request, "new_card", error=error)
        pin, again = read_pin(form.get("pin", "")), read_pin(form.get("again", ""))
        today = house(request).zone.date(house(request).clock.now())
        flaw = _flaw(pin, again, birth_year, today)
        if flaw:
            return _step(request, "new_pin", text, Invalid(flaw, {"again" if flaw == "pins_differ" else "pin": flaw}))
        stored = await passwords.made(pin)
        try:
            await db.write(actions.choose, card, stored)
        except Conflict as error:
            return _step(request, "new_card", error=error)
        return _step(request, "chosen")


class KioskEndPages(Controller):
    """/terminer."""

    @post("/terminer", opt=allow("people.sign_out"), include_in_schema=False)
    async def end(self, request: AnyRequest) -> Response[Any]:
        """« Terminer »: the person's session ends, the kiosk waits for the next one."""
        await read_form(request)
        await house(request).db.write(end_session, actor(request).session or "", by=actor(request))
        return see_other("/kiosk", [gone(request)])


def step_facts(spoken: Words, step: str, badge: str, error: DomainError | None) -> dict[str, Any]:
    """What a screen of cards and pins shows; nothing of what was typed as a pin comes back."""
    fields = dict(error.fields) if isinstance(error, Invalid) else {}
    return {
        "step": step,
        "badge": badge,
        "errors": {name: sentence(spoken, code, {}) for name, code in fields.items()},
        "message": sentence(spoken, error.code, error.facts) if error and not fields else "",
        "idle": IDLE,
    }


def gone(request: AnyRequest) -> Cookie:
    """Makes the kiosk forget a person's session."""
    return Cookie(key=kiosk_cookie(house(request)), value="", max_age=0, secure=house(request).settings.is_https)


def _cookie(request: AnyRequest, token: str) -> Cookie:
    """Without an age: it goes with the browser, and the house ends it long before."""
    is_secure = house(request).settings.is_https
    return Cookie(key=kiosk_cookie(house(request)), value=token, httponly=True, samesite="strict", secure=is_secure)


def _begin(tx: Tx, text: str, kiosk: str) -> Try:
    return actions.begin(tx, card_of(tx, text, kiosk))


def _awaited(tx: Tx, text: str, kiosk: str) -> tuple[Card, int | None]:
    """The card that the desk lets have a new pin, and its person's year of birth. Raises Invalid, Conflict."""
    if badges.read(text).result != "ok":
        raise Invalid(badges.read(text).result)
    card = card_of(tx, text, kiosk)
    if card.person_id == actions.NOBODY or not allowed_until(tx, card.person_id):
        raise Conflict("pin_not_awaited")
    return card, file(tx, card.person_id).birth_year


def _flaw(pin: str, again: str, birth_year: int | None, today: date) -> str:
    if not pin:
        return "pin_not_six_digits"
    if is_simple(pin, birth_year, today.year):
        return "pin_too_simple"
    return "" if secrets.compare_digest(pin, again) else "pins_differ"


def _step(
    request: AnyRequest, step: str, badge: str = "", error: DomainError | None = None, status: int = 0
) -> Response[Any]:
    """One screen of the way."""
    context = step_facts(words(request), step, badge, error)
    answer = page(request, "access/kiosk_own.html", status or (status_of(error) if error else 200), HEADERS, **context)
    answer.cookies.append(gone(request))
    return answer
