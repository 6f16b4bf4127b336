"""The evacuation list on paper and screen, and the help that people ask to have on it."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.access.presence import help as helping
from tierslieu.access.presence.evacuation import evacuation
from tierslieu.access.presence.pages import SEE
from tierslieu.access.presence.schemas import HelpWish
from tierslieu.access.presence.wording import DONE, doubt_text, group_text, person_notes
from tierslieu.basics.errors import Invalid
from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, words
from tierslieu.http.telling import done, done_text, field_errors
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import file

OWN, NOTE = "access.own_evacuation_help", "access.note_evacuation_help"
NO_STORE = {"cache-control": "no-store"}


class EvacuationPages(Controller):
    """/presence/evacuation."""

    path = "/presence/evacuation"
    include_in_schema = False

    @get("", opt=allow(SEE))
    async def show(self, request: AnyRequest) -> Response[Any]:
        """The list, ready to print."""
        found, spoken = await house(request).db.read(evacuation), words(request)
        people = {
            number: [(one, [*person_notes(spoken, one), doubt_text(spoken, one, found.made_at)]) for one in zone.people]
            for number, zone in enumerate(found.zones)
        }
        groups = {
            number: [(group_text(spoken, one.name, one.people), one.came_at) for one in zone.groups]
            for number, zone in enumerate(found.zones)
        }
        context: dict[str, Any] = {"found": found, "people": people, "groups": groups}
        return page(request, "access/evacuation.html", 200, NO_STORE, done=done_text(request, DONE), **context)


class OwnHelpPages(Controller):
    """/mon-espace/evacuation: what one wants to have on the list."""

    path = "/mon-espace/evacuation"
    include_in_schema = False

    @get("", opt=allow(OWN))
    async def show(self, request: AnyRequest) -> Response[Any]:
        """What is listed, and what it is for."""
        return await _help(request, actor(request).person_id or 0, "/mon-espace/evacuation")

    @post("", opt=allow(OWN))
    async def change(self, request: AnyRequest) -> Response[Any]:
        """Ask to be listed, or no longer."""
        return await _change(request, actor(request).person_id or 0, "/mon-espace/evacuation")


class PersonHelpPages(Controller):
    """/personnes/{id}/evacuation: the desk notes it for somebody who asks."""

    path = "/personnes/{id:str}/evacuation"
    include_in_schema = False

    @get("", opt=allow(NOTE))
    async def show(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """What is listed."""
        return await _help(request, read(id), f"/personnes/{id}/evacuation")

    @post("", opt=allow(NOTE))
    async def change(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Note what the person asks."""
        return await _change(request, read(id), f"/personnes/{id}/evacuation")


def _listed(reader: Reader, person_id: int) -> tuple[str, str | None]:
    person = file(reader, person_id)
    return f"{person.first_name} {person.last_name}", helping.help_of(reader, person_id)


async def _change(request: AnyRequest, person_id: int, path: str) -> Response[Any]:
    form, db = await read_form(request), house(request).db
    if form.get("act") == "drop":
        await db.write(helping.drop_help, person_id, by=actor(request))
        return done(path, "sans-aide")
    try:
        wish = check(HelpWish, form)
    except Invalid as error:
        return await _help(request, person_id, path, 422, field_errors(words(request), error), form.get("note", ""))
    await db.write(helping.ask_help, person_id, wish.note, by=actor(request))
    return done(path, "aide")


async def _help(
    request: AnyRequest,
    person_id: int,
    path: str,
    status: int = 200,
    errors: dict[str, str] | None = None,
    typed: str = "",
) -> Response[Any]:
    name, note = await house(request).db.read(_listed, person_id)
    return page(
        request,
        "access/evacuation_help.html",
        status,
        NO_STORE,
        name="" if path == "/mon-espace/evacuation" else name,
        note=note,
        typed=typed or note or "",
        path_here=path,
        errors=errors or {},
        done=done_text(request, DONE),
    )
