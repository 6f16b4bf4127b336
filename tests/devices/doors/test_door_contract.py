"""A door node over a real broker: one pulse for one order, nothing late, a decision of its own when nobody answers."""

import json
import threading
from pathlib import Path

import msgspec

import devices.wire
from devices.doors.pins import Guard, PretendedPins
from devices.wire import AckResult, decode
from devices.wire.doors import (
    DoorEvent,
    DoorEventType,
    DoorOp,
    DoorOrder,
    DoorState,
    Leaf,
    Strike,
    canonical,
    is_door_sealed,
)
from tests.devices.brokers import DEADLINE_S
from tests.devices.doors.door_bench import BEGIN, DEVICE, GONE, LUC, SOFIA, STRANGER, DoorBench

E = DoorEventType


def test_the_vectors_have_these_bytes_and_seals() -> None:
    held = json.loads((Path(devices.wire.__file__).parent / "vectors.json").read_text(encoding="utf-8"))
    key, device = bytes.fromhex(held["key"]), held["doors"]["device"]
    for one in held["doors"]["sealed"]:
        said = decode(DoorOrder, json.dumps(one["message"]).encode())
        assert canonical(held["site"], device, said) == one["canonical"].encode()
        assert is_door_sealed(key, held["site"], device, said)
        assert not is_door_sealed(key, held["site"], DEVICE, said)


def test_a_badge_is_told_answered_and_opens_once(bench: DoorBench) -> None:
    bench.show(SOFIA)
    told = bench.event(E.BADGE)
    assert (told.text, len(told.card or ""), told.side) == (None, 64, "in")
    bench.show(SOFIA)  # a camera reads the same card again and again
    order = bench.make(event_id=told.event_id, answer="granted")
    ack = bench.order(order)
    assert (ack.result, ack.strike, ack.leaf) == ("done", Strike.RELEASED, Leaf.CLOSED)
    assert (bench.pins.is_free, bench.pins.shown) == (True, "granted")
    bench.pins.leaf = Leaf.OPEN
    bench.node.tick()
    bench.state(leaf=Leaf.OPEN, strike=Strike.RELEASED)
    assert bench.order(order) == ack, "the same order, the same answer"
    bench.pass_time(6)
    assert not bench.pins.is_free
    assert bench.order(order) == ack
    assert (bench.pins.pulses, bench.pins.is_free) == (1, False)
    badges = [one for one in bench.heard if isinstance(one, DoorEvent) and one.type is E.BADGE]
    assert {one.event_id for one in badges} == {told.event_id}
    since = len(bench.heard)
    bench.pass_time(21)  # what was answered is not told again
    bench.order(bench.make(DoorOp.IDENTIFY))
    assert not [one for one in bench.heard[since:] if isinstance(one, DoorEvent) and one.type is E.BADGE]


def test_orders_that_are_forged_kept_overtaken_old_or_of_another_boot_open_nothing(bench: DoorBench) -> None:
    first, second = bench.make(), bench.make(DoorOp.HOLD)
    assert bench.order(second).result == "done"
    assert bench.order(first).reason == "old_seq"
    forged = bench.make(ms=9_000)
    assert bench.order(msgspec.structs.replace(forged, ms=10_000)).reason == "wrong_seal"
    old = bench.make(issued_at=int(BEGIN + bench.now) - 6)
    assert (bench.order(old).result, bench.order(old).reason) == (AckResult.EXPIRED, "ttl_passed")
    before = bench.make()
    bench.reboot()
    assert bench.order(before).reason == "boot_changed"
    kept = bench.make()
    bench.publish(kept, retain=True)  # delivered live, kept by the broker for the next one who comes
    bench.wait(devices.wire.doors.DoorAck, lambda ack: ack.cmd_id == kept.cmd_id)
    bench.pass_time(6)
    pulses = bench.pins.pulses
    bench.reboot()
    bench.unretain()
    bench.order(bench.make(DoorOp.IDENTIFY))
    assert (bench.pins.pulses, bench.pins.is_free) == (pulses, False)


def test_a_silent_service_leaves_the_decision_to_the_list(bench: DoorBench) -> None:
    bench.show(SOFIA)
    told = bench.event(E.BADGE)
    assert not bench.pins.is_free
    bench.pass_time(1.5)
    alone = bench.event(E.OFFLINE_PASSAGE)
    assert (alone.of, alone.outcome, alone.reason, bench.pins.is_free) == (told.event_id, "granted", "entered", True)
    late = bench.order(bench.make(event_id=told.event_id, answer="granted"))
    assert (late.result, late.reason, bench.pins.pulses) == ("refused", "decided_here", 1)
    bench.pass_time(6)
    for secret, reason in ((GONE, "badge_revoked"), (STRANGER, "badge_unknown")):
        since = len(bench.heard)
        bench.show(secret)
        bench.pass_time(2)
        said = bench.event(E.OFFLINE_PASSAGE, since)
        assert (said.outcome, said.reason, bench.pins.is_free, bench.pins.shown) == ("denied", reason, False, "denied")
    since = len(bench.heard)
    bench.show(STRANGER, "out")
    bench.pass_time(2)
    assert bench.event(E.OFFLINE_PASSAGE, since).outcome == "granted", "an exit is never refused"


