"""A badge at a door: decided once, opened once, believed only when the contact says so; never late."""

from sqlalchemy import func, select

from devices.badges import codec
from devices.wire import Channel, decode, encode
from devices.wire.doors import DoorAck, DoorEventType, DoorOrder, Leaf, Strike
from tests.access.doors import badge, kiosk, present
from tests.access.doorways.door_beds import FACTS, KEY, DoorBed
from tests.support.clients import OTHER_MEMBER
from tierslieu.access import actions as badges
from tierslieu.access.doors import enrolment
from tierslieu.access.doors.schemas import DoorFacts
from tierslieu.access.presence import queries as presence
from tierslieu.access.tables import Scan
from tierslieu.access.zones import actions as zones
from tierslieu.infra.statements import Query, columns
from tierslieu.people.messages.tables import Message as Told

s, m = columns(Scan), columns(Told)
SCANS: Query[tuple[str, str, str, str]] = Query(
    select(s.outcome, s.decided_by, s.direction, s.flags).where(s.device == KEY).order_by(s.received_at, s.device_seq)
)
ALERTS: Query[tuple[int]] = Query(select(func.count()).where(m.kind == "door_trouble"))


def digest(token: str) -> str:
    """What the reader tells of a card."""
    return codec.stored(codec.read(token).secret)


def alerts(bed: DoorBed) -> int:
    return int(bed.house.read(lambda reader: reader.rows(ALERTS))[0][0])


def test_a_badge_opens_once_and_open_is_what_the_contact_saw(both_doorways: DoorBed) -> None:
    bed = both_doorways
    card = digest(badge(bed.house).token)
    event = bed.badge(card, side="in")
    bed.exchange()
    first = bed.last()
    assert (first.state, first.origin, first.opened_at, bed.pins.pulses, bed.pins.shown) == (
        "confirmed",
        "scan",
        0,
        1,
        "granted",
    )
    assert bed.row().strike == "released"
    assert len(bed.house.read(lambda reader: reader.rows(SCANS))) == 1
    bed.push_open()
    assert bed.last().opened_at, "the contact saw it"
    bed.badge(card, event)  # told again: the answer was lost
    bed.exchange()
    assert (len(bed.openings()), bed.pins.pulses) == (1, 1)
    bed.take(bed.sent[0])  # the same order once more, and again later: one pulse, the same answer
    bed.pass_time(6)
    assert bed.take(bed.sent[0]) == bed.acks[0]
    assert (bed.pins.is_free, bed.pins.pulses, bed.door.strike) == (False, 1, Strike.HELD)
    zone = bed.row().zone_id
    assert bed.house.read(lambda reader: presence.inside(reader, zone)) == 1
    bed.badge(card, side="out")
    bed.exchange()
    assert bed.house.read(lambda reader: presence.inside(reader, zone)) == 0
    assert bed.pins.pulses == 2, "an exit is never refused"
    assert alerts(bed) == 0


def test_refused_badges_and_a_zone_that_is_gone_open_nothing(doorway: DoorBed) -> None:
    bed = doorway
    issued = badge(bed.house)
    bed.badge("0" * 64, side="in")
    bed.exchange()
    assert (bed.openings(), bed.pins.shown) == ([], "denied")
    bed.house.write(badges.revoke_badge, issued.badge.id, "lost")
    bed.badge(digest(issued.token), side="in")
    bed.exchange()
    assert bed.openings() == []
    other = badge(bed.house, OTHER_MEMBER)
    bed.house.write(zones.retire_zone, bed.row().zone_id)
    bed.badge(digest(other.token), side="in")
    bed.exchange()
    assert (bed.pins.pulses, bed.pins.shown) == (0, "denied"), "who guards nothing lets nobody in"
    assert [one.state for one in bed.openings()] in ([], ["expired"])


