"""Pages for staff: the verbs on machines, the wall."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from tierslieu.basics.errors import Conflict, Refused
from tierslieu.fablab import actions, care, page_parts
from tierslieu.fablab.actions import MEND, RUN, WATCH
from tierslieu.fablab.away import absence
from tierslieu.fablab.cards import wall_view
from tierslieu.fablab.machine_page import machine_page
from tierslieu.fablab.queue import starting
from tierslieu.fablab.queue.board import board_for
from tierslieu.fablab.schemas import Clear, Loaded, Out, Steer
from tierslieu.fablab.upkeep import incidents
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, words
from tierslieu.http.streams import stream
from tierslieu.http.telling import done, field_errors, told


class StaffPages(Controller):
    """The machines, for those who run them."""

    path = "/fablab"
    include_in_schema = False

    @post("/machines/{key:str}/debarrasser", opt=allow(RUN))
    async def clear(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """The machine is empty again; the page proposes the next job."""
        wish = check(Clear, await read_form(request))
        return await _change(request, key, "cleared", starting.confirm_clear, wish.outcome, wish.note, wish.after)

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
        away = absence(house(request), wish.until, is_kept=wish.is_kept)
        return await _change(request, key, "noted", incidents.take_out, wish.note, away)

    @post("/machines/{key:str}/en-service", opt=allow(MEND))
    async def put_back(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Back into service."""
        await read_form(request)
        return await _change(request, key, "noted", incidents.put_back)

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
        view = await house(request).db.read(lambda reader: wall_view(board_for(reader, page_parts.STAFF), spoken))
        return page(request, "fablab/wall.html", view=view)

    @get("/flux", opt=allow(WATCH))
    async def flow(self, request: AnyRequest) -> Stream:
        """The same, live."""
        return stream(page_parts.wall_feed(request))
