"""The kiosk at the door: its page, its form for devices without script, its enrolment."""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import Cookie

from tierslieu.access.kiosk import enrolment, screens, wording
from tierslieu.access.kiosk.api import RECORD
from tierslieu.access.kiosk.door_acts import SHOW_DOOR
from tierslieu.access.kiosk.signin import gone
from tierslieu.access.rules import typed_code
from tierslieu.access.scanning.online import answer_scan
from tierslieu.access.schemas import EARLIEST, NewScan, TypedBadge
from tierslieu.basics.errors import Forbidden, Invalid
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.middleware import session_cookie
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.people.signin import throttle
from tierslieu.people.signin.origins import origin_of


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
        is_leaving = request.query_params.get("sens") == "sortie"
        said = await screens.said(request, "leaving" if is_leaving else "waiting")
        answer = await screens.screen(request, msgspec.structs.replace(said, state="waiting", is_leaving=is_leaving))
        answer.cookies.append(gone(request))  # whoever was here before is here no more
        return answer

    @post("/scans", opt=allow(RECORD), include_in_schema=False, status_code=200)
    async def typed(self, request: AnyRequest) -> Response[Any]:
        """A number typed, or a code typed by a scanner, on a device without script."""
        form = await read_form(request)
        try:
            typed = check(TypedBadge, form)
        except FormErrors:
            return await screens.screen(request, await screens.said(request, "misread_number", "denied"), 422)
        # No time of a device in it: the same form sent twice is the same request.
        facts = {"scan_id": typed.scan_id, "badge": typed.badge, "direction": typed.direction, "pin": typed.pin}
        scan = NewScan(**facts, at_device=EARLIEST, device_seq=0)
        view = wording.result(words(request), await answer_scan(house(request), scan, actor(request)))
        if view.reason == "not_a_badge":
            return await screens.screen(request, await screens.said(request, "misread_number", "denied"))
        shown = screens.Screen(view.outcome, view.title, view.sentence, view.lines, tuple(view.choices), typed.scan_id)
        if view.asks:
            shown = msgspec.structs.replace(
                shown, asks=view.asks, badge=typed.badge, is_leaving=view.direction == "out"
            )
        return await screens.screen(request, shown)

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
        person = Cookie(key=session_cookie(home), value="", max_age=0, secure=home.settings.is_https)
        return see_other("/kiosk", [enrolment.cookie_of(home, secret), person])


async def _exchange(request: AnyRequest, code: str) -> str:
    home, limit = house(request), throttle.Limit(f"enrolment:{origin_of(request)}", throttle.PER_ACCOUNT)
    tries = await home.db.write(throttle.attempt, limit)
    secret = await home.db.write(enrolment.enrol, code)
    await home.db.write(throttle.withdraw, tries)
    return secret
