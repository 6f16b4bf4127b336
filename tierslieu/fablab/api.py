"""The FabLab for programs: machines, files, jobs, and the verbs of staff. Machines fetch their files here too."""

import asyncio

from litestar import Controller, Response, delete, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import File

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Forbidden, Invalid, NotFound
from tierslieu.basics.ids import read
from tierslieu.fablab import actions, care, queries
from tierslieu.fablab.actions import FETCH, MEND, QUEUE, REPORT, RUN
from tierslieu.fablab.away import absence
from tierslieu.fablab.depositing import PRIVATE_DAY, choose_plate, deposit, visible_file
from tierslieu.fablab.files.formats import GCODE, download_name
from tierslieu.fablab.queue import arranging, starting
from tierslieu.fablab.queue.board import board_for
from tierslieu.fablab.requests.asking import ask, give_up
from tierslieu.fablab.requests.remaking import queue_again
from tierslieu.fablab.requests.schemas import Ask
from tierslieu.fablab.schemas import (
    ByHand,
    ChosenPlate,
    Clear,
    Cleared,
    FileView,
    JobView,
    Loaded,
    MachineView,
    Out,
    Problem,
    Start,
    Steer,
)
from tierslieu.fablab.upkeep import incidents
from tierslieu.fablab.views import Board, file_view
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader, Tx


def list_machines(reader: Reader, who: Actor) -> list[MachineView]:
    """All machines, in the order of the house."""
    board = Board(reader, who)
    return [board.machine_view(machine) for machine in board.machines]


def one_machine(reader: Reader, key: str, who: Actor) -> MachineView:
    """One machine. Raises NotFound."""
    return Board(reader, who).machine_view(queries.machine(reader, key))


def list_jobs(reader: Reader, who: Actor, everyone: bool) -> list[JobView]:
    """One's own jobs, latest first; for staff on demand everybody's that are not over, first in line first."""
    board = board_for(reader, who)
    if everyone:
        return [board.job_view(one) for one in board.shown((*board.active.values(), *board.waiting))]
    return [board.job_view(one) for one in queries.mine(reader, who.person_id or 0)]


def one_job(reader: Reader, job_id: int, who: Actor) -> JobView:
    """One's own job; any for staff. Raises NotFound for anyone else's: existence is not told."""
    one = queries.job(reader, job_id)
    if one.person_id != who.person_id and not actions.runs(reader, who, one):
        raise NotFound("unknown_job")
    return board_for(reader, who).job_view(one)


def ask_and_show(tx: Tx, wish: Ask) -> JobView:
    """Ask for it, and the job as its person sees it."""
    asked = ask(tx, wish, read(wish.file))
    return board_for(tx, tx.by).job_view(queries.job(tx, asked.job_id))


def clear_and_show(tx: Tx, key: str, wish: Clear) -> Cleared:
    """Clear a machine and show what is proposed next."""
    following = starting.confirm_clear(tx, key, wish.outcome, wish.note, wish.after)
    return Cleared(key, board_for(tx, tx.by).job_view(following) if following else None)


