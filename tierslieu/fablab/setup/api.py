"""What the boards beside the machines ask the service."""

from typing import Any

from litestar import Controller, Request, get
from litestar.datastructures import State

from tierslieu.fablab.setup import program, queries
from tierslieu.fablab.setup.actions import CONFIGURE
from tierslieu.http.guards import actor, allow, house


class AgentApi(Controller):
    """/api/v1/agents."""

    path = "/api/v1/agents"
    tags = ("fablab",)

    @get("/me/configuration", opt=allow(CONFIGURE))
    async def configuration(self, request: Request[Any, Any, State]) -> dict[str, Any]:
        """The machines that the calling board speaks for, with their keys; nobody else may read them.

        `broker_url` is empty where the board must be told on the spot how it reaches the broker.
        """
        found = await house(request).db.read(queries.links)
        service = house(request).settings.public_url or str(request.base_url).rstrip("/")
        key = actor(request).device or ""
        return {"agent": key, **program.configuration(found, key, "", service)}
