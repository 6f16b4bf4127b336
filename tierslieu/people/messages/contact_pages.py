"""Pages of contact: how and of what somebody wants to hear; and the link that stops letters."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Forbidden
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.people.messages import choices, queries, views
from tierslieu.people.messages.manners import read_stop_token
from tierslieu.people.messages.pages import SEND, done_text
from tierslieu.people.messages.schemas import ContactForm, Stop

OWN = "people.choose_contact"
OWN_PATH = "/mon-espace/contact"


class OwnContactPages(Controller):
    """/mon-espace/contact: one's own choices."""

    path = OWN_PATH
    include_in_schema = False

    @get("/", opt=allow(OWN))
    async def ask(self, request: AnyRequest) -> Response[bytes]:
        """What holds now."""
        return await _contact(request, _me(request), is_desk=False)

    @post("/", opt=allow(OWN))
    async def choose(self, request: AnyRequest) -> Response[Any]:
        """Note the choices."""
        return await _choose(request, _me(request), is_desk=False)


class DeskContactPages(Controller):
    """/personnes/{id}/contact: what somebody said at the desk, on the phone or on paper."""

    path = "/personnes"
    include_in_schema = False

    @get("/{id:str}/contact", opt=allow(SEND))
    async def ask(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """What holds now."""
        return await _contact(request, read(id), is_desk=True)

    @post("/{id:str}/contact", opt=allow(SEND))
    async def choose(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Note the choices."""
        return await _choose(request, read(id), is_desk=True)


class StopPages(Controller):
    """/messages/stop: the link under letters that can be done without. Looking at it changes nothing."""

    path = "/messages/stop"
    include_in_schema = False

    @get("/{token:str}", opt=PUBLIC)
    async def ask(self, request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
        """The buttons. A link that we did not make finds nothing."""
        await house(request).db.read(queries.contact_of, read_stop_token(house(request).secret, token))
        return page(request, "messages/stop.html", token=token, done="")

    @post("/{token:str}", opt=PUBLIC)
    async def stop(self, request: AnyRequest, token: FromPath[str]) -> Response[Any]:
        """No more news, or nothing but what is needed."""
        form = await read_form(request)
        person_id = read_stop_token(house(request).secret, token)
        what = check(Stop, form).what
        await house(request).db.write(choices.stop, person_id, what)
        return page(request, "messages/stop.html", token=token, done=what)


def _me(request: AnyRequest) -> int:
    person_id = actor(request).person_id
    if person_id is None:
        raise Forbidden("not_allowed")
    return person_id


async def _contact(
    request: AnyRequest, person_id: int, status: int = 200, problem: str = "", *, is_desk: bool
) -> Response[bytes]:
    view = await house(request).db.read(views.contact_view, words(request), person_id)
    return page(
        request,
        "messages/contact.html",
        status,
        view=view,
        is_desk=is_desk,
        problem=problem,
        done=done_text(request),
        action=f"/personnes/{view.person_id}/contact" if is_desk else OWN_PATH,
    )


async def _choose(request: AnyRequest, person_id: int, *, is_desk: bool) -> Response[Any]:
    form = await read_form(request)
    try:
        wish = check(ContactForm, form)
    except FormErrors as error:
        code = next(iter(error.fields.values()), "bad_text")
        return await _contact(request, person_id, 422, sentence(words(request), code, {}), is_desk=is_desk)
    await house(request).db.write(choices.choose, person_id, wish, by=actor(request))
    path = f"/personnes/{show(person_id)}/contact" if is_desk else OWN_PATH
    return see_other(f"{path}?fait=chosen")
