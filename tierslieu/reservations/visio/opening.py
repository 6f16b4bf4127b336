"""Opening rooms on a BigBlueButton server: small signed calls, from jobs only, as often as it takes."""

import asyncio
from typing import Any, Final

import urllib3

from tierslieu.basics.errors import Unavailable
from tierslieu.basics.spans import MINUTE
from tierslieu.infra.house import House
from tierslieu.infra.settings import VisioSettings
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.events import Answered, Cancelled, Ended, Moved, Reserved
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.visio import actions, queries, rules
from tierslieu.venue.queries import venue

OPEN: Final = "reservations.visio.open"
TIMEOUT: Final = urllib3.Timeout(connect=5, read=10, total=15)
LARGEST: Final = 100_000
FRESH: Final = MINUTE
"""A room that was opened so long ago need not be opened again before somebody enters."""
POOL: Final = urllib3.PoolManager(num_pools=2, maxsize=2, timeout=TIMEOUT, retries=False)


class ServerAway(Unavailable):
    """The server did not do what it was asked; the job tries again."""

    def __init__(self) -> None:
        super().__init__("visio_away")


def is_opened_in_time(reader: Reader, event: Reserved) -> bool:
    """True for a room whose meetings this house opens itself."""
    room = queries.room_of(reader, event.resource_id)
    return room is not None and room.kind == "bbb"


def plan(tx: Tx, event: Reserved | Moved | Answered) -> None:
    """A meeting was reserved: its room will be opened in time, and its test follows it."""
    one = reservations.stored(tx, event.reservation_id)
    if isinstance(event, Moved):
        actions.follow(tx, event.former_id, one)
    room = queries.room_of(tx, one.resource_id)
    if one.state == "confirmed" and room is not None and room.kind == "bbb":
        plan_opening(tx, one, max(one.starts_at - rules.OPENS_EARLY, tx.now))


def plan_opening(tx: Tx, one: Stored, at: int) -> None:
    """Open the room of a reservation at an instant, once."""
    tx.later(OPEN, {"id": one.id}, at=at, dedup=f"visio:{one.id}")


def give_back(tx: Tx, event: Cancelled | Ended) -> None:
    """A meeting will not be: neither will its test."""
    actions.drop_test(tx, event.reservation_id)


async def open_room(house: House, payload: Any) -> None:
    """Ask the server to open the room of a reservation that still holds. Raises ServerAway."""
    found = await house.db.read(to_open, int(payload["id"]))
    settings = house.settings.visio
    if found is None or not settings.is_ready:
        return
    one, meeting, title = found
    minutes = (one.ends_at - one.starts_at + rules.OPENS_EARLY) // MINUTE
    address = create_call(settings, meeting, title, minutes)
    if not rules.is_success(await asyncio.to_thread(_get, address)):
        raise ServerAway
    await house.db.write(actions.note_opened, one.origin_id or one.id)


def to_open(reader: Reader, reservation_id: int) -> tuple[Stored, str, str] | None:
    """The reservation, its meeting and the meeting's title; None when nothing is to be opened."""
    one = reservations.stored(reader, reservation_id)
    room = queries.room_of(reader, one.resource_id)
    if room is None or room.kind != "bbb" or one.state not in ("confirmed", "checked_in") or reader.now >= one.ends_at:
        return None
    return one, rules.mark(room.salt, one.origin_id or one.id), venue(reader).by_id[one.resource_id].name


def create_call(settings: VisioSettings, meeting: str, title: str, minutes: int) -> str:
    """The call that opens a room."""
    fields = rules.create_fields(meeting, title, minutes)
    return rules.signed_call(settings.bbb_url, settings.bbb_secret, "create", fields)


def join_call(settings: VisioSettings, meeting: str, name: str, *, is_host: bool) -> str:
    """The address that lets somebody in."""
    fields = rules.join_fields(meeting, name, is_host=is_host)
    return rules.signed_call(settings.bbb_url, settings.bbb_secret, "join", fields)


def _get(address: str) -> bytes:
    try:
        answer = POOL.request("GET", address, redirect=False, preload_content=False)
    except (urllib3.exceptions.HTTPError, OSError, ValueError):
        raise ServerAway from None
    try:
        return answer.read(LARGEST) if answer.status == 200 else b""
    except (urllib3.exceptions.HTTPError, OSError):
        raise ServerAway from None
    finally:
        answer.close()
