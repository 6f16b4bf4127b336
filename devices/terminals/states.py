"""What a terminal does, as a machine of states in its own time: no pin, no network, no clock in here.

Instants are seconds of a clock that never jumps and begins anywhere. Nothing here ever closes the contact without an
order or a card of the offline list; everything that is unsure opens it.
"""

from typing import Final, NamedTuple

import msgspec

from devices.sealed import DONE, Answer
from devices.wire import AckResult
from devices.wire.interlocks import (
    Activity,
    Door,
    LockEventType,
    LockOp,
    LockOrder,
    LockPolicy,
    LockWord,
    OfflinePolicy,
    When,
)

UNLIKE_FOR_S: Final = 2.0
"""Command and measure may differ this long: a contactor needs a moment."""
STALLED_AFTER_S: Final = 5.0
"""A terminal that did not look for so long no longer knows what went on: it locks and starts anew."""
OFFLINE_GRACE_S: Final = 60.0


class Inputs(NamedTuple):
    """What the pins say now. `sense` is the contactor's own contact, None where none is wired."""

    sense: bool | None = None
    is_estopped: bool = False
    activity: Activity = Activity.UNKNOWN
    door: Door = Door.UNKNOWN


class Told(NamedTuple):
    """Something that happened once."""

    type: LockEventType
    lease_id: str | None = None
    reason: str | None = None
    card: str | None = None


class Lease(msgspec.Struct):
    """The permission in force. `over_since`: it is over, the machine may come to rest."""

    id: str
    ends_at: float
    when: When
    confirmed_at: float
    over_since: float | None = None
    why_over: str = ""


