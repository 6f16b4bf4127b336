"""What a door decides alone by its list: a card in doubt needs its pin, which no door can judge; the phone passes."""

import hashlib
from base64 import urlsafe_b64encode

import msgspec

from devices.badges.codec import SLOT_S, PhoneClaims, slot_of
from devices.badges.signing import Signer, public_of
from devices.doors.deciding import Body, Known
from devices.doors.readings import Shown
from devices.wire.doors import Side

NOW, SEED = 1_795_502_400, bytes(32)
CARD = hashlib.sha256(b"card").hexdigest()


def code(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def known(pin: str, **more: object) -> Known:
    listed = code(bytes.fromhex(CARD)[:16])
    body = {
        "v": 1,
        "made_at": NOW,
        "rev": 1,
        "is_full": True,
        "site": 7,
        "gate": {"zone": 1, "rules": [["anyone", "", "always", pin]]},
        "keys": [[0, code(public_of(SEED)), 0]],
        "profiles": [[[], [], [], 0]],
        "holders": [[1, "Sofia M", 0, [listed, "a1b2c3d4e5f607"], {"d": [listed], **more}]],
    }
    return Known(msgspec.convert(body, Body), NOW)


def test_a_door_alone_asks_nobody_for_a_pin() -> None:
    phone = Shown(text=Signer(SEED).pass_text(PhoneClaims(0, 7, "a1b2c3d4e5f607", slot_of(NOW + SLOT_S))))

    def said(shown: Shown, pin: str = "never", side: Side = "in", **more: object) -> str:
        found = known(pin, **more).decide(shown, side, NOW, is_clock_set=True)
        return f"{found.outcome} {found.reason}"

    assert said(Shown(card=CARD)) == "ask pin_needed"
    assert said(Shown(card=CARD), side="out") == "granted left"
    assert said(Shown(card=CARD), d=[]) == "granted entered"
    assert said(phone) == "granted entered"
    assert said(phone, "unstaffed") == "granted entered", "a phone is locked: it stands for the pin of quiet hours"
    assert said(phone, "always") == "ask pin_needed"
