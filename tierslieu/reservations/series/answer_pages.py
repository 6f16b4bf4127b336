"""« Gardez-vous ce créneau ? »: answered by its person, at the desk for them, or by the link of the letter."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import PUBLIC, allow, house
from tierslieu.http.pages import AnyRequest, page, read_form, see_other, words
from tierslieu.http.telling import done_text
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.series import keeping, lists
from tierslieu.reservations.series.acting import act
from tierslieu.reservations.series.api import manner
from tierslieu.reservations.series.pages import DONE, MAKE, show_series

KEEP = "keep"


class AnswerPages(Controller):
    """/series/{id}/reponse, /series/a-garder, /series/garder/{token}."""

    path = "/series"
    include_in_schema = False

    @post("/{id:str}/reponse", opt=allow(MAKE))
    async def answer(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Keep what follows, or give it back."""
        form, which = await read_form(request), read(id)
        is_kept = form.get("answer") == KEEP
        try:
            await act(request, keeping.keep if is_kept else keeping.give_up, which, manner(request))
        except Refused as refused:
            return await show_series(request, which, list(refused.reasons), 422)
        base = "/series/a-garder" if form.get("back") == "list" else f"/series/{show(which)}"
        return see_other(f"{base}?fait={'kept' if is_kept else 'released'}")

    @get("/a-garder", opt=allow(FOR_OTHERS))
    async def waiting(self, request: AnyRequest) -> Response[bytes]:
        """Everybody who was asked and did not answer: the desk answers for those who call."""
        lines = await house(request).db.read(lists.asked_lines, words(request))
        return page(request, "series/asked.html", lines=lines, done=done_text(request, DONE))

    @get("/garder/{token:str}", opt=PUBLIC)
    async def ask(self, request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
        """The question of a letter, for who holds its link: nothing changes before a button is pressed."""
        return await _page(request, token)

    @post("/garder/{token:str}", opt=PUBLIC)
    async def answer_by_link(self, request: AnyRequest, token: FromPath[str]) -> Response[Any]:
        """The answer; a second one, or one that comes too late, is told how things stand."""
        form, home = await read_form(request), house(request)
        is_kept = form.get("answer") == KEEP
        try:
            await act(request, keeping.answer_by_link, token, home.secret, manner(request), is_kept)
        except Refused:
            return await _page(request, token, 409)
        return see_other(f"/series/garder/{token}")


async def _page(request: AnyRequest, token: str, status: int = 200) -> Response[bytes]:
    home = house(request)
    view = await home.db.read(lists.answer_page, words(request), token, home.secret, manner(request))
    return page(request, "series/answer.html", status, view=view)