class Interlock:
    """One lock of one boot. `is_stalled`: it must be replaced by that of a new boot."""

    def __init__(self, policy: LockPolicy, now: float) -> None:
        self.policy = policy
        self.relay = False
        self.fault: str | None = None
        self.is_stalled = False
        self.inputs = Inputs()
        self.lease: Lease | None = None
        self._looked_at = self._linked_at = now
        self._unlike_since: float | None = None

    # -- what it shows ------------------------------------------------------------------------------

    @property
    def word(self) -> LockWord:
        """Open only when the measure says so; nothing is guessed while command and measure differ."""
        if self.inputs.is_estopped:
            return LockWord.ESTOP
        if self.fault is not None:
            return LockWord.FAULT
        if self.relay:
            return LockWord.UNLOCKED if self.inputs.sense else LockWord.UNKNOWN
        return LockWord.UNKNOWN if self.inputs.sense else LockWord.LOCKED

    def left_s(self, now: float) -> int:
        """How long the lease still lasts."""
        return 0 if self.lease is None else max(0, round(self.lease.ends_at - now))

    def confirm_within_s(self, now: float) -> int | None:
        """How long until a person must press the button; None where nobody is asked."""
        if self.lease is None or not self.policy.confirm_every_s:
            return None
        return max(0, round(self.lease.confirmed_at + self.policy.confirm_every_s - now))

    # -- what happens to it -------------------------------------------------------------------------

    def look(self, inputs: Inputs, now: float, *, is_linked: bool) -> list[Told]:
        """Take in what the pins say, and let time pass until now."""
        if now - self._looked_at > STALLED_AFTER_S:
            self._open()
            self.is_stalled = True
            return []
        self._looked_at = now
        self._linked_at = now if is_linked else self._linked_at
        was_estopped, self.inputs = self.inputs.is_estopped, inputs
        told = self._heed_estop(was_estopped)
        self._compare(now)
        return [*told, *self._count_down(now)]

    def _heed_estop(self, was: bool) -> list[Told]:
        if self.inputs.is_estopped == was:
            return []
        lease_id = self.lease.id if self.lease else None
        self._open()
        return [Told(LockEventType.ESTOP if self.inputs.is_estopped else LockEventType.ESTOP_RESET, lease_id)]

    def _compare(self, now: float) -> None:
        """Command against measure: apart for too long is a fault, and a fault opens the contact."""
        if self.inputs.sense is None or self.inputs.sense == self.relay:
            self._unlike_since = None
            return
        self._unlike_since = now if self._unlike_since is None else self._unlike_since
        if now - self._unlike_since >= UNLIKE_FOR_S and self.fault is None:
            self.fault = "relay_stuck" if self.inputs.sense else "relay_open"
            self._open()

    def _count_down(self, now: float) -> list[Told]:
        lease = self.lease
        if lease is None:
            return []
        if self.policy.confirm_every_s and now - lease.confirmed_at >= self.policy.confirm_every_s:
            return self._expire("not_confirmed")
        if lease.over_since is None and (why := self._why_over(lease, now)):
            lease.over_since, lease.why_over = now, why
        if lease.over_since is None:
            return []
        may_finish = lease.when is When.IDLE and self.inputs.activity is Activity.BUSY
        if may_finish and now - lease.over_since < self.policy.idle_cap_s:
            return []
        return self._expire("idle_cap" if may_finish else lease.why_over)

    def _why_over(self, lease: Lease, now: float) -> str:
        if now >= lease.ends_at:
            return "time"
        is_alone = now - self._linked_at >= OFFLINE_GRACE_S
        ends_alone = is_alone and self.policy.offline_policy is OfflinePolicy.END_WHEN_IDLE
        if ends_alone and self.inputs.activity is not Activity.BUSY:
            return "offline"
        return ""

    def _expire(self, why: str) -> list[Told]:
        lease_id = self.lease.id if self.lease else None
        self._open()
        return [] if why == "ordered" else [Told(LockEventType.LEASE_EXPIRED, lease_id, why)]

    def _open(self) -> None:
        self.relay, self.lease = False, None

    # -- what it is told ----------------------------------------------------------------------------

    def obey(self, order: LockOrder, now: float) -> Answer:
        """Carry out an order that is meant for this boot, young, new and sealed."""
        if now - self._looked_at > STALLED_AFTER_S:
            self._open()
            self.is_stalled = True
        if order.op is LockOp.UNLOCK:
            return self._unlock(order, now)
        if order.op is LockOp.RENEW:
            return self._renew(order, now)
        if order.op is LockOp.LOCK:
            return self._lock(order, now)
        return Answer(AckResult.REFUSED, "unknown_op") if order.op is LockOp.UNKNOWN else DONE

    def _unlock(self, order: LockOrder, now: float) -> Answer:
        """Begin a lease, or hand the machine over to another one without opening the contact in between."""
        if self.inputs.is_estopped:
            return Answer(AckResult.REFUSED, "estop")
        if self.fault is not None or self.is_stalled:
            return Answer(AckResult.REFUSED, "fault")
        if self.inputs.door is Door.OPEN and self.lease is None:
            return Answer(AckResult.REFUSED, "door_open")
        if order.lease_id is None or not order.lease_s:
            return Answer(AckResult.REFUSED, "no_lease")
        self._begin(order.lease_id, order.lease_s, order.when, now)
        return DONE

    def _begin(self, lease_id: str, seconds: int, when: When, now: float) -> None:
        self.lease = Lease(lease_id, now + seconds, when, now)
        self.relay = True

    def _renew(self, order: LockOrder, now: float) -> Answer:
        if self.lease is None:
            return Answer(AckResult.REFUSED, "no_lease")
        if self.lease.id != order.lease_id:
            return Answer(AckResult.REFUSED, "other_lease")
        self.lease.ends_at, self.lease.when, self.lease.over_since = now + order.lease_s, order.when, None
        return DONE

    def _lock(self, order: LockOrder, now: float) -> Answer:
        """End a lease; without `lease_id`, any. Said by a person who looks, it also ends a fault that is over."""
        if order.lease_id is not None and self.lease is not None and self.lease.id != order.lease_id:
            return Answer(AckResult.REFUSED, "other_lease")
        if self.lease is not None and order.when is When.IDLE and self.inputs.activity is Activity.BUSY:
            self.lease.over_since, self.lease.why_over, self.lease.when = now, "ordered", When.IDLE
            return Answer(AckResult.DONE, "waits_for_idle")
        self._open()
        if not self.inputs.sense:
            self.fault = None
        return DONE

    def confirm(self, now: float) -> None:
        """A person at the machine pressed the button: they are there."""
        if self.lease is not None:
            self.lease.confirmed_at = now

    def badge(self, card: str, now: float, lease_id: str, *, is_linked: bool) -> list[Told]:
        """A card was held before the reader. The service decides; without it, only cards of the offline list open."""
        is_listed = card in self.policy.offline_cards and self.policy.offline_lease_s > 0
        is_able = self.lease is None and self.word is LockWord.LOCKED and self.inputs.door is not Door.OPEN
        if is_linked or not (is_listed and is_able):
            return [Told(LockEventType.BADGE, self.lease.id if self.lease else None, card=card)]
        self._begin(lease_id, self.policy.offline_lease_s, When.IDLE, now)
        return [Told(LockEventType.OFFLINE_UNLOCK, lease_id, card=card)]
