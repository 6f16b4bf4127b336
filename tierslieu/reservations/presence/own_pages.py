"""What people do about their own reservations from anywhere: say that they are here, late, or go."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, post
from litestar.params import FromPath

from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, read_form, see_other
from tierslieu.reservations.presence import actions
from tierslieu.reservations.presence.schemas import Delay

MAKE = "reservations.make"


class OwnPresencePages(Controller):
    """/mes-reservations/{id}: arrival, delay, departure."""

    path = "/mes-reservations/{id:str}"
    include_in_schema = False

    @post("/arrivee", opt=allow(MAKE))
    async def arrive(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """« Je suis là »."""
        form = await read_form(request)
        await house(request).db.write(actions.arrive, read(id), "app", by=actor(request))
        return back(form, id)

    @post("/retard", opt=allow(MAKE))
    async def be_late(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """« Je suis en retard »."""
        form = await read_form(request)
        delay = check(Delay, {"minutes": form.get("minutes", "")})
        await house(request).db.write(actions.be_late, read(id), delay.minutes, by=actor(request))
        return back(form, id)

    @post("/depart", opt=allow(MAKE))
    async def leave(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """« Je pars »: the rest of the time is free for others."""
        form = await read_form(request)
        await house(request).db.write(actions.leave, read(id), by=actor(request))
        return back(form, id)


def back(form: Mapping[str, str], id: str) -> Response[Any]:
    """Where the act came from: one's own space, a person's page at the desk, a code's page, else the reservation."""
    place = form.get("retour", "")
    if place == "mon-espace":
        return see_other("/mon-espace#presence")
    if place == "accueil":
        return see_other("/accueil/presences")
    if place.startswith("personne:"):
        return see_other(f"/personnes/{show(read(place.removeprefix('personne:')))}#presence")
    code = place.removeprefix("ici:")[:20]
    if place.startswith("ici:") and code.isascii() and code.isalnum():
        return see_other(f"/ici/{code}")
    return see_other(f"/mes-reservations/{show(read(id))}")
