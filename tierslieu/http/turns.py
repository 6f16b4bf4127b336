"""Turns: a few requests at a time are worked on, the others wait at the door. Plain ASGI.

When a crowd wants the same slot in the same second, whoever comes first is answered before the last has been read.
A request that waits for its sender, for another server (`aside`), or whose answer has begun, takes no turn: slow
lines, slow neighbours and live pages keep nobody.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, Message, Receive, Scope, Send

MOST = 8
"""Requests worked on together in one process: enough for one commit to serve several, few enough to stay quick."""


class Turn:
    """The turn of one request: taken, passed on while it waits for others, and over once its answer has begun.

    Whoever asks for it after that gets none, so that nothing which outlives its request can keep a turn for ever.
    """

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free = free
        self._is_over = False
        self.is_held = False

    async def take(self) -> None:
        """Wait for a turn, the first come first."""
        if self.is_held or self._is_over:
            return
        await self._free.acquire()
        if self.is_held or self._is_over:  # meanwhile, by another task of the same request
            self._free.release()
        else:
            self.is_held = True

    def pass_on(self) -> None:
        """Let somebody else be served."""
        if self.is_held:
            self.is_held = False
            self._free.release()

    def end(self) -> None:
        """No more turn is needed."""
        self._is_over = True
        self.pass_on()


CURRENT: ContextVar[Turn | None] = ContextVar("turn", default=None)
"""The turn of the request under way, None elsewhere."""


class Turns:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._free = asyncio.Semaphore(MOST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        turn = Turn(self._free)

        async def receive_in_turn() -> HTTPReceiveMessage:
            if not turn.is_held:
                return await receive()  # type: ignore[return-value]
            passing = asyncio.get_running_loop().call_soon(turn.pass_on)  # not when the message is here already
            message = await receive()
            passing.cancel()
            await turn.take()
            return message  # type: ignore[return-value]

        async def send_and_go(message: Message) -> None:
            if message["type"] == "http.response.start":
                turn.end()
            await send(message)

        await turn.take()
        token = CURRENT.set(turn)
        try:
            await self._app(scope, receive_in_turn, send_and_go)
        finally:
            CURRENT.reset(token)
            turn.end()


@asynccontextmanager
async def aside() -> AsyncIterator[None]:
    """While another server or process is waited for, others are served."""
    turn = CURRENT.get()
    if turn is None or not turn.is_held:
        yield
        return
    turn.pass_on()
    try:
        yield
    finally:
        await turn.take()
