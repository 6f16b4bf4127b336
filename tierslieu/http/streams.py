"""Live pages: each fragment is rendered once per change and language, and shared by all who watch.

At most two renderings a second; a comment line when nothing moves; the end when the house closes.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any

from litestar.response import Stream
from litestar.response.sse import ServerSentEventMessage

from tierslieu.basics.errors import DomainError
from tierslieu.infra.live import Live

PAUSE = 0.5
QUIET = 10.0
"""Ages and clocks move without news: look again this often."""
COMMENT_AFTER = 15.0
COMMENT = b": quiet\n\n"
HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}

Render = Callable[[], Awaitable[str]]


class Feed:
    """One fragment in one language. Its work begins with the first watcher and ends with the last."""

    def __init__(
        self,
        live: Live,
        topics: tuple[str, ...],
        render: Render,
        event: str | None = None,
        *,
        pause: float = PAUSE,
        quiet: float = QUIET,
    ) -> None:
        self._live, self._topics, self._render, self._event = live, topics, render, event
        self._pause, self._quiet = pause, quiet
        self._watchers: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None
        self._text = ""
        self._frame = b""
        self._version = 0
        self._is_closed = False

    async def follow(self) -> AsyncGenerator[bytes]:
        """The fragment now and after each change, until the house closes or the reader goes."""
        news = asyncio.Event()
        self._watchers.add(news)
        if self._task is None or self._task.done():
            self._is_closed = False
            self._task = asyncio.create_task(self._produce())
        seen = 0
        try:
            while True:
                if self._version != seen:
                    seen = self._version
                    yield self._frame
                    continue
                if self._is_closed:
                    return
                news.clear()
                try:
                    async with asyncio.timeout(COMMENT_AFTER):
                        await news.wait()
                except TimeoutError:
                    yield COMMENT
        finally:
            self._watchers.discard(news)
            if not self._watchers and self._task is not None:
                self._task.cancel()

    async def _produce(self) -> None:
        try:
            await self._look()
            async for _moved in self._live.watch(self._topics, self._quiet):
                await self._look()
                await asyncio.sleep(self._pause)
        finally:
            self._is_closed = True
            self._wake()

    async def _look(self) -> None:
        with contextlib.suppress(DomainError):  # the database is away: what was shown stays
            text = await self._render()
            if text != self._text or self._version == 0:
                self._text = text
                self._frame = ServerSentEventMessage(data=text, event=self._event).encode()
                self._version += 1
                self._wake()

    def _wake(self) -> None:
        for news in self._watchers:
            news.set()


class Feeds:
    """The feeds of one process, by name and language."""

    def __init__(self) -> None:
        self._feeds: dict[tuple[str, str], Feed] = {}

    def get(self, name: str, locale: str, make: Callable[[], Feed]) -> Feed:
        """The feed of that name, made at first use."""
        if (name, locale) not in self._feeds:
            self._feeds[name, locale] = make()
        return self._feeds[name, locale]


def feeds(state: Any) -> Feeds:
    """The feeds of this application."""
    found: Feeds | None = getattr(state, "feeds", None)
    if found is None:
        found = state.feeds = Feeds()
    return found


def stream(feed: Feed) -> Stream:
    """The answer that follows a feed."""
    return lines(feed.follow)


def lines(follow: Callable[[], AsyncIterator[bytes]]) -> Stream:
    """The answer that sends these lines as they come."""
    return Stream(follow, media_type="text/event-stream", headers=HEADERS)
