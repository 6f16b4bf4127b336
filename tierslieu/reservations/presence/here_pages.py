"""The page of a code on a door or a desk: this very place, now. Looking grants nothing; acts are forms."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Conflict, Refused
from tierslieu.basics.ids import read
from tierslieu.basics.spans import Span
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.infra.transaction import Tx
from tierslieu.reservations import actions as core
from tierslieu.reservations import screens
from tierslieu.reservations.actions import Request as Wanted
from tierslieu.reservations.presence import actions, queries, rules, views
from tierslieu.reservations.presence.schemas import AtOnce
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.reservations.views import ReasonLine

MAKE = "reservations.make"
HEADERS = {"referrer-policy": "same-origin", "x-robots-tag": "noindex"}


class HerePages(Controller):
    """/ici/{code}."""

    path = "/ici/{code:str}"
    include_in_schema = False

    @get("/", opt=PUBLIC)
    async def look(self, request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
        """What this place is, whether it is free, and what the one who asks may do."""
        return await _here(request, code)

    @post("/arrivee", opt=allow(MAKE))
    async def arrive(self, request: AnyRequest, code: FromPath[str]) -> Response[Any]:
        """« Je suis là »."""
        await read_form(request)
        try:
            await house(request).db.write(actions.arrive_at, code, by=actor(request))
        except (Refused, Conflict) as error:
            return await _here(request, code, error)
        return see_other(f"/ici/{code}")

    @post("/depart", opt=allow(MAKE))
    async def leave(self, request: AnyRequest, code: FromPath[str]) -> Response[Any]:
        """« Je pars »."""
        form = await read_form(request)
        try:
            await house(request).db.write(actions.leave, read(form.get("reservation", "")), by=actor(request))
        except (Refused, Conflict) as error:
            return await _here(request, code, error)
        return see_other(f"/ici/{code}")

    @post("/reserver", opt=allow(MAKE))
    async def reserve(self, request: AnyRequest, code: FromPath[str]) -> Response[Any]:
        """One tap: the place is theirs, and they are here."""
        wish = check(AtOnce, await read_form(request))
        try:
            await house(request).db.write(reserve_here, code, Span(wish.start, wish.end), by=actor(request))
        except (Refused, Conflict) as error:
            return await _here(request, code, error)
        return see_other(f"/ici/{code}")


def reserve_here(tx: Tx, code: str, span: Span) -> str:
    """Reserve the place of a code for the signed-in person, who stands before it. Returns the reservation."""
    person_id = tx.by.person_id or 0
    resource = queries.resource_of_code(tx, code)
    people = max(1, venue_for(tx, person_id).by_key[resource.key].min_people)
    made = core.reserve(tx, Wanted((resource.key,), span, people, person_id)).reservations[0]
    if made.state == "confirmed" and rules.can_arrive("confirmed", span, tx.now):
        actions.arrive(tx, read(made.id), "code")
    return made.id


async def _here(request: AnyRequest, code: str, error: Refused | Conflict | None = None) -> Response[bytes]:
    spoken, who = words(request), actor(request)
    view = await house(request).db.read(views.here_page, code, who.person_id, spoken)
    lines: list[ReasonLine] = []
    status = 200
    if isinstance(error, Refused):
        lines = screens.reason_lines(error.reasons, spoken)
        status = 409 if error.is_conflict else 422
    elif error is not None:
        lines, status = [ReasonLine(error.code, sentence(spoken, error.code, {}), [])], 409
    return page(request, "presence/here.html", status, HEADERS, view=view, reasons=lines)
