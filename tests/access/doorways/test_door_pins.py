"""A zone that asks for a pin, and a door where one can type it: asked, judged once, throttled, and kept nowhere."""

import msgspec
from sqlalchemy import func, select

from devices.badges import codec
from devices.badges.decide import Rule
from devices.wire import Channel, encode
from devices.wire.door_pins import seal_pin
from devices.wire.doors import DoorEvent, DoorEventType
from tests.access.doors import badge, plain
from tests.access.doorways.door_beds import KEY, DoorBed
from tests.access.doorways.test_door_pages import browser
from tests.access.scanning.standing import with_pin
from tests.support.clients import FAB_MANAGER, OTHER_MEMBER, RECEPTION
from tierslieu.access.tables import Scan
from tierslieu.access.zones import actions as zones
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.tables import Job
from tierslieu.people.pins.rules import PER_CARD_AND_KIOSK, WINDOW
from tierslieu.people.signin.tables import Attempt

PIN, WRONG = "482915", "111222"
s, a, j = columns(Scan), columns(Attempt), columns(Job)
REASONS: Query[tuple[str | None]] = Query(select(s.reason).where(s.device == KEY).order_by(s.received_at, s.device_seq))
TRIES: Query[tuple[int]] = Query(select(func.count()).select_from(Attempt))
PAYLOADS: Query[tuple[str, str]] = Query(select(j.kind, j.payload))


class PinBed:
    """A door whose zone always asks for a pin, with a pad."""

    def __init__(self, bed: DoorBed) -> None:
        self.bed = bed
        rules = (Rule("anyone", when="always", pin="always"),)
        bed.house.write(zones.change_zone, bed.row().zone_id, ZoneFacts("Essai"), rules)
        with_pin(bed.house, PIN)
        self.card = codec.stored(codec.read(badge(bed.house).token).secret)

    def show(self, card: str = "") -> str:
        """Hold a card before the reader; what the reader then shows."""
        self.bed.badge(card or self.card, side="in")
        self.bed.exchange()
        return self.bed.pins.shown

    def sealed(self, pin: str, card: str = "", late_s: int = 0) -> DoorEvent:
        """The card with a pin, as the node tells it."""
        self.bed.seq += 1
        plain_event = DoorEvent(
            event_id=f"{self.bed.boot}-{self.bed.seq:04}",
            boot_id=self.bed.boot,
            seq=self.bed.seq,
            type=DoorEventType.BADGE,
            at_uptime_s=self.bed.uptime() - late_s,
            at=int(self.bed.now()) - late_s,
            card=card or self.card,
        )
        return seal_pin(bytes.fromhex(self.bed.secrets.door_key), self.bed.site, KEY, plain_event, pin)

    def tell(self, said: DoorEvent) -> str:
        self.bed.say(Channel.DOOR_EVENT, encode(said))
        self.bed.exchange()
        return self.bed.pins.shown

    def type(self, pin: str, card: str = "", late_s: int = 0) -> str:
        return self.tell(self.sealed(pin, card, late_s))

    def reasons(self) -> list[str | None]:
        return [reason for (reason,) in self.bed.house.read(lambda reader: reader.rows(REASONS))]

    def tries(self) -> int:
        return int(self.bed.house.read(lambda reader: reader.rows(TRIES))[0][0])


