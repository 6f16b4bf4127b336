"""The kiosk at the door: its page, its form for devices without script, its enrolment."""

import secrets
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from tierslieu.access import queries
from tierslieu.access.kiosk import enrolment, wording
from tierslieu.access.kiosk.api import RECORD
from tierslieu.access.kiosk.door_acts import SHOW_DOOR
from tierslieu.access.kiosk.signin import gone
from tierslieu.access.rules import shown_code, typed_code
from tierslieu.access.scanning import actions
from tierslieu.access.schemas import EARLIEST, Line, NewKiosk, NewScan, TypedBadge
from tierslieu.basics.errors import Forbidden, Invalid
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.middleware import CSP_KIOSK, device_cookie, session_cookie
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.http.words import LOCALES, Words
from tierslieu.people.signin import throttle
from tierslieu.people.signin.origins import origin_of
from tierslieu.venue.queries import venue

MANAGE_KIOSKS = "access.manage_kiosks"
YEAR = 366 * 86_400
HEADERS = {
    "content-security-policy": CSP_KIOSK,
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    "referrer-policy": "no-referrer",
}


class KioskPage(msgspec.Struct, frozen=True):
    """The kiosk's screen in one of its states. `scan_id` is for the form: sent twice, it counts once."""

    state: str
    title: str
    sentence: str
    lines: list[Line]
    scan_id: str


class KioskPages(Controller):
    """/kiosk and its form."""

    path = "/kiosk"

    @get("", opt=PUBLIC, include_in_schema=False)
    async def show(self, request: AnyRequest) -> Response[Any]:
        """The waiting screen; a device that is not enrolled is asked for its code, a door's screen has its own."""
        if actor(request).may(SHOW_DOOR):
            return see_other("/porte")
        if not actor(request).may(RECORD):
            return see_other("/kiosk/enrolment")
        answer = _screen(request, "waiting", *_said(request, "waiting"))
        answer.cookies.append(gone(request))  # whoever was here before is here no more
        return answer

    @post("/scans", opt=allow(RECORD), include_in_schema=False, status_code=200)
    async def typed(self, request: AnyRequest) -> Response[Any]:
        """A number typed, or a code typed by a scanner, on a device without script."""
        form = await read_form(request)
        try:
            typed = check(TypedBadge, form)
        except FormErrors:
            return _screen(request, "denied", *_said(request, "misread_number"), status=422)
        # No time of a device in it: the same form sent twice is the same request.
        scan = NewScan(scan_id=typed.scan_id, badge=typed.badge, at_device=EARLIEST, device_seq=0)
        view = wording.result(
            words(request), await house(request).db.write(actions.record_scan, scan, by=actor(request))
        )
        if view.reason == "not_a_badge":
            return _screen(request, "denied", *_said(request, "misread_number"))
        return _screen(request, view.outcome, view.title, view.sentence, view.lines)

    @get("/enrolment", opt=PUBLIC, include_in_schema=False)
    async def ask_code(self, request: AnyRequest) -> Response[Any]:
        """Where a device types the code that staff opened for it."""
        return page(request, "access/enrolment.html", error="")

    @post("/enrolment", opt=PUBLIC, include_in_schema=False)
    async def enrol(self, request: AnyRequest) -> Response[Any]:
        """Exchange the code for a secret of the device's own, kept in a cookie. Whoever was signed in here is out."""
        form = await read_form(request)
        home = house(request)
        try:
            secret = await _exchange(request, typed_code(form.get("code", "")))
        except (Invalid, Forbidden) as error:
            text = sentence(words(request), error.code, error.facts)
            return page(request, "access/enrolment.html", 422, error=text)
        is_secure = home.settings.is_https
        device = Cookie(
            key=device_cookie(home), value=secret, httponly=True, samesite="lax", secure=is_secure, max_age=YEAR
        )
        person = Cookie(key=session_cookie(home), value="", max_age=0, secure=is_secure)
        return see_other("/kiosk", [device, person])


async def _exchange(request: AnyRequest, code: str) -> str:
    home, limit = house(request), throttle.Limit(f"enrolment:{origin_of(request)}", throttle.PER_ACCOUNT)
    tries = await home.db.write(throttle.attempt, limit)
    secret = await home.db.write(enrolment.enrol, code)
    await home.db.write(throttle.withdraw, tries)
    return secret


def _said(request: AnyRequest, key: str) -> tuple[str, str]:
    spoken = words(request)
    return spoken.text(wording.PAGE[f"{key}_title"]), spoken.text(wording.PAGE[f"{key}_sentence"])


def _screen(
    request: AnyRequest, state: str, title: str, sentence: str, lines: list[Line] | None = None, status: int = 200
) -> Response[Any]:
    view = KioskPage(state, title, sentence, lines or [], secrets.token_hex(16))
    languages = wording.languages(_carried(request))
    return page(request, "access/kiosk.html", status, HEADERS, view=view, languages=languages)


def _carried(request: AnyRequest) -> dict[str, Words]:
    """The words that the page carries: each language, plain French when this browser asks for plain words."""
    current, known = words(request), request.app.state.words
    return {code: current if current.locale == code else known[code] for code in LOCALES}


class KiosksPages(Controller):
    """/bornes: staff enrol kiosks and stop them."""

    path = "/bornes"

    @get("", opt=allow(MANAGE_KIOSKS), include_in_schema=False)
    async def show(self, request: AnyRequest) -> Response[Any]:
        """All kiosks."""
        return await _kiosks(request)

    @post("", opt=allow(MANAGE_KIOSKS), include_in_schema=False, status_code=200)
    async def offer(self, request: AnyRequest) -> Response[Any]:
        """Open a one-time code; it is shown in the answer only."""
        form = await read_form(request)
        try:
            wish = check(NewKiosk, form)
        except FormErrors as error:
            spoken = words(request)
            errors = {name: sentence(spoken, code, {}) for name, code in error.fields.items()}
            return await _kiosks(request, errors=errors, name=form.get("name", ""), status=422)
        code = await house(request).db.write(
            enrolment.offer_code, wish.name, wish.door, shows_names=wish.names, by=actor(request)
        )
        return await _kiosks(request, code=shown_code(code), name=wish.name)

    @post("/{key:str}/arret", opt=allow(MANAGE_KIOSKS), include_in_schema=False)
    async def stop(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """A kiosk that was lost or moved away stops at once."""
        await read_form(request)
        await house(request).db.write(enrolment.stop_kiosk, key, by=actor(request))
        return see_other("/bornes")


async def _kiosks(
    request: AnyRequest, code: str = "", name: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> Response[Any]:
    home = house(request)
    found, rooms = await home.db.read(lambda reader: (queries.kiosks(reader), venue(reader).resources))
    now, address = home.clock.now(), home.settings.public_url or str(request.base_url).rstrip("/")
    context: dict[str, Any] = {
        "kiosks": found,
        "code": code,
        "name": name,
        "errors": errors or {},
        "now": now,
        "address": address,
        "rooms": {one.id: (one.key, one.name) for one in rooms if one.is_bookable},
    }
    return page(request, "access/kiosks.html", status, **context)
