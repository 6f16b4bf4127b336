"""/appels: the calls from kiosks, live; « J’arrive » is shown on the kiosk at once."""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from tierslieu.access.kiosk import calls
from tierslieu.basics.errors import Conflict
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, page, read_form, see_other, words
from tierslieu.http.streams import Feed, feeds, stream
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader

ANSWER = "access.answer_calls"


class CallLine(msgspec.Struct, frozen=True):
    """A call as staff see it."""

    id: str
    kiosk: str
    since: str
    is_waiting: bool


class CallPages(Controller):
    """/appels."""

    path = "/appels"
    include_in_schema = False

    @get("", opt=allow(ANSWER))
    async def show(self, request: AnyRequest) -> Response[Any]:
        """The calls that wait."""
        return await _calls(request)

    @get("/liste", opt=allow(ANSWER))
    async def part(self, request: AnyRequest) -> Response[Any]:
        """The same, as a part of a page."""
        lines = await house(request).db.read(call_lines, words(request))
        return page(request, "access/_calls.html", calls=lines)

    @get("/signal", opt=allow(ANSWER))
    async def signal(self, request: AnyRequest) -> Stream:
        """That somebody called, or was answered."""
        home = house(request)

        async def render() -> str:
            found = await home.db.read(calls.open_calls)
            return "|".join(f"{show(one.id)}:{one.state}" for one in found)

        def make() -> Feed:
            return Feed(home.live, (calls.TOPIC,), render, event="moved", quiet=30.0)

        return stream(feeds(request.app.state).get("calls", "", make))

    @post("/{id:str}/reponse", opt=allow(ANSWER))
    async def answer(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """« J’arrive »."""
        return await _act(request, calls.answer, id)

    @post("/{id:str}/fin", opt=allow(ANSWER))
    async def close(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The person was helped."""
        return await _act(request, calls.close, id)


async def _act(request: AnyRequest, act: Any, which: str) -> Response[Any]:
    await read_form(request)
    try:
        await house(request).db.write(act, read(which), by=actor(request))
    except Conflict as error:
        return await _calls(request, sentence(words(request), error.code, {}), 409)
    return see_other("/appels")


async def _calls(request: AnyRequest, problem: str = "", status: int = 200) -> Response[Any]:
    lines = await house(request).db.read(call_lines, words(request))
    return page(request, "access/calls.html", status, calls=lines, problem=problem)


def call_lines(reader: Reader, spoken: Words) -> list[CallLine]:
    """The calls in words."""
    return [
        CallLine(show(one.id), one.name or one.kiosk, spoken.moment(one.asked_at), one.state == "waiting")
        for one in calls.open_calls(reader)
    ]
