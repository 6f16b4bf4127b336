"""One door node: its door, its pins, its memory, its list and its connection."""

import itertools
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from devices.badges.decide import Decision
from devices.commands import Answer as Refusal
from devices.doors.line import DoorLink
from devices.doors.lists import BadgeList
from devices.doors.pins import Pins
from devices.doors.readings import Debounce, Scan, Shown, shown
from devices.doors.states import DoorLock, Told
from devices.link import Address
from devices.sealed import CLOCK_IS_SET_AFTER, Answer, SealedOrders
from devices.spool import Spool
from devices.wire import AckResult, Channel, decode, encode
from devices.wire.doors import (
    DoorAck,
    DoorEvent,
    DoorEventType,
    DoorOp,
    DoorOrder,
    DoorState,
    Leaf,
    Strike,
    is_door_sealed,
)

SOFTWARE: Final = "door 1"
SILENT_AFTER_S: Final = 1.5
"""The service has this long to answer a badge; then the node decides by its own list."""
STATE_EVERY_S: Final = 15.0
EVENTS_EVERY_S: Final = 20.0
SHOWN_FOR_S: Final = 4.0
EVENTS_AT_ONCE: Final = 20
MOST_SETTLED: Final = 200


class Waiting(msgspec.Struct):
    """A badge that the service was told of, and has not answered yet."""

    event_id: str
    shown: Shown
    scan: Scan
    until: float


