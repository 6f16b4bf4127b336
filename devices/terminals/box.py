"""One terminal: its lock, its pins, its memory and its connection."""

import itertools
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from devices.commands import Answer
from devices.link import Address
from devices.sealed import Answer as LockAnswer
from devices.spool import Spool
from devices.terminals.line import TerminalLink
from devices.terminals.orders import Orders, Shown
from devices.terminals.pins import Pins
from devices.terminals.states import Interlock, Told
from devices.wire import AckResult, Channel, Command, Fault, MachineState, Op, Snapshot, Unreadable, decode, encode
from devices.wire.interlocks import (
    Activity,
    LockEvent,
    LockEventType,
    LockOp,
    LockOrder,
    LockPolicy,
    LockState,
    LockWord,
    card_digest,
    is_sealed,
    unsealed,
)

SOFTWARE: Final = "terminal 1"
STATE_EVERY_S: Final = 15.0
EVENTS_EVERY_S: Final = 20.0
TEXT_FOR_S: Final = 8.0
EVENTS_AT_ONCE: Final = 20
DEFAULT_POLICY: Final = LockPolicy(version=0, mac=unsealed())


class Keys(msgspec.Struct, frozen=True):
    """The two secrets of a terminal: its own, for seals, and the venue's, for cards."""

    lock: bytes
    card: bytes


