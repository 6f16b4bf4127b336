"""The editor of hours: a form, what it would change and whom it would displace, then the change."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Refused
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, Form, FormErrors, page, read_form, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.http.words import _
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.hours import actions, forms, screens
from tierslieu.reservations.hours.rules import Change, Retirement
from tierslieu.venue.portraits import portraits
from tierslieu.venue.queries import venue
from tierslieu.venue.rights import EDIT, EQUIP, require_found

CONFIRM, BACK = "confirmer", "revenir"
DONE: Mapping[str, str] = {
    "hours": _("Les horaires sont enregistrés."),
    "displaced": _("Les horaires sont enregistrés. Les personnes concernées reçoivent une autre proposition."),
}
Ask = Callable[..., Awaitable[Response[bytes]]]


class SpaceHoursPages(Controller):
    """/gestion/lieu/espaces/{key}/horaires and /jours."""

    path = "/gestion/lieu/espaces/{key:str}"
    include_in_schema = False

    @get("/horaires", opt=allow(EDIT))
    async def ask(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The weeks of a space, and the days that do not follow them."""
        return await _space(request, key)

    @post("/horaires", opt=allow(EDIT))
    async def change_weeks(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Other weeks: first what they change, then the change."""
        return await _go(request, key, lambda form, _reader: forms.read_weeks(form, key), _space)

    @post("/jours", opt=allow(EDIT))
    async def change_days(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Other hours on some days, or a closure."""

        def wish(form: Form, reader: Reader) -> Change:
            here = venue(reader)
            return forms.read_days(form, here, here.spaces[portraits(reader).space(key).id])

        return await _go(request, key, wish, _space)

    @post("/jours/retirer", opt=allow(EDIT))
    async def clear_days(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """These days follow the week again."""
        return await _go(request, key, lambda form, _reader: forms.read_cleared(form, key), _space)


class ResourceHoursPages(Controller):
    """/gestion/lieu/ressources/{key}/horaires, /jours and /retirer."""

    path = "/gestion/lieu/ressources/{key:str}"
    include_in_schema = False

    @get("/horaires", opt=allow(EQUIP))
    async def ask(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The week of a resource inside the hours of its space, and its absences."""
        return await _resource(request, key)

    @post("/horaires", opt=allow(EQUIP))
    async def change_week(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Another week."""
        return await _go(request, key, lambda form, _reader: forms.read_own_week(form, key), _resource)

    @post("/jours", opt=allow(EQUIP))
    async def change_days(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """An absence, or other hours on some days."""
        return await _go(request, key, lambda form, _reader: forms.read_own_days(form, key), _resource)

    @post("/jours/retirer", opt=allow(EQUIP))
    async def clear_days(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """These days follow the week again."""
        return await _go(request, key, lambda form, _reader: forms.read_own_cleared(form, key), _resource)

    @post("/retirer", opt=allow(EQUIP))
    async def retire(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Out of service: first whom it displaces."""
        back = f"/gestion/lieu/ressources/{key}"
        return await _go(request, key, lambda _form, _reader: Retirement(key), _resource, back)


async def _space(
    request: AnyRequest,
    key: str,
    form: Mapping[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    def load(reader: Reader) -> screens.HoursForm:
        require_found(actor(request), venue(reader).spaces[portraits(reader).space(key).id])
        return screens.space_form(reader, words(request), key, form)

    return await _show(request, await house(request).db.read(load), errors, reasons)


async def _resource(
    request: AnyRequest,
    key: str,
    form: Mapping[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    def load(reader: Reader) -> screens.HoursForm:
        one = venue(reader).resource(key)
        require_found(actor(request), one.space, one.kind)
        return screens.resource_form(reader, words(request), key, form)

    return await _show(request, await house(request).db.read(load), errors, reasons)


async def _show(
    request: AnyRequest, view: screens.HoursForm, errors: dict[str, str] | None, reasons: list[ReasonLine] | None
) -> Response[bytes]:
    status = 422 if errors or reasons else 200
    said = done_text(request, DONE)
    return page(request, "hours/form.html", status, view=view, errors=errors or {}, reasons=reasons or [], done=said)


async def _go(
    request: AnyRequest, key: str, wish: Callable[[Form, Reader], Change], show: Ask, back: str = ""
) -> Response[Any]:
    """From a form to what it would do, and from there to the change; whatever is wrong shows the form again."""
    form, home, spoken = await read_form(request), house(request), words(request)
    act, seen = form.pop("act", ""), form.pop("seen", "")
    try:
        change = await home.db.read(lambda reader: wish(form, reader))
    except FormErrors as error:
        return await show(request, key, form, field_errors(spoken, error))
    if act == BACK:
        return await show(request, key, form)
    reasons: list[ReasonLine] = []
    if act == CONFIRM:
        try:
            count = await home.db.write(actions.save, change, seen, by=actor(request))
            return done(back or _form_path(request), "displaced" if count else "hours")
        except Refused as error:
            reasons = told(spoken, error)
    await home.db.read(lambda reader: actions.require(actor(request), venue(reader), change))
    view = await home.db.read(screens.preview, spoken, change)
    status = 422 if reasons else 200
    path = request.url.path
    return page(request, "hours/preview.html", status, view=view, typed=form, action=path, reasons=reasons, back=back)


def _form_path(request: AnyRequest) -> str:
    """The page with the form, whatever was sent to its neighbours."""
    return request.url.path.removesuffix("/retirer").removesuffix("/jours").removesuffix("/horaires") + "/horaires"
