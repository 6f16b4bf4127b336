"""Live updates: who watches a topic is told, after the commit, to look again. Nothing is queued but the news."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable


class Watch:
    """One watcher. Any number of touches between two looks count as one: the latest state wins."""

    def __init__(self) -> None:
        self._moved: set[str] = set()
        self._event = asyncio.Event()
        self.is_closed = False

    def touch(self, topic: str) -> None:
        """A topic moved."""
        self._moved.add(topic)
        self._event.set()

    def close(self) -> None:
        """The house closes: the watcher ends."""
        self.is_closed = True
        self._event.set()

    async def next(self, seconds: float) -> frozenset[str]:
        """The topics that moved since the last call; empty when nothing did for `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return frozenset()
        self._event.clear()
        moved, self._moved = frozenset(self._moved), set()
        return moved


class Live:
    """The hub of one process. Between processes PostgreSQL carries the news; on SQLite there is one process."""

    def __init__(self) -> None:
        self._watches: dict[str, set[Watch]] = defaultdict(set)
        self._is_closed = False

    def publish(self, topics: Iterable[str]) -> None:
        """Tell everyone who watches these topics."""
        for topic in topics:
            for watch in self._watches.get(topic, ()):
                watch.touch(topic)

    async def watch(self, topics: Iterable[str], quiet: float = 20.0) -> AsyncIterator[frozenset[str]]:
        """Yield the topics that moved; an empty set every `quiet` seconds says that the line still lives."""
        watch = Watch()
        watch.is_closed = self._is_closed
        names = tuple(topics)
        for name in names:
            self._watches[name].add(watch)
        try:
            while not watch.is_closed:
                yield await watch.next(quiet)
        finally:
            for name in names:
                self._watches[name].discard(watch)

    def close(self) -> None:
        """End all watches, those that begin later too, so that the server can stop."""
        self._is_closed = True
        for watches in self._watches.values():
            for watch in watches:
                watch.close()
