"""The page of choices of a file: nothing is promised that a rehearsal did not show."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.fablab import queries, rules
from tierslieu.fablab.actions import QUEUE
from tierslieu.fablab.depositing import choose_plate
from tierslieu.fablab.requests.asking import ask
from tierslieu.fablab.requests.choosing import Told, choosing, fields_of, told_quote
from tierslieu.fablab.requests.quoting import Quote, rehearse
from tierslieu.fablab.requests.schemas import Ask
from tierslieu.fablab.requests.wording import LIMITS
from tierslieu.fablab.schemas import ChosenPlate
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.telling import ReasonLine, done, field_errors, reason_lines, told
from tierslieu.people.persons.correcting import SEE


class AskPages(Controller):
    """/fablab/deposer/{id}: what was read of a file, the choices, the price and the time."""

    path = "/fablab/deposer"
    include_in_schema = False

    @get("/{id:str}", opt=allow(QUEUE))
    async def look(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """What was read, and what the usual choices would come to."""
        return await choices_page(request, read(id), {})

    @post("/{id:str}", opt=allow(QUEUE))
    async def send(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Ask for it; or, with `act` estimate, only see what it would come to."""
        form, file_id, spoken = await read_form(request), read(id), words(request)
        try:
            wish = check(Ask, {"file": id, **fields_of(form)})
            if form.get("act") == "estimate":
                return await choices_page(request, file_id, form)
            asked = await house(request).db.write(ask, wish, file_id, by=actor(request))
        except FormErrors as error:
            return await choices_page(request, file_id, form, field_errors(spoken, error))
        except Refused as error:
            return await choices_page(request, file_id, form, reasons=told(spoken, error))
        return await _after(request, file_id, asked.job_id, asked.state)

    @post("/{id:str}/plateau", opt=allow(QUEUE))
    async def choose(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Another plate of a sliced package; one that cannot be read is told on the same page."""
        form, file_id = await read_form(request), read(id)
        try:
            wanted = check(ChosenPlate, {"plate": form.get("plate", "")})
            chosen = await choose_plate(house(request), actor(request), file_id, wanted.plate)
        except (FormErrors, Invalid) as error:
            return await choices_page(request, file_id, {}, field_errors(words(request), error))
        return see_other(f"/fablab/deposer/{show(chosen)}")


async def _after(request: AnyRequest, file_id: int, job_id: int, state: str) -> Response[Any]:
    """Staff go back to the person, others to what they asked for."""
    home, who = house(request), actor(request)
    stored = await home.db.read(queries.file, file_id)
    if stored.person_id != who.person_id and who.may(SEE):
        return see_other(f"/personnes/{show(stored.person_id)}?fait=deposee#fablab")
    if state == "queued":
        return done("/fablab", "queued")
    one = await home.db.read(queries.job, job_id)
    return done(f"/mes-fabrications/{rules.job_text(one.number)}", "asked")


async def choices_page(
    request: AnyRequest,
    file_id: int,
    typed: dict[str, str],
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    """The page; a wish that cannot be is told with every reason."""
    home, who, spoken = house(request), actor(request), words(request)
    view = await home.db.read(choosing, who, file_id, spoken, typed)
    quote, against = (None, []) if errors or reasons else await _quoted(request, file_id, typed, view.places)
    found = reasons or against
    is_over = view.may_pass and any(one.code in LIMITS for one in found)
    return page(
        request,
        "requests/choices.html",
        422 if errors or reasons else 200,
        view=view,
        typed=typed,
        quote=quote,
        errors=errors or {},
        reasons=found,
        is_over=is_over or bool(typed.get("exception")),
    )


async def _quoted(
    request: AnyRequest, file_id: int, typed: dict[str, str], places: list[Any]
) -> tuple[Told | None, list[ReasonLine]]:
    """What these choices would come to, the first machine's when nothing is chosen yet."""
    home, spoken = house(request), words(request)
    chosen = {"where": places[0].value if places else "", **typed}
    try:
        wish = check(Ask, {"file": show(file_id), **fields_of(chosen)})
    except FormErrors:
        return None, []
    found = await rehearse(home.db, actor(request), wish, file_id)
    if isinstance(found, Quote):
        return told_quote(found, spoken, home.clock.now()), []
    return None, reason_lines(spoken, found)