class Terminal:
    """Ticked by one thread, ordered from another. `clock` is the wall's, `steady` never jumps."""

    def __init__(
        self,
        address: Address,
        keys: Keys,
        pins: Pins,
        folder: Path,
        *,
        clock: Callable[[], float],
        steady: Callable[[], float],
        kind: str | None = None,
        boot_ids: Callable[[], str] = lambda: secrets.token_hex(4),
    ) -> None:
        self.address, self._keys, self._pins, self._kind = address, keys, pins, kind
        self._clock, self._steady, self._boot_ids = clock, steady, boot_ids
        self._spool = Spool(folder / f"{address.site}-{address.device}.sqlite")
        self._events = Spool(folder / f"{address.site}-{address.device}-events.sqlite")
        self._lock = threading.RLock()
        self._policy = self._kept_policy()
        self._boot()

    # -- life ---------------------------------------------------------------------------------------

    def _boot(self) -> None:
        """Begin locked, under a name nobody has used, without any lease."""
        self._pins.relay(False)
        self._boot_id, self._born_at = self._boot_ids(), self._steady()
        self._seqs = itertools.count(1)
        self._shown: tuple[object, ...] | None = None
        self._state_due = self._machine_due = self._events_due = self._text_until = 0.0
        self._machine_shown: tuple[object, ...] = ()
        self._lock_of_boot = Interlock(self._policy, self._steady())
        at = self.address
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

    def start(self) -> None:
        """Connect and begin to look at the pins."""
        self._link.start()
        self.tick()

    def stop(self) -> None:
        """Lock, say goodbye, let go of everything."""
        with self._lock:
            self._pins.close()
        self._link.stop()
        self._spool.close()
        self._events.close()

    def reboot(self) -> None:
        """Lose the power without goodbye, and come back. Never under the lock: the link's end waits for its orders."""
        self._pins.relay(False)
        self._link.cut()
        with self._lock:
            self._boot()
        self._link.start()
        self.tick()

    def tick(self) -> None:
        """Look at the pins, let time pass, set the contact, tell and show what there is."""
        with self._lock:
            now = self._steady()
            is_linked = self._link.is_connected
            told = self._lock_of_boot.look(self._pins.read(), now, is_linked=is_linked)
            self._pins.relay(self._lock_of_boot.relay)
            if not self._lock_of_boot.is_stalled:
                self._tell([*told, *self._hands(now, is_linked=is_linked)])
                self._pins.relay(self._lock_of_boot.relay)
                self._publish(now)
                return
        self.reboot()

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
            digest = card_digest(self._keys.card, number)
            found += lock.badge(digest, now, f"offline-{secrets.token_hex(6)}", is_linked=is_linked)
        return found

    def _say(self, lines: tuple[str, ...], now: float) -> None:
        self._pins.show(lines)
        self._text_until = now + TEXT_FOR_S

    # -- telling and showing ------------------------------------------------------------------------

    def _tell(self, told: list[Told]) -> None:
        """Keep what happened on disk, then say it; it is said again until the service names it."""
        for one in told:
            seq = next(self._seqs)
            event = LockEvent(
                event_id=f"{self._boot_id}-{seq}",
                boot_id=self._boot_id,
                seq=seq,
                type=one.type,
                at_uptime_s=self._uptime(),
                card=one.card,
                lease_id=one.lease_id,
                reason=one.reason,
            )
            self._events.say([(event.event_id, encode(event))])
            self._link.say(Channel.EVENT, event)

    def _uptime(self) -> int:
        return int(self._steady() - self._born_at)

    def _speak_anew(self) -> None:
        with self._lock:
            self._shown, self._events_due, self._machine_shown = None, 0.0, ()

    def _publish(self, now: float) -> None:
        lock = self._lock_of_boot
        lease = lock.lease
        waits = lease is not None and lease.over_since is not None
        what = (
            lock.word,
            lock.relay,
            lock.inputs,
            lease.id if lease else None,
            waits,
            lock.fault,
            self._policy.version,
        )
        if what != self._shown or now >= self._state_due:
            self._shown, self._state_due = what, now + STATE_EVERY_S
            self._link.say(Channel.LOCK, self._state(now))
        if now >= self._events_due:
            self._events_due = now + EVENTS_EVERY_S
            for waiting in self._events.waiting(0, EVENTS_AT_ONCE):
                self._link.say(Channel.EVENT, decode(LockEvent, waiting.payload))
        if self._text_until and now >= self._text_until:
            self._text_until = 0.0
            self._pins.show(self._idle_text(now))
        self._show_machine(now)

    def _idle_text(self, now: float) -> tuple[str, ...]:
        lock = self._lock_of_boot
        if (within := lock.confirm_within_s(now)) is not None and within <= self._policy.warn_s:
            return ("OK ?", f"{within} s")
        return (f"{lock.left_s(now) // 60} min",) if lock.lease else ()

    def _state(self, now: float) -> LockState:
        lock = self._lock_of_boot
        return LockState(
            lock=lock.word,
            boot_id=self._boot_id,
            seq=next(self._seqs),
            uptime_s=self._uptime(),
            relay=lock.relay,
            sense=lock.inputs.sense,
            lease_id=lock.lease.id if lock.lease else None,
            lease_left_s=lock.left_s(now),
            waits_for_idle=lock.lease is not None and lock.lease.over_since is not None,
            activity=lock.inputs.activity,
            door=lock.inputs.door,
            fault=lock.fault,
            policy_version=self._policy.version or None,
        )

    def _show_machine(self, now: float) -> None:
        """The same for who reads machines: at work, taken, at rest, or out of order; again from time to time."""
        lock = self._lock_of_boot
        faults = (Fault(code=lock.fault),) if lock.fault else (Fault(code="estop"),) if lock.inputs.is_estopped else ()
        taken = MachineState.PREPARING if lock.relay else MachineState.IDLE
        busy = MachineState.RUNNING if lock.inputs.activity is Activity.BUSY else taken
        state = MachineState.FAULT if faults else busy
        if (shown := (state, faults)) != self._machine_shown or self._machine_due <= now:
            self._machine_shown, self._machine_due = shown, now + STATE_EVERY_S
            at = int(self._clock())
            self._link.show(Snapshot(state=state, boot_id=self._boot_id, seq=0, observed_at=at, faults=faults))

    # -- orders: called in the link's thread --------------------------------------------------------

    def _take_order(self, order: LockOrder, retained: bool) -> bytes:
        with self._lock:
            return self._orders.take(order, self._obey, now=int(self._clock()), retained=retained)

    def _obey(self, order: LockOrder) -> LockAnswer:
        now = self._steady()
        answer = self._lock_of_boot.obey(order, now)
        self._pins.relay(self._lock_of_boot.relay)
        if order.op is LockOp.ACK_EVENT:
            self._forget(order.event_id or "")
        if order.op is LockOp.IDENTIFY:
            self._shown, self._machine_shown = None, ()
            self._say(("* * *", self.address.device), now)
        if order.text:
            self._say(order.text, now)
        return answer

    def _show_after_order(self) -> Shown:
        lock = self._lock_of_boot
        lock.inputs = self._pins.read()
        return Shown(lock.word, lock.relay, lock.inputs.sense)

    def _forget(self, event_id: str) -> None:
        for waiting in self._events.waiting(0, 1_000):
            if decode(LockEvent, waiting.payload).event_id == event_id:
                self._events.confirm(waiting.row)

    def _refuse_jobs(self, command: Command) -> Answer:
        if command.op is Op.IDENTIFY:
            with self._lock:
                self._shown, self._machine_shown = None, ()
            return Answer(AckResult.DONE)
        return Answer(AckResult.REFUSED, "not_supported")

    # -- policy -------------------------------------------------------------------------------------

    def _take_policy(self, policy: LockPolicy) -> None:
        """Believe a policy that is sealed and newer, and keep it: it must hold without network too."""
        with self._lock:
            at = self.address
            if policy.version > self._policy.version and is_sealed(self._keys.lock, at.site, at.device, policy):
                self._policy = self._lock_of_boot.policy = policy
                self._events.say([], encode(policy))

    def _kept_policy(self) -> LockPolicy:
        """The last policy that was believed. It was sealed then, and the disk is the terminal's own."""
        try:
            kept = self._events.note()
            return DEFAULT_POLICY if kept is None else decode(LockPolicy, kept)
        except Unreadable:
            return DEFAULT_POLICY

    @property
    def boot_id(self) -> str:
        """The name of this boot."""
        return self._boot_id

    @property
    def is_connected(self) -> bool:
        """Whether the broker answers now."""
        return self._link.is_connected

    @property
    def word(self) -> LockWord:
        """What the lock is, as measured."""
        return self._lock_of_boot.word
