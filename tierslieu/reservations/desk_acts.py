"""What the desk does with one reservation of somebody: note the arrival, cancel, move."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, post
from litestar.params import FromPath

from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, read_form, see_other
from tierslieu.reservations import actions


class DeskActs(Controller):
    """/accueil/reservations/{id}."""

    path = "/accueil/reservations/{id:str}"
    include_in_schema = False

    @post("/arrivee", opt=allow(actions.FOR_OTHERS))
    async def arrive(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Note by hand that somebody is here."""
        form = await read_form(request)
        await house(request).db.write(actions.check_in_by_desk, read(id), by=actor(request))
        return _back(form, "arrivee")

    @post("/annuler", opt=allow(actions.FOR_OTHERS))
    async def cancel(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Cancel for somebody."""
        form = await read_form(request)
        await house(request).db.write(actions.cancel, read(id), by=actor(request))
        return _back(form, "annulee")


def _back(form: Mapping[str, str], done: str) -> Response[Any]:
    """To the person's page when the act came from there, else to the desk's."""
    pour = form.get("pour", "")
    return see_other(f"/personnes/{show(read(pour))}?fait={done}#reservations" if pour else "/accueil")
