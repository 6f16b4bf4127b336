"""One terminal: its lock, its pins, its memory and its connection."""

import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final

import msgspec

from devices.boxes import Box
from devices.commands import Answer
from devices.link import Address
from devices.sealed import Answer as LockAnswer
from devices.terminals.line import TerminalLink
from devices.terminals.orders import Orders, Shown
from devices.terminals.pins import Pins
from devices.terminals.policies import KeptPolicy
from devices.terminals.states import Interlock, Told
from devices.wire import AckResult, Channel, Command, Op
from devices.wire.interlocks import (
    LockEvent,
    LockEventType,
    LockOp,
    LockOrder,
    LockPolicy,
    LockState,
    LockWord,
    card_digest,
    is_sealed,
)

SOFTWARE: Final = "terminal 1"
ANSWER_WITHIN_S: Final = 3.0
"""The service answers a card in less than one; later it may still come."""


class Keys(msgspec.Struct, frozen=True):
    """The two secrets of a terminal: its own, for seals, and the venue's, for cards."""

    lock: bytes
    card: bytes


class Terminal(Box[LockOrder, tuple[str, ...]]):
    """A box that closes the enabling contact of one machine."""

    EVENTS: ClassVar = Channel.EVENT
    WORDS_FOR_S: ClassVar = 8.0
    _link: TerminalLink

    def __init__(
        self,
        address: Address,
        keys: Keys,
        pins: Pins,
        folder: Path,
        *,
        kind: str | None = None,
        boot_ids: Callable[[], str] = lambda: secrets.token_hex(4),
        **times: Any,
    ) -> None:
        """`times` are the clocks of every box."""
        super().__init__(address, pins, folder, boot_ids=boot_ids, **times)
        self._keys, self._pins, self._kind = keys, pins, kind
        is_its = partial(is_sealed, keys.lock, address.site, address.device)
        self._policy = KeptPolicy(self._events, is_its)
        self._boot()

    # -- life ---------------------------------------------------------------------------------------

    def _rest(self) -> None:
        self._pins.relay(False)

    def _boot(self) -> None:
        """Begin locked, without any lease."""
        super()._boot()
        at = self.address
        self._answer_due = 0.0
        self._lock_of_boot = Interlock(self._policy.now, self._steady())
        self._orders = Orders(
            self._keys.lock, at.site, at.device, self._boot_id, spool=self._spool, show=self._show_after_order
        )
        self._link = TerminalLink(
            at,
            self._spool,
            lambda: int(self._clock()),
            self._refuse_jobs,
            boot_id=self._boot_id,
            kind=self._kind,
            software=SOFTWARE,
            on_order=self._take_order,
            on_policy=self._take_policy,
            on_up=self._speak_anew,
        )
        self._tell([Told(LockEventType.POWER_RESTORED)])

    def _look(self, now: float) -> bool:
        lock, is_linked = self._lock_of_boot, self._link.is_connected
        told = lock.look(self._pins.read(), now, is_linked=is_linked)
        self._pins.relay(lock.relay)
        if lock.is_stalled:
            return False
        self._tell([*told, *self._hands(now, is_linked=is_linked)])
        self._pins.relay(lock.relay)
        self._publish(now)
        return True

    # -- hands at the terminal ----------------------------------------------------------------------

    def _hands(self, now: float, *, is_linked: bool) -> list[Told]:
        lock, found = self._lock_of_boot, []
        lease_id = lock.lease.id if lock.lease else None
        words = {"stop": LockEventType.BUTTON_STOP, "extend": LockEventType.EXTEND, "oops": LockEventType.OOPS}
        for button in self._pins.pressed():
            lock.confirm(now)
            if button in words:
                found.append(Told(words[button], lease_id))
        for number in self._pins.cards():
            self._say(("…",), now)
            self._answer_due = now + ANSWER_WITHIN_S
            digest = card_digest(self._keys.card, number)
            found += lock.badge(digest, now, f"offline-{secrets.token_hex(6)}", is_linked=is_linked)
        if any(one.type is LockEventType.OFFLINE_UNLOCK for one in found):
            self._answer_due = 0.0  # the contact has answered
        return found

    def _show_silence(self, now: float) -> None:
        """Nobody answers the card: whoever stands there need not wait."""
        if self._answer_due and now >= self._answer_due:
            self._answer_due = 0.0
            self._say(("Pas de reponse",), now)

    # -- telling and showing ------------------------------------------------------------------------

    def _tell(self, told: list[Told]) -> None:
        for one in told:
            self._keep(
                LockEvent(**self._stamp(), type=one.type, card=one.card, lease_id=one.lease_id, reason=one.reason)
            )

    def _publish(self, now: float) -> None:
        state = self._state(now)
        passing = {"seq": 0, "uptime_s": 0, "lease_left_s": 0}
        if self._is_to_be_shown(msgspec.structs.astuple(msgspec.structs.replace(state, **passing)), now):
            self._link.say(Channel.LOCK, msgspec.structs.replace(state, seq=self._next_seq()))
        self._say_events_again(now)
        self._show_silence(now)
        self._show_instead(self._idle_text(now), now)

    def _idle_text(self, now: float) -> tuple[str, ...]:
        lock = self._lock_of_boot
        if (within := lock.confirm_within_s(now)) is not None and within <= self._policy.now.warn_s:
            return ("OK ?", f"{within} s")
        return (f"{lock.left_s(now) // 60} min",) if lock.lease else ()

    def _state(self, now: float) -> LockState:
        lock = self._lock_of_boot
        return LockState(
            lock=lock.word,
            boot_id=self._boot_id,
            seq=self._last_seq,
            uptime_s=self._uptime(),
            relay=lock.relay,
            sense=lock.inputs.sense,
            lease_id=lock.lease.id if lock.lease else None,
            lease_left_s=lock.left_s(now),
            waits_for_idle=lock.lease is not None and lock.lease.over_since is not None,
            activity=lock.inputs.activity,
            door=lock.inputs.door,
            fault=lock.fault,
            policy_version=self._policy.now.version or None,
        )

    # -- orders: called in the link's thread --------------------------------------------------------

    def _obey(self, order: LockOrder) -> LockAnswer:
        now = self._steady()
        answer = self._lock_of_boot.obey(order, now)
        self._pins.relay(self._lock_of_boot.relay)
        if order.op is LockOp.ACK_EVENT:
            self._events.forget(order.event_id or "")
        if order.op is LockOp.IDENTIFY:
            self._shown = None
            self._say(("* * *", self.address.device), now)
        if order.text:
            self._answer_due = 0.0
            self._say(order.text, now)
        return answer

    def _show_after_order(self) -> Shown:
        lock = self._lock_of_boot
        lock.inputs = self._pins.read()
        return Shown(lock.word, lock.relay, lock.inputs.sense, self._last_seq)

    def _refuse_jobs(self, command: Command) -> Answer:
        if command.op is Op.IDENTIFY:
            with self._lock:
                self._shown = None
            return Answer(AckResult.DONE)
        return Answer(AckResult.REFUSED, "not_supported")

    def _take_policy(self, policy: LockPolicy) -> None:
        with self._lock:
            if self._policy.take(policy):
                self._lock_of_boot.policy = policy

    @property
    def word(self) -> LockWord:
        """What the lock is, as measured."""
        return self._lock_of_boot.word
