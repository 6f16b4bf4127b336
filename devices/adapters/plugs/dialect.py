"""How one family of plugs speaks. PURE: topics and payloads in, measures out."""

from collections.abc import Iterable
from typing import Final, Protocol

import msgspec

from devices.adapters.loose import number

MOST_W: Final = 100_000
MOST_WH: Final = 1e12
MOST_PHASES: Final = 8
_FORBIDDEN: Final = frozenset("+#\0")


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What one message tells; None or empty for what it says nothing of. `is_there`: the plug's own or its bridge's
    word. `name`, `software`: what it is called and runs."""

    power_w: float | None = None
    energy_wh: float | None = None
    is_there: bool | None = None
    part: str = ""
    """Of several parts that must all be there (a plug and its bridge) which one speaks."""
    name: str = ""
    software: str = ""


class Dialect(Protocol):
    """The topics of one plug."""

    def states(self) -> Iterable[str]:
        """What is listened to."""

    def orders(self) -> Iterable[str]:
        """Where the plug takes orders. A retained one would switch it after each power cut, so none may lie there."""

    def questions(self) -> Iterable[tuple[str, bytes]]:
        """What asks the plug to speak now, topic and payload."""

    def read(self, topic: str, payload: bytes) -> Reading:
        """What a message on one of the state topics tells. Never raises."""


def is_topic(text: str) -> bool:
    """True for what may stand in a topic that speaks to one thing only."""
    return 0 < len(text) <= 120 and not set(text) & _FORBIDDEN and text.isprintable() and not text.startswith("$")


def total(value: object, low: float, most: float, factor: float) -> float | None:
    """A measure, or the sum of its phases. One phase unknown: the sum is unknown."""
    phases = value if isinstance(value, list) else [value]
    found = [number(one, low, most) for one in phases]
    known = [one for one in found if one is not None]
    if not known or len(known) < len(found) or len(found) > MOST_PHASES:
        return None
    summed = sum(known) * factor
    return max(0.0, summed) if summed <= most else None


def power(value: object) -> float | None:
    """Watts; what flows back (a motor that brakes) counts as nothing."""
    return total(value, -MOST_W, MOST_W, 1.0)


def energy(value: object, factor: float = 1.0) -> float | None:
    """Watt-hours; `factor` 1000 for a meter that counts kilowatt-hours."""
    return total(value, 0, MOST_WH, factor)


def is_online(payload: bytes, yes: str, no: str) -> bool | None:
    """The word of an availability topic, whatever its capitals; None for another word."""
    text = payload[:64].decode(errors="replace").strip().casefold()
    return {yes.casefold(): True, no.casefold(): False}.get(text)