def test_what_is_told_late_is_noted_and_opens_nothing(doorway: DoorBed) -> None:
    bed = doorway
    card = digest(badge(bed.house).token)
    bed.badge(card, late_s=30, side="in")
    bed.exchange()
    assert (bed.openings(), bed.pins.pulses, bed.pins.shown) == ([], 0, "again")
    kept = bed.badge(card, "kept-0001", late_s=300, side="in")
    decided = {"card": card, "outcome": "granted", "reason": "entered", "of": kept, "side": "in"}
    bed.tell(DoorEventType.OFFLINE_PASSAGE, "kept-0002", 300, **decided)
    bed.tell(DoorEventType.OFFLINE_PASSAGE, "kept-0002", 300, **decided)
    bed.exchange()
    rows = bed.house.read(lambda reader: reader.rows(SCANS))
    assert [row[:3] for row in rows] == [("granted", "door", "in")]
    assert (bed.openings(), bed.pins.pulses) == ([], 0)
    bed.badge(card, kept, side="in")  # the badge event itself comes after all
    bed.exchange()
    assert len(bed.house.read(lambda reader: reader.rows(SCANS))) == 1


def test_what_the_door_did_alone_is_the_fact_also_when_the_house_had_answered(doorway: DoorBed) -> None:
    """The answer came too late for the door, which had refused by its list: nobody went in."""
    bed = doorway
    card, zone = digest(badge(bed.house).token), bed.row().zone_id
    bed.is_deaf = True
    told = bed.badge(card, side="in")
    assert bed.house.read(lambda reader: presence.inside(reader, zone)) == 1
    alone = {"card": card, "outcome": "denied", "reason": "facts_too_old", "of": told, "side": "in"}
    for _ in range(2):
        bed.tell(DoorEventType.OFFLINE_PASSAGE, "alone-0001", 0, **alone)
    assert bed.house.read(lambda reader: presence.inside(reader, zone)) == 0
    rows = bed.house.read(lambda reader: reader.rows(SCANS))
    assert [(row[0], row[1], row[3]) for row in rows] == [("denied", "door", "conflict")]


def test_no_answer_is_unknown_then_told_and_never_sent_late(doorway: DoorBed) -> None:
    bed = doorway
    card = digest(badge(bed.house).token)
    bed.is_deaf = True
    bed.badge(card, side="in")
    bed.exchange()
    assert bed.last().state == "sent"
    bed.pass_time(2)
    pulses = [one for one in (decode(DoorOrder, sent[1]) for sent in bed.wire.sent) if one.op == "pulse"]
    assert len(pulses) == 2
    assert pulses[0] == pulses[1], "the same order with the same number"
    bed.pass_time(3)
    assert (bed.last().state, bed.last().reason, alerts(bed) > 0) == ("unknown", "no_answer", True)
    late = list(bed.wire.sent)
    bed.is_deaf = False
    bed.wire.sent.clear()
    bed.house.clock.instant += 5
    for _topic, payload, _retain in late:
        bed.take(payload)
    assert (bed.pins.pulses, {one.reason for one in bed.acks}) == (0, {"ttl_passed"})


def test_killed_between_the_commit_and_the_order_the_door_stays_shut(doorway: DoorBed) -> None:
    bed = doorway
    bed.badge(digest(badge(bed.house).token), side="in")
    assert bed.last().state == "granted", "committed, and nothing was sent yet"
    bed.house.clock.instant += 10  # the process comes back by then
    bed.exchange()
    assert (bed.last().state, bed.last().reason, bed.pins.pulses) == ("expired", "too_late", 0)
    assert all(decode(DoorOrder, payload).op == "ack_event" for payload in bed.sent)


