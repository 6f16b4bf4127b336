"""Live fragments: one rendering for all, at most two a second, an end when the house closes."""

import asyncio

from tests.fablab.benches import Fablab
from tests.fablab.buses import DEADLINE_S
from tierslieu.http.streams import COMMENT, Feed
from tierslieu.infra.live import Live


def test_a_change_is_rendered_once_for_all_who_watch() -> None:
    live, texts = Live(), iter(("first", "first", "second"))
    rendered: list[str] = []

    async def render() -> str:
        rendered.append(next(texts, "second"))
        return rendered[-1]

    async def follow(feed: Feed, heard: asyncio.Event) -> list[bytes]:
        found = []
        async for frame in feed.follow():
            found.append(frame)
            heard.set()
        return found

    async def story() -> list[list[bytes]]:
        feed = Feed(live, ("machines",), render)
        signs = [asyncio.Event() for _ in range(3)]
        async with asyncio.timeout(DEADLINE_S):
            tasks = [asyncio.create_task(follow(feed, sign)) for sign in signs]
            await asyncio.gather(*(sign.wait() for sign in signs))
            while rendered[-1] != "second":
                live.publish(["machines"])
                await asyncio.sleep(0)
            live.close()
            return await asyncio.gather(*tasks)

    heard = asyncio.run(story())
    assert len(rendered) == 3, "not once per watcher"
    for frames in heard:
        assert frames[0].rstrip() == b"data: first"
        assert COMMENT not in frames


def test_the_cards_have_no_names_and_the_stream_ends_with_the_house(quick_fablab: Fablab) -> None:
    quick_fablab.running()
    house = quick_fablab.house

    async def close() -> None:
        for _ in range(1000):
            await asyncio.sleep(0)
        house.house.live.close()

    portal = house.client.blocking_portal
    portal.start_task_soon(close)
    text = house.client.get("/fablab/flux").text
    assert text.startswith("data: ")
    assert "Occupée" in text
    assert "J000001" not in text
    assert "Sofia" not in text


def test_who_comes_when_the_house_has_closed_sees_the_cards_once(quick_fablab: Fablab) -> None:
    house = quick_fablab.house
    house.house.live.close()
    assert house.client.get("/fablab/flux").text.startswith("data: ")
