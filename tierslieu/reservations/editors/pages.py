"""The pages on which staff change sites and spaces."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import NotFound, Refused
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, page, read_form, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.http.words import _
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.editors import actions, forms, screens
from tierslieu.reservations.editors.fields import FormPage, read_access
from tierslieu.reservations.editors.screens import HOME
from tierslieu.venue.actions import NewSite, NewSpace
from tierslieu.venue.portraits import portraits
from tierslieu.venue.rights import EDIT, EQUIP, require_found

Typed = Mapping[str, str] | None
DONE: Mapping[str, str] = {
    "saved": _("C’est enregistré."),
    "opened": _("L’espace est créé. Il est fermé tant qu’il n’a pas d’horaires : donnez-les ici."),
}


class EditorPages(Controller):
    """/gestion/lieu: the whole venue, its sites and spaces."""

    path = HOME
    include_in_schema = False

    @get("/", opt=allow(EQUIP))
    async def index(self, request: AnyRequest) -> Response[bytes]:
        """Everything that this person may change."""
        view = await house(request).db.read(screens.index_page, words(request), actor(request))
        return page(request, "editors/index.html", view=view, done=done_text(request, DONE))

    @get("/sites/nouveau", opt=allow(EDIT))
    async def ask_new_site(self, request: AnyRequest) -> Response[bytes]:
        """The form of a new site."""
        return await _site(request, "")

    @post("/sites/nouveau", opt=allow(EDIT))
    async def open_site(self, request: AnyRequest) -> Response[Any]:
        """A new site."""
        form = await read_form(request)
        try:
            found = forms.read(forms.NewSiteForm, form)
            site = NewSite(**found.model_dump(), access=read_access(form))
            await house(request).db.write(actions.open_site, site, by=actor(request))
        except FormErrors as error:
            return await _site(request, "", form, field_errors(words(request), error))
        return done(HOME, "saved")

    @get("/sites/{key:str}", opt=allow(EDIT))
    async def ask_site(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The form of a site."""
        return await _site(request, key)

    @post("/sites/{key:str}", opt=allow(EDIT))
    async def change_site(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Other facts of a site."""
        form = await read_form(request)
        try:
            facts = forms.read(forms.SiteForm, form).model_dump() | {"access": read_access(form)}
            await house(request).db.write(actions.change_site, key, facts, by=actor(request))
        except FormErrors as error:
            return await _site(request, key, form, field_errors(words(request), error))
        return done(f"{HOME}/sites/{key}", "saved")

    @get("/espaces/nouveau", opt=allow(EDIT))
    async def ask_new_space(self, request: AnyRequest, site: FromQuery[str] = "") -> Response[bytes]:
        """The form of a new space."""
        return await _space(request, "", site=site[:40])

    @post("/espaces/nouveau", opt=allow(EDIT))
    async def open_space(self, request: AnyRequest) -> Response[Any]:
        """A new space; it gets its hours next."""
        form = await read_form(request)
        try:
            found = forms.read(forms.NewSpaceForm, form)
            facts = found.model_dump()
            site = facts.pop("site")
            space = NewSpace(**facts, periods=(), access=read_access(form))
            await house(request).db.write(actions.open_space, site, space, hears(form), by=actor(request))
        except FormErrors as error:
            return await _space(request, "", form, field_errors(words(request), error))
        return done(f"{HOME}/espaces/{found.key}", "opened")

    @get("/espaces/{key:str}", opt=allow(EDIT))
    async def ask_space(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The form of a space."""
        return await _space(request, key)

    @post("/espaces/{key:str}", opt=allow(EDIT))
    async def change_space(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Other facts of a space."""
        form = await read_form(request)
        try:
            facts = forms.read(forms.SpaceForm, form).model_dump() | {"access": read_access(form)}
            await house(request).db.write(actions.change_space, key, facts, hears(form), by=actor(request))
        except FormErrors as error:
            return await _space(request, key, form, field_errors(words(request), error))
        except Refused as error:
            return await _space(request, key, form, {}, told(words(request), error))
        return done(f"{HOME}/espaces/{key}", "saved")


def hears(form: Mapping[str, str]) -> frozenset[str]:
    """The keys of the spaces that were ticked as neighbours."""
    return frozenset(name.removeprefix("n_") for name, value in form.items() if name.startswith("n_") and value)


async def _site(
    request: AnyRequest, key: str, typed: Typed = None, errors: dict[str, str] | None = None
) -> Response[bytes]:
    def load(reader: Reader) -> FormPage:
        if key:
            portraits(reader).site(key)
        if not actor(request).may(EDIT, f"site:{key}"):
            raise NotFound("not_your_place")
        return screens.site_form(reader, words(request), key, typed)

    return show(request, await house(request).db.read(load), errors)


async def _space(
    request: AnyRequest,
    key: str,
    typed: Typed = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
    site: str = "",
) -> Response[bytes]:
    def load(reader: Reader) -> FormPage:
        if key:
            require_found(actor(request), actions.space_of(reader, key))
        return screens.space_form(reader, words(request), key, typed, site)

    return show(request, await house(request).db.read(load), errors, reasons)


def show(
    request: AnyRequest,
    view: FormPage,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    """A form, with what is wrong with it."""
    status = 422 if errors or reasons else 200
    said = done_text(request, DONE)
    return page(request, "editors/form.html", status, view=view, errors=errors or {}, reasons=reasons or [], done=said)