def test_a_card_and_its_pin_open_once_and_the_pin_is_nowhere(both_doorways: DoorBed) -> None:
    bed = both_doorways
    pins, before = PinBed(bed), 0
    assert pins.show() == "denied", "nobody can type here"
    bed.speak(pin_pad="ready")
    assert (bed.row().pin_pad, pins.show(), bed.openings()) == ("ready", "pin", [])
    before = pins.tries()
    said = pins.sealed(PIN)
    bed.say(Channel.DOOR_EVENT, encode(said))
    kinds = [kind for kind, payload in bed.house.read(lambda reader: reader.rows(PAYLOADS)) if said.event_id in payload]
    assert kinds == ["access.doors.judge_pin"], "it waits sealed, and the pulse waits for it"
    assert all(PIN not in payload for _kind, payload in bed.house.read(lambda reader: reader.rows(PAYLOADS)))
    bed.say(Channel.DOOR_EVENT, encode(said))  # told again before it was judged
    bed.exchange()
    assert (bed.pins.shown, bed.pins.pulses, len(bed.openings())) == ("granted", 1, 1)
    assert (bed.last().event_id, bed.last().origin, pins.tries()) == (said.event_id, "scan", before)
    pins.tell(said)
    assert (bed.pins.pulses, len(bed.openings())) == (1, 1)
    assert pins.reasons() == ["pin_needed", "pin_needed", None]
    waiting = bed.house.read(lambda reader: reader.rows(PAYLOADS))
    assert not [payload for _kind, payload in waiting if said.pin and said.pin in payload]


def test_five_wrong_pins_stop_a_card_at_this_door_for_a_while(doorway: DoorBed) -> None:
    bed = doorway
    pins = PinBed(bed)
    bed.speak(pin_pad="ready")
    other = codec.stored(codec.read(badge(bed.house, OTHER_MEMBER).token).secret)
    with_pin(bed.house, PIN, OTHER_MEMBER)
    said = pins.sealed(WRONG)
    assert [pins.tell(said), pins.tell(said)] == ["denied", "denied"]
    for _ in range(PER_CARD_AND_KIOSK - 1):
        assert pins.type(WRONG) == "denied"
    assert pins.type(PIN) == "denied", "told twice was one try, and now there is none left"
    assert bed.pins.pulses == 0
    assert pins.type(PIN, other) == "granted", "others go on"
    bed.pass_time(6)
    bed.house.clock.instant += WINDOW
    bed.speak(pin_pad="ready")
    assert pins.type(PIN) == "granted"
    assert set(pins.reasons()) == {"pin_wrong", None}


def test_what_is_late_forged_or_of_nobody_opens_nothing(doorway: DoorBed) -> None:
    bed = doorway
    pins = PinBed(bed)
    bed.speak(pin_pad="ready")
    assert pins.type(PIN, late_s=10) == "again"
    said = pins.sealed(PIN)
    bed.say(Channel.DOOR_EVENT, encode(said))
    bed.house.clock.instant += 10  # the service stood still in between
    bed.exchange()
    assert bed.pins.pulses == 0
    bed.speak(pin_pad="ready")
    forged = msgspec.structs.replace(pins.sealed(PIN), event_id="boot-001-9999")
    assert pins.tell(forged) == "denied"
    assert pins.type(PIN, "0" * 64) == "denied"
    assert pins.type("1") == "denied"
    assert bed.openings() == []
    alone = pins.sealed(PIN)
    decided = {"card": pins.card, "side": "in", "of": alone.event_id, "outcome": "denied", "reason": "pin_needed"}
    bed.tell(DoorEventType.OFFLINE_PASSAGE, "", 0, **decided)
    pins.tell(alone)
    assert bed.openings() == [], "the door had refused by itself"
    assert pins.reasons().count("pin_needed") == 1


def test_staff_see_where_nobody_can_type(doorway: DoorBed) -> None:
    bed = doorway
    PinBed(bed)
    lucie, claire = browser(bed, FAB_MANAGER), browser(bed, RECEPTION)
    for page in ("/acces/zones", "/acces/zones/essai"):
        assert "Sans clavier à code : Essai." in plain(lucie.get(page).text)
    assert "qui doit taper un code n’entre pas par ici" in plain(claire.get(f"/acces/portes/{KEY}").text)
    bed.speak(pin_pad="ready")
    assert "Sans clavier à code : Essai." not in plain(lucie.get("/acces/zones").text)
    bed.speak(pin_pad="missing")
    bed.exchange()
    assert "Sans clavier à code : Essai." in plain(lucie.get("/acces/zones/essai").text)
