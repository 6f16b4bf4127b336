"""A house with a door: the real node's rules on pretended pins, without a broker between them.

What the house sends is taken to the door by `exchange`; `is_deaf` loses it, `is_mute` loses the answers.
"""

from pathlib import Path
from typing import Any, cast

from devices.badges.decide import Rule
from devices.doors.pins import PretendedPins
from devices.doors.states import DoorLock
from devices.sealed import Answer, SealedOrders
from devices.spool import Spool
from devices.wire import Channel, build_topic, decode, encode
from devices.wire.doors import (
    DoorAck,
    DoorEvent,
    DoorEventType,
    DoorOrder,
    DoorState,
    Leaf,
    Strike,
    is_door_sealed,
)
from tests.fablab.interlocks.terminal_beds import Wire
from tests.support.clients import HouseUnderTest
from tests.support.inside import stop_jobs
from tierslieu.access.doors import enrolment, inbox, queries
from tierslieu.access.doors.rules import CommandNow, DoorNow
from tierslieu.access.doors.schemas import DoorFacts
from tierslieu.access.zones import actions as zones
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.infra.feature import Message

KEY = "porte-essai"
FACTS = {"name": "Essai", "zone": "essai", "side": "both", "pulse_s": 5}


class DoorBed:
    """The house, its door, and who stands before it."""

    def __init__(self, house: HouseUnderTest, folder: Path) -> None:
        self.house = house
        stop_jobs(house)
        former = house.house.broker
        self.wire = house.house.broker = Wire(house)
        self.wire.on_up = former.on_up
        house.write(zones.add_zone, "essai", ZoneFacts("Essai"), (Rule("anyone", when="always"),))
        assert house.write(enrolment.add, DoorFacts.model_validate(FACTS)) == KEY
        self.secrets = house.write(enrolment.enrol, KEY, house.house.secret)
        self.site = self.secrets.site
        self.pins, self.boot, self.seq = PretendedPins(), "boot-001", 0
        self.is_deaf = self.is_mute = False
        self.sent: list[bytes] = []
        self.acks: list[DoorAck] = []
        self._spool = Spool(folder / "door.sqlite")
        self._boot()
        self.speak()

    def close(self) -> None:
        self.pins.close()
        self._spool.close()

    # -- the node -----------------------------------------------------------------------------------

    def _boot(self) -> None:
        self.born = self.now() - 600
        self.door = DoorLock(self.now())
        key = bytes.fromhex(self.secrets.door_key)
        self.orders: SealedOrders[DoorOrder] = SealedOrders(
            self.boot,
            self._spool,
            is_sealed=lambda order: is_door_sealed(key, self.site, KEY, order),
            ack=self._ack,
        )

    def now(self) -> float:
        return float(self.house.clock.instant)

    def uptime(self) -> int:
        return max(0, int(self.now() - self.born))

    def reboot(self, boot: str) -> None:
        self.boot, self.seq = boot, 0
        self.pins.strike(False)
        self._boot()
        self.speak()

    def _ack(self, order: DoorOrder, answer: Answer) -> bytes:
        return encode(
            DoorAck(
                cmd_id=order.cmd_id,
                seq=order.seq,
                boot_id=self.boot,
                result=answer.result,
                reason=answer.reason,
                strike=self.door.strike,
                leaf=self.pins.leaf,
            )
        )

    def say(self, channel: Channel, payload: bytes, *, retain: bool = False) -> None:
        if not self.is_mute:
            self.house.write(inbox.handle, Message(build_topic(self.site, KEY, channel), payload, retain))

    def speak(self, **more: Any) -> None:
        """Say how the door is."""
        self.seq += 1
        self.door.look(self.pins.read(), self.now())
        said: dict[str, Any] = {
            "online": True,
            "boot_id": self.boot,
            "seq": self.seq,
            "uptime_s": self.uptime(),
            "strike": self.door.strike,
            "leaf": self.pins.leaf,
            "alarm": self.pins.is_alarm,
            "reader": self.pins.read().reader,
        }
        self.say(Channel.DOOR, encode(DoorState(**said | more)))

    def tell(self, type: DoorEventType, event_id: str = "", late_s: int = 0, **more: Any) -> str:
        """Tell what happened `late_s` seconds ago."""
        self.seq += 1
        event = DoorEvent(
            event_id=event_id or f"{self.boot}-{self.seq:04}",
            boot_id=self.boot,
            seq=self.seq,
            type=type,
            at_uptime_s=self.uptime() - late_s,
            at=int(self.now()) - late_s,
            **more,
        )
        self.say(Channel.DOOR_EVENT, encode(event))
        return event.event_id

    def badge(self, secret: str, event_id: str = "", late_s: int = 0, **more: Any) -> str:
        """Hold a card before the reader: only its digest travels."""
        return self.tell(DoorEventType.BADGE, event_id, late_s, card=secret, **more)

    def exchange(self) -> None:
        """Run what is due, take orders to the door and its answers back, until there is nothing left to say."""
        self.house.run_jobs()
        while self.wire.sent and not self.is_deaf:
            topic, payload, retain = self.wire.sent.pop(0)
            assert topic.endswith("/down/door")
            assert not retain, "an order is never retained"
            self.sent.append(payload)
            self.take(payload)
            self.house.run_jobs()

    def take(self, payload: bytes) -> DoorAck:
        """The door gets these bytes."""
        ack = self.orders.take(decode(DoorOrder, payload), self._obey, now=int(self.now()), retained=False)
        self.acks.append(decode(DoorAck, ack))
        self.say(Channel.DOOR_ACK, ack)
        return self.acks[-1]

    def _obey(self, order: DoorOrder) -> Answer:
        self.door.look(self.pins.read(), self.now())
        answer = self.door.obey(order, self.now())
        if order.answer:
            self.pins.show(order.answer)
        self.pins.strike(self.door.strike is Strike.RELEASED)
        return answer

    def pass_time(self, seconds: int) -> None:
        """Time passes for both, second by second; the house does what is due."""
        for _ in range(seconds):
            self.house.clock.instant += 1
            self.door.look(self.pins.read(), self.now())
            self.pins.strike(self.door.strike is Strike.RELEASED)
            self.exchange()

    def push_open(self) -> None:
        """Somebody goes through, if the door lets them."""
        if self.pins.is_free:
            self.pins.leaf = Leaf.OPEN
            self.speak()
            self.pins.leaf = Leaf.CLOSED
            self.speak()

    # -- the house ----------------------------------------------------------------------------------

    def row(self) -> DoorNow:
        return cast(DoorNow, self.house.read(queries.door, KEY))

    def openings(self) -> list[CommandNow]:
        """Orders that let somebody in, the newest first."""
        door_id = self.row().id
        found = self.house.read(lambda reader: reader.rows(queries.LAST_COMMANDS, door=door_id))
        return [one for one in found if one.op == "pulse"]

    def last(self) -> CommandNow:
        return self.openings()[0]
