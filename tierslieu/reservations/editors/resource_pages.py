"""The pages on which staff change resources."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import Refused
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, read_form, words
from tierslieu.http.telling import ReasonLine, done, field_errors, told
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.editors import actions, forms
from tierslieu.reservations.editors.fields import FormPage
from tierslieu.reservations.editors.pages import Typed, show
from tierslieu.reservations.editors.resource_screen import members_of, resource_form
from tierslieu.reservations.editors.screens import HOME
from tierslieu.venue.actions import NewResource
from tierslieu.venue.queries import venue
from tierslieu.venue.rights import EQUIP, require_found

PLACED = ("key", "space", "kind", "pick", "count", "others")
"""Fields of a new resource that are no facts to change later, or are stored in another shape."""


class ResourceEditorPages(Controller):
    """/gestion/lieu/ressources."""

    path = f"{HOME}/ressources"
    include_in_schema = False

    @get("/nouvelle", opt=allow(EQUIP))
    async def ask_new(self, request: AnyRequest, espace: FromQuery[str] = "") -> Response[bytes]:
        """The form of a new resource."""
        return await _resource(request, "", space=espace[:40])

    @post("/nouvelle", opt=allow(EQUIP))
    async def offer(self, request: AnyRequest) -> Response[Any]:
        """A new resource."""
        form = await read_form(request)
        try:
            found = forms.read(forms.NewResourceForm, form)
            facts = facts_of(found, form)
            pick = "one" if found.count > 1 else found.pick
            new = NewResource(key=found.key, kind=found.kind, pick=pick, **facts)
            wish = (found.space, new, forms.read_members(form), found.count)
            await house(request).db.write(actions.offer, *wish, by=actor(request))
        except FormErrors as error:
            return await _resource(request, "", form, field_errors(words(request), error))
        return done(f"{HOME}/ressources/{found.key}", "saved")

    @get("/{key:str}", opt=allow(EQUIP))
    async def ask(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The form of a resource."""
        return await _resource(request, key)

    @post("/{key:str}", opt=allow(EQUIP))
    async def change(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Other facts and rules."""
        form = await read_form(request)
        try:
            found = forms.read(forms.ResourceForm, form)
            facts = facts_of(found, form)
            members, count = await house(request).db.read(_made_of, key, form, found.count)
            wish = (actions.change_resource, key, facts, members, count)
            await house(request).db.write(*wish, by=actor(request))
        except FormErrors as error:
            return await _resource(request, key, form, field_errors(words(request), error))
        except Refused as error:
            return await _resource(request, key, form, {}, told(words(request), error))
        return done(f"{HOME}/ressources/{key}", "saved")

    @post("/{key:str}/remettre", opt=allow(EQUIP))
    async def put_back(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """In service again."""
        await read_form(request)
        await house(request).db.write(actions.put_back, key, by=actor(request))
        return done(f"{HOME}/ressources/{key}", "saved")


def facts_of(found: forms.ResourceForm, form: Mapping[str, str]) -> dict[str, Any]:
    """All facts that a resource's form gives. Raises FormErrors."""
    facts = {name: value for name, value in found.model_dump().items() if name not in PLACED}
    return {**facts, "equipment": forms.read_equipment(form, found.others), "parts": forms.read_parts(form)}


def _made_of(reader: Reader, key: str, form: Mapping[str, str], count: int) -> tuple[frozenset[str] | None, int | None]:
    """What the form says of units: members of a pool, or how many of its own."""
    here = venue(reader)
    one = here.resource(key)
    if one.parts:
        return None, None
    if members_of(here, one):
        return forms.read_members(form), None
    return None, count


async def _resource(
    request: AnyRequest,
    key: str,
    typed: Typed = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
    space: str = "",
) -> Response[bytes]:
    def load(reader: Reader) -> FormPage:
        if key:
            one = venue(reader).resource(key)
            require_found(actor(request), one.space, one.kind)
        return resource_form(reader, words(request), key, typed, space)

    return show(request, await house(request).db.read(load), errors, reasons)
