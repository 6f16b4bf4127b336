"""What tests call the cost of a request is that of the request, whatever goes on beside it."""

import asyncio
from typing import Any

from tests.support.clients import HouseUnderTest
from tests.support.counting import counted
from tierslieu.infra.seen import beat


def test_what_goes_on_beside_the_requests_is_not_their_cost(nugue: HouseUnderTest) -> None:
    portal = nugue.client.blocking_portal
    beside: list[tuple[asyncio.Event, asyncio.Task[Any]]] = []

    async def begin() -> None:
        may = asyncio.Event()

        async def look_later() -> None:
            await may.wait()
            await nugue.house.db.read(beat)

        beside.append((may, asyncio.create_task(look_later())))

    async def go_on() -> None:
        may, task = beside[0]
        may.set()
        await task

    async def look_now() -> None:
        await nugue.house.db.read(beat)

    portal.call(begin)
    with counted(nugue) as engine:
        portal.call(go_on)
        assert engine.statements == 0
        portal.call(look_now)
        assert engine.statements == 1
