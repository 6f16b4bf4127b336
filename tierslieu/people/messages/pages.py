"""Pages of messages for staff: what to call and to print, what went wrong, writing to somebody."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, Form, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.problems import speak
from tierslieu.http.wording import sentence
from tierslieu.people.messages import actions, queries, views
from tierslieu.people.messages.manners import manners_of
from tierslieu.people.messages.rules import CALL, LONGEST_TEXT, PRINT
from tierslieu.people.messages.schemas import FreeText
from tierslieu.people.messages.wording import DONE
from tierslieu.people.persons.queries import file

SEE, SEND = "people.see_messages", "people.send_messages"
TO_DO = "/messages/a-faire"
LIST = "/messages"
MOST_SLIPS = 200


def done_text(request: AnyRequest) -> str:
    """What the last act did, when the address says so."""
    code = request.query_params.get("fait", "")
    return words(request).text(DONE[code]) if code in DONE else ""


class MessagePages(Controller):
    """/messages, for staff."""

    path = LIST
    include_in_schema = False

    @get("/", opt=allow(SEE))
    async def show_list(
        self, request: AnyRequest, etat: FromQuery[str] = "", avant: FromQuery[str] = ""
    ) -> Response[bytes]:
        """Messages, those that went wrong first."""
        chosen = etat if etat in views.FILTERS else ""
        before = read(avant) if avant else 2**62
        view = await house(request).db.read(views.message_list, words(request), chosen, before)
        return page(request, "messages/list.html", view=view, done=done_text(request), can_send=_may_send(request))

    @get("/a-faire", opt=allow(SEE))
    async def show_to_do(self, request: AnyRequest) -> Response[bytes]:
        """To call, to print, not sent."""
        return await _to_do(request)

    @get("/a-imprimer", opt=allow(SEE))
    async def show_slips(self, request: AnyRequest) -> Response[bytes]:
        """The slips, several on a page of paper."""
        view = await house(request).db.read(views.to_do, words(request))
        return page(request, "messages/slips.html", slips=view.slips, can_send=_may_send(request))

    @post("/imprimes", opt=allow(SEND))
    async def all_printed(self, request: AnyRequest) -> Response[Any]:
        """The slips of the printed page were handed over or put aside."""
        form = await read_form(request)
        ids = [read(one) for one in form.get("ids", "").split()[:MOST_SLIPS]]
        await house(request).db.write(actions.mark_all_printed, ids, by=actor(request))
        return see_other(f"{TO_DO}?fait=printed")

    @post("/{id:str}/renvoyer", opt=allow(SEND))
    async def send_again(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Once more, by wire or (`by`) by people."""
        form = await read_form(request)
        by = form.get("by", "")
        if by not in ("", CALL, PRINT):
            raise Invalid("bad_text")
        return await _act(request, id, form, "by_hand" if by else "sent_again", actions.send_again, by)

    @post("/{id:str}/dit", opt=allow(SEND))
    async def told(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Somebody told it by voice."""
        return await _act(request, id, await read_form(request), "told", actions.mark_told)

    @post("/{id:str}/imprime", opt=allow(SEND))
    async def printed(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The slip was handed over."""
        return await _act(request, id, await read_form(request), "printed", actions.mark_told, "printed")

    @post("/{id:str}/sans-reponse", opt=allow(SEND))
    async def no_answer(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Nobody answered the phone."""
        manners = manners_of(house(request))
        return await _act(request, id, await read_form(request), "no_answer", actions.note_no_answer, manners)

    @post("/{id:str}/annuler", opt=allow(SEND))
    async def cancel(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """It need not be told any more."""
        return await _act(request, id, await read_form(request), "cancelled", actions.cancel)


class WritingPages(Controller):
    """/personnes/{id}/ecrire: writing to somebody in one's own words."""

    path = "/personnes"
    include_in_schema = False

    @get("/{id:str}/ecrire", opt=allow(SEND))
    async def ask(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The form."""
        return await _writing(request, id)

    @post("/{id:str}/ecrire", opt=allow(SEND))
    async def write(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Hand it over to be sent."""
        form = await read_form(request)
        try:
            text = check(FreeText, form).text
        except FormErrors as error:
            return await _writing(request, id, form.get("text", ""), dict(error.fields), 422)
        home = house(request)
        subject = words(request).text("Un message de {venue}", venue=home.settings.venue_name)
        await home.db.write(actions.write_to, read(id), subject, text, by=actor(request))
        return see_other(f"/personnes/{show(read(id))}#messages")


def _may_send(request: AnyRequest) -> bool:
    return actor(request).may(SEND)


async def _to_do(request: AnyRequest, status: int = 200, problem: str = "") -> Response[bytes]:
    view = await house(request).db.read(views.to_do, words(request))
    return page(
        request,
        "messages/to_do.html",
        status,
        view=view,
        done=done_text(request),
        problem=problem,
        can_send=_may_send(request),
    )


async def _act(
    request: AnyRequest, id: str, form: Form, done: str, action: Any, *args: Any
) -> Response[bytes] | Redirect:
    """Change one message and go back to where the button was; a refusal says why, above the list."""
    home, message_id = house(request), read(id)
    one = await home.db.read(queries.stored, message_id)
    try:
        await home.db.write(action, message_id, *args, by=actor(request))
    except Refused as error:
        problem = " ".join(text for _code, text, _links in speak(words(request), error))
        return await _to_do(request, 422, problem)
    if form.get("from") == "person":
        return see_other(f"/personnes/{show(one.person_id)}#messages")
    if form.get("from") == "list":
        return see_other(f"{LIST}?fait={done}")
    return see_other(f"{TO_DO}?fait={done}")


async def _writing(
    request: AnyRequest, id: str, text: str = "", fields: dict[str, str] | None = None, status: int = 200
) -> Response[bytes]:
    who = await house(request).db.read(file, read(id))
    errors = {name: sentence(words(request), code, {}) for name, code in (fields or {}).items()}
    return page(
        request,
        "messages/write.html",
        status,
        person_id=show(who.id),
        name=f"{who.first_name} {who.last_name}",
        text=text,
        errors=errors,
        longest=LONGEST_TEXT,
    )
