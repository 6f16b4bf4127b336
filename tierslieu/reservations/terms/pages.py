"""/regles: the rules of reservations, drafts of new ones, and the trial of a draft on what happened."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, QueryParameter
from pydantic import BaseModel, ConfigDict, Field

from tierslieu.basics.errors import Invalid
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.telling import field_errors
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.terms import actions, queries, screens
from tierslieu.reservations.terms.replay import Replay, replay
from tierslieu.reservations.terms.rules import Line
from tierslieu.venue.queries import venue

EVERYTHING = "everything"
MONTH = 31 * 86_400
MONTHS = range(1, 25)


class DraftFields(BaseModel):
    """What a draft is called."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, Field(min_length=1, max_length=120)]


class LineFields(BaseModel):
    """A line as staff write it."""

    model_config = ConfigDict(extra="ignore")

    target: Annotated[str, Field(max_length=60)]
    audience: Annotated[str, Field(max_length=60)]
    name: Annotated[str, Field(max_length=30)]
    value: Annotated[int, Field(ge=0, le=10_000_000)]

    @property
    def line(self) -> Line:
        """What it says."""
        target, audience = ("" if text == EVERYTHING else text for text in (self.target, self.audience))
        return Line(target, audience, self.name, self.value)


class RulePages(Controller):
    """The rules in force, drafts and past sets."""

    path = "/regles"
    include_in_schema = False

    @get("/", opt=allow(actions.EDIT))
    async def show_sets(self, request: AnyRequest) -> Response[bytes]:
        """What holds now, and the drafts."""
        return await _show_sets(request, Invalid(), 200)

    @post("/", opt=allow(actions.EDIT))
    async def start(self, request: AnyRequest) -> Response[Any]:
        """Start a draft from what holds now."""
        form = await read_form(request)
        try:
            fields = check(DraftFields, form)
        except FormErrors as error:
            return await _show_sets(request, error, 422)
        set_id = await house(request).db.write(actions.start_draft, fields.name.strip(), by=actor(request))
        return see_other(f"/regles/{show(set_id)}")

    @get("/{id:str}", opt=allow(actions.EDIT))
    async def show_set(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """One set with its lines."""
        return await _show_set(request, read(id), {}, Invalid(), 200)

    @post("/{id:str}/lignes", opt=allow(actions.EDIT))
    async def put_line(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Write a line of a draft."""
        form = await read_form(request)
        set_id = read(id)
        try:
            line = check(LineFields, form).line
            await house(request).db.read(_require_known, line, words(request))
            await house(request).db.write(actions.put_line, set_id, line, by=actor(request))
        except Invalid as error:
            return await _show_set(request, set_id, form, error, 422)
        return see_other(f"/regles/{show(set_id)}#t-lines")

    @post("/{id:str}/lignes/{line:str}/retirer", opt=allow(actions.EDIT))
    async def remove_line(self, request: AnyRequest, id: FromPath[str], line: FromPath[str]) -> Response[Any]:
        """Take a line out of a draft."""
        await read_form(request)
        await house(request).db.write(actions.remove_line, read(id), read(line), by=actor(request))
        return see_other(f"/regles/{show(read(id))}#t-lines")

    @get("/{id:str}/essai", opt=allow(actions.EDIT))
    async def try_out(
        self, request: AnyRequest, id: FromPath[str], months: Annotated[str, QueryParameter(name="mois")] = "3"
    ) -> Response[bytes]:
        """Who would have been refused in the last months."""
        count = int(months) if months.isdecimal() and int(months) in MONTHS else 3
        view = await house(request).db.read(trial, read(id), count, words(request))
        return page(request, "terms/trial.html", view=view)

    @post("/{id:str}/en-vigueur", opt=allow(actions.EDIT))
    async def put_in_force(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """From now on these rules hold."""
        await read_form(request)
        await house(request).db.write(actions.put_in_force, read(id), by=actor(request))
        return see_other("/regles")

    @post("/{id:str}/oublier", opt=allow(actions.EDIT))
    async def forget(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Throw a draft away."""
        await read_form(request)
        await house(request).db.write(actions.forget_draft, read(id), by=actor(request))
        return see_other("/regles")


def trial(reader: Reader, set_id: int, months: int, spoken: Any) -> screens.TrialPage:
    """A draft tried on the last months."""
    return screens.trial_page(reader, set_id, replay_of(reader, set_id, months), months, spoken)


def replay_of(reader: Reader, set_id: int, months: int) -> Replay:
    """What a set would have refused in the last months."""
    queries.stored_set(reader, set_id)
    lines = [one.line for one in queries.lines_of(reader, set_id)]
    return replay(reader, lines, reader.now - months * MONTH)


def _require_known(reader: Reader, line: Line, spoken: Any) -> None:
    """Raises FormErrors beside the field that names nothing of this venue."""
    wrong = {}
    if line.target not in screens.target_names(venue(reader), spoken):
        wrong["target"] = "literal_error"
    if line.audience not in screens.audience_names(reader, spoken):
        wrong["audience"] = "literal_error"
    if wrong:
        raise Invalid("form", wrong)


async def _show_sets(request: AnyRequest, error: Invalid, status: int) -> Response[bytes]:
    spoken = words(request)

    def look(reader: Reader) -> tuple[list[screens.SetLine], list[screens.LineText]]:
        held = [("", line) for line in queries.terms(reader).lines]
        return screens.set_lines(reader, spoken), screens.line_texts(reader, held, spoken)

    sets, lines = await house(request).db.read(look)
    return page(request, "terms/list.html", status, sets=sets, lines=lines, errors=field_errors(spoken, error))


async def _show_set(
    request: AnyRequest, set_id: int, typed: Mapping[str, str], error: Invalid, status: int
) -> Response[bytes]:
    spoken = words(request)
    view = await house(request).db.read(screens.set_page, set_id, spoken, typed)
    return page(request, "terms/one.html", status, view=view, errors=field_errors(spoken, error))
