"""One door node: its door, its pins, its memory, its list and its connection."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Final

from devices.badges.decide import Decision
from devices.boxes import Box
from devices.commands import Answer as Refusal
from devices.doors.line import DoorLink
from devices.doors.lists import BadgeList
from devices.doors.pins import Pins
from devices.doors.presentations import PIN_WITHIN_S, SILENT_AFTER_S, Presentation, Presentations
from devices.doors.readings import Scan, Shown, shown
from devices.doors.states import DoorLock, Told
from devices.link import Address
from devices.sealed import Answer, SealedOrders
from devices.wire import AckResult, Channel, encode
from devices.wire.door_pins import seal_pin
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

SOFTWARE: Final = "door 2"
TYPE_PIN: Final = "pin"
"""The answer, and the word on the pins, that asks for a pin."""


class DoorNode(Box[DoorOrder, str]):
    """A box that frees the strike of one door for a few seconds."""

    EVENTS: ClassVar = Channel.DOOR_EVENT
    WORDS_FOR_S: ClassVar = 4.0
    _link: DoorLink

    def __init__(
        self,
        address: Address,
        key: bytes,
        pins: Pins,
        folder: Path,
        *,
        badges: BadgeList,
        pulse_ms: int = 5_000,
        boot_ids: Callable[[], str] = lambda: secrets.token_hex(4),
        **times: Any,
    ) -> None:
        """`times` are the clocks of every box."""
        super().__init__(address, pins, folder, boot_ids=boot_ids, **times)
        self._key, self._pins, self._badges, self._pulse_ms = key, pins, badges, pulse_ms
        self._boot()

    # -- life ---------------------------------------------------------------------------------------

    def _rest(self) -> None:
        self._pins.strike(False)

    def _boot(self) -> None:
        """Begin with the strike held."""
        super()._boot()
        at = self.address
        self._presentations = Presentations()
        self._door = DoorLock(self._steady())
        self._orders = SealedOrders(
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
        """Ask for the list too."""
        self._badges.start()
        super().start()

    def stop(self) -> None:
        """Ask no more."""
        super().stop()
        self._badges.stop()

    def _look(self, now: float) -> bool:
        told = self._door.look(self._pins.read(), now)
        if self._door.is_stalled:
            return False
        told += [self._door.leave(now) for _ in range(self._pins.exits())]
        for one in told:
            self._tell(one)
        self._read_badges(now)
        self._read_pins(now)
        self._decide_alone(now)
        self._pins.strike(self._door.strike is Strike.RELEASED)
        self._publish(now)
        return True

    # -- badges -------------------------------------------------------------------------------------

    def _read_badges(self, now: float) -> None:
        for scan in self._pins.scans():
            if not self._presentations.is_new(scan, now):
                continue
            badge = shown(scan.text)
            if badge.reason:
                self._say("again", now)
            else:
                self._present(scan, badge, now)

    def _read_pins(self, now: float) -> None:
        """Digits belong to the badge for which they were asked; others are nobody's."""
        for typed in self._pins.typed():
            if (one := self._presentations.awaiting_pin(now)) is not None:
                self._present(one.scan, one.shown, now, typed)

    def _present(self, scan: Scan, badge: Shown, now: float, pin: str = "") -> None:
        """Ask the service. What holds a pin is said once and never kept: it must not lie on a disk."""
        event = self._event(Told(DoorEventType.BADGE, scan.side), card=badge.card, text=badge.text)
        if pin:
            self._link.say(self.EVENTS, seal_pin(self._key, self.address.site, self.address.device, event, pin))
        else:
            self._keep(event)
        until = now + SILENT_AFTER_S if self._link.is_connected else now
        self._presentations.add(Presentation(event.event_id, badge, scan, until, has_pin=bool(pin)))
        self._say("wait", now)

    def _decide_alone(self, now: float) -> None:
        """What the service did not answer in time is decided here; its answer comes too late then."""
        for one in self._presentations.unanswered(now):
            decision = self._decision(one)
            outcome = "granted" if decision.outcome == "granted" else "denied"
            if outcome == "granted":
                self._door.pulse(self._pulse_ms, now)
            self._say(outcome, now)
            self._events.forget(one.event_id)
            badge = {"card": one.shown.card, "text": one.shown.text}
            told = Told(DoorEventType.OFFLINE_PASSAGE, one.scan.side)
            self._tell(told, **badge, of=one.event_id, outcome=outcome, reason=decision.reason)

    def _decision(self, one: Presentation) -> Decision:
        if one.has_pin:
            return Decision("denied", "pin_needed", one.scan.side)  # no pin is judged here
        return self._badges.decide(one.shown, one.scan.side, self._uptime())

    # -- telling and showing ------------------------------------------------------------------------

    def _event(self, told: Told, **more: Any) -> DoorEvent:
        at = max(0, int(self._clock()))
        return DoorEvent(**self._stamp(), type=told.type, at=at, side=told.side, **more)

    def _tell(self, told: Told, **more: Any) -> None:
        self._keep(self._event(told, **more))

    def _publish(self, now: float) -> None:
        known, inputs = self._badges.known, self._door.inputs
        if self._is_to_be_shown((self._door.strike, inputs, known.body.rev if known else None), now):
            self._next_seq()
            self._link.say(Channel.DOOR, self._state(True))
        self._say_events_again(now)
        self._show_instead("alarm" if inputs.is_alarm else "", now)

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
            pin_pad=inputs.pin_pad,
            list_version=known.body.rev if known else None,
            list_at=known.checked_at if known else None,
        )

    # -- orders: called in the link's thread --------------------------------------------------------

    def _obey(self, order: DoorOrder) -> Answer:
        now = self._steady()
        is_settled = self._presentations.is_settled(order.event_id or "")
        if order.op is DoorOp.PULSE and is_settled:
            return Answer(AckResult.REFUSED, "decided_here")
        answer = self._door.obey(order, now)
        self._pins.strike(self._door.strike is Strike.RELEASED)
        if order.op is DoorOp.IDENTIFY:
            self._shown = None
            self._say("identify", now)
        one = self._presentations.answered(order.event_id) if order.event_id else None
        self._events.forget(order.event_id or "")
        if order.answer and not is_settled:  # whoever was answered is gone
            self._show_answer(order.answer, one, now)
        return answer

    def _show_answer(self, word: str, one: Presentation | None, now: float) -> None:
        if word == TYPE_PIN and one is not None:
            self._presentations.ask_pin(one, now)
        self._say(word, now, PIN_WITHIN_S if word == TYPE_PIN else 0.0)

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

    @property
    def strike(self) -> Strike:
        """The strike as it is commanded."""
        return self._door.strike
