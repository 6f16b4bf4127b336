"""How busy it is, live for everybody: a word that moves on a beat of its own, whatever passes meanwhile."""

import asyncio

import pytest

from tests.access.presence.crowds import make_place
from tests.fablab.buses import DEADLINE_S
from tests.support.clients import HouseUnderTest
from tierslieu.access.presence import crowd
from tierslieu.access.scanning.actions import PRESENCE
from tierslieu.http.streams import Feed, feeds

MARK = "À cette heure"


async def flow(house: HouseUnderTest) -> Feed:
    """The feed of the page, once somebody watches it."""
    known = feeds(house.client.app.state)._feeds
    while True:
        await asyncio.sleep(0)
        for (name, _locale), found in known.items():
            if name == crowd.FLOW:
                return found


def watched(house: HouseUnderTest) -> str:
    """What somebody gets who watches until the house closes."""
    return house.client.get("/affluence/flux").text


def test_passages_move_nothing_before_the_beat(quick_nugue: HouseUnderTest) -> None:
    make_place(quick_nugue, capacity=40, hall=3, lab=2)
    live = quick_nugue.house.live

    async def pass_by() -> None:
        await anext((await flow(quick_nugue)).follow())
        quick_nugue.clock.instant += 60
        for _ in range(1000):
            live.publish([PRESENCE])
            await asyncio.sleep(0)
        quick_nugue.clock.instant -= 60  # the house closes with a last look
        live.close()

    quick_nugue.client.blocking_portal.start_task_soon(pass_by)
    text = watched(quick_nugue)
    assert crowd.BEAT >= 10
    assert text.count(MARK) == 1
    assert "Calme" in text or "Fermé" in text


def test_the_beat_brings_the_news(quick_nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "BEAT", 0.01)
    live = quick_nugue.house.live

    async def wait_for_news() -> None:
        frames = (await flow(quick_nugue)).follow()
        async with asyncio.timeout(DEADLINE_S):
            await anext(frames)
            quick_nugue.clock.instant += 60
            await anext(frames)
        live.close()

    quick_nugue.client.blocking_portal.start_task_soon(wait_for_news)
    assert watched(quick_nugue).count(MARK) == 2
