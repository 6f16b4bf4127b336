"""What a door node does by itself: time its pulses, compare the door with what it allowed, heed the alarm. Pure.

The strike is on the side of entry only. From inside the door always opens by hand: nothing here could prevent it.
"""

from typing import Final, NamedTuple

from devices.sealed import DONE, Answer
from devices.wire import AckResult
from devices.wire.doors import LONGEST_PULSE_MS, DoorEventType, DoorOp, DoorOrder, Leaf, ReaderWord, Side, Strike

STALLED_AFTER_S: Final = 2.0
"""A node that did not look for so long no longer knows what went on: it holds the strike and starts anew."""
GRACE_S: Final = 3.0
"""Somebody who pulled in time may still be in the doorway when the pulse is over."""
EXIT_GRACE_S: Final = 6.0
HELD_OPEN_AFTER_S: Final = 60.0
RELEASED_AT_MOST_S: Final = 4 * 3_600.0
"""A door that was left free is held again after this, whatever became of who freed it."""


class Inputs(NamedTuple):
    """What the contacts say now. `tells_exits`: a contact on the inside handle tells who leaves. `pin_pad` is unknown
    where none is."""

    leaf: Leaf = Leaf.UNKNOWN
    is_alarm: bool = False
    reader: ReaderWord = ReaderWord.UNKNOWN
    tells_exits: bool = False
    pin_pad: ReaderWord = ReaderWord.UNKNOWN


class Told(NamedTuple):
    """Something that happened once."""

    type: DoorEventType
    side: Side = "in"


class DoorLock:
    """One door of one boot. `is_stalled`: it must be replaced by that of a new boot."""

    def __init__(self, now: float) -> None:
        self.inputs = Inputs()
        self.is_stalled = False
        self._looked_at = now
        self._free_until = self._exit_until = now
        self._pulse_until = now - GRACE_S
        self._open_since: float | None = None
        self._is_told_open = False

    @property
    def strike(self) -> Strike:
        """The strike as it is to be now."""
        is_free = self.inputs.is_alarm or (not self.is_stalled and self._looked_at < self._free_until)
        return Strike.RELEASED if is_free else Strike.HELD

    def look(self, inputs: Inputs, now: float) -> list[Told]:
        """Take in what the contacts say, and let time pass until now."""
        if now - self._looked_at > STALLED_AFTER_S:
            self._stall()
            return []
        self._looked_at = now
        before, self.inputs = self.inputs, inputs
        told: list[Told] = []
        if inputs.is_alarm != before.is_alarm:
            told.append(Told(DoorEventType.ALARM_ON if inputs.is_alarm else DoorEventType.ALARM_OFF))
        return [*told, *self._watch_leaf(before.leaf, now)]

    def _watch_leaf(self, before: Leaf, now: float) -> list[Told]:
        if self.inputs.leaf is not Leaf.OPEN:
            self._open_since, self._is_told_open = None, False
            return []
        if self._open_since is None:
            self._open_since = now
            return [Told(DoorEventType.FORCED_OPEN)] if before is Leaf.CLOSED and self._is_forced(now) else []
        if self._is_told_open or self.inputs.is_alarm or now - self._open_since < HELD_OPEN_AFTER_S:
            return []
        self._is_told_open = True
        return [Told(DoorEventType.HELD_OPEN)]

    def _is_forced(self, now: float) -> bool:
        """Opened while it was held, and not by somebody who leaves; without a contact on the handle nobody can tell."""
        is_allowed = self.strike is Strike.RELEASED or now < self._pulse_until + GRACE_S or now < self._exit_until
        return self.inputs.tells_exits and not is_allowed

    def leave(self, now: float) -> Told:
        """Somebody used the handle or the button inside."""
        self._exit_until = now + EXIT_GRACE_S
        return Told(DoorEventType.EXIT_BUTTON, "out")

    def pulse(self, ms: int, now: float) -> None:
        """Let the door be pulled for a while."""
        self._free_until = self._pulse_until = now + min(ms, LONGEST_PULSE_MS) / 1_000

    def _stall(self) -> None:
        self.is_stalled = True
        self._free_until = self._looked_at

    def obey(self, order: DoorOrder, now: float) -> Answer:
        """Carry out an order that is meant for this boot, young, new and sealed."""
        if now - self._looked_at > STALLED_AFTER_S:
            self._stall()
        if order.op in (DoorOp.PULSE, DoorOp.RELEASE) and self.is_stalled:
            return Answer(AckResult.REFUSED, "stalled")
        if order.op is DoorOp.PULSE:
            if not order.ms:
                return Answer(AckResult.REFUSED, "no_duration")
            self.pulse(order.ms, now)
        elif order.op is DoorOp.RELEASE:
            self._free_until = self._pulse_until = now + RELEASED_AT_MOST_S
        elif order.op is DoorOp.HOLD:
            self._free_until = self._pulse_until = min(now, self._free_until)
        return Answer(AckResult.REFUSED, "unknown_op") if order.op is DoorOp.UNKNOWN else DONE
