"""Sign-in by mail: asking, typing the code, opening the link."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Forbidden, Invalid, NotFound
from tierslieu.http.guards import PUBLIC, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other
from tierslieu.infra.mail import Letter, MemoryMail
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.people.persons.rules import normal_email
from tierslieu.people.signin import links, queries
from tierslieu.people.signin.cookies import (
    browser_cookies,
    known_browser,
    safe_target,
    sign_in_response,
    this_browser,
)
from tierslieu.people.signin.origins import origin_of, own_address
from tierslieu.people.signin.pages import LINK_PAGE, form_page, told
from tierslieu.people.signin.schemas import AskLink, GivenCode
from tierslieu.people.signin.signing import enter, way_of

WAITING, OPENING = "signin/waiting.html", "signin/opening.html"
SECRET_PAGE = {"referrer-policy": "no-referrer", "cache-control": "no-store"}
"""The address of this page is a secret: it goes nowhere, and no cache keeps the page."""
LONGEST_TOKEN = 100


class LinkPages(Controller):
    """/connexion/lien and /connexion/code."""

    @post("/connexion/lien", opt=PUBLIC, include_in_schema=False)
    async def ask(self, request: AnyRequest) -> Response[Any]:
        """Ask for a link. The answer and the work are the same whether somebody has the address or not."""
        form = await read_form(request)
        target = safe_target(form.pop("next", "/"))
        try:
            email = normal_email(check(AskLink, form).email)
            await house(request).db.write(
                links.ask, email, this_browser(request), target, origin_of(request), own_address(request)
            )
        except (Invalid, Forbidden) as error:
            return form_page(request, LINK_PAGE, target, form.get("email", ""), error)
        return see_other("/connexion/lien", browser_cookies(request))

    @get("/connexion/lien", opt=PUBLIC, include_in_schema=False)
    async def wait(self, request: AnyRequest) -> Response[Any]:
        """The page to leave open: a message left if the address is known; here is the field for its code."""
        if not known_browser(request):
            return see_other("/connexion")
        return page(request, WAITING, errors={}, message="")

    @get("/connexion/lien/demonstration", opt=PUBLIC, include_in_schema=False)
    async def read_letter(self, request: AnyRequest) -> Response[Any]:
        """In a demonstration no mail leaves: the letter is shown here, to the browser that asked for it."""
        home = house(request)
        if not home.settings.demo or not isinstance(home.mail, MemoryMail):
            raise NotFound("not_found")
        address = await home.db.read(_address, known_browser(request))
        letters = [letter for letter in home.mail.letters if letter.to == address]
        found: Letter | None = letters[-1] if letters else None
        return page(request, "signin/demo_letter.html", headers=SECRET_PAGE, letter=found)

    @post("/connexion/code", opt=PUBLIC, include_in_schema=False)
    async def give_code(self, request: AnyRequest) -> Response[Any]:
        """The code of the mail, typed in the browser that asked."""
        form = await read_form(request)
        try:
            code = check(GivenCode, form).code
            arrived = await house(request).db.write(links.try_code, code, known_browser(request))
            if arrived is None:
                raise Invalid(links.WRONG_CODE, {"code": links.WRONG_CODE})
        except Invalid as error:
            errors, message = told(request, error)
            return page(request, WAITING, 422, errors=errors, message=message)
        return await _arrive(request, arrived, "code")

    @get("/connexion/lien/{token:str}", opt=PUBLIC, include_in_schema=False)
    async def look(self, request: AnyRequest, token: FromPath[str]) -> Response[Any]:
        """The page behind the link: a button, no more. Programs that read mail open links too."""
        state = await house(request).db.read(_state, token[:LONGEST_TOKEN], known_browser(request))
        return page(request, OPENING, headers=SECRET_PAGE, state=state, token=token[:LONGEST_TOKEN])

    @post("/connexion/lien/{token:str}", opt=PUBLIC, include_in_schema=False)
    async def use(self, request: AnyRequest, token: FromPath[str]) -> Response[Any]:
        """The button: the link is used up."""
        await read_form(request)
        browser = known_browser(request)
        try:
            arrived = await house(request).db.write(links.use, token[:LONGEST_TOKEN], browser)
        except Invalid:
            state = await house(request).db.read(_state, token[:LONGEST_TOKEN], browser)
            return page(request, OPENING, 422, headers=SECRET_PAGE, state=state, token="")
        answer = await _arrive(request, arrived, "link")
        answer.headers["referrer-policy"] = SECRET_PAGE["referrer-policy"]
        return answer


async def _arrive(request: AnyRequest, arrived: links.Arrived, method: str) -> Response[Any]:
    found = await house(request).db.read(queries.account_of, arrived.person_id)
    if found is None:
        raise Invalid(links.OVER)
    session = await enter(request, found.id, found.roles, way_of(request, method))
    return sign_in_response(request, session, arrived.target)


def _state(reader: Reader, token: str, browser: str) -> str:
    """What the page behind a link says: ready, elsewhere (asked in another browser), or over."""
    found = links.look(reader, token)
    if found is None or not found.is_open(reader.now):
        return "over"
    return "ready" if found.is_for(browser) else "elsewhere"


def _address(reader: Reader, browser: str) -> str:
    for link in links.links_of(reader, browser):
        person = known(reader, link.person_id) if link.person_id is not None else None
        if person is not None and person.email:
            return person.email
    return ""
