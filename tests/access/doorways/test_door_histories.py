"""Whatever happens on the way, in any order: a pulse for a granted passage only, one at most, and never a late one."""

import random

import pytest
from sqlalchemy import select

from devices.badges import codec
from devices.wire import decode
from devices.wire.doors import DoorAck, DoorEventType, DoorOp, DoorOrder
from tests.access.doors import badge
from tests.access.doorways.door_beds import KEY, DoorBed
from tests.support.clients import MEMBER, OTHER_MEMBER
from tierslieu.access import actions as badges
from tierslieu.access.doors.rules import scan_ref
from tierslieu.access.tables import Scan
from tierslieu.infra.statements import Query, columns

STEPS = 60
s = columns(Scan)
GRANTED: Query[tuple[str]] = Query(select(s.scan_id).where(s.device == KEY, s.outcome == "granted"))
DENIED_EXITS: Query[tuple[str]] = Query(select(s.scan_id).where(s.direction == "out", s.outcome == "denied"))


class Walk:
    """A random walk of people, losses, repetitions, reboots and time at one door."""

    def __init__(self, bed: DoorBed, seed: int) -> None:
        self.bed, self.chance = bed, random.Random(seed)
        issued = [badge(bed.house, email) for email in (MEMBER, OTHER_MEMBER)]
        stopped = badge(bed.house, OTHER_MEMBER)
        bed.house.write(badges.revoke_badge, stopped.badge.id, "lost")
        self.cards = [codec.stored(codec.read(one.token).secret) for one in (issued[0], stopped)] + ["0" * 64]
        self.told: list[tuple[str, str, str]] = []
        self.payloads: list[bytes] = []
        self.boots = 1

    def show(self) -> None:
        card, side = self.chance.choice(self.cards), self.chance.choice(("in", "in", "out"))
        self.told.append((self.bed.badge(card, side=side), card, side))

    def tell_again(self) -> None:
        if self.told:
            event, card, side = self.chance.choice(self.told)
            self.bed.badge(card, event, side=side, late_s=self.chance.choice((0, 40)))

    def decide_alone(self) -> None:
        if self.told:
            event, card, side = self.chance.choice(self.told)
            decided = {"card": card, "side": side, "of": event, "outcome": "granted", "reason": "entered"}
            self.bed.tell(DoorEventType.OFFLINE_PASSAGE, late_s=3, **decided)

    def repeat(self) -> None:
        """The broker delivers an order of before once more."""
        if self.payloads:
            self.bed.take(self.chance.choice(self.payloads))

    def lose(self) -> None:
        self.bed.is_deaf = not self.bed.is_deaf

    def mute(self) -> None:
        self.bed.is_mute = not self.bed.is_mute

    def cut(self) -> None:
        self.bed.wire.is_up = not self.bed.wire.is_up

    def reboot(self) -> None:
        self.boots += 1
        self.bed.reboot(f"boot-{self.boots:03}")

    def wait(self) -> None:
        self.bed.pass_time(self.chance.choice((1, 1, 3)))

    def step(self) -> None:
        gestures = [*[self.show] * 4, *[self.wait] * 3, self.tell_again, self.decide_alone, self.repeat, self.lose]
        self.chance.choice([*gestures, self.mute, self.cut, self.reboot])()
        waiting = list(self.bed.wire.sent)
        self.chance.shuffle(waiting)
        self.bed.wire.sent[:] = waiting
        self.payloads += [payload for _topic, payload, _retain in waiting]
        if self.chance.random() < 0.7:
            self.bed.exchange()
        self.bed.speak()


@pytest.mark.parametrize("seed", [3, 11])
def test_every_unlock_has_one_granted_decision(both_doorways: DoorBed, seed: int) -> None:
    bed = both_doorways
    walk = Walk(bed, seed)
    for _ in range(STEPS):
        walk.step()
    sent = {(one.cmd_id, one.event_id) for one in map(_order, [*walk.payloads, *bed.sent]) if one.op is DoorOp.PULSE}
    done = {ack.cmd_id for ack in bed.acks if isinstance(ack, DoorAck) and ack.result == "done"}
    granted = {one for (one,) in bed.house.read(lambda reader: reader.rows(GRANTED))}
    pulses = [cmd_id for cmd_id, _event in sent if cmd_id in done]
    commands = {one.cmd_id: one for one in bed.openings()}
    assert bed.pins.pulses <= len(pulses), "the same order twice is one pulse"
    assert len({event for _cmd, event in sent}) == len(sent), "one order for one badge event"
    for one in commands.values():
        assert one.scan_ref in {scan_ref(KEY, scan_id) for scan_id in granted}, "no opening without a granted passage"
    refs = [one.scan_ref for one in commands.values()]
    assert len(refs) == len(set(refs))
    assert bed.house.read(lambda reader: reader.rows(DENIED_EXITS)) == [], "an exit is never refused"
    assert granted
    assert bed.pins.pulses


def _order(payload: bytes) -> DoorOrder:
    return decode(DoorOrder, payload)
