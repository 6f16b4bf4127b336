"""What was held before the reader, as it travels: a card as a digest, a pass as its text. Pure."""

from typing import Final, NamedTuple

from devices.badges import codec
from devices.wire.doors import Side

SAME_WITHIN_S: Final = 3.0
"""The same badge read again within this is the same presentation: a camera reads ten times a second."""


class Scan(NamedTuple):
    """A text that a reader gave, and on which side of the door."""

    text: str
    side: Side = "in"


class Shown(NamedTuple):
    """A badge as it travels: `card` or `text`; else `reason` says why it is none."""

    card: str | None = None
    text: str | None = None
    reason: str = ""


def shown(text: str) -> Shown:
    """What a read text is worth telling. Numbers under cards are for keyboards, not for doors."""
    reading = codec.read(text)
    if reading.result != "ok":
        return Shown(reason=reading.result)
    if reading.secret:
        return Shown(card=codec.stored(reading.secret))
    return Shown(text=codec.clean(text)) if reading.claims is not None else Shown(reason="not_a_badge")


class Debounce:
    """Drops what is the same presentation."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, Side], float] = {}

    def is_new(self, scan: Scan, now: float) -> bool:
        """Whether this is somebody's gesture, and not the same text seen again."""
        key = (codec.clean(scan.text), scan.side)
        is_same = key in self._last and now - self._last[key] < SAME_WITHIN_S
        self._last = {one: at for one, at in self._last.items() if now - at < SAME_WITHIN_S} | {key: now}
        return not is_same
