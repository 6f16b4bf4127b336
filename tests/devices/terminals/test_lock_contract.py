"""The contract of terminals over both brokers, with faults. Each terminal must pass: in Python, for ESPHome."""

import json
from pathlib import Path

import msgspec

import devices.wire
from devices.wire import AckResult, Availability, decode, encode
from devices.wire.interlocks import (
    Activity,
    LockAck,
    LockEvent,
    LockEventType,
    LockOp,
    LockOrder,
    LockPolicy,
    LockState,
    LockWord,
    OfflinePolicy,
    Sealed,
    When,
    canonical,
    card_digest,
    is_sealed,
)
from tests.devices.terminals.terminal_bench import DEVICE, KEYS, LockBench

W, E = LockWord, LockEventType


def test_the_vectors_have_these_bytes_and_seals() -> None:
    held = json.loads((Path(devices.wire.__file__).parent / "vectors.json").read_text())
    key = bytes.fromhex(held["key"])
    for one in held["sealed"]:
        payload = json.dumps(one["message"]).encode()
        is_order = one["channel"] == "down/lock"
        said: Sealed = decode(LockOrder, payload) if is_order else decode(LockPolicy, payload)
        assert canonical(held["site"], held["device"], said) == one["canonical"].encode()
        assert is_sealed(key, held["site"], held["device"], said)
        assert not is_sealed(key, held["site"], "laser-2", said)
    assert card_digest(key, held["card"]["number"]) == held["card"]["digest"]


def test_a_lease_ends_by_itself_without_any_network(locks_on_each: LockBench) -> None:
    locks = locks_on_each
    locks.open(lease_s=60)
    locks.cut()
    locks.pass_time(58)
    assert locks.subject.pins.is_energised
    locks.pass_time(3)
    assert not locks.subject.pins.is_energised
    since = len(locks.heard)
    locks.broker.start()
    ended = locks.event(E.LEASE_EXPIRED, since)
    assert (ended.lease_id, ended.reason) == ("lease-0001", "time")


def test_a_machine_at_work_may_come_to_rest_but_not_for_ever(locks: LockBench) -> None:
    locks.set_policy(idle_cap_s=30)
    locks.open(lease_s=20)
    locks.subject.pins.activity = Activity.BUSY
    locks.pass_time(25)
    assert locks.subject.pins.is_energised
    locks.wait(LockState, lambda one: one.waits_for_idle)
    locks.pass_time(26)
    assert not locks.subject.pins.is_energised
    assert locks.event(E.LEASE_EXPIRED).reason == "idle_cap"


def test_a_renewal_goes_on_and_only_its_own_lease(locks: LockBench) -> None:
    locks.open(lease_s=20)
    locks.pass_time(15)
    other = locks.order(locks.make(LockOp.RENEW, lease_id="lease-9999", lease_s=60))
    assert (other.result, other.reason) == (AckResult.REFUSED, "other_lease")
    assert locks.order(locks.make(LockOp.RENEW, lease_id="lease-0001", lease_s=20)).result is AckResult.DONE
    locks.pass_time(15)
    assert locks.subject.pins.is_energised
    locks.pass_time(10)
    assert not locks.subject.pins.is_energised


def test_an_order_told_twice_is_done_once(locks: LockBench) -> None:
    first = locks.unlock()
    opened = locks.order(first)
    assert locks.order(locks.make(LockOp.LOCK, when=When.NOW)).lock is W.LOCKED
    assert locks.order(first) == opened  # the answer of then; the lock of now
    assert not locks.subject.pins.is_energised


def test_an_order_that_was_overtaken_is_dropped(locks: LockBench) -> None:
    early, late = locks.unlock(), locks.make(LockOp.LOCK, when=When.NOW)
    assert locks.order(late).result is AckResult.DONE
    dropped = locks.order(early)
    assert (dropped.result, dropped.reason, dropped.relay) == (AckResult.REFUSED, "old_seq", False)


def test_a_lost_order_harms_no_later_one(locks: LockBench) -> None:
    locks.unlock()
    assert locks.order(locks.unlock("lease-0002")).result is AckResult.DONE


def test_a_wrong_seal_opens_nothing_and_spoils_nothing(locks_on_each: LockBench) -> None:
    locks = locks_on_each
    good = locks.unlock()
    for forged in (
        msgspec.structs.replace(good, mac="0" * 64),
        msgspec.structs.replace(good, lease_s=86_400),
        msgspec.structs.replace(good, text=("Bonjour",)),
    ):
        refused = locks.order(forged)
        assert (refused.result, refused.reason, refused.relay) == (AckResult.REFUSED, "wrong_seal", False)
    assert locks.order(good).result is AckResult.DONE


