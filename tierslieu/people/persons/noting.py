"""Looking for somebody is an act: the log keeps who did it, when and how many were found, never the words.

Answers do not wait for the log. What one account looks for within a moment of its last line is one line more: for
people at a screen each search has its own, and a program that asks a thousand times a second does not fill the log.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import Context

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import DomainError
from tierslieu.http.guards import actor, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.house import House
from tierslieu.infra.logs import log
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record

LOG = log("people")
TASK = "note-searches"
MOMENT = 0.25
"""Seconds: nobody types two names so quickly."""


def note_search(request: AnyRequest, place: str, found: int) -> None:
    """Note that whoever asks looked for somebody at `place`, a key, and how many were found."""
    home, who = house(request), actor(request)
    key = (who.handle, place)
    if key in home.searches:
        home.searches[key].append(found)
        return
    home.searches[key] = [found]
    # A context of its own: the key of a request that may come again is not the key of this act.
    home.keep(asyncio.create_task(_write(home, who, place), name=TASK, context=Context()))


@asynccontextmanager
async def noted(home: House) -> AsyncIterator[None]:
    """A house that ends has written its searches down."""
    yield
    await asyncio.gather(*(one for one in home.tasks if isinstance(one, asyncio.Task) and one.get_name() == TASK))


async def _write(home: House, who: Actor, place: str) -> None:
    """Write lines until nothing more came meanwhile."""
    key = (who.handle, place)
    try:
        while found := home.searches[key]:
            home.searches[key] = []
            await home.db.write(_note, place, found, by=who)
            await asyncio.sleep(MOMENT)
    except DomainError as error:  # the disk takes nothing: people are found all the same
        LOG.error("searches are not noted", code=error.code, by=who.handle, searches=len(found))
    finally:
        del home.searches[key]


def _note(tx: Tx, place: str, found: list[int]) -> None:
    often = {"searches": len(found)} if len(found) > 1 else {}
    record(tx, "people.search", None, place, found=sum(found), **often)
