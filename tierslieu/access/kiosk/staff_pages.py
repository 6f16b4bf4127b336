"""/kiosk/equipe: what staff do at a kiosk, by forms; a minute without a gesture leads back to the waiting screen."""

import secrets
from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from markupsafe import Markup

from tierslieu.access.badges import qr
from tierslieu.access.kiosk import screens, staff_acts, wording
from tierslieu.access.kiosk.api import RECORD
from tierslieu.access.kiosk.schemas import WalkIn
from tierslieu.access.kiosk.signin import IDLE
from tierslieu.access.kiosk.staff_acts import Group, Guest, Look, Note, Ticket, Visit
from tierslieu.access.kiosk.staff_signin import HREF, gone, secret_of
from tierslieu.access.presence.count_views import groups_view
from tierslieu.access.presence.evacuation import evacuation
from tierslieu.basics.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import reason_text, sentence
from tierslieu.http.words import Words


class StaffPages(Controller):
    """/kiosk/equipe."""

    path = HREF
    include_in_schema = False

    @get("", opt=allow(RECORD))
    async def show(self, request: AnyRequest) -> Response[Any]:
        """What may be done here; who has not said yet who they are is asked first."""
        if not secret_of(request):
            return see_other(f"{HREF}/entrer")
        return await _menu(request, {})

    @post("", opt=allow(RECORD), status_code=200)
    async def find(self, request: AnyRequest) -> Response[Any]:
        """People by the first letters: what was typed stays out of addresses."""
        return await _menu(request, await read_form(request))

    @post("/passages", opt=allow(RECORD), status_code=200)
    async def note(self, request: AnyRequest) -> Response[Any]:
        """Somebody comes or goes."""
        form = await read_form(request)

        async def act() -> Response[Any]:
            answer = await _write(request, staff_acts.note, check(Note, form))
            return await _menu(request, {}, done=words(request).text(wording.NOTED[answer.direction]))

        return await _or_told(request, form, act)

    @post("/visiteurs", opt=allow(RECORD), status_code=200)
    async def count(self, request: AnyRequest) -> Response[Any]:
        """Visitors, or a group, without names."""
        form = await read_form(request)

        async def act() -> Response[Any]:
            return await _counted(request, form, staff_acts.count, check(WalkIn, form))

        return await _or_told(request, form, act)

    @post("/groupes", opt=allow(RECORD), status_code=200)
    async def arrive(self, request: AnyRequest) -> Response[Any]:
        """All of a group of the files come in."""
        form = await read_form(request)

        async def act() -> Response[Any]:
            return await _counted(request, {}, staff_acts.arrive, check(Group, form))

        return await _or_told(request, {}, act)

    @post("/groupes/depart", opt=allow(RECORD), status_code=200)
    async def leave(self, request: AnyRequest) -> Response[Any]:
        """A group that is here leaves together."""
        form = await read_form(request)

        async def act() -> Response[Any]:
            await _write(request, staff_acts.leave, check(Visit, form))
            return await _menu(request, {}, done=words(request).text(wording.GROUP_LEFT))

        return await _or_told(request, {}, act)

    @post("/laissez-passer", opt=allow(RECORD), status_code=200)
    async def admit(self, request: AnyRequest) -> Response[Any]:
        """A pass on paper for a guest of today."""
        form = await read_form(request)

        async def act() -> Response[Any]:
            return _ticket(request, await _write(request, staff_acts.guest, check(Guest, form)))

        return await _or_told(request, form, act)

    @get("/evacuation", opt=allow(RECORD))
    async def inside(self, request: AnyRequest) -> Response[Any]:
        """Who is inside, to be printed here."""
        try:
            await _write(request, staff_acts.look, Look())
        except Forbidden:
            return _over(request)
        view = await house(request).db.read(evacuation)
        return page(request, "access/kiosk_list.html", 200, screens.CAMERA_OFF, view=view, idle=IDLE)


async def _counted(request: AnyRequest, form: Mapping[str, str], act: Any, wish: WalkIn) -> Response[Any]:
    """Count people, or say why nobody was counted."""
    counted = await _write(request, act, wish)
    if counted.reason:
        problem = sentence(words(request), wording.NOT_COUNTED[counted.reason], {})
        return await _menu(request, form, problem=problem, status=422)
    return await _menu(request, {}, done=wording.counted_text(words(request), wish.people, counted.inside))


async def _write(request: AnyRequest, act: Any, wish: Any) -> Any:
    return await house(request).db.write(act, secret_of(request), wish, by=actor(request))


def _over(request: AnyRequest) -> Response[Any]:
    return see_other(f"{HREF}/entrer?fin=oui", [gone(request)])


async def _or_told(request: AnyRequest, form: Mapping[str, str], act: Any) -> Response[Any]:
    """What was asked, or the menu with why not and what was typed."""
    try:
        return await act()  # type: ignore[no-any-return]
    except Forbidden:
        return _over(request)
    except (FormErrors, Conflict, NotFound, Refused, Invalid) as error:
        return await _menu(request, form, problem=_text(words(request), error), status=422)


def _text(spoken: Words, error: FormErrors | Conflict | NotFound | Refused | Invalid) -> str:
    if isinstance(error, Refused):
        return " ".join(reason_text(spoken, reason) for reason in error.reasons)
    if isinstance(error, FormErrors):
        return sentence(spoken, "kiosk_form", {})
    return sentence(spoken, error.code, error.facts)


async def _menu(
    request: AnyRequest, form: Mapping[str, str], *, done: str = "", problem: str = "", status: int = 200
) -> Response[Any]:
    spoken, name, found, errors = words(request), "", [], {}
    try:
        name, found = await _write(request, staff_acts.look, check(Look, form))
    except Forbidden:
        return _over(request)
    except Invalid as error:
        errors = {field: sentence(spoken, code, {}) for field, code in error.fields.items()}
        status = 422
    context: dict[str, Any] = {
        "name": name,
        "found": found,
        "groups": await house(request).db.read(groups_view, spoken, {}),
        "is_searched": bool(form.get("q")) and not errors,
        "form": form,
        "errors": errors,
        "done": done,
        "problem": problem,
        "bands": [(code, spoken.text(text)) for code, text in wording.BANDS.items()],
        "new_id": secrets.token_hex,
        "idle": IDLE,
    }
    return page(request, "access/kiosk_staff.html", status, screens.CAMERA_OFF, **context)


def _ticket(request: AnyRequest, ticket: Ticket) -> Response[Any]:
    spoken = words(request)
    drawing = qr.svg(ticket.text, spoken.text(wording.GUEST_CODE))
    code = Markup(drawing)  # noqa: S704  (drawn by us, label escaped)
    context: dict[str, Any] = {"ticket": ticket, "code": code, "idle": 2 * IDLE}
    return page(request, "access/kiosk_ticket.html", 200, screens.CAMERA_OFF, **context)
