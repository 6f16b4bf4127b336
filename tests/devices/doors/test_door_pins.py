"""Pins at a door: how digits come, how they travel, and that a node asks, waits, and keeps none of them."""

import json
import os
import pty
import threading
from base64 import urlsafe_b64encode
from pathlib import Path

import msgspec
import pytest

import devices.wire
from devices.doors.pads import EVENT, Digits, KeyboardPad, SerialPad, pad_at
from devices.wire import decode, door_pins, encode
from devices.wire.door_pins import LONGEST_PIN, open_pin, seal_pin
from devices.wire.doors import DoorEvent, DoorEventType, DoorOp, ReaderWord
from tests.devices.brokers import DEADLINE_S, SITE
from tests.devices.doors.door_bench import DEVICE, KEY, LUC, SOFIA, DoorBench

E = DoorEventType
PIN = "482915"
ENTER, SEVEN, STAR = 96, 71, 55


def taken(pad: SerialPad | KeyboardPad, file: int, written: bytes, wanted: str) -> list[str]:
    """What the pad gives of what is written to it, again and again until it gives this."""
    found, waiting = list[str](), threading.Event()
    for _ in range(DEADLINE_S * 20):
        os.write(file, written)
        found += pad.taken()
        if wanted in found:
            break
        waiting.wait(0.05)
    return found


# -- digits ----------------------------------------------------------------------------------------------


def test_digits_end_with_a_hash_or_enter_and_begin_anew_with_a_star() -> None:
    now = [0.0]
    digits = Digits(lambda: now[0])

    def typed(keys: str) -> list[str]:
        return [number for key in keys if (number := digits.press(key))]

    assert typed("482915#12\r34\n#\r") == [PIN, "12", "34"]
    assert typed("99*48a2915#") == [PIN], "a star begins anew, what is no digit is nothing"
    assert typed("1" * 40 + "#" + PIN + "#") == [PIN], "too long is no number"
    assert typed("482") == []
    now[0] += 11
    assert typed("915#") == ["915"], "whoever typed the first half is gone"


def test_pads_on_a_serial_line_and_as_a_keyboard(tmp_path: Path) -> None:
    master, line = pty.openpty()
    serial = SerialPad(os.ttyname(line))
    assert taken(serial, master, b"*482915#", PIN)
    serial.stop()
    os.close(master)
    os.close(line)
    keys = tmp_path / "keys"
    os.mkfifo(keys)
    board = KeyboardPad(str(keys))
    file = os.open(keys, os.O_RDWR)
    pressed = b"".join(EVENT.pack(0, 0, 1, code, value) for code in (STAR, *[SEVEN] * 6, ENTER) for value in (1, 0))
    noise = EVENT.pack(0, 0, 4, SEVEN, 1)  # not a key
    assert set(taken(board, file, noise + pressed, "777777")) == {"777777"}
    board.stop()
    os.close(file)
    other = pad_at(str(keys))
    assert isinstance(other, SerialPad)
    other.stop()


# -- the seal --------------------------------------------------------------------------------------------


def event(**more: object) -> DoorEvent:
    card = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    plain = DoorEvent(event_id="boot-001-0007", boot_id="boot-001", seq=7, type=E.BADGE, at_uptime_s=9, at=9, card=card)
    return msgspec.structs.replace(plain, **more)


def test_a_pin_is_worth_something_for_its_own_event_only() -> None:
    sealed = seal_pin(KEY, SITE, DEVICE, event(), PIN)
    assert open_pin(KEY, SITE, DEVICE, decode(DoorEvent, encode(sealed))) == PIN
    assert sealed.pin != seal_pin(KEY, SITE, DEVICE, event(), PIN).pin
    assert len(sealed.pin or "") == len(seal_pin(KEY, SITE, DEVICE, event(), "1").pin or ""), "nor is its length told"
    assert open_pin(bytes(32), SITE, DEVICE, sealed) == open_pin(KEY, SITE, "other", sealed) == ""
    elsewhere: tuple[dict[str, str], ...] = (
        {"event_id": "boot-001-0008"},
        {"boot_id": "boot-002"},
        {"side": "out"},
        {"card": "0" * 64},
    )
    for one in elsewhere:
        assert open_pin(KEY, SITE, DEVICE, event(pin=sealed.pin, **one)) == "", one
    for pin in (None, "", "A" * 59, "%%%"):
        assert open_pin(KEY, SITE, DEVICE, event(pin=pin)) == ""
    lie = bytes(12) + door_pins._cipher(KEY).encrypt(
        bytes(12), b"\xff" * 16, door_pins._bound_to(SITE, DEVICE, event())
    )
    assert open_pin(KEY, SITE, DEVICE, event(pin=urlsafe_b64encode(lie).decode().rstrip("="))) == "", (
        "no pin, well sealed"
    )
    for wrong in ("٤٨٢٩١٥", "1" * (LONGEST_PIN + 1), "12 34"):
        with pytest.raises(ValueError, match="not a pin"):
            seal_pin(KEY, SITE, DEVICE, event(), wrong)


