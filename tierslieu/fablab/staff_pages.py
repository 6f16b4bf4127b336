"""Pages for staff: the whole queue, the verbs on machines, the wall."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from tierslieu.basics.errors import Conflict, Refused
from tierslieu.basics.ids import read
from tierslieu.fablab import actions, care, page_parts, sentences
from tierslieu.fablab.actions import MEND, RUN, WATCH
from tierslieu.fablab.cards import wall_view
from tierslieu.fablab.lines import line
from tierslieu.fablab.machine_page import machine_page
from tierslieu.fablab.schemas import ByHand, Clear, Loaded, Out, Start, Steer
from tierslieu.fablab.views import Board
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, words
from tierslieu.http.streams import stream
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.infra.transaction import Reader
from tierslieu.people.qualifications.rules import PASSABLE
from tierslieu.people.qualifications.wording import EXCEPTIONS


async def queue_page(
    request: AnyRequest,
    template: str = "fablab/queue.html",
    status: int = 200,
    reasons: list[ReasonLine] | None = None,
    asked: str = "",
) -> Response[bytes]:
    """The jobs of all machines one runs; `asked` is the job that could not be started."""
    spoken, who = words(request), actor(request)

    def load(reader: Reader) -> dict[str, Any]:
        board = Board(reader, who)
        active = board.shown(board.active.values())
        return {
            "active": [line(board, one, spoken) for one in sorted(active, key=lambda job: job.rank)],
            "waiting": [line(board, one, spoken) for one in board.shown(board.waiting)],
        }

    lists = await house(request).db.read(load)
    is_unqualified = any(reason.code in PASSABLE for reason in reasons or [])
    exceptions = [(code, spoken.text(text)) for code, text in EXCEPTIONS.items()] if is_unqualified else []
    context: dict[str, Any] = {"reasons": reasons or [], "asked": asked, "exceptions": exceptions}
    return page(request, template, status, done=done_text(request, sentences.DONE), **context, **lists)


class StaffPages(Controller):
    """The queue and the machines, for those who run them."""

    path = "/fablab"
    include_in_schema = False

    @get("/file", opt=allow(RUN))
    async def queue(self, request: AnyRequest) -> Response[bytes]:
        """The whole queue."""
        return await queue_page(request)

    @get("/file/etat", opt=allow(RUN))
    async def queue_state(self, request: AnyRequest) -> Response[bytes]:
        """The part of the queue's page that moves."""
        return await queue_page(request, "fablab/_queue.html")

    @post("/travaux/{id:str}/lancer", opt=allow(RUN))
    async def dispatch(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Start a job on the chosen machine; a refusal says why, above the queue."""
        form = await read_form(request)
        wish = check(Start, {name: form[name] for name in ("machine", "seen") if name in form})
        try:
            await house(request).db.write(
                actions.dispatch, read(id), wish.machine, is_seen=wish.seen, by=actor(request)
            )
        except (Refused, Conflict) as error:
            return await queue_page(request, status=422, reasons=told(words(request), error), asked=id)
        return done(f"/fablab/machines/{wish.machine}", "sent")

    @post("/travaux/{id:str}/lance-sur-place", opt=allow(RUN))
    async def started(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Somebody started it at the machine."""
        form = await read_form(request)
        wish = check(Start, {name: form[name] for name in ("machine", "exception") if name in form})
        try:
            await house(request).db.write(
                actions.start_by_hand, read(id), wish.machine, wish.exception, by=actor(request)
            )
        except (Refused, Conflict) as error:
            return await queue_page(request, status=422, reasons=told(words(request), error), asked=id)
        return done(f"/fablab/machines/{wish.machine}", "noted")

    @post("/travaux/{id:str}/termine", opt=allow(RUN))
    async def ended(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Say how a job ended."""
        form = await read_form(request)
        wish = check(ByHand, {"outcome": form.get("outcome", "failed")})
        await house(request).db.write(actions.end_by_hand, read(id), wish.outcome, wish.note, by=actor(request))
        return done("/fablab/file", "noted")

    @post("/machines/{key:str}/debarrasser", opt=allow(RUN))
    async def clear(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """The machine is empty again; the page proposes the next job."""
        wish = check(Clear, await read_form(request))
        return await _change(request, key, "cleared", actions.confirm_clear, wish.outcome, wish.note)

    @post("/machines/{key:str}/piloter", opt=allow(RUN))
    async def steer(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Pause, resume, cancel."""
        wish = check(Steer, await read_form(request))
        return await _change(request, key, "asked", actions.steer, wish.op)

    @post("/machines/{key:str}/hors-service", opt=allow(MEND))
    async def take_out(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Out of service, with a reason that people see."""
        try:
            wish = check(Out, await read_form(request))
        except FormErrors as error:
            errors = field_errors(words(request), error)
            return await machine_page(request, key, status=422, errors=errors)
        return await _change(request, key, "noted", care.take_out, wish.note, care.absence(house(request), wish.until))

    @post("/machines/{key:str}/en-service", opt=allow(MEND))
    async def put_back(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Back into service."""
        await read_form(request)
        return await _change(request, key, "noted", care.put_back)

    @post("/machines/{key:str}/matiere", opt=allow(RUN))
    async def material(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Which material is loaded."""
        wish = check(Loaded, await read_form(request))
        return await _change(request, key, "noted", care.load_material, wish.material)


async def _change(request: AnyRequest, key: str, code: str, action: Any, *args: object) -> Response[Any]:
    """Do it and say so on the machine's page, or say there why not."""
    try:
        await house(request).db.write(action, key, *args, by=actor(request))
    except (Refused, Conflict) as error:
        return await machine_page(request, key, status=422, reasons=told(words(request), error))
    return done(f"/fablab/machines/{key}", code)


class WallPages(Controller):
    """/mur, on the big screen of the workshop."""

    path = "/mur"
    include_in_schema = False

    @get("/", opt=allow(WATCH))
    async def wall(self, request: AnyRequest) -> Response[bytes]:
        """All that staff must see, without scrolling."""
        spoken = words(request)
        view = await house(request).db.read(lambda reader: wall_view(Board(reader, page_parts.STAFF), spoken))
        return page(request, "fablab/wall.html", view=view)

    @get("/flux", opt=allow(WATCH))
    async def flow(self, request: AnyRequest) -> Stream:
        """The same, live."""
        return stream(page_parts.wall_feed(request))
