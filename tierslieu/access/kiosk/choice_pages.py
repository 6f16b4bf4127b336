"""What one may choose at the kiosk without script: come without a badge, call, take a desk."""

import secrets
from typing import Any

from litestar import Controller, Response, get, post

from tierslieu.access.kiosk import call_letters, calls, page_words, screens, visits, wishes, wording
from tierslieu.access.kiosk.api import RECORD
from tierslieu.access.kiosk.schemas import CallView, CallWish, DeskWish, NoticeView, VisitWish, WalkIn
from tierslieu.access.kiosk.signin import IDLE
from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, words
from tierslieu.http.wording import sentence
from tierslieu.people.messages.manners import ready_channels

STAYS = 20
"""Seconds for which an answer stays."""
LOOK_AGAIN = 5
"""Seconds after which the page of a call that waits looks again."""
TONES = {"waiting": "waiting", "coming": "granted", "over": "waiting"}


class ChoicePages(Controller):
    """/kiosk/…"""

    path = "/kiosk"
    include_in_schema = False

    @get("/sans-badge", opt=allow(RECORD))
    async def without_badge(self, request: AnyRequest) -> Response[bytes]:
        """« Je n’ai pas de badge »: the ways in."""
        return await _without_badge(request)

    @post("/visiteurs", opt=allow(RECORD), status_code=200)
    async def count(self, request: AnyRequest) -> Response[Any]:
        """Somebody is counted, without a name."""
        form = await read_form(request)
        try:
            wish = check(WalkIn, form)
            view = await visits.count(house(request), wish, actor(request), words(request))
        except (FormErrors, Conflict) as error:
            code = "choose_band" if isinstance(error, FormErrors) else error.code
            return await _without_badge(request, sentence(words(request), code, {}), 422)
        is_counted = await house(request).db.read(visits.is_counted, actor(request).device or "", wish.scan_id)
        return _notice(request, view, undo=wish.scan_id if is_counted else "")

    @post("/visiteurs/annuler", opt=allow(RECORD), status_code=200)
    async def take_back(self, request: AnyRequest) -> Response[Any]:
        """The tap of a moment ago was wrong."""
        form = await read_form(request)
        try:
            wish = check(VisitWish, form)
            await house(request).db.write(visits.take_back, wish.scan_id, by=actor(request))
        except (FormErrors, NotFound, Conflict):
            return await _without_badge(request, sentence(words(request), "visit_stays", {}), 422)
        return _notice(request, wording.taken_back(words(request)), is_again=True)

    @post("/appels", opt=allow(RECORD), status_code=200)
    async def call(self, request: AnyRequest) -> Response[Any]:
        """Somebody calls; the page then follows the answer by itself."""
        form = await read_form(request)
        try:
            wish = check(CallWish, form)
        except FormErrors:
            wish = CallWish(call_id=secrets.token_hex(16))
        found = await house(request).db.write(calls.call, wish.call_id, by=actor(request))
        return await _call(request, found)

    @get("/appel", opt=allow(RECORD))
    async def follow(self, request: AnyRequest) -> Response[bytes]:
        """How the last call of this kiosk stands."""
        found = await house(request).db.read(calls.of_kiosk, actor(request).device or "")
        if not found:
            raise NotFound("no_such_call")
        return await _call(request, found[0])

    @post("/bureau", opt=allow(RECORD), status_code=200)
    async def desk(self, request: AnyRequest) -> Response[Any]:
        """A free desk now, after a passage."""
        form = await read_form(request)
        try:
            wish = check(DeskWish, form)
            said = await house(request).db.write(wishes.take_desk, wish.scan_id, by=actor(request))
        except (FormErrors, NotFound):
            text = sentence(words(request), "passage_over", {})
            title = words(request).text(page_words.PAGE["waiting_title"])
            return await screens.screen(request, screens.Screen("denied", title, text), 422)
        return _notice(request, wording.desk_notice(words(request), said))


def _said(request: AnyRequest, view: NoticeView | CallView, tone: str, **again: object) -> Response[bytes]:
    """A page of its own, also where a script runs: the kiosk's screen would begin anew at once."""
    return page(request, "access/kiosk_said.html", 200, screens.CAMERA_OFF, view=view, tone=tone, idle=STAYS, **again)


def _notice(request: AnyRequest, view: NoticeView, **offers: object) -> Response[bytes]:
    return _said(request, view, view.outcome, **offers)


async def _call(request: AnyRequest, one: calls.Call) -> Response[bytes]:
    home = house(request)
    is_told = await home.db.read(call_letters.can_be_told, ready_channels(home))
    view = wording.call_view(words(request), one.call_id, one.state, is_told=is_told)
    if view.state == "waiting":
        return _said(request, view, TONES[view.state], wait=LOOK_AGAIN, back="/kiosk/appel")
    return _said(request, view, TONES[view.state])


async def _without_badge(request: AnyRequest, message: str = "", status: int = 200) -> Response[bytes]:
    spoken = words(request)
    context: dict[str, Any] = {
        "bands": [(code, spoken.text(text)) for code, text in wording.BANDS.items()],
        "new_id": secrets.token_hex(16),
        "other_id": secrets.token_hex(16),
        "message": message,
        "idle": IDLE,
    }
    return page(request, "access/kiosk_visitor.html", status, screens.CAMERA_OFF, **context)
