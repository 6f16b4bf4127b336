"""What moves for a kiosk: the list, the page, alarms, the answers to its calls. One small line, told at once."""

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
from tierslieu.people.devices.rules import DEVICES

TOPICS: Final = (snapshot_store.TOPIC, calls.TOPIC, ALARM, DEVICES)
QUIET: Final = 30.0


class Moving(msgspec.Struct, frozen=True):
    """A kiosk's line. `calls` are its last ones, each with its state."""

    rev: int
    page: str
    is_alarm: bool
    calls: list[tuple[str, str]]


def moving(reader: Reader, device: str, page: str) -> Moving:
    """The line now."""
    found = snapshot_store.state(reader)
    mine = [(one.call_id, one.state) for one in calls.of_kiosk(reader, device)]
    return Moving(found.rev if found else 0, page, is_alarm(reader, zone_behind(reader, device)), mine)


def feed_of(request: AnyRequest) -> Feed:
    """The line of the kiosk that asks, whenever it moves."""
    home, device, page = house(request), actor(request).device or "", page_version(request.app.state.assets)

    async def render() -> str:
        return to_json(await home.db.read(moving, device, page))

    def make() -> Feed:
        return Feed(home.live, TOPICS, render, quiet=QUIET)

    return feeds(request.app.state).get(f"kiosk:{device}", "", make)
