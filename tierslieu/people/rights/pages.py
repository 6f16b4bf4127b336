"""Pages of rights: one's own data, a person's at the desk, what is kept how long, the log."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, page, read_form, see_other, words
from tierslieu.people.audit import queries as log
from tierslieu.people.audit.actions import record
from tierslieu.people.persons.queries import known
from tierslieu.people.rights import actions, downloading, queries, views

OWN, HAND_OVER, ERASE, SEE_RULES, READ_LOG = (
    "people.own_data",
    "people.hand_over_data",
    "people.erase",
    "people.see_retention",
    "people.read_log",
)
FILES = {"json": "application/json", "pdf": "application/pdf"}


class MyDataPages(Controller):
    """/mon-espace/mes-donnees: what the house holds, to take away or to erase."""

    path = "/mon-espace"

    @get("/mes-donnees", opt=allow(OWN), include_in_schema=False)
    async def show(self, request: AnyRequest) -> Response[bytes]:
        """What is held, in figures, and who looked at it."""
        home, who = house(request), actor(request)
        view = await home.db.read(views.my_data, home.personal, words(request), who.person_id or 0)
        return page(request, "rights/mine.html", view=view)

    @get("/mes-donnees/{kind:str}", opt=allow(OWN), include_in_schema=False)
    async def take(self, request: AnyRequest, kind: FromPath[str]) -> Response[bytes]:
        """All of it, as JSON or PDF."""
        return await _file(request, actor(request).person_id or 0, kind)

    @get("/effacer", opt=allow(OWN), include_in_schema=False)
    async def ask(self, request: AnyRequest) -> Response[bytes]:
        """What erasing means, before it is done."""
        return await _ask(request, actor(request).person_id or 0, is_own=True)

    @post("/effacer", opt=allow(OWN), include_in_schema=False)
    async def erase(self, request: AnyRequest) -> Response[Any]:
        """Erase oneself: only with the box ticked."""
        return await _erase(request, actor(request).person_id or 0, is_own=True)


class PersonDataPages(Controller):
    """The same for somebody at the desk."""

    path = "/personnes"

    @get("/{id:str}/donnees/{kind:str}", opt=allow(HAND_OVER), include_in_schema=False)
    async def take(self, request: AnyRequest, id: FromPath[str], kind: FromPath[str]) -> Response[bytes]:
        """All of a person's data, handed over to them; the log notes it."""
        answer = await _file(request, read(id), kind)
        await house(request).db.write(record, "people.hand_over_data", read(id), kind, by=actor(request))
        return answer

    @get("/{id:str}/effacer", opt=allow(ERASE), include_in_schema=False)
    async def ask(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """What erasing means, before it is done."""
        return await _ask(request, read(id), is_own=False)

    @post("/{id:str}/effacer", opt=allow(ERASE), include_in_schema=False)
    async def erase(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Erase somebody who asked for it."""
        return await _erase(request, read(id), is_own=False)


class KeepingPages(Controller):
    """/conservation and /journal, for those who answer for the data."""

    @get("/conservation", opt=allow(SEE_RULES), include_in_schema=False)
    async def rules(self, request: AnyRequest) -> Response[bytes]:
        """How long everything is kept, what was removed lately, who is about to be forgotten."""
        view = await house(request).db.read(views.keeping, house(request).retentions, words(request))
        return page(request, "rights/keeping.html", view=view)

    @get("/journal", opt=allow(READ_LOG), include_in_schema=False)
    async def journal(
        self, request: AnyRequest, person: FromQuery[str] = "", before: FromQuery[int] = 0
    ) -> Response[bytes]:
        """Who looked at or changed what: newest first, of everybody or of one person."""
        subject = read(person) if person else None
        view = await house(request).db.read(views.journal, words(request), subject, min(max(before, 0), 2**62))
        return page(request, "rights/journal.html", view=view)

    @post("/journal/verifier", opt=allow(READ_LOG), include_in_schema=False, status_code=200)
    async def verify(self, request: AnyRequest) -> Response[bytes]:
        """Read the whole chain again and say whether it holds."""
        await read_form(request)
        broken = await house(request).db.read_long(log.broken_at)
        view = await house(request).db.read(views.journal, words(request), None, 0)
        return page(request, "rights/journal.html", view=view, is_verified=True, broken=broken)


async def _file(request: AnyRequest, person_id: int, kind: str) -> Response[bytes]:
    if kind not in FILES:
        raise NotFound("not_found")
    home, spoken = house(request), words(request)
    found = await home.db.read_long(downloading.everything, home.personal, person_id)
    if kind == "json":
        body = downloading.as_json(found, spoken)
    else:
        body = downloading.as_pdf(found, spoken, request.app.state.assets, home.settings.venue_name)
    headers = {"content-disposition": f'attachment; filename="donnees.{kind}"', "cache-control": "no-store"}
    return Response(body, media_type=FILES[kind], headers=headers)


async def _ask(
    request: AnyRequest, person_id: int, *, is_own: bool, error: str = "", status: int = 200
) -> Response[bytes]:
    home = house(request)
    person = await home.db.read(known, person_id)
    if person is None:
        raise NotFound("no_such_person")
    held = await home.db.read(queries.counts, home.personal, person_id)
    view = views.erasing(words(request), person, held, error, is_own=is_own)
    return page(request, "rights/erase.html", status, view=view)


async def _erase(request: AnyRequest, person_id: int, *, is_own: bool) -> Response[Any]:
    form = await read_form(request)
    if form.get("sure") != "1":
        return await _ask(request, person_id, is_own=is_own, error="tick_to_erase", status=422)
    home = house(request)
    try:
        await home.db.write(actions.erase, home.personal, person_id, by=actor(request))
    except Conflict as error:
        return await _ask(request, person_id, is_own=is_own, error=error.code, status=409)
    return see_other("/" if is_own else "/personnes")
