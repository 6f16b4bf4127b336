"""« Demandes à regarder » : what staff answer, one page for each request."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Conflict, Invalid, Refused
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.depositing import deposit
from tierslieu.fablab.requests import answering, queries
from tierslieu.fablab.requests.again import shown
from tierslieu.fablab.requests.choosing import BETWEEN, materials, places
from tierslieu.fablab.requests.lists import to_look_at
from tierslieu.fablab.requests.own_pages import take_photo
from tierslieu.fablab.requests.rights import ANSWER
from tierslieu.fablab.requests.schemas import Accept, Word
from tierslieu.fablab.requests.showing import job_of, job_page, number_of
from tierslieu.fablab.requests.wording import DONE
from tierslieu.fablab.rules import JobNow
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.infra.transaction import Reader

HOME = "/fablab/demandes"


class RequestPages(Controller):
    """/fablab/demandes."""

    path = HOME
    include_in_schema = False

    @get("/", opt=allow(ANSWER))
    async def waiting(self, request: AnyRequest) -> Response[bytes]:
        """The requests one answers for."""
        found = await house(request).db.read(to_look_at, actor(request), words(request))
        return page(request, "requests/list.html", found=found, done=done_text(request, DONE))

    @get("/{number:str}", opt=allow(ANSWER))
    async def one(self, request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
        """One request, with all that helps to answer it."""
        return await request_page(request, number)

    @post("/{number:str}/accord", opt=allow(ANSWER))
    async def accept(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """Take it, with changes or without."""
        form = await read_form(request)
        try:
            wish = check(Accept, _changes(form))
            one = await _job(request, number)
            is_taken = await house(request).db.write(answering.accept, one.id, wish, by=actor(request))
        except FormErrors as error:
            return await request_page(request, number, form, field_errors(words(request), error))
        except (Refused, Conflict) as error:
            return await request_page(request, number, form, reasons=told(words(request), error))
        return done(HOME if is_taken else f"{HOME}/{number}", "accepted" if is_taken else "proposed")

    @post("/{number:str}/question", opt=allow(ANSWER))
    async def ask_back(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """Ask its person something."""
        return await _with_word(request, number, "question", "said", answering.ask_back)

    @post("/{number:str}/reponse", opt=allow(ANSWER))
    async def say_for(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """Write down what its person said at the desk."""
        return await _with_word(request, number, "reply", "said", answering.say_for)

    @post("/{number:str}/refus", opt=allow(ANSWER))
    async def refuse(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """Not here, and why."""
        return await _with_word(request, number, "reason", "refused", answering.refuse, back=HOME)

    @post("/{number:str}/oui", opt=allow(ANSWER))
    async def agree(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """Its person said yes at the desk."""
        await read_form(request)
        one = await _job(request, number)
        try:
            await house(request).db.write(answering.agree, one.id, by=actor(request))
        except (Refused, Conflict) as error:
            return await request_page(request, number, reasons=told(words(request), error))
        return done(HOME, "accepted")

    @post("/{number:str}/fichier", opt=allow(ANSWER))
    async def prepare(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """Join the file that a machine can make."""
        form, home, who = await read_form(request), house(request), actor(request)
        one = await _job(request, number)
        try:
            file_id = await deposit(home, who, form.files.get("file"), form.get("pour", ""))
            await home.db.write(answering.prepare, one.id, file_id, by=who)
        except Invalid as error:
            return await request_page(request, number, form, field_errors(words(request), error))
        except (Refused, Conflict) as error:
            return await request_page(request, number, form, reasons=told(words(request), error))
        return done(f"{HOME}/{number}", "prepared")

    @post("/{number:str}/photo", opt=allow(ANSWER))
    async def add_photo(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """A photo of what was made."""
        return await take_photo(request, number, f"{HOME}/{number}", request_page)


def _changes(form: dict[str, str]) -> dict[str, str]:
    """What staff chose; choices that stay as they were asked are left out."""
    _kind, _sep, machine = form.get("where", "").partition(":")
    material, _sign, colour = form.get("material", "").partition(BETWEEN)
    found: dict[str, str] = {name: form[name] for name in ("quantity", "note") if name in form}
    return {**found, "machine": machine, "material": material, "colour": colour}


async def _job(request: AnyRequest, number: str) -> JobNow:
    found: JobNow = await house(request).db.read(job_of, actor(request), number_of(number))
    return found


async def _with_word(
    request: AnyRequest, number: str, field: str, code: str, action: Any, back: str = ""
) -> Response[Any]:
    """An act with a word; the word stays in its field when something is to be corrected."""
    form = await read_form(request)
    one = await _job(request, number)
    try:
        wish = check(Word, {"text": form.get(field, "")})
        await house(request).db.write(action, one.id, wish.text, by=actor(request))
    except FormErrors as error:
        told_of = " ".join(field_errors(words(request), error).values())
        return await request_page(request, number, form, {field: told_of})
    except (Refused, Conflict) as error:
        return await request_page(request, number, form, reasons=told(words(request), error))
    return done(back or f"{HOME}/{number}", code)


async def request_page(
    request: AnyRequest,
    number: str,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    """One request for staff."""
    who, spoken, form = actor(request), words(request), typed or {}

    def load(reader: Reader) -> dict[str, Any]:
        view = job_page(reader, who, number_of(number), spoken)
        one = queries.job_by_number(reader, number_of(number))
        stored = fablab.file(reader, one.file_id)
        machine = fablab.machine_by_id(reader, one.wanted_machine_id).key if one.wanted_machine_id else ""
        asked = f"{one.material}{BETWEEN}{one.colour}" if one.colour else one.material
        return {
            "view": view,
            "places": [
                each
                for each in places(reader, stored.format, spoken, form.get("where", f"{one.kind}:{machine}"))
                if each.value.startswith(f"{one.kind}:")
            ],
            "materials": materials(reader, stored, spoken, form.get("material", asked)),
            "quantity": form.get("quantity", str(one.quantity)),
        }

    context = await house(request).db.read(load)
    return shown(request, "requests/answer.html", context, form, errors, reasons)
