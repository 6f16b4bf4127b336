"""Requests for programs: ask and know before, answer, the shelf, what is due, what the house chooses."""

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException
from litestar.params import FromPath, JSONBody

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Forbidden, Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.actions import QUEUE, RUN
from tierslieu.fablab.depositing import deposit
from tierslieu.fablab.queue.board import board_for
from tierslieu.fablab.requests import answering, asking, queries, remaking
from tierslieu.fablab.requests.lists import request_view, request_views
from tierslieu.fablab.requests.quoting import Quote, rehearse
from tierslieu.fablab.requests.rights import ANSWER
from tierslieu.fablab.requests.schemas import Accept, Ask, Choices, EstimateView, Remake, RequestView, StepView, Word
from tierslieu.fablab.requests.showing import job_of
from tierslieu.fablab.requests.wording import STEPS
from tierslieu.fablab.schemas import JobView
from tierslieu.fablab.views import moment
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, words
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader, Tx


def one_request(reader: Reader, job_id: int, who: Actor) -> RequestView:
    """A request for its person or for staff. Raises NotFound for others."""
    one = job_of(reader, who, fablab.job(reader, job_id).number)
    return request_view(queries.request(reader, one.id), one)


def step_views(reader: Reader, job_id: int, who: Actor, spoken: Words) -> list[StepView]:
    """The steps of a job's life."""
    one = job_of(reader, who, fablab.job(reader, job_id).number)
    found = [queries.Step(one.created_at, "deposited", ""), *queries.steps(reader, one.id)]
    return [
        StepView(at, step.kind, spoken.text(STEPS.get(step.kind, step.kind)))
        for step in found
        if (at := moment(step.at)) is not None
    ]


def remake_and_show(tx: Tx, job_id: int, wish: Remake) -> JobView:
    """Queue it once more and show the new job."""
    made = remaking.make_again(tx, job_id, wish.quantity, wish.exception)
    return board_for(tx, tx.by).job_view(fablab.job(tx, made))


class AskApi(Controller):
    """What people do with their wishes."""

    path = "/api/v1/fablab"
    tags = ("fablab",)

    @post("/estimates", opt=allow(QUEUE), status_code=200)
    async def estimate(self, request: AnyRequest, data: JSONBody[Ask]) -> EstimateView:
        """What a wish would cost and when it would be made. Nothing is kept."""
        found = await rehearse(house(request).db, actor(request), data, read(data.file))
        if not isinstance(found, Quote):
            raise Refused(found)
        return _estimate(found)

    @post("/jobs/{id:str}/reprint", opt=allow(RUN))
    async def reprint(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Remake]) -> JobView:
        """Make once more what was made before, as a new job, within the limits of its person's week."""
        return await house(request).db.write(remake_and_show, read(id), data, by=actor(request))

    @get("/jobs/{id:str}/steps", opt=allow(QUEUE))
    async def steps(self, request: AnyRequest, id: FromPath[str]) -> list[StepView]:
        """The dated steps of a job's life."""
        return await house(request).db.read(step_views, read(id), actor(request), words(request))

    @post("/requests/{id:str}/corrections", opt=allow(QUEUE), status_code=204)
    async def correct(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Choices]) -> None:
        """Other choices, as long as nobody answered."""
        await house(request).db.write(asking.correct, read(id), data, by=actor(request))

    @post("/requests/{id:str}/withdrawal", opt=allow(QUEUE), status_code=204)
    async def withdraw(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Take a request back, or say no to what staff propose."""
        await house(request).db.write(asking.withdraw, read(id), by=actor(request))

    @post("/requests/{id:str}/agreement", opt=allow(QUEUE), status_code=204)
    async def agree(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Yes to what staff propose."""
        await house(request).db.write(answering.agree, read(id), by=actor(request))

    @post("/requests/{id:str}/messages", opt=allow(QUEUE), status_code=204)
    async def say(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Word]) -> None:
        """A word about a job that is not over."""
        await house(request).db.write(answering.say, read(id), data.text, by=actor(request))


class AnswerApi(Controller):
    """What staff do with requests."""

    path = "/api/v1/fablab/requests"
    tags = ("fablab",)

    @get("/", opt=allow(ANSWER))
    async def waiting(self, request: AnyRequest) -> list[RequestView]:
        """The requests that one answers for, oldest first."""
        return await house(request).db.read(request_views, actor(request))

    @get("/{id:str}", opt=allow(QUEUE))
    async def one(self, request: AnyRequest, id: FromPath[str]) -> RequestView:
        """One request, for its person or for staff."""
        return await house(request).db.read(one_request, read(id), actor(request))

    @post("/{id:str}/acceptance", opt=allow(ANSWER), status_code=200)
    async def accept(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Accept]) -> RequestView:
        """Take it, with changes or without. Where it costs more than was seen, its person says yes first."""
        home, who = house(request), actor(request)
        await home.db.write(answering.accept, read(id), data, by=who)
        return await home.db.read(one_request, read(id), who)

    @post("/{id:str}/question", opt=allow(ANSWER), status_code=204)
    async def ask_back(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Word]) -> None:
        """Ask its person something."""
        await house(request).db.write(answering.ask_back, read(id), data.text, by=actor(request))

    @post("/{id:str}/refusal", opt=allow(ANSWER), status_code=204)
    async def refuse(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Word]) -> None:
        """Not here, and why."""
        await house(request).db.write(answering.refuse, read(id), data.text, by=actor(request))

    @post("/{id:str}/file", opt=allow(ANSWER), status_code=204)
    async def prepare(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Join the file (field `file`) that a machine can make; the original stays."""
        home, who, upload = house(request), actor(request), await _upload(request)
        one = await home.db.read(fablab.job, read(id))
        file_id = await deposit(home, who, upload, show(one.person_id))
        await home.db.write(answering.prepare, one.id, file_id, by=who)


async def _upload(request: AnyRequest) -> UploadFile | None:
    """The field `file` of a multipart form. Raises Forbidden for what another site could send with our cookie."""
    if "authorization" not in request.headers and "x-requested-with" not in request.headers:
        raise Forbidden("csrf_missing")
    try:
        given = (await request.form()).get("file")
    except ClientException:
        raise
    except Exception as error:
        raise Invalid("unreadable_form") from error
    return given if isinstance(given, UploadFile) else None


def _estimate(found: Quote) -> EstimateView:
    cost, when = found.estimate.cost, found.when
    return EstimateView(
        found.asked.state,
        found.asked.why,
        found.estimate.grams,
        found.estimate.seconds,
        cost.material_cents,
        cost.machine_cents,
        cost.energy_cents,
        cost.total_cents,
        cost.is_whole,
        when.place if when and when.place else None,
        moment(when.starts_at) if when else None,
        moment(when.ends_at) if when else None,
        when.is_measured if when else False,
    )
