"""What the boards beside the machines ask the service, and answer it."""

import asyncio
from typing import Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.datastructures import State
from litestar.params import JSONBody

from devices.wire.desk import Told
from tierslieu.basics.errors import Conflict
from tierslieu.fablab.setup import diagnostics, program, queries
from tierslieu.fablab.setup.actions import CONFIGURE
from tierslieu.fablab.setup.desk import ServiceDesk
from tierslieu.fablab.setup.schemas import BoardAnswer
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.labels import house_address
from tierslieu.infra.house import House


class AgentApi(Controller):
    """/api/v1/agents."""

    path = "/api/v1/agents"
    tags = ("fablab",)

    @get("/me/configuration", opt=allow(CONFIGURE))
    async def configuration(self, request: Request[Any, Any, State]) -> dict[str, Any]:
        """The machines that the calling board speaks for, with their keys; nobody else may read them.

        `broker_url` is empty where the board must be told on the spot how it reaches the broker. `question` names what
        the service wants to know (see `diagnostics`), empty for nothing.
        """
        found = await house(request).db.read(queries.links)
        service = house_address(request)
        key = actor(request).device or ""
        question = await asyncio.to_thread(_heard, house(request), key)
        return {"agent": key, "question": question, **program.configuration(found, key, "", service)}

    @post("/me/diagnostics", opt=allow(CONFIGURE), status_code=204)
    async def answer(self, request: Request[Any, Any, State], data: JSONBody[BoardAnswer]) -> None:
        """What the calling board's program counted, in answer to the question of its configuration.

        Kept of it are known words and figures of its own machines. Refused unless this question still waits.
        """
        home, key = house(request), actor(request).device or ""
        links = await home.db.read(queries.links)
        told = msgspec.convert(data.model_dump(), type=Told)
        kept = diagnostics.cleaned(told, [one for one in links if one.agent == key])
        await asyncio.to_thread(_keep, home, diagnostics.desk_of(home, key), kept)


def _heard(home: House, key: str) -> str:
    """Note that the board called; returns what it is asked."""
    desk = diagnostics.desk_of(home, key)
    desk.note_heard(home.clock.now())
    return desk.question()


def _keep(home: House, desk: ServiceDesk, told: Told) -> None:
    if not told.question or desk.question() != told.question:
        raise Conflict("question_gone")
    desk.tell(told)
    diagnostics.take_in(home, told)
