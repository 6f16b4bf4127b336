"""The requests that wait for an answer, for those who answer for some spaces without sitting at the desk."""

from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import read, show
from tierslieu.basics.spans import Span
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import page, read_form, see_other, words
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import actions, queries, rules
from tierslieu.venue.queries import venue

AnyRequest = Request[Any, Any, State]


class RequestLine(msgspec.Struct, frozen=True):
    """A request in words: which space, when, how many, for whom."""

    id: str
    resource: str
    when: str
    person: str


class RequestPages(Controller):
    """/demandes."""

    path = "/demandes"
    include_in_schema = False

    @get("/", opt=allow(actions.ANSWER))
    async def show_requests(self, request: AnyRequest) -> Response[bytes]:
        """The requests for the spaces one answers for."""
        lines = await house(request).db.read(waiting_for, actor(request), words(request))
        return page(request, "reservations/requests.html", lines=lines)

    @post("/{id:str}/accord", opt=allow(actions.ANSWER))
    async def approve(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Grant a request."""
        await read_form(request)
        await house(request).db.write(actions.answer_request, read(id), True, by=actor(request))
        return see_other("/demandes")

    @post("/{id:str}/refus", opt=allow(actions.ANSWER))
    async def reject(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Do not grant a request: its time is free again."""
        await read_form(request)
        await house(request).db.write(actions.answer_request, read(id), False, by=actor(request))
        return see_other("/demandes")


def waiting_for(reader: Reader, who: Actor, spoken: Words) -> list[RequestLine]:
    """The requests that this person may answer, soonest first."""
    here = venue(reader)
    return [
        RequestLine(
            show(one.id),
            here.by_id[one.resource_id].name,
            f"{spoken.day(one.starts_at)}, {spoken.hours(Span(one.starts_at, one.ends_at))}",
            f"{one.first_name} {one.last_name}",
        )
        for one in queries.requests(reader)
        if who.may(actions.ANSWER, *rules.places(here.by_id[one.resource_id]))
    ]
