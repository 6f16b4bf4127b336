"""Where messages travel: tierslieu/v1/<site>/<device>/<channel>."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

from msgspec import Struct

from devices.wire.errors import Unreadable

ROOT: Final = "tierslieu/v1"
EVERY_UP: Final = f"{ROOT}/+/+/up/#"
"""What the service listens to."""
EVERY_MEASURE: Final = f"{ROOT}/+/+/up/telemetry"
SERVICE_AVAILABILITY: Final = f"{ROOT}/service/availability"
"""Retained: whether the service itself is there. It is its will, its birth and its farewell."""

_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


class Channel(StrEnum):
    """One kind of message in one direction."""

    AVAILABILITY = "up/availability"
    STATE = "up/state"
    TELEMETRY = "up/telemetry"
    REPORT = "up/report"
    ACK = "up/ack"
    CMD = "down/cmd"
    CONFIG = "down/config"
    LOCK = "up/lock"
    EVENT = "up/event"
    LOCK_ACK = "up/lock-ack"
    LOCK_ORDER = "down/lock"
    LOCK_POLICY = "down/lock-policy"
    DOOR = "up/door"
    DOOR_EVENT = "up/door-event"
    DOOR_ACK = "up/door-ack"
    DOOR_ORDER = "down/door"

    @property
    def retained(self) -> bool:
        """Whether the broker keeps the last message. Never a command: it would be carried out at each boot."""
        kept = (Channel.AVAILABILITY, Channel.STATE, Channel.CONFIG, Channel.LOCK, Channel.LOCK_POLICY, Channel.DOOR)
        return self in kept

    @property
    def qos(self) -> int:
        """Telemetry may be lost; all else is delivered at least once."""
        return 0 if self is Channel.TELEMETRY else 1


class Topic(Struct, frozen=True):
    """A topic of the contract, taken apart."""

    site: str
    device: str
    channel: Channel

    def __str__(self) -> str:
        return f"{ROOT}/{self.site}/{self.device}/{self.channel}"


def build_topic(site: str, device: str, channel: Channel) -> str:
    """The topic of one channel of one device. Raises ValueError for a key that has no place in a topic."""
    return f"{_place(site, device)}/{channel}"


@lru_cache(maxsize=4096)
def parse_topic(text: str) -> Topic:
    """The parts of a topic. Raises Unreadable("topic") for anything that is not exactly a topic of this contract."""
    parts = text.split("/", 4)
    if len(parts) != 5 or "/".join(parts[:2]) != ROOT or not all(_KEY.fullmatch(part) for part in parts[2:4]):
        raise Unreadable("topic", text)
    try:
        return Topic(parts[2], parts[3], Channel(parts[4]))
    except ValueError:
        raise Unreadable("topic", text) from None


def every(channel: Channel) -> str:
    """The filter of one channel of every device."""
    return f"{ROOT}/+/+/{channel}"


def up_filter(site: str, device: str) -> str:
    """What this device alone may publish."""
    return f"{_place(site, device)}/up/#"


def down_filter(site: str, device: str) -> str:
    """What this device alone may read."""
    return f"{_place(site, device)}/down/#"


def _place(site: str, device: str) -> str:
    if not _KEY.fullmatch(site) or not _KEY.fullmatch(device):
        raise ValueError(f"not a key of a topic: {site!r}, {device!r}")
    return f"{ROOT}/{site}/{device}"