class FablabApi(Controller):
    """Machines and jobs."""

    path = "/api/v1/fablab"
    tags = ("fablab",)

    @get("/machines", opt=PUBLIC)
    async def machines(self, request: AnyRequest) -> list[MachineView]:
        """Every machine, what it does and whether it is heard."""
        return await house(request).db.read(list_machines, actor(request))

    @get("/machines/{key:str}", opt=PUBLIC)
    async def machine(self, request: AnyRequest, key: FromPath[str]) -> MachineView:
        """One machine."""
        return await house(request).db.read(one_machine, key, actor(request))

    @post("/files", opt=allow(QUEUE))
    async def upload(self, request: AnyRequest) -> FileView:
        """Bring a job file as the field `file` of a multipart form; it is read, not queued yet.

        G-code as text or binary, a sliced package, or an STL, 3MF, SVG or DXF that the team prepares: known by its
        content, not by its name.

        The field `person` names for whom, when staff (or who answers for them) bring it for somebody.
        """
        if "authorization" not in request.headers and "x-requested-with" not in request.headers:
            raise Forbidden("csrf_missing")  # a form of another site could send this with our cookie
        try:
            form = await request.form()
            given, pour = form.get("file"), form.get("person", "")
        except ClientException:
            raise
        except Exception as error:
            raise Invalid("unreadable_form") from error
        home = house(request)
        upload = given if isinstance(given, UploadFile) else None
        file_id = await deposit(home, actor(request), upload, pour if isinstance(pour, str) else "")
        return file_view(await home.db.read(queries.file, file_id))

    @get("/files/{id:str}", opt=allow(QUEUE))
    async def file(self, request: AnyRequest, id: FromPath[str]) -> FileView:
        """What was read of a file of one's own, or of who one acts for; any for staff."""
        return file_view(await house(request).db.read(visible_file, actor(request), read(id)))

    @post("/files/{id:str}/plate", opt=allow(QUEUE))
    async def plate(self, request: AnyRequest, id: FromPath[str], data: JSONBody[ChosenPlate]) -> FileView:
        """Another plate of a sliced package: the same file with an id of its own, whose figures are this plate's."""
        home = house(request)
        file_id = await choose_plate(home, actor(request), read(id), data.plate)
        return file_view(await home.db.read(queries.file, file_id))

    @get("/files/{id:str}/preview", opt=allow(QUEUE), media_type="application/octet-stream")
    async def preview(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The way of the tool, layer by layer, in at most 300 kB: a head, a table of layers, points.

        Little-endian: `TLP1`, layers, one layer kept of so many (16 bits each), lowest and highest x and y in tenths
        of a millimetre (signed 16 bits: x, y, x, y), layers seen (32 bits); for each layer its height in hundredths of
        a millimetre and how many points it has (32 bits each); then all points, x and y in tenths of a millimetre
        (signed 16 bits). A point with x -32768 lifts the pen.
        """
        home = house(request)
        found = await home.db.read(visible_file, actor(request), read(id))
        if found.preview_sha is None:
            raise NotFound("no_preview")
        data = await asyncio.to_thread(home.files.kept(found.preview_sha).read_bytes)
        return Response(data, headers={"cache-control": PRIVATE_DAY})

    @get("/jobs", opt=allow(QUEUE))
    async def jobs(self, request: AnyRequest, everyone: FromQuery[bool] = False) -> list[JobView]:
        """One's own jobs; staff may ask for everyone's that are not over."""
        who = actor(request)
        if everyone and not who.may(RUN):
            raise Forbidden("not_allowed")
        return await house(request).db.read(list_jobs, who, everyone)

    @post("/jobs", opt=allow(QUEUE))
    async def ask(self, request: AnyRequest, data: JSONBody[Ask]) -> JobView:
        """Make a job of a file that was brought before: `queued`, or `requested` when staff look at it first."""
        return await house(request).db.write(ask_and_show, data, by=actor(request))

    @get("/jobs/{id:str}", opt=allow(QUEUE))
    async def job(self, request: AnyRequest, id: FromPath[str]) -> JobView:
        """One job of one's own; staff see any."""
        return await house(request).db.read(one_job, read(id), actor(request))

    @delete("/jobs/{id:str}", opt=allow(QUEUE))
    async def cancel(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Take a waiting job back, or ask the machine to stop."""
        await house(request).db.write(give_up, read(id), by=actor(request))

    @post("/jobs/{id:str}/up", opt=allow(QUEUE), status_code=204)
    async def move_up(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Change places with the job before it."""
        await house(request).db.write(arranging.place, read(id), "up", by=actor(request))

    @post("/jobs/{id:str}/again", opt=allow(QUEUE), status_code=204)
    async def again(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Queue a failed or cancelled job once more."""
        await house(request).db.write(queue_again, read(id), by=actor(request))

    @post("/jobs/{id:str}/dispatch", opt=allow(RUN), status_code=202)
    async def dispatch(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Start]) -> JobView:
        """Start a waiting job on a machine. The answer comes before the machine's: watch the job's state."""
        home, who, job_id = house(request), actor(request), read(id)
        await home.db.write(starting.dispatch, job_id, data.machine, is_seen=data.seen, by=who)
        return await home.db.read(one_job, job_id, who)

    @post("/jobs/{id:str}/started", opt=allow(RUN), status_code=204)
    async def started(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Start]) -> None:
        """Somebody started the job at the machine itself."""
        await house(request).db.write(starting.start_by_hand, read(id), data.machine, data.exception, by=actor(request))

    @post("/jobs/{id:str}/ended", opt=allow(RUN), status_code=204)
    async def ended(self, request: AnyRequest, id: FromPath[str], data: JSONBody[ByHand]) -> None:
        """Say how a job ended that no machine will report."""
        await house(request).db.write(actions.end_by_hand, read(id), data.outcome, data.note, by=actor(request))

    @post("/machines/{key:str}/clear", opt=allow(RUN), status_code=200)
    async def clear(self, request: AnyRequest, key: FromPath[str], data: JSONBody[Clear]) -> Cleared:
        """The machine is empty again."""
        return await house(request).db.write(clear_and_show, key, data, by=actor(request))

    @post("/machines/{key:str}/steer", opt=allow(RUN), status_code=202)
    async def steer(self, request: AnyRequest, key: FromPath[str], data: JSONBody[Steer]) -> None:
        """Pause, resume or cancel what it makes."""
        await house(request).db.write(actions.steer, key, data.op, by=actor(request))

    @post("/machines/{key:str}/problems", opt=allow(REPORT), status_code=204)
    async def problem(self, request: AnyRequest, key: FromPath[str], data: JSONBody[Problem]) -> None:
        """Tell staff what is wrong with a machine."""
        await house(request).db.write(care.report_problem, key, data.note, by=actor(request))

    @post("/machines/{key:str}/out", opt=allow(MEND), status_code=204)
    async def out(self, request: AnyRequest, key: FromPath[str], data: JSONBody[Out]) -> None:
        """Take a machine out of service, and close its time until it is back, unless the reservations stay."""
        wish = absence(house(request), data.until, is_kept=data.is_kept)
        await house(request).db.write(incidents.take_out, key, data.note, wish, by=actor(request))

    @post("/machines/{key:str}/back", opt=allow(MEND), status_code=204)
    async def back(self, request: AnyRequest, key: FromPath[str]) -> None:
        """Put a machine back into service."""
        await house(request).db.write(incidents.put_back, key, by=actor(request))

    @post("/machines/{key:str}/material", opt=allow(RUN), status_code=204)
    async def material(self, request: AnyRequest, key: FromPath[str], data: JSONBody[Loaded]) -> None:
        """Say which material is on the machine."""
        await house(request).db.write(care.load_material, key, data.material, by=actor(request))


class FilesApi(Controller):
    """Files for machines."""

    path = "/api/v1/files"
    tags = ("fablab",)

    @get("/{sha256:str}", opt=allow(FETCH))
    async def fetch(self, request: AnyRequest, sha256: FromPath[str]) -> File:
        """The file of a job that was handed to this machine; any for staff."""
        home, who = house(request), actor(request)
        path = home.files.path(sha256)
        is_wanted = who.may_everywhere(RUN) or await home.db.read(queries.is_handed_to, sha256, who.device or "")
        if not is_wanted or not path.is_file():
            raise NotFound("unknown_file")
        file_format, name = await home.db.read(queries.kind_of, sha256)
        return File(
            path,
            filename=download_name(sha256[:12], file_format, name),
            media_type="text/x-gcode" if file_format == GCODE else "application/octet-stream",
            content_disposition_type="attachment",
        )
