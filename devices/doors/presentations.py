"""Badges that were shown and wait: for an answer of the service, or for the pin of who stands there. Pure."""

from typing import Final

import msgspec

from devices.doors.readings import Debounce, Scan, Shown

SILENT_AFTER_S: Final = 1.5
"""The service has this long to answer a badge; then the node decides by its own list."""
PIN_WITHIN_S: Final = 20.0
"""So long the digits are awaited that the service asked for."""
MOST_SETTLED: Final = 200


class Presentation(msgspec.Struct, frozen=True):
    """A badge that the service was told of, by the name of its event. `until`: it must have answered by then.

    `has_pin`: a pin went with it, which nobody but the service can judge.
    """

    event_id: str
    shown: Shown
    scan: Scan
    until: float
    has_pin: bool = False


class Presentations:
    """Of one boot: each has one answer, be it that of the service or of the node."""

    def __init__(self) -> None:
        self._waiting: dict[str, Presentation] = {}
        self._settled: dict[str, None] = {}
        self._debounce = Debounce()
        self._asked: Presentation | None = None
        self._asked_until = 0.0

    def is_new(self, scan: Scan, now: float) -> bool:
        """Whether this is somebody's gesture: not the same text again, nor the badge whose pin is awaited."""
        is_new = self._debounce.is_new(scan, now)
        asked = self.awaiting_pin(now)
        return is_new and (asked is None or asked.scan != scan)

    def add(self, one: Presentation) -> None:
        """The service was told. Whoever was to type a pin is answered by the pin itself, or has made room."""
        self._asked = None
        self._waiting[one.event_id] = one

    def answered(self, event_id: str) -> Presentation | None:
        """The service answered; None when it answered nothing that waits."""
        self._settle(event_id)
        return self._waiting.pop(event_id, None)

    def unanswered(self, now: float) -> list[Presentation]:
        """Those that the service left without an answer: the node answers them, whatever comes later."""
        late = [one for one in self._waiting.values() if one.until <= now]
        for one in late:
            self.answered(one.event_id)
        return late

    def is_settled(self, event_id: str) -> bool:
        """Whether it had its answer: a late order for it opens nothing."""
        return event_id in self._settled

    def _settle(self, event_id: str) -> None:
        self._settled[event_id] = None
        while len(self._settled) > MOST_SETTLED:
            self._settled.pop(next(iter(self._settled)))

    def ask_pin(self, one: Presentation, now: float) -> None:
        """The service wants a pin to this badge."""
        self._asked, self._asked_until = one, now + PIN_WITHIN_S

    def awaiting_pin(self, now: float) -> Presentation | None:
        """The badge to which the digits belong that are typed now."""
        return self._asked if now < self._asked_until else None