def test_a_retained_order_is_refused_at_boot(locks_on_each: LockBench) -> None:
    locks = locks_on_each
    locks.subject.pins.is_estopped = True
    locks.subject.tick()
    kept = locks.unlock()
    locks.order(kept, retain=True)
    locks.subject.pins.is_estopped = False
    since = len(locks.heard)
    locks.subject.reboot()
    again = locks.wait(LockAck, lambda ack: ack.boot_id == "boot-002" or ack.cmd_id == kept.cmd_id, since)
    assert again.result is AckResult.REFUSED
    assert not locks.subject.pins.is_energised
    fresh = locks.unlock("lease-0002", boot_id="boot-003")
    locks.order(fresh, retain=True)
    since = len(locks.heard)
    locks.subject.reboot()
    assert locks.wait(LockAck, lambda ack: ack.cmd_id == fresh.cmd_id, since).reason in ("retained", "boot_changed")
    assert not locks.subject.pins.is_energised


def test_orders_of_another_boot_or_too_old_are_refused(locks: LockBench) -> None:
    other = locks.order(locks.unlock(boot_id="boot-000"))
    assert (other.result, other.reason) == (AckResult.REFUSED, "boot_changed")
    old = locks.unlock()
    locks.pass_time(11)
    late = locks.order(old)
    assert (late.result, late.reason) == (AckResult.EXPIRED, "ttl_passed")


def test_a_reboot_locks_and_voids_the_lease(locks_on_each: LockBench) -> None:
    locks = locks_on_each
    locks.open()
    since = len(locks.heard)
    locks.subject.reboot()
    assert not locks.subject.pins.is_energised
    assert locks.wait(Availability, lambda one: not one.online, since).boot_id == "boot-001"
    locks.wait(Availability, lambda one: one.online and one.boot_id == "boot-002", since)
    locks.wait(LockEvent, lambda one: one.type is E.POWER_RESTORED and one.boot_id == "boot-002", since)
    renewed = locks.order(locks.make(LockOp.RENEW, lease_id="lease-0001", lease_s=60, boot_id="boot-002"))
    assert (renewed.result, renewed.reason) == (AckResult.REFUSED, "no_lease")


def test_a_stuck_contactor_is_a_fault_and_never_shown_as_locked(locks: LockBench) -> None:
    locks.open()
    locks.subject.pins.stuck = True
    ack = locks.order(locks.make(LockOp.LOCK, when=When.NOW))
    assert (ack.lock, ack.relay, ack.sense) == (W.UNKNOWN, False, True)
    locks.pass_time(3, 0.5)
    assert locks.state(W.FAULT).fault == "relay_stuck"
    assert locks.order(locks.unlock("lease-0002")).reason == "fault"
    locks.subject.pins.stuck = None
    locks.subject.tick()
    assert locks.order(locks.make(LockOp.LOCK, when=When.NOW)).lock is W.LOCKED


def test_a_contactor_that_does_not_close_is_never_shown_as_open(locks: LockBench) -> None:
    locks.subject.pins.stuck = False
    ack = locks.order(locks.unlock())
    assert (ack.result, ack.lock, ack.sense) == (AckResult.DONE, W.UNKNOWN, False)
    locks.pass_time(3, 0.5)
    assert locks.state(W.FAULT).fault == "relay_open"
    assert locks.all(LockState)[-1].relay is False


def test_the_emergency_stop_locks_and_needs_a_new_unlock(locks: LockBench) -> None:
    locks.open()
    locks.subject.pins.is_estopped = True
    locks.subject.tick()
    assert not locks.subject.pins.is_energised
    assert locks.event(E.ESTOP).lease_id == "lease-0001"
    assert locks.order(locks.unlock("lease-0002")).reason == "estop"
    locks.subject.pins.is_estopped = False
    locks.subject.tick()
    locks.event(E.ESTOP_RESET)
    assert not locks.subject.pins.is_energised


def test_a_denied_badge_changes_nothing(locks: LockBench) -> None:
    locks.open()
    locks.subject.pins.hold_card("04 a2 3b 1c")
    locks.subject.tick()
    badge = locks.event(E.BADGE)
    assert badge.card == card_digest(KEYS.card, "04A23B1C")
    assert "04A23B1C" not in encode(badge).decode().upper()
    locks.order(locks.make(LockOp.SHOW, text=("Non",)))
    assert locks.subject.pins.shown == ("Non",)
    assert locks.subject.pins.is_energised


