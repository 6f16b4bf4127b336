"""Pages for makers: the FabLab, one's queue, bringing a file, a machine."""

import asyncio
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from tierslieu.basics.errors import Invalid, NotFound
from tierslieu.basics.ids import read, show
from tierslieu.fablab import actions, page_parts, queries, rules, sentences
from tierslieu.fablab.actions import QUEUE, RUN
from tierslieu.fablab.cards import fablab_view
from tierslieu.fablab.depositing import PRIVATE_DAY, deposit, plate_picture, visible_file
from tierslieu.fablab.files.formats import ACCEPT
from tierslieu.fablab.lines import Line, line
from tierslieu.fablab.machine_page import machine_page
from tierslieu.fablab.queue import arranging
from tierslieu.fablab.queue.board import board_for
from tierslieu.fablab.requests.remaking import queue_again
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, page, read_form, see_other, words
from tierslieu.http.streams import stream
from tierslieu.http.telling import done, done_text, field_errors
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.acting import acted_for
from tierslieu.people.persons.correcting import SEE

CLOSED_SHOWN = 5


def my_lines(reader: Reader, who: Any, spoken: Words) -> list[Line]:
    """One's own jobs: open ones in their order, then the last closed ones."""
    board = board_for(reader, who)
    found = queries.mine(reader, who.person_id)
    opened = sorted((one for one in found if one.state in rules.OPEN), key=lambda one: one.rank)
    closed = [one for one in found if one.state not in rules.OPEN][:CLOSED_SHOWN]
    return [line(board, one, spoken) for one in (*opened, *closed)]


class FablabPages(Controller):
    """/fablab and what lies under it."""

    path = "/fablab"
    include_in_schema = False

    @get("/", opt=PUBLIC)
    async def index(self, request: AnyRequest) -> Response[bytes]:
        """Machines, one's own queue, the way to bring a file."""
        home, who, spoken = house(request), actor(request), words(request)
        view = await home.db.read(lambda reader: fablab_view(board_for(reader, who), spoken))
        mine = await home.db.read(my_lines, who, spoken) if who.person_id else []
        return page(request, "fablab/index.html", view=view, mine=mine, done=done_text(request, sentences.DONE))

    @get("/flux", opt=PUBLIC)
    async def flow(self, request: AnyRequest) -> Stream:
        """The cards, live."""
        return stream(page_parts.cards_feed(request))

    @get("/signal", opt=PUBLIC)
    async def signal(self, request: AnyRequest) -> Stream:
        """That something moved."""
        return stream(page_parts.signal_feed(request))

    @get("/ma-file", opt=allow(QUEUE))
    async def mine(self, request: AnyRequest) -> Response[bytes]:
        """One's own jobs, as a part of a page."""
        mine = await house(request).db.read(my_lines, actor(request), words(request))
        return page(request, "fablab/_mine.html", mine=mine)

    @get("/deposer", opt=allow(QUEUE))
    async def ask_file(self, request: AnyRequest, pour: FromQuery[str] = "") -> Response[bytes]:
        """The form for a file, for oneself or for the person one acts for."""
        acting = await house(request).db.read(acted_for, actor(request), pour, RUN)
        return page(request, "fablab/deposit.html", errors={}, acting=acting, accept=ACCEPT)

    @post("/deposer", opt=allow(QUEUE))
    async def take_file(self, request: AnyRequest) -> Response[Any]:
        """Take the file in and show what was read of it."""
        form = await read_form(request)
        try:
            file_id = await deposit(house(request), actor(request), form.files.get("file"), form.get("pour", ""))
        except Invalid as error:
            acting = await house(request).db.read(acted_for, actor(request), form.get("pour", ""), RUN)
            errors = field_errors(words(request), error)
            return page(request, "fablab/deposit.html", 422, errors=errors, acting=acting, accept=ACCEPT)
        return see_other(f"/fablab/deposer/{show(file_id)}")

    @get("/fichiers/{id:str}/image", opt=allow(QUEUE))
    async def picture(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The picture of a file: the one we made of what the slicer put in."""
        home = house(request)
        found = await home.db.read(visible_file, actor(request), read(id))
        if found.thumbnail_sha is None:
            raise NotFound("unknown_file")
        data = await asyncio.to_thread(home.files.kept(found.thumbnail_sha).read_bytes)
        return Response(data, media_type="image/png", headers={"cache-control": PRIVATE_DAY})

    @get("/fichiers/{id:str}/plateaux/{plate:int}/image", opt=allow(QUEUE))
    async def plate(self, request: AnyRequest, id: FromPath[str], plate: FromPath[int]) -> Response[bytes]:
        """The picture of one plate of a package, made anew."""
        data = await plate_picture(house(request), actor(request), read(id), plate)
        return Response(data, media_type="image/png", headers={"cache-control": PRIVATE_DAY})

    @post("/travaux/{id:str}/annuler", opt=allow(QUEUE))
    async def cancel(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Take a job back."""
        form = await read_form(request)
        await house(request).db.write(actions.cancel_job, read(id), by=actor(request))
        if form.get("pour") and actor(request).may(SEE):
            return see_other(f"/personnes/{show(read(form['pour']))}#fablab")
        return done(_back(request, form), "cancelled" if form.get("act") != "stop" else "stopping")

    @post("/travaux/{id:str}/monter", opt=allow(QUEUE))
    async def move_up(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """One place forward."""
        form = await read_form(request)
        await house(request).db.write(arranging.place, read(id), "up", by=actor(request))
        return done(_back(request, form), "moved")

    @post("/travaux/{id:str}/relancer", opt=allow(QUEUE))
    async def again(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Once more into the queue."""
        form = await read_form(request)
        await house(request).db.write(queue_again, read(id), by=actor(request))
        return done(_back(request, form), "queued")

    @get("/machines/{key:str}", opt=PUBLIC)
    async def machine(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """One machine."""
        return await machine_page(request, key)

    @get("/machines/{key:str}/etat", opt=PUBLIC)
    async def machine_state(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The part of a machine's page that moves."""
        return await machine_page(request, key, template="fablab/_machine.html")


def _back(request: AnyRequest, form: dict[str, str]) -> str:
    """Staff go back to the whole queue when they came from it."""
    is_staff_page = form.get("from") == "file" and actor(request).may(RUN)
    return "/fablab/file" if is_staff_page else "/fablab"