def test_a_list_that_is_old_or_not_believed_lets_nobody_in(bench: DoorBench) -> None:
    since = len(bench.heard)
    bench.asker.seed = bytes(32)  # somebody else's key
    bench.asker.rev, bench.asker.holders = 6, [[9, "", 0, []]]
    bench.node._badges.refresh()
    known = bench.node._badges.known
    assert known is not None
    assert known.body.rev == 5
    bench.now += 90_000
    bench.pins.leaf = Leaf.UNKNOWN
    bench.node.tick()  # a node that stood still for so long begins anew
    bench.show(LUC)
    bench.pass_time(2)
    assert bench.event(E.OFFLINE_PASSAGE, since).reason == "facts_too_old"
    assert bench.pins.pulses == 0


def test_a_broker_that_dies_and_comes_back_brings_no_late_opening(bench: DoorBench) -> None:
    order = bench.make()
    bench.broker.kill()
    while bench.node.is_connected:
        bench.node.tick()
    bench.show(SOFIA)  # decided at once: there is nobody to ask
    assert bench.pins.is_free
    bench.pass_time(6)
    assert not bench.pins.is_free
    since = len(bench.heard)
    bench.broker.start()
    back = bench.wait(DoorState, lambda one: one.online, since)
    assert (back.boot_id, back.strike) == (bench.node.boot_id, Strike.HELD)
    assert bench.event(E.OFFLINE_PASSAGE, since).outcome == "granted", "kept on disk, told now"
    ack = bench.order(order)  # sent when the broker was gone, and only now delivered
    assert (ack.result, bench.pins.pulses) == (AckResult.EXPIRED, 1)
    bench.node._link.cut()
    gone = bench.wait(DoorState, lambda one: not one.online, since)
    assert (gone.strike, gone.leaf) == (Strike.UNKNOWN, Leaf.UNKNOWN)
    bench.publish(bench.make())
    bench.now += 10
    bench.reboot()
    bench.order(bench.make(DoorOp.IDENTIFY))
    assert bench.pins.pulses == 1


def test_a_node_that_freezes_in_a_pulse_is_held_by_its_guard(bench: DoorBench) -> None:
    assert bench.order(bench.make()).result == "done"
    boot = bench.node.boot_id
    held = threading.Event()
    guard = Guard(held.set, after_s=0.05)
    guard.say(True)
    assert held.wait(DEADLINE_S), "nobody said again that it is to be free"
    guard.stop()
    bench.now += 3  # the loop stood still
    bench.node.tick()
    assert bench.node.boot_id != boot
    assert not bench.pins.is_free
    assert bench.state(boot_id=bench.node.boot_id, online=True).strike is Strike.HELD


def test_alarm_forced_and_held_open_are_told(bench: DoorBench) -> None:
    bench.pins.is_alarm = True
    bench.node.tick()
    bench.event(E.ALARM_ON)
    bench.state(alarm=True, strike=Strike.RELEASED)
    bench.pins.is_alarm = False
    bench.node.tick()
    bench.event(E.ALARM_OFF)
    assert not bench.pins.is_free
    bench.pins.use_handle()
    bench.node.tick()
    bench.pins.leaf = Leaf.OPEN
    bench.node.tick()
    bench.event(E.EXIT_BUTTON)
    bench.pass_time(61)
    bench.event(E.HELD_OPEN)
    assert not [one for one in bench.heard if isinstance(one, DoorEvent) and one.type is E.FORCED_OPEN]
    bench.pins.leaf = Leaf.CLOSED
    bench.node.tick()
    bench.pins.leaf = Leaf.OPEN
    bench.node.tick()
    bench.event(E.FORCED_OPEN)


def test_two_nodes_of_one_name_drive_each_other_out_and_are_seen(bench: DoorBench, tmp_path: Path) -> None:
    folder = tmp_path / "twin"
    folder.mkdir()
    pins = PretendedPins()
    twin = bench.make_node(pins, folder)
    since = len(bench.heard)
    twin.start()
    try:
        bench.state(since, boot_id=twin.boot_id)
        bench.state(len(bench.heard), boot_id=bench.node.boot_id)  # it comes back, and drives the other one out
    finally:
        twin.stop()
