"""What is measured over HTTP: how each request is made, which answer it must get, and the targets."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import quote

from devices.badges.codec import encode
from tests.bench import scene
from tests.bench.client import get, post
from tests.bench.scene import Slot
from tierslieu.reservations.schemas import moment


class Scenario(NamedTuple):
    """`request(number)` makes the numberth request; `per_round` of them make a round of about half a second.

    Targets: processor milliseconds of the service per request, and the least share of the bare endpoint's rate.
    """

    name: str
    per_round: int
    request: Callable[[int], str]
    status: int = 200
    marker: str = ""
    most_ms: float | None = None
    least_share: float | None = None


def wish(slot: Slot) -> dict[str, object]:
    """What is sent to reserve a slot."""
    start, end = (moment(at).isoformat() for at in (slot.start, slot.end))
    return {"resources": [scene.DESKS[slot.desk]], "starts_at": start, "ends_at": end}


def reserve(number: int) -> str:
    """Another person and another free slot each time."""
    who = number % scene.CALLERS
    return post("/api/v1/reservations", wish(scene.free_slot(number)), scene.token("person", who))


def refused(number: int) -> str:
    """A slot that somebody has: the answer looks for other times and desks."""
    who = number % scene.CALLERS
    return post("/api/v1/reservations", wish(scene.taken_slot(number)), scene.token("person", who))


def scan(number: int) -> str:
    """Another visitor with a reservation each time: each scan checks somebody in."""
    if number >= scene.VISITORS:
        raise ValueError("all visitors are in: use a fresh database")
    body = {
        "scan_id": f"{number:032x}",
        "badge": encode(scene.badge_secret(number)),
        "at_device": scene.NOW,
        "device_seq": number,
    }
    return post("/api/v1/scans", body, scene.token("kiosk", 0))


def bare(_number: int) -> str:
    """The least that the framework can do."""
    return get("/health/live")


def week_json(_number: int) -> str:
    """50 resources with 1,400 reservations."""
    return get(f"/api/v1/week?day={scene.WEEK}")


def week_page(_number: int) -> str:
    """The same week as a page."""
    return get(f"/semaine?date={scene.WEEK}", is_page=True)


def day_page(_number: int) -> str:
    """A day of that week on the board."""
    return get(f"/reserver?date={scene.WEEK + timedelta(days=1)}", is_page=True)


def _found(typed: str) -> str:
    return get(f"/api/v1/people?q={quote(typed)}", bearer=scene.token("staff", 0))


def find_common(_number: int) -> str:
    """The beginning of a third of all names in town."""
    return _found("mar")


def find_rare(number: int) -> str:
    """A name that one person carries."""
    return _found(f"nom{number * 5 % scene.TOWN:06d}")


def find_two(_number: int) -> str:
    """Two beginnings that many have together."""
    return _found("mar mart")


def find_none(_number: int) -> str:
    """Two frequent beginnings that nobody has together as they are typed."""
    return _found("martinelli marion")


BARE = Scenario("bare", 1200, bare, marker='"ok"')
SCAN = Scenario("scan", 300, scan, marker='"granted"', most_ms=0.6, least_share=1 / 4)
SCENARIOS = (
    Scenario("reserve", 250, reserve, status=201, marker='"confirmed"', most_ms=1.3, least_share=1 / 8),
    Scenario("refused", 100, refused, status=409, marker="slot_taken"),
    SCAN,
    Scenario("week-json", 60, week_json, most_ms=6),
    Scenario("week-page", 40, week_page, most_ms=12),
    Scenario("day-page", 30, day_page),
    Scenario("find-common", 200, find_common, marker="Mar", least_share=1 / 3),
    Scenario("find-rare", 200, find_rare, marker="Nom", least_share=1 / 3),
    Scenario("find-two", 200, find_two, marker="Mar", least_share=1 / 3),
    Scenario("find-none", 200, find_none, marker="[]", least_share=1 / 3),
)