def test_the_vectors_have_these_seals() -> None:
    held = json.loads((Path(devices.wire.__file__).parent / "vectors.json").read_text(encoding="utf-8"))
    key, site, device = bytes.fromhex(held["key"]), held["site"], held["doors"]["device"]
    for one in held["doors"]["pins"]:
        said = decode(DoorEvent, json.dumps(one["message"]).encode())
        bare = msgspec.structs.replace(said, pin=None)
        assert seal_pin(key, site, device, bare, one["typed"], nonce=bytes.fromhex(one["nonce"])) == said
        assert open_pin(key, site, device, said) == one["typed"]


# -- the node --------------------------------------------------------------------------------------------


def asked(bench: DoorBench, secret: bytes = SOFIA) -> DoorEvent:
    """A badge to which the service wants a pin."""
    since = len(bench.heard)
    bench.show(secret)
    told = bench.event(E.BADGE, since)
    assert told.pin is None
    bench.order(bench.make(DoorOp.ACK_EVENT, event_id=told.event_id, answer="pin"))
    assert bench.pins.shown == "pin"
    return told


def typed(bench: DoorBench, number: str = PIN) -> DoorEvent:
    """The badge with its pin, as it is told."""
    since = len(bench.heard)
    bench.pins.type_number(number)
    bench.node.tick()
    return bench.wait(DoorEvent, lambda one: one.pin is not None, since)


def badges_with_pins(bench: DoorBench) -> list[DoorEvent]:
    return [one for one in bench.heard if isinstance(one, DoorEvent) and one.pin]


def test_a_node_asks_for_the_pin_and_keeps_it_nowhere(bench: DoorBench, tmp_path: Path) -> None:
    bench.pins.pin_pad = ReaderWord.READY
    bench.node.tick()
    bench.state(pin_pad=ReaderWord.READY)
    bench.pins.type_number(PIN)  # nobody asked
    first = asked(bench)
    bench.pass_time(10)
    bench.show(SOFIA)  # the card lies on the reader still
    told = typed(bench)
    assert (told.event_id != first.event_id, told.card, told.side) == (True, first.card, "in")
    assert open_pin(KEY, SITE, DEVICE, told) == PIN
    assert badges_with_pins(bench) == [told]
    on_disk = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert first.boot_id.encode() in on_disk
    assert not [one for one in (PIN, told.pin, told.event_id) if one and one.encode() in on_disk]
    assert bench.order(bench.make(event_id=told.event_id, answer="granted")).result == "done"
    assert (bench.pins.pulses, bench.pins.shown) == (1, "granted")
    bench.pins.type_number(PIN)
    bench.pass_time(25)
    assert badges_with_pins(bench) == [told], "digits of nobody, and nothing told again"


def test_a_pin_without_an_answer_opens_nothing_and_a_late_one_is_nobodys(bench: DoorBench) -> None:
    asked(bench)
    told = typed(bench)
    since = len(bench.heard)
    bench.pass_time(1.5)
    alone = bench.event(E.OFFLINE_PASSAGE, since)
    assert (alone.of, alone.outcome, alone.reason, alone.pin) == (told.event_id, "denied", "pin_needed", None)
    assert (bench.pins.shown, bench.pins.pulses) == ("denied", 0)
    late = bench.order(bench.make(event_id=told.event_id, answer="granted"))
    assert (late.result, late.reason, bench.pins.pulses) == ("refused", "decided_here", 0)
    bench.pass_time(4)
    asked(bench)
    bench.pass_time(21)
    assert bench.pins.shown == "", "nobody is asked any more"
    bench.pins.type_number(PIN)
    asked(bench, LUC)
    other = asked(bench)
    assert typed(bench).card == other.card, "the digits belong to whom they were asked of last"
    assert badges_with_pins(bench)[0] == told
    assert len(badges_with_pins(bench)) == 2