class DoorNode:
    """Ticked by one thread, ordered from another. `clock` is the wall's, `steady` never jumps."""

    def __init__(
        self,
        address: Address,
        key: bytes,
        pins: Pins,
        folder: Path,
        *,
        badges: BadgeList,
        clock: Callable[[], float],
        steady: Callable[[], float],
        pulse_ms: int = 5_000,
        boot_ids: Callable[[], str] = lambda: secrets.token_hex(4),
    ) -> None:
        self.address, self._key, self._pins, self._badges, self._pulse_ms = address, key, pins, badges, pulse_ms
        self._clock, self._steady, self._boot_ids = clock, steady, boot_ids
        self._spool = Spool(folder / f"{address.site}-{address.device}.sqlite")
        self._events = Spool(folder / f"{address.site}-{address.device}-events.sqlite")
        self._lock = threading.RLock()
        self._boot()

    # -- life ---------------------------------------------------------------------------------------

    def _boot(self) -> None:
        """Begin with the strike held, under a name nobody has used."""
        self._pins.strike(False)
        at = self.address
        self._boot_id, self._born_at = self._boot_ids(), self._steady()
        self._seqs = itertools.count(1)
        self._last_seq = 0
        self._shown: tuple[object, ...] | None = None
        self._state_due = self._events_due = self._shown_until = 0.0
        self._waiting: list[Waiting] = []
        self._settled: dict[str, None] = {}
        self._debounce = Debounce()
        self._door = DoorLock(self._steady())
        self._orders: SealedOrders[DoorOrder] = SealedOrders(
            self._boot_id,
            self._spool,
            is_sealed=lambda order: is_door_sealed(self._key, at.site, at.device, order),
            ack=self._ack,
        )
        self._link = DoorLink(
            at,
            self._spool,
            lambda: int(self._clock()),
            lambda _command: Refusal(AckResult.REFUSED, "not_supported"),
            boot_id=self._boot_id,
            software=SOFTWARE,
            on_order=self._take_order,
            state=self._state,
            on_up=self._speak_anew,
        )
        self._tell(Told(DoorEventType.POWER_RESTORED))

    def start(self) -> None:
        """Connect, ask for the list, and begin to look at the pins."""
        self._badges.start()
        self._link.start()
        self.tick()

    def stop(self) -> None:
        """Hold the strike, say goodbye, let go of everything."""
        with self._lock:
            self._pins.close()
        self._link.stop()
        self._badges.stop()
        self._spool.close()
        self._events.close()

    def reboot(self) -> None:
        """Lose the power without goodbye, and come back. Never under the lock: the link's end waits for its orders."""
        self._pins.strike(False)
        self._link.cut()
        with self._lock:
            self._boot()
        self._link.start()
        self.tick()

    def tick(self) -> None:
        """Look at the pins, let time pass, set the strike, tell and show what there is."""
        with self._lock:
            now = self._steady()
            told = self._door.look(self._pins.read(), now)
            if not self._door.is_stalled:
                for _ in range(self._pins.exits()):
                    told.append(self._door.leave(now))
                for one in told:
                    self._tell(one)
                self._read_badges(now)
                self._decide_alone(now)
                self._pins.strike(self._door.strike is Strike.RELEASED)
                self._publish(now)
                return
        self.reboot()

    # -- badges -------------------------------------------------------------------------------------

    def _read_badges(self, now: float) -> None:
        for scan in self._pins.scans():
            if not self._debounce.is_new(scan, now):
                continue
            badge = shown(scan.text)
            if badge.reason:
                self._say("again", now)
                continue
            self._say("wait", now)
            event_id = self._tell(Told(DoorEventType.BADGE, scan.side), card=badge.card, text=badge.text)
            until = now + SILENT_AFTER_S if self._link.is_connected else now
            self._waiting.append(Waiting(event_id, badge, scan, until))

    def _decide_alone(self, now: float) -> None:
        """What the service did not answer in time is decided here; its answer comes too late then."""
        late = [one for one in self._waiting if one.until <= now]
        self._waiting = [one for one in self._waiting if one.until > now]
        for one in late:
            decision = self._decision(one)
            if decision.outcome == "granted":
                self._door.pulse(self._pulse_ms, now)
            self._say("granted" if decision.outcome == "granted" else "denied", now)
            self._settle(one.event_id)
            self._forget(one.event_id)
            self._tell(
                Told(DoorEventType.OFFLINE_PASSAGE, one.scan.side),
                card=one.shown.card,
                text=one.shown.text,
                of=one.event_id,
                outcome="granted" if decision.outcome == "granted" else "denied",
                reason=decision.reason,
            )

    def _decision(self, one: Waiting) -> Decision:
        known = self._badges.known
        if known is None:
            return Decision("granted" if one.scan.side == "out" else "denied", "facts_too_old", one.scan.side)
        now = int(self._clock())
        is_set = now > CLOCK_IS_SET_AFTER
        at = now if is_set else known.checked_at + self._uptime()
        return known.decide(one.shown, one.scan.side, at, is_clock_set=is_set)

    def _settle(self, event_id: str) -> None:
        """Remember that this presentation had its answer: a late order for it opens nothing."""
        self._settled[event_id] = None
        while len(self._settled) > MOST_SETTLED:
            self._settled.pop(next(iter(self._settled)))

    def _say(self, word: str, now: float) -> None:
        self._pins.show(word)
        self._shown_until = now + SHOWN_FOR_S

    # -- telling and showing ------------------------------------------------------------------------

    def _tell(self, told: Told, **more: object) -> str:
        """Keep what happened on disk, then say it; it is said again until the service names it."""
        seq = self._last_seq = next(self._seqs)
        event = msgspec.structs.replace(
            DoorEvent(
                event_id=f"{self._boot_id}-{seq:04}",
                boot_id=self._boot_id,
                seq=seq,
                type=told.type,
                at_uptime_s=self._uptime(),
                at=max(0, int(self._clock())),
                side=told.side,
            ),
            **more,
        )
        self._events.say([(event.event_id, encode(event))])
        self._link.say(Channel.DOOR_EVENT, event)
        return event.event_id

    def _uptime(self) -> int:
        return int(self._steady() - self._born_at)

    def _speak_anew(self) -> None:
        with self._lock:
            self._shown, self._events_due = None, 0.0

    def _publish(self, now: float) -> None:
        known = self._badges.known
        inputs = self._door.inputs
        what = (self._door.strike, inputs, known.body.rev if known else None)
        if what != self._shown or now >= self._state_due:
            self._shown, self._state_due = what, now + STATE_EVERY_S
            self._last_seq = next(self._seqs)
            self._link.say(Channel.DOOR, self._state(True))
        if now >= self._events_due:
            self._events_due = now + EVENTS_EVERY_S
            for waiting in self._events.waiting(0, EVENTS_AT_ONCE):
                self._link.say(Channel.DOOR_EVENT, decode(DoorEvent, waiting.payload))
        if self._shown_until and now >= self._shown_until:
            self._shown_until = 0.0
            self._pins.show("alarm" if inputs.is_alarm else "")

    def _state(self, is_online: bool) -> DoorState:
        """Asked from the link's thread too: it waits for no lock, so that a farewell never waits for a tick."""
        known, inputs = self._badges.known, self._door.inputs
        return DoorState(
            online=is_online,
            boot_id=self._boot_id,
            seq=self._last_seq,
            uptime_s=self._uptime(),
            strike=self._door.strike if is_online else Strike.UNKNOWN,
            leaf=inputs.leaf if is_online else Leaf.UNKNOWN,
            alarm=inputs.is_alarm,
            reader=inputs.reader,
            list_version=known.body.rev if known else None,
            list_at=known.checked_at if known else None,
        )

    # -- orders: called in the link's thread --------------------------------------------------------

    def _take_order(self, order: DoorOrder, retained: bool) -> bytes:
        with self._lock:
            return self._orders.take(order, self._obey, now=int(self._clock()), retained=retained)

    def _obey(self, order: DoorOrder) -> Answer:
        now = self._steady()
        is_settled = order.event_id in self._settled
        if order.op is DoorOp.PULSE and is_settled:
            return Answer(AckResult.REFUSED, "decided_here")
        answer = self._door.obey(order, now)
        self._pins.strike(self._door.strike is Strike.RELEASED)
        if order.event_id:
            self._answered(order.event_id)
        if order.op is DoorOp.IDENTIFY:
            self._shown = None
            self._say("identify", now)
        elif order.answer and not is_settled:  # whoever was answered is gone
            self._say(order.answer, now)
        return answer

    def _answered(self, event_id: str) -> None:
        self._waiting = [one for one in self._waiting if one.event_id != event_id]
        self._settle(event_id)
        self._forget(event_id)

    def _ack(self, order: DoorOrder, answer: Answer) -> bytes:
        return encode(
            DoorAck(
                cmd_id=order.cmd_id,
                seq=order.seq,
                boot_id=self._boot_id,
                result=answer.result,
                reason=answer.reason,
                strike=self._door.strike,
                leaf=self._pins.read().leaf,
            )
        )

    def _forget(self, event_id: str) -> None:
        for waiting in self._events.waiting(0, 1_000):
            if decode(DoorEvent, waiting.payload).event_id == event_id:
                self._events.confirm(waiting.row)

    @property
    def boot_id(self) -> str:
        """The name of this boot."""
        return self._boot_id

    @property
    def is_connected(self) -> bool:
        """Whether the broker answers now."""
        return self._link.is_connected

    @property
    def strike(self) -> Strike:
        """The strike as it is commanded."""
        return self._door.strike