def test_an_event_is_told_until_it_is_named(locks: LockBench) -> None:
    locks.subject.pins.press("oops")
    locks.subject.tick()
    told = locks.event(E.OOPS)
    since = len(locks.heard)
    locks.pass_time(25)
    again = locks.wait(LockEvent, lambda one: one.event_id == told.event_id, since)
    assert again == told
    for event in locks.all(LockEvent):
        locks.order(locks.make(LockOp.ACK_EVENT, event_id=event.event_id))
    since = len(locks.heard)
    locks.subject.reboot()
    locks.wait(Availability, lambda one: one.boot_id == "boot-002", since)
    locks.pass_time(25)
    locks.event(E.POWER_RESTORED, since)
    assert told.event_id not in [one.event_id for one in locks.all(LockEvent)[len(locks.all(LockEvent)) - 1 :]]


def test_a_terminal_that_froze_locks_and_begins_anew(locks: LockBench) -> None:
    locks.open()
    locks.now += 30
    assert locks.order(locks.make(LockOp.RENEW, lease_id="lease-0001", lease_s=60)).result is AckResult.REFUSED
    assert not locks.subject.pins.is_energised
    locks.subject.tick()
    locks.wait(Availability, lambda one: one.online and one.boot_id == "boot-002")


def test_somebody_must_be_there_where_the_policy_says_so(locks: LockBench) -> None:
    locks.set_policy(confirm_every_s=30, warn_s=10)
    locks.open(lease_s=600)
    locks.pass_time(25)
    locks.subject.pins.press("confirm")
    locks.pass_time(25)
    assert locks.subject.pins.is_energised
    locks.subject.pins.activity = Activity.BUSY
    locks.pass_time(10)
    assert not locks.subject.pins.is_energised
    assert locks.event(E.LEASE_EXPIRED).reason == "not_confirmed"


def test_without_network_only_listed_cards_open_and_it_is_told_later(locks_in_python: LockBench) -> None:
    locks = locks_in_python
    locks.set_policy(offline_lease_s=120, offline_cards=(card_digest(KEYS.card, "0401"),))
    locks.cut()
    locks.subject.pins.hold_card("0402")
    locks.subject.tick()
    assert not locks.subject.pins.is_energised
    locks.subject.pins.hold_card("0401")
    locks.subject.tick()
    assert locks.subject.pins.is_energised
    locks.broker.start()
    opened = locks.event(E.OFFLINE_UNLOCK)
    assert opened.card == card_digest(KEYS.card, "0401")


def test_a_lease_may_end_early_while_the_broker_is_away(locks: LockBench) -> None:
    locks.set_policy(offline_policy=OfflinePolicy.END_WHEN_IDLE)
    locks.open(lease_s=3_600)
    locks.cut()
    locks.pass_time(80)
    assert not locks.subject.pins.is_energised
    locks.broker.start()
    assert locks.event(E.LEASE_EXPIRED).reason == "offline"


def test_a_handover_never_opens_the_contact(locks: LockBench) -> None:
    locks.open()
    assert locks.order(locks.unlock("lease-0002", 30)).result is AckResult.DONE
    former = locks.order(locks.make(LockOp.LOCK, lease_id="lease-0001", when=When.NOW))
    assert (former.result, former.reason) == (AckResult.REFUSED, "other_lease")
    assert locks.subject.pins.is_energised


def test_a_forged_or_older_policy_is_not_believed(locks: LockBench) -> None:
    locks.set_policy(version=5, confirm_every_s=77)
    topic = f"tierslieu/v1/oasis/{DEVICE}/down/lock-policy"
    forged = LockPolicy(version=9, offline_lease_s=600, offline_cards=("a" * 64,), mac="0" * 64)
    locks._mqtt.publish(topic, encode(forged), qos=1, retain=True)
    since = len(locks.heard)
    locks.order(locks.make(LockOp.IDENTIFY))
    locks.subject.tick()
    assert locks.wait(LockState, since=since).policy_version == 5


def test_a_card_that_nobody_answers_is_told_so_soon(locks_in_python: LockBench) -> None:
    locks = locks_in_python
    locks.subject.pins.hold_card("04A23B1C")
    locks.subject.tick()
    assert locks.subject.pins.shown == ("…",)
    locks.pass_time(3)
    assert locks.subject.pins.shown == ("Pas de reponse",)
    locks.subject.pins.hold_card("04A23B1C")
    locks.subject.tick()
    locks.order(locks.make(LockOp.SHOW, text=("Merci",)))
    locks.pass_time(4)
    assert locks.subject.pins.shown == ("Merci",)
