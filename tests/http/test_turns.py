"""Turns: a few at a time, each in its order; whoever waits, hangs up or streams keeps nobody."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tierslieu.http.turns import MOST, Turns, aside

PATIENCE = 20
"""Seconds after which somebody is held to wait for ever: it takes none."""
BEGIN: Any = {"type": "http.response.start", "status": 200, "headers": []}
BODY: Any = {"type": "http.request", "body": b"", "more_body": False}
Work = Callable[[Receive, Send], Awaitable[None]]


async def settle() -> None:
    """Let everybody come as far as they can."""
    for _ in range(50):
        await asyncio.sleep(0)


def app_of(work: Work) -> Turns:
    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await work(receive, send)

    return Turns(app)


async def silence() -> Any:
    """A sender who sends nothing."""
    await asyncio.Event().wait()


def visit(turns: ASGIApp, receive: Any = silence) -> "asyncio.Task[None]":
    async def send(_message: Message) -> None:
        await asyncio.sleep(0)

    scope: Any = {"type": "http"}
    return asyncio.ensure_future(turns(scope, receive, send))


def play(story: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(PATIENCE):
            await story()

    asyncio.run(bounded())


class Desk:
    """Work that is held up until the test lets it go."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.begun = self.now = self.most = 0

    async def work(self, _receive: Receive, send: Send) -> None:
        self.begun += 1
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self.open.wait()
        finally:
            self.now -= 1
        await send(BEGIN)


async def require_all_free(turns: Turns, desk: Desk, receive: Any = silence) -> None:
    """As many as ever are served together, and no more."""
    desk.open.clear()
    desk.most = 0
    tasks = [visit(turns, receive) for _ in range(2 * MOST)]
    await settle()
    assert (desk.now, desk.most) == (MOST, MOST)
    desk.open.set()
    await asyncio.gather(*tasks)
    assert desk.most == MOST


def test_a_crowd_is_served_a_few_at_a_time() -> None:
    async def story() -> None:
        desk = Desk()
        await require_all_free(app_of(desk.work), desk)
        assert desk.begun == 2 * MOST

    play(story)


def test_whoever_hangs_up_keeps_no_turn() -> None:
    async def story() -> None:
        desk = Desk()
        turns = app_of(desk.work)
        served, waiting = [visit(turns) for _ in range(MOST)], [visit(turns) for _ in range(MOST)]
        await settle()
        assert desk.begun == MOST
        for task in waiting[::2]:  # at the door
            task.cancel()
        for task in served[::2]:  # at the desk
            task.cancel()
        served[1].cancel()  # the place it leaves is promised to somebody who goes at the same instant
        waiting[1].cancel()
        await settle()
        desk.open.set()
        await asyncio.gather(*served, *waiting, return_exceptions=True)
        await require_all_free(turns, desk)

    play(story)


def test_a_slow_sender_keeps_nobody_and_comes_back_in_turn() -> None:
    async def story() -> None:
        desk = Desk()
        sent = asyncio.Event()

        async def slow() -> Any:
            await sent.wait()
            return BODY

        async def at_once() -> Any:
            return BODY

        async def work(receive: Receive, send: Send) -> None:
            await receive()
            await desk.work(receive, send)

        turns = app_of(work)
        slow_ones = [visit(turns, slow) for _ in range(2 * MOST)]
        quick = [visit(turns, at_once) for _ in range(MOST)]
        await settle()
        assert desk.now == MOST, "those whose sender is slow keep the others waiting"
        sent.set()
        await settle()
        assert desk.now == MOST
        slow_ones[0].cancel()  # it has its message and waits for a turn again
        await settle()
        desk.open.set()
        await asyncio.gather(*slow_ones, *quick, return_exceptions=True)
        assert desk.begun == 3 * MOST - 1
        await require_all_free(turns, desk, at_once)

    play(story)


def test_whoever_brought_everything_goes_on_before_others_begin() -> None:
    async def story() -> None:
        desk = Desk()
        begun_by_then: list[int] = []

        async def at_once() -> Any:
            return BODY

        async def work(receive: Receive, send: Send) -> None:
            desk.begun += 1
            await receive()
            begun_by_then.append(desk.begun)
            await desk.open.wait()
            await send(BEGIN)

        turns = app_of(work)
        tasks = [visit(turns, at_once) for _ in range(3 * MOST)]
        await settle()
        desk.open.set()
        await asyncio.gather(*tasks)
        assert begun_by_then == list(range(1, 3 * MOST + 1))

    play(story)


def test_open_streams_hold_no_turn() -> None:
    async def story() -> None:
        desk, ending = Desk(), asyncio.Event()
        streams = 0

        async def work(receive: Receive, send: Send) -> None:
            nonlocal streams
            if streams == 2 * MOST:
                await desk.work(receive, send)
                return
            streams += 1
            gone = asyncio.ensure_future(receive())  # as a stream listens for its client to leave
            await asyncio.sleep(0)
            await send(BEGIN)
            await ending.wait()
            gone.cancel()

        turns = app_of(work)
        watchers = [visit(turns) for _ in range(2 * MOST)]
        await settle()
        assert streams == 2 * MOST
        await require_all_free(turns, desk)
        ending.set()
        await asyncio.gather(*watchers)
        await require_all_free(turns, desk)

    play(story)


def test_who_listens_longer_than_the_answer_keeps_no_turn() -> None:
    async def story() -> None:
        desk, left = Desk(), asyncio.Event()
        listeners: list[asyncio.Future[Any]] = []

        async def leaving() -> Any:
            await left.wait()
            return {"type": "http.disconnect"}

        async def work(receive: Receive, send: Send) -> None:
            if len(listeners) == MOST:
                await desk.work(receive, send)
                return
            listeners.append(asyncio.ensure_future(receive()))
            await asyncio.sleep(0)

        turns = app_of(work)
        await asyncio.gather(*(visit(turns, leaving) for _ in range(MOST)))
        left.set()
        await asyncio.gather(*listeners)
        await require_all_free(turns, desk)

    play(story)


def test_who_waits_for_another_server_steps_aside() -> None:
    async def story() -> None:
        desk, answered = Desk(), asyncio.Event()
        asked = 0

        async def call() -> None:
            async with aside():
                await answered.wait()

        async def work(receive: Receive, send: Send) -> None:
            nonlocal asked
            if asked < MOST:
                asked += 1
                await asyncio.gather(call(), call())
            await desk.work(receive, send)

        turns = app_of(work)
        callers = [visit(turns) for _ in range(MOST)]
        await settle()
        others = [visit(turns) for _ in range(MOST)]
        await settle()
        assert desk.now == MOST, "a server that does not answer keeps everybody waiting"
        answered.set()
        await settle()
        assert desk.now == MOST
        desk.open.set()
        await asyncio.gather(*callers, *others)
        await require_all_free(turns, desk)
        async with aside():  # outside of any request: nothing to pass on
            pass

    play(story)
