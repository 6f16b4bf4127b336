"""The queue for programs: what is expected of each job, arranging them, how each kind's queue works."""

from litestar import Controller, get, post, put
from litestar.params import FromPath, JSONBody

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import read, show
from tierslieu.fablab import queries
from tierslieu.fablab.actions import QUEUE, RUN
from tierslieu.fablab.queue import arranging, starting
from tierslieu.fablab.queue.arranging import ARRANGE
from tierslieu.fablab.queue.board import board_for, forecast
from tierslieu.fablab.queue.queries import rules_of, told, workshop
from tierslieu.fablab.queue.scheduler import Rules
from tierslieu.fablab.queue.schemas import (
    Bulk,
    ChangeView,
    Hold,
    OwnStart,
    PlaceView,
    Policy,
    PolicyView,
    Priority,
    Split,
    Turn,
    Where,
)
from tierslieu.fablab.rules import job_text
from tierslieu.fablab.schemas import JobView
from tierslieu.fablab.views import Board, moment
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader, Tx


def places(reader: Reader, who: Actor) -> list[PlaceView]:
    """What is expected of every job that the one who asks may see."""
    shop = workshop(reader)
    board = Board(reader, who, forecast(shop))
    found = []
    for one in board.shown((*board.waiting, *board.held)):
        each = board.expected[one.id]
        machine = shop.machine(each.machine_id)
        found.append(
            PlaceView(
                show(one.id),
                job_text(one.number),
                one.kind,
                one.state,
                each.place,
                machine.key if machine else None,
                moment(each.starts_at),
                moment(each.ends_at),
                each.samples if each.is_measured else 0,
                [reason.code for reason in each.why],
                each.is_by_team,
            )
        )
    return found


def what_if(reader: Reader, kind: str, wanted: Rules) -> list[ChangeView]:
    """What other rules would change, job by job, in the new order."""
    shop = workshop(reader)
    before, after = told(shop), told(shop, shop.plan({**shop.rules, kind: wanted}))
    jobs = sorted(
        (one for one in shop.waiting if one.kind == kind and one.state == "queued"), key=lambda one: after[one.id].place
    )
    return [
        ChangeView(
            show(one.id),
            job_text(one.number),
            before[one.id].place,
            after[one.id].place,
            moment(before[one.id].starts_at),
            moment(after[one.id].starts_at),
        )
        for one in jobs
    ]


def policy_view(reader: Reader, kind: str) -> PolicyView:
    """How the queue of a kind works."""
    found = rules_of(reader, kind)
    return PolicyView(kind, found.policy, found.guard_hours, found.clear_minutes, found.makers_clear, found.starts_next)


def every_policy(reader: Reader) -> list[PolicyView]:
    """The same for every kind of machine of the house."""
    kinds = dict.fromkeys(one.kind for one in queries.machines(reader))
    return [policy_view(reader, kind) for kind in kinds]


def split_and_show(tx: Tx, job_id: int, parts: int) -> list[JobView]:
    """Share the copies and show the new jobs."""
    made = arranging.split(tx, job_id, parts)
    board = board_for(tx, tx.by)
    return [board.job_view(queries.job(tx, each)) for each in made]


def set_and_show(tx: Tx, kind: str, wanted: Rules) -> PolicyView:
    """Put rules in force and show them."""
    arranging.set_rules(tx, kind, wanted)
    return policy_view(tx, kind)


class QueueApi(Controller):
    """The queue."""

    path = "/api/v1/fablab"
    tags = ("fablab",)

    @get("/queue", opt=allow(RUN))
    async def queue(self, request: AnyRequest) -> list[PlaceView]:
        """Every job that waits, first in line first, with what is expected or what keeps it from beginning."""
        return await house(request).db.read(places, actor(request))

    @post("/jobs/{id:str}/hold", opt=allow(RUN), status_code=204)
    async def hold(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Hold]) -> None:
        """Put a job aside; it keeps its turn."""
        await house(request).db.write(arranging.hold, read(id), data.reason, by=actor(request))

    @post("/jobs/{id:str}/release", opt=allow(RUN), status_code=204)
    async def release(self, request: AnyRequest, id: FromPath[str]) -> None:
        """A job that was put aside waits again."""
        await house(request).db.write(arranging.release, read(id), by=actor(request))

    @post("/jobs/{id:str}/split", opt=allow(RUN))
    async def split(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Split]) -> list[JobView]:
        """Share the copies that are left among several jobs."""
        return await house(request).db.write(split_and_show, read(id), data.parts, by=actor(request))

    @post("/jobs/{id:str}/move", opt=allow(RUN), status_code=204)
    async def move(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Where]) -> None:
        """Ask for another machine."""
        await house(request).db.write(arranging.move, read(id), data.machine, by=actor(request))

    @post("/jobs/{id:str}/priority", opt=allow(RUN), status_code=204)
    async def prioritise(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Priority]) -> None:
        """Put a job before all others, or back where it stood."""
        await house(request).db.write(arranging.prioritise, read(id), data.reason, by=actor(request))

    @post("/jobs/{id:str}/turn", opt=allow(QUEUE), status_code=204)
    async def turn(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Turn]) -> None:
        """One place forward or back, or before all: staff in the whole queue, others among their own jobs."""
        await house(request).db.write(arranging.place, read(id), data.way, by=actor(request))

    @post("/jobs/{id:str}/start-own", opt=allow(QUEUE), status_code=202)
    async def start_own(self, request: AnyRequest, id: FromPath[str], data: JSONBody[OwnStart]) -> None:
        """Start one's own job on the machine that one has reserved for now."""
        await house(request).db.write(starting.start_own, read(id), data.machine, by=actor(request))

    @post("/jobs/bulk", opt=allow(RUN), status_code=204)
    async def bulk(self, request: AnyRequest, data: JSONBody[Bulk]) -> None:
        """Hold, release or cancel several jobs: all of them or none."""
        ids = [read(each) for each in data.jobs]
        await house(request).db.write(arranging.in_bulk, data.act, ids, data.reason, by=actor(request))

    @get("/queue/policies", opt=allow(RUN))
    async def policies(self, request: AnyRequest) -> list[PolicyView]:
        """How the queue of each kind of machine works."""
        return await house(request).db.read(every_policy)

    @put("/queue/policies/{kind:str}", opt=allow(ARRANGE))
    async def set_policy(self, request: AnyRequest, kind: FromPath[str], data: JSONBody[Policy]) -> PolicyView:
        """Let the queue of a kind work otherwise, from now on."""
        return await house(request).db.write(set_and_show, kind, data.rules, by=actor(request))

    @post("/queue/policies/{kind:str}/preview", opt=allow(ARRANGE), status_code=200)
    async def preview(self, request: AnyRequest, kind: FromPath[str], data: JSONBody[Policy]) -> list[ChangeView]:
        """What these rules would change for the jobs that wait; nothing is changed."""
        return await house(request).db.read(what_if, kind, data.rules)
