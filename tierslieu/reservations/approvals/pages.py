"""/demandes: the requests that wait for an answer, for those who answer for some spaces or for all."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Conflict, DomainError, Invalid, Refused
from tierslieu.basics.ids import read
from tierslieu.basics.spans import Span
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.telling import ReasonLine, done_text, field_errors, told
from tierslieu.reservations.actions import ANSWER
from tierslieu.reservations.approvals import actions, screens
from tierslieu.reservations.approvals.schemas import CounterFields, NoteFields
from tierslieu.reservations.offers.ways import ways_of
from tierslieu.reservations.waiting.actions import minutes_of

PATH = "/demandes"
BOX = "r-"
"""Before the id of a request, the name of its box to tick."""


class RequestPages(Controller):
    """/demandes."""

    path = PATH
    include_in_schema = False

    @get("/", opt=allow(ANSWER))
    async def show_requests(self, request: AnyRequest) -> Response[bytes]:
        """The requests for the spaces one answers for."""
        return await _queue(request, [], "", 200)

    @post("/reponses", opt=allow(ANSWER))
    async def answer_many(self, request: AnyRequest) -> Response[Any]:
        """The same answer to all that are ticked: each by itself; those that cannot be are named."""
        form, spoken = await read_form(request), words(request)
        ids = sorted(name.removeprefix(BOX) for name in form if name.startswith(BOX))  # who asked first, first
        if not ids:
            return await _queue(request, told(spoken, Conflict("choose_requests")), form.get("note", ""), 422)
        try:
            note = check(NoteFields, form).note
        except Invalid as error:
            lines = [ReasonLine("form", text, []) for text in field_errors(spoken, error).values()]
            return await _queue(request, lines, form.get("note", ""), 422)
        refused: list[ReasonLine] = []
        for one in ids[:200]:
            try:
                await _answer(request, one, note, is_granted=form.get("reponse") == "oui")
            except (Refused, Conflict) as error:
                refused.extend(told(spoken, error))
        return await _queue(request, refused, note, 409) if refused else see_other(f"{PATH}?fait=reponses")

    @get("/{id:str}", opt=allow(ANSWER))
    async def show_one(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """One request: answer with a word, or propose something else."""
        return await _one(request, id, {}, None, 200)

    @post("/{id:str}/accord", opt=allow(ANSWER))
    async def approve(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Grant a request."""
        return await _answer_on_page(request, id, is_granted=True)

    @post("/{id:str}/refus", opt=allow(ANSWER))
    async def reject(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Do not grant a request: its time is free again."""
        return await _answer_on_page(request, id, is_granted=False)

    @post("/{id:str}/proposition", opt=allow(ANSWER))
    async def propose(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Propose another time or place: kept until the person answers."""
        form, home = await read_form(request), house(request)
        try:
            fields = check(CounterFields, form)
            ends = (home.zone.instant(fields.day, minutes_of(text)) for text in (fields.start, fields.end))
            wish = (read(id), fields.resource, Span(*ends), fields.note)
            await home.db.write(actions.propose, ways_of(home), *wish, by=actor(request))
        except (Invalid, Refused, Conflict) as error:
            return await _one(request, id, form, error, 422)
        return see_other(f"{PATH}?fait=propose")


async def _answer(request: AnyRequest, id: str, note: str, *, is_granted: bool) -> None:
    await house(request).db.write(actions.answer, read(id), is_granted, note, by=actor(request))


async def _answer_on_page(request: AnyRequest, id: str, *, is_granted: bool) -> Response[Any]:
    form = await read_form(request)
    try:
        await _answer(request, id, check(NoteFields, form).note, is_granted=is_granted)
    except (Invalid, Refused, Conflict) as error:
        return await _one(request, id, form, error, 422)
    back = "/accueil" if form.get("retour") == "accueil" else PATH
    return see_other(f"{back}?fait={'accord' if is_granted else 'refus'}")


async def _queue(request: AnyRequest, reasons: list[ReasonLine], note: str, status: int) -> Response[bytes]:
    home = house(request)
    groups = await home.db.read(screens.queue, actor(request), words(request), home.settings)
    told_done = done_text(request, screens.DONE)
    return page(request, "approvals/queue.html", status, groups=groups, reasons=reasons, note=note, done=told_done)


async def _one(
    request: AnyRequest, id: str, typed: Mapping[str, str], error: DomainError | None, status: int
) -> Response[bytes]:
    home, spoken = house(request), words(request)
    errors = field_errors(spoken, error) if isinstance(error, Invalid) else {}
    reasons = told(spoken, error) if isinstance(error, Refused | Conflict) else []
    if isinstance(error, Conflict) or (isinstance(error, Refused) and error.is_conflict):
        status = 409
    if isinstance(error, Refused) and any(one.code == "already_answered" for one in error.reasons):
        return await _queue(request, reasons, "", status)
    view = await home.db.read(screens.request_page, actor(request), read(id), spoken, home.settings)
    return page(request, "approvals/request.html", status, view=view, typed=typed, errors=errors, reasons=reasons)