def test_a_door_or_a_bus_that_is_away_opens_nothing_afterwards(doorway: DoorBed) -> None:
    bed = doorway
    card = badge(bed.house)
    bed.speak(online=False)
    assert (bed.row().is_online, bed.row().leaf) == (0, "unknown")
    door = kiosk(bed.house)
    facts = DoorFacts.model_validate(FACTS | {"kiosk": "kiosk-entree"})
    bed.house.write(enrolment.change, KEY, facts)
    assert present(bed.house, door, card.token)["outcome"] == "granted"
    bed.exchange()
    assert (bed.last().state, bed.last().reason, bed.wire.sent) == ("expired", "door_offline", [])
    bed.pass_time(10)
    bed.speak()
    bed.exchange()
    assert bed.pins.pulses == 0
    present(bed.house, door, badge(bed.house, OTHER_MEMBER).token, 2)
    bed.wire.is_up = False
    bed.exchange()
    assert (bed.last().state, bed.last().reason) == ("expired", "broker_away")
    bed.wire.is_up = True
    present(bed.house, door, card.token, 3)
    present(bed.house, door, card.token, 3)
    bed.exchange()
    assert (bed.last().origin, bed.last().state, bed.pins.pulses) == ("kiosk", "confirmed", 1)


def test_an_ack_alone_is_not_an_open_door(doorway: DoorBed) -> None:
    bed = doorway
    bed.badge(digest(badge(bed.house).token), side="in")
    bed.exchange()
    assert bed.last().state == "confirmed"
    ack = bed.acks[0]
    bed.pass_time(21)
    assert (bed.last().state, bed.last().reason, bed.last().opened_at) == ("unknown", "not_opened", 0)
    assert alerts(bed) > 0
    before = bed.last()
    bed.say(Channel.DOOR_ACK, encode(ack))  # a second time
    assert bed.last().opened_at == before.opened_at == 0
    other = DoorAck(
        cmd_id=before.cmd_id, seq=before.seq, boot_id="boot-999", result=ack.result, strike=ack.strike, leaf=Leaf.OPEN
    )
    bed.say(Channel.DOOR_ACK, encode(other))  # of a boot that this door never had
    assert bed.last().opened_at == 0


def test_a_reboot_voids_orders_and_two_nodes_of_one_name_are_told(doorway: DoorBed) -> None:
    bed = doorway
    card = digest(badge(bed.house).token)
    bed.is_deaf = True
    bed.badge(card, side="in")
    bed.exchange()
    bed.reboot("boot-002")
    bed.is_deaf = False
    bed.exchange()
    assert bed.pins.pulses == 0
    assert {one.reason for one in bed.acks} == {"boot_changed"}
    assert bed.last().state == "refused"
    assert alerts(bed) == 0
    bed.boot = "boot-001"
    bed.speak()
    bed.exchange()
    assert bed.row().boot_id == "boot-002"
    assert alerts(bed) > 0, "a boot of before speaks beside the new one"


def test_the_alarm_input_frees_the_door_and_is_known(doorway: DoorBed) -> None:
    bed = doorway
    bed.pins.is_alarm = True
    bed.speak()
    bed.tell(DoorEventType.ALARM_ON)
    assert (bed.row().strike, bed.row().is_alarm) == ("released", 1)
    zone = bed.row().zone_id
    assert bed.house.read(lambda reader: presence.is_alarm(reader, zone))
    bed.badge("0" * 64, side="in")
    bed.exchange()
    assert bed.house.read(lambda reader: reader.rows(SCANS))[-1][0] == "granted", "no refusal is noted as fraud"
    bed.pins.is_alarm = False
    bed.speak()
    assert bed.row().is_alarm == 0


def test_forced_and_held_open_are_told_once(doorway: DoorBed) -> None:
    bed = doorway
    bed.tell(DoorEventType.FORCED_OPEN, "forced-0001")
    bed.tell(DoorEventType.FORCED_OPEN, "forced-0001")
    bed.exchange()
    once = alerts(bed)
    assert once > 0
    bed.tell(DoorEventType.HELD_OPEN)
    bed.exchange()
    assert alerts(bed) == 2 * once
