"""What moves for a kiosk: the list, the page, alarms, the answers to its calls. One small line, told at once."""

import contextlib
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from tierslieu.access.kiosk import calls, snapshot_store
from tierslieu.access.kiosk.versions import page_version
from tierslieu.access.presence.alarms import TOPIC as ALARM
from tierslieu.access.presence.queries import is_alarm
from tierslieu.access.zones.places import zone_behind
from tierslieu.http.guards import actor, house
from tierslieu.http.pages import AnyRequest
from tierslieu.http.streams import Feed, feeds
from tierslieu.infra.statements import to_json
from tierslieu.infra.transaction import Reader
from tierslieu.people.devices.queries import is_enrolled
from tierslieu.people.devices.rules import DEVICES

TOPICS: Final = (snapshot_store.TOPIC, calls.TOPIC, ALARM, DEVICES)
QUIET: Final = 30.0


class Moving(msgspec.Struct, frozen=True):
    """A kiosk's line. `calls` are its last ones, each with its state. Not enrolled: the stream ends."""

    rev: int
    page: str
    is_alarm: bool
    calls: list[tuple[str, str]]
    is_enrolled: bool = True


def moving(reader: Reader, device: str, page: str) -> Moving:
    """The line now."""
    found = snapshot_store.state(reader)
    mine = [(one.call_id, one.state) for one in calls.of_kiosk(reader, device)]
    is_alarmed = is_alarm(reader, zone_behind(reader, device))
    return Moving(found.rev if found else 0, page, is_alarmed, mine, is_enrolled(reader, device))


def feed_of(request: AnyRequest) -> Feed:
    """The line of the kiosk that asks, whenever it moves."""
    home, device, page = house(request), actor(request).device or "", page_version(request.app.state.assets)

    async def render() -> str:
        return to_json(await home.db.read(moving, device, page))

    def make() -> Feed:
        return Feed(home.live, TOPICS, render, quiet=QUIET)

    return feeds(request.app.state).get(f"kiosk:{device}", "", make)


async def lines_of(request: AnyRequest) -> AsyncIterator[bytes]:
    """The kiosk's stream; it ends when the kiosk is stopped."""
    db, device = house(request).db, actor(request).device or ""
    async with contextlib.aclosing(feed_of(request).follow()) as lines:
        async for line in lines:
            if not await db.read(is_enrolled, device):
                return
            yield line
