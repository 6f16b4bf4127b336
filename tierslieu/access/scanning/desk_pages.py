"""/personnes/{id}/arrivee: the desk notes that somebody is here."""

from typing import Any

from litestar import Controller, Response, post
from litestar.params import FromPath

from tierslieu.access.actions import MANAGE
from tierslieu.access.scanning import actions
from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, read_form, see_other


class ArrivalPages(Controller):
    """/personnes/{id}/arrivee."""

    path = "/personnes/{id:str}/arrivee"

    @post("", opt=allow(MANAGE), include_in_schema=False)
    async def arrive(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Note the arrival, with or without a reservation."""
        await read_form(request)
        await house(request).db.write(actions.arrive_at_desk, read(id), by=actor(request))
        return see_other(f"/personnes/{id}?fait=arrivee#badge")
