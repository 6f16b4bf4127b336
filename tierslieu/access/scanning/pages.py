"""Who would get in, and why; passages that staff look at."""

from typing import Any, Final

from litestar import Controller, Response, get, post

from tierslieu.access.actions import MANAGE
from tierslieu.access.scanning import screens, settling
from tierslieu.access.schemas import NamedBadge
from tierslieu.access.zones.schemas import TryForm
from tierslieu.basics.errors import Invalid
from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.telling import field_errors
from tierslieu.people.persons.noting import note_search

TRY: Final = "access.try_zones"
LOOK: Final = "access.look_at_passages"


class TryPages(Controller):
    """/acces/essai."""

    path = "/acces/essai"
    include_in_schema = False

    @get("", opt=allow(TRY))
    async def ask(self, request: AnyRequest) -> Response[bytes]:
        """The form."""
        return await _try(request, {})

    @post("", opt=allow(TRY), status_code=200)
    async def answer(self, request: AnyRequest) -> Response[bytes]:
        """The decision for a person at an hour, zone by zone. No passage is noted, nobody is let in."""
        form = await read_form(request)
        try:
            check(TryForm, form)
            return await _try(request, form)
        except Invalid as error:
            return await _try(request, form, 422, field_errors(words(request), error))


class FlaggedPages(Controller):
    """/acces/signalements."""

    path = "/acces/signalements"
    include_in_schema = False

    @get("", opt=allow(LOOK))
    async def show(self, request: AnyRequest) -> Response[bytes]:
        """Passages of the last week that somebody should look at; those that nobody has looked at come first."""
        lines = await house(request).db.read(screens.flagged, words(request))
        return page(request, "access/flagged.html", lines=lines)

    @post("", opt=allow(MANAGE))
    async def vouch(self, request: AnyRequest) -> Response[bytes]:
        """Staff looked: it is the person's own card, which needs its pin no more."""
        wish = check(NamedBadge, await read_form(request))
        await house(request).db.write(settling.vouch, read(wish.badge), by=actor(request))
        return see_other("/acces/signalements")

    @post("/vu", opt=allow(LOOK))
    async def look(self, request: AnyRequest) -> Response[bytes]:
        """Staff looked at a passage: it leaves the count."""
        wish = check(settling.Looked, await read_form(request))
        await house(request).db.write(settling.look_at, wish, by=actor(request))
        return see_other("/acces/signalements")


async def _try(
    request: AnyRequest, form: Any, status: int = 200, errors: dict[str, str] | None = None
) -> Response[bytes]:
    is_asked = bool(form) and not errors
    view = await house(request).db.read(screens.try_view, words(request), dict(form), is_asked=is_asked)
    if is_asked:
        note_search(request, "zones", view.found)
    errors = errors or view.errors
    return page(request, "access/try.html", 422 if errors and status == 200 else status, view=view, errors=errors)
