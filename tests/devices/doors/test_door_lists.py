"""What a door decides alone by its list: a card in doubt needs its pin, which no door can judge; the phone passes.

A guest of whom the list does not tell enters where the pass says, and the site on the way.
"""

import hashlib
from base64 import urlsafe_b64encode

import msgspec

from devices.badges.codec import SLOT_S, GuestClaims, PhoneClaims, slot_of
from devices.badges.signing import Signer, public_of
from devices.doors.deciding import Body, Known
from devices.doors.readings import Shown
from devices.wire.doors import Side

NOW, SEED = 1_795_502_400, bytes(32)
CARD = hashlib.sha256(b"card").hexdigest()


def code(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def listed(**facts: object) -> Known:
    """A door with a whole list of just now, signed by one key."""
    usual = {"v": 1, "made_at": NOW, "rev": 1, "is_full": True, "site": 7, "profiles": [[[], [], [], 0]]}
    return Known(msgspec.convert({**usual, "keys": [[0, code(public_of(SEED)), 0]], **facts}, Body), NOW)


def known(pin: str, **more: object) -> Known:
    """A door whose list names a card that is in doubt, and a phone."""
    card = code(bytes.fromhex(CARD)[:16])
    holder = [1, "Sofia M", 0, [card, "a1b2c3d4e5f607"], {"d": [card], **more}]
    return listed(gate={"zone": 1, "rules": [["anyone", "", "always", pin]]}, holders=[holder])


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


HERE, INNER, ELSEWHERE = 3, 4, 5
FORMER = bytes([7]) * 32
FROM = NOW - 2400
UNTIL = FROM + 7200
"""A guest's time: from a full hour on, whole quarters."""


def at_gate(zone: int, *, is_site: bool = False, is_empty: bool = False) -> Known:
    """A door in front of a zone, whose list names one guest that was stopped, and keys of which one has ended."""
    return listed(
        gate=None if is_empty else {"zone": zone, "is_site": is_site, "rules": []},
        keys=[[0, code(public_of(SEED)), 0], [1, code(public_of(FORMER)), NOW + 60]],
        holders=[[1, "", 0, [], {"g": 1, "x": ["0102030405"]}]],
        inside=[[1, HERE, NOW, "in"]],
    )


def ticket(zone: int = INNER, handle: str = "a1a2a3a4a5", aud: int = 7, kid: int = 0, seed: bytes = SEED) -> Shown:
    return Shown(text=Signer(seed).pass_text(GuestClaims(kid, aud, handle, zone, FROM, UNTIL)))


def test_a_guest_of_whom_the_door_never_heard() -> None:
    def said(gate: Known, shown: Shown, at: int = NOW, side: Side = "in", *, is_clock_set: bool = True) -> str:
        found = gate.decide(shown, side, at, is_clock_set=is_clock_set)
        return f"{found.outcome} {' '.join((found.reason, *found.flags))}"

    hall, workshop = at_gate(HERE, is_site=True), at_gate(INNER)
    assert said(workshop, ticket()) == "granted entered"
    assert said(workshop, ticket(), NOW + 10) == "granted inside"
    assert said(workshop, ticket(), NOW + 20, "out") == "granted left"
    assert said(hall, ticket()) == "granted entered", "on the way to the zone of the pass"
    assert said(hall, ticket(zone=0, handle="b1b2b3b4b5")) == "granted entered", "a pass for the entrance alone"
    assert said(at_gate(ELSEWHERE), ticket()) == "denied not_allowed"
    assert said(at_gate(HERE), ticket(zone=HERE), FROM - 1) == "denied badge_not_yet"
    assert said(hall, ticket(), UNTIL) == "denied badge_expired"
    assert said(hall, ticket(handle="0102030405")) == "denied badge_revoked", "the list names the pass: it was stopped"
    assert said(hall, ticket(handle="0102030405"), side="out").startswith("granted left")
    assert said(hall, ticket(aud=8)) == "denied other_site"
    assert said(hall, ticket(seed=FORMER)) == "denied badge_unknown"
    assert said(hall, ticket(kid=1, seed=FORMER)) == "granted inside"
    assert said(at_gate(HERE, is_site=True), ticket(kid=1, seed=FORMER), NOW + 60) == "denied badge_unknown"
    assert said(hall, ticket(handle="c1c2c3c4c5"), is_clock_set=False) == "denied pass_stale"
    assert said(at_gate(0, is_empty=True), ticket()) == "denied not_allowed", "a door of no zone"


def test_who_is_anywhere_inside_is_inside_for_the_sites_own_door() -> None:
    def flags(gate: Known, side: Side) -> tuple[str, ...]:
        return gate.decide(Shown(card=CARD), side, NOW, is_clock_set=True).flags

    def gate(is_site: bool, way: str = "in") -> Known:
        body = known("never").body
        assert body.gate is not None
        here = msgspec.structs.replace(body.gate, is_site=is_site)
        return Known(msgspec.structs.replace(body, gate=here, inside=((1, 2, NOW, way),)), NOW)

    assert flags(gate(is_site=True), "out") == ()
    assert flags(gate(is_site=False), "out") == ("exit_without_entry",)
    assert flags(gate(is_site=True, way="out"), "out") == ("exit_without_entry",)
