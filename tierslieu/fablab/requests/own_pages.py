"""« Mes fabrications » : what one asked for, step by step; the words, the yes and the photo of its person."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Conflict, Invalid, NotFound, Refused
from tierslieu.fablab import queries as fablab
from tierslieu.fablab import rules
from tierslieu.fablab.actions import QUEUE
from tierslieu.fablab.requests import answering, asking, papers, photos, shelving
from tierslieu.fablab.requests.again import shown
from tierslieu.fablab.requests.choosing import BETWEEN, fields_of, materials, places
from tierslieu.fablab.requests.lists import my_jobs
from tierslieu.fablab.requests.rights import HAND_OVER
from tierslieu.fablab.requests.schemas import Choices, PhotoWords, Word
from tierslieu.fablab.requests.showing import job_of, job_page, number_of
from tierslieu.fablab.requests.wording import DONE, SERVICES
from tierslieu.fablab.rules import JobNow
from tierslieu.http import prints
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.telling import Choice, ReasonLine, done, done_text, field_errors, told
from tierslieu.infra.transaction import Reader
from tierslieu.people.relations.queries import may_act_for, zone_of

HOME = "/mes-fabrications"
Again = Callable[
    [AnyRequest, str, dict[str, str] | None, dict[str, str] | None, list[ReasonLine] | None], Awaitable[Response[bytes]]
]
"""Shows the page of a job again: what was typed, errors beside fields, reasons."""


class OwnPages(Controller):
    """/mes-fabrications."""

    path = HOME
    include_in_schema = False

    @get("/", opt=allow(QUEUE))
    async def mine(self, request: AnyRequest) -> Response[bytes]:
        """One's own jobs, and those of the people one answers for."""
        lines = await house(request).db.read(my_jobs, actor(request), words(request))
        return page(request, "requests/mine.html", lines=lines, done=done_text(request, DONE))

    @get("/{number:str}", opt=allow(QUEUE))
    async def one(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """One job. Its code on a label leads staff to where it is handed over."""
        found = await house(request).db.read(_whose, actor(request), number_of(number))
        if not found.is_own and actor(request).may(HAND_OVER):
            return see_other(f"/fablab/retraits/{found.number}")
        return await own_page(request, number)

    @post("/{number:str}/mot", opt=allow(QUEUE))
    async def say(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """A word to the team."""
        form = await read_form(request)
        try:
            wish = check(Word, {"text": form.get("text", "")})
        except FormErrors as error:
            return await own_page(request, number, form, field_errors(words(request), error))
        return await _change(request, number, "said", answering.say, wish.text)

    @post("/{number:str}/retirer", opt=allow(QUEUE))
    async def withdraw(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """Take the request back."""
        await read_form(request)
        return await _change(request, number, "withdrawn", asking.withdraw)

    @post("/{number:str}/accord", opt=allow(QUEUE))
    async def agree(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """Yes to what the team proposes."""
        await read_form(request)
        return await _change(request, number, "agreed", answering.agree)

    @post("/{number:str}/recuperee", opt=allow(QUEUE))
    async def collect(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """The person has it."""
        await read_form(request)
        return await _change(request, number, "collected", shelving.collect, "person")

    @get("/{number:str}/corriger", opt=allow(QUEUE))
    async def ask_correction(self, request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
        """The choices of a request that waits."""
        return await _correction(request, number)

    @post("/{number:str}/corriger", opt=allow(QUEUE))
    async def correct(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """Other choices."""
        form = await read_form(request)
        fields = {name: text for name, text in fields_of(form).items() if name != "exception"}
        try:
            wish, job_id = check(Choices, fields), await _job_id(request, number)
            await house(request).db.write(asking.correct, job_id, wish, by=actor(request))
        except FormErrors as error:
            return await _correction(request, number, form, field_errors(words(request), error))
        except (Refused, Conflict) as error:
            return await _correction(request, number, form, reasons=told(words(request), error))
        return done(f"{HOME}/{number}", "corrected")

    @post("/{number:str}/photo", opt=allow(QUEUE))
    async def add_photo(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """A photo of what was made."""
        return await take_photo(request, number, f"{HOME}/{number}", own_page)

    @get("/{number:str}/photo.webp", opt=allow(QUEUE))
    async def photo(self, request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
        """The photo, for who may see the job."""
        home = house(request)
        job_id = await _job_id(request, number)
        sha256 = await home.db.read(photos.address_of, job_id)
        data = await asyncio.to_thread(home.files.kept(sha256).read_bytes)
        return Response(data, media_type="image/webp", headers={"cache-control": "private, max-age=3600"})

    @get("/{number:str}/bon.pdf", opt=allow(QUEUE))
    async def slip(self, request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
        """The number and its code on paper, for who has no e-mail."""
        view = await house(request).db.read(job_page, actor(request), number_of(number), words(request))
        return prints.answer(papers.slip(request, view), view.number)


class _Whose(NamedTuple):
    """Of a job, its number and whether it is the own of who looks, or of somebody they act for."""

    number: str
    is_own: bool


def _whose(reader: Reader, who: Any, number: int) -> _Whose:
    one = job_of(reader, who, number)
    return _Whose(rules.job_text(one.number), may_act_for(reader, who.person_id, one.person_id, reader.now))


async def _job_id(request: AnyRequest, number: str) -> int:
    found: JobNow = await house(request).db.read(job_of, actor(request), number_of(number))
    return found.id


async def own_page(
    request: AnyRequest,
    number: str,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    """The page of one job for its person."""
    view = await house(request).db.read(job_page, actor(request), number_of(number), words(request))
    return shown(request, "requests/one.html", {"view": view}, typed, errors, reasons)


async def take_photo(request: AnyRequest, number: str, back: str, again: Again) -> Response[Any]:
    """Take a photo in, and show the page again when it is none."""
    form, spoken = await read_form(request), words(request)
    try:
        alt = check(PhotoWords, form).alt
        await photos.take(house(request), actor(request), await _job_id(request, number), form.files.get("photo"), alt)
    except Invalid as error:
        return await again(request, number, form, field_errors(spoken, error), None)
    except Refused as error:
        return await again(request, number, form, None, told(spoken, error))
    return done(back, "photo")


async def _change(request: AnyRequest, number: str, code: str, action: Any, *args: object) -> Response[Any]:
    """Do it and say so, or say on the same page why not."""
    job_id = await _job_id(request, number)
    try:
        await house(request).db.write(action, job_id, *args, by=actor(request))
    except (Refused, Conflict) as error:
        return await own_page(request, number, reasons=told(words(request), error))
    return done(f"{HOME}/{number}", code)


async def _correction(
    request: AnyRequest,
    number: str,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    who, spoken = actor(request), words(request)

    def load(reader: Reader) -> dict[str, Any]:
        one = job_of(reader, who, number_of(number))
        if one.state != "requested":
            raise NotFound("unknown_request")
        form = typed if typed is not None else _typed(reader, one)
        stored = fablab.file(reader, one.file_id)
        return {
            "number": rules.job_text(one.number),
            "typed": form,
            "places": places(reader, stored.format, spoken, form.get("where", "")),
            "materials": materials(reader, stored, spoken, form.get("material", "")),
            "services": [
                Choice(code, spoken.text(text), code == form.get("service")) for code, text in SERVICES.items()
            ],
        }

    context = await house(request).db.read(load)
    return shown(request, "requests/correct.html", context, None, errors, reasons)


def _typed(reader: Reader, one: JobNow) -> dict[str, str]:
    """What was asked, as the form holds it."""
    machine = fablab.machine_by_id(reader, one.wanted_machine_id).key if one.wanted_machine_id else ""
    deadline = zone_of(reader).date(one.deadline - 1).isoformat() if one.deadline else ""
    return {
        "where": f"{one.kind}:{machine}",
        "material": f"{one.material}{BETWEEN}{one.colour}" if one.colour else one.material,
        "quantity": str(one.quantity),
        "service": one.service,
        "deadline": deadline,
        "note": one.note,
    }
