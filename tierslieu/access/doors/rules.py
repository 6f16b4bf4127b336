"""Rules of doors. Pure: what is known of one, what is too late, what is shown."""

import hashlib
from typing import Final, Literal

import msgspec

SILENT_AFTER: Final = 50
"""A door speaks at least every 15 s: three times missed, nothing is known of it any more."""
TTL: Final = 5
JUDGED_WITHIN: Final = 2
"""A badge told later than this was judged by the node itself, which waits 1.5 s."""
FRESH: Final = 5
"""What is older opens nothing any more: nobody knows who stands there by then."""
OPENED_WITHIN: Final = 15
"""After a pulse, the contact says within this that the door was opened, or nobody went through."""
TWICE_WITHIN: Final = 120
MOST_REBIRTHS: Final = 3
ONLINE_TRIES: Final = 5
ONLINE_PER: Final = 600
"""So often, in so many seconds, a reservation opens its door from the page."""
EARLIEST: Final = 1_735_689_600

Side = Literal["in", "out", "both"]
Link = Literal["online", "offline", "never"]
CAUSES: Final = ("visitor", "delivery", "lost_badge", "help", "works", "test")
OPENING: Final = ("pulse", "release")
"""Orders that let somebody in."""


class DoorNow(msgspec.Struct, frozen=True):
    """A door as the database knows it; columns of the table."""

    id: int
    key: str
    site: str
    name: str
    zone_id: int
    side: str
    pulse_ms: int
    kiosk_key: str
    opens_online: int
    generation: int
    seq: int
    created_at: int
    retired_at: int
    is_online: int
    boot_id: str
    former_boot_id: str
    state_seq: int
    strike: str
    leaf: str
    is_alarm: int
    reader: str
    pin_pad: str
    list_version: int | None
    list_at: int | None
    fault: str | None
    uptime_s: int
    heard_at: int
    reborn_at: int
    rebirths: int


class CommandNow(msgspec.Struct, frozen=True):
    """An order as it is stored; columns of the table."""

    cmd_id: str
    door_id: int
    seq: int
    op: str
    ms: int
    issued_at: int
    expires_at: int
    boot_id: str
    event_id: str | None
    answer: str
    scan_ref: str | None
    origin: str
    asked_by: int | None
    reservation_id: int | None
    cause: str
    tries: int
    state: str
    reason: str
    answered_at: int
    opened_at: int


def link_of(door: DoorNow, now: int) -> Link:
    """Whether the door is there: heard lately, and not gone since."""
    if not door.heard_at:
        return "never"
    return "online" if door.is_online and now - door.heard_at <= SILENT_AFTER else "offline"


def is_news(door: DoorNow, boot_id: str, seq: int) -> bool:
    """Whether a state is newer than the last one. One of the boot before is of the past."""
    return seq > door.state_seq if boot_id == door.boot_id else boot_id != door.former_boot_id


def rebirths(door: DoorNow, now: int) -> int:
    """How often in a row the node began anew, now included: two nodes in one door's name do so in turn."""
    return 1 + (door.rebirths if now - door.reborn_at <= TWICE_WITHIN else 0)


def uptime_at(door: DoorNow, now: int) -> int:
    """How long the node has been on, as far as one can tell."""
    return door.uptime_s + max(0, now - door.heard_at) if door.heard_at else door.uptime_s


def is_late(door: DoorNow, boot_id: str, at_uptime_s: int, now: int) -> bool:
    """Whether what was told happened too long ago to open anything."""
    return boot_id != door.boot_id or uptime_at(door, now) - at_uptime_s > JUDGED_WITHIN


def happened_at(door: DoorNow, boot_id: str, at_uptime_s: int, said_at: int, now: int) -> int:
    """When it happened: by the node's uptime while it is the same boot, else by its own clock, never in the future."""
    if boot_id == door.boot_id:
        return now - max(0, uptime_at(door, now) - at_uptime_s)
    return min(said_at, now) if said_at >= EARLIEST else now


def scan_id_of(key: str, event_id: str) -> str:
    """The one name of the passage that a badge event is."""
    return hashlib.sha256(f"{key}/{event_id}".encode()).hexdigest()[:32]


def scan_ref(device: str, scan_id: str) -> str:
    """How an order names the passage that it carries out."""
    return f"{device}/{scan_id}"


def look_of(door: DoorNow, now: int) -> tuple[str, str]:
    """The colour and the word of a door. Open and closed are said only of what its contact measured."""
    link = link_of(door, now)
    if link != "online":
        return "silent", link
    if door.is_alarm:
        return "fault", "alarm"
    if door.fault or door.reader == "missing":
        return "fault", "fault" if door.fault else "reader_missing"
    if door.leaf == "open":
        return "running", "open"
    if door.strike == "released":
        return "running", "released"
    return ("free", "closed") if door.leaf == "closed" else ("free", "held")
