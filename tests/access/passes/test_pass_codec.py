"""Passes of phones and guests: what is written is read, what is changed is refused, and both ports agree."""

import base64
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from devices.badges import codec
from devices.badges.codec import GuestClaims, PhoneClaims
from devices.badges.signing import Signer, is_genuine, public_of
from tests.support.node import NODE, told_by

HERE = Path(__file__).parent
VECTORS: dict[str, Any] = json.loads((HERE.parent / "badge-vectors.json").read_text())
PASSES: list[dict[str, Any]] = VECTORS["passes"]
PUBLIC = {one["claims"]["kid"]: bytes.fromhex(one["public"]) for one in PASSES}
PHONES = st.builds(
    PhoneClaims,
    st.integers(0, 15),
    st.integers(0, 255),
    st.binary(min_size=7, max_size=7).map(bytes.hex),
    st.integers(0, codec.SLOTS - 1),
)
STARTS = st.integers(0, 65_535).map(lambda hours: codec.EPOCH + codec.HOUR * hours)


@st.composite
def guests(draw: st.DrawFn) -> GuestClaims:
    """Claims of a guest."""
    start, quarters = draw(STARTS), draw(st.integers(1, 65_535))
    handle = draw(st.binary(min_size=5, max_size=5)).hex()
    end = start + codec.QUARTER * quarters
    return GuestClaims(
        draw(st.integers(0, 15)), draw(st.integers(0, 255)), handle, draw(st.integers(0, 255)), start, end
    )


def claims_of(one: dict[str, Any]) -> codec.Claims:
    """The claims of a shared vector."""
    return PhoneClaims(**one["claims"]) if one["kind"] == "phone" else GuestClaims(**one["claims"])


@pytest.mark.parametrize("one", PASSES, ids=lambda one: one["name"])
def test_pass_of_the_shared_vectors(one: dict[str, Any]) -> None:
    seed = bytes.fromhex(one["seed"])
    assert public_of(seed).hex() == one["public"]
    assert Signer(seed).pass_text(claims_of(one)) == one["token"]
    reading = codec.read(one["token"])
    assert (reading.kind, reading.claims) == (one["kind"], claims_of(one))
    assert is_genuine(reading, PUBLIC)


@given(PHONES | guests(), st.binary(min_size=64, max_size=64))
def test_what_is_written_is_read(claims: codec.Claims, signature: bytes) -> None:
    text = codec.encode_pass(claims, signature)
    assert len(text) == codec.PASS_LETTERS
    assert set(text[2:]) <= set(codec.ALPHABET)
    reading = codec.read(f"]q1\\000026 {text.lower()}\r\n".replace(" ", ""))
    assert (reading.claims, reading.signature, reading.signed) == (claims, signature, codec.to_sign(claims))


@pytest.mark.parametrize("one", [PASSES[0], PASSES[3]], ids=lambda one: one["kind"])
def test_no_bit_of_a_pass_can_be_changed(one: dict[str, Any]) -> None:
    data = bytearray(codec._bytes(one["token"][2:]))
    refused = 0
    for bit in range(8 * len(data)):
        data[bit >> 3] ^= 128 >> (bit & 7)
        reading = codec.read(one["token"][:2] + codec._letters(bytes(data)))
        refused += not is_genuine(reading, PUBLIC)
        data[bit >> 3] ^= 128 >> (bit & 7)
    assert refused == 608


def test_a_pass_of_one_kind_is_never_one_of_the_other_and_a_retired_key_is_nobodys() -> None:
    for one in PASSES:
        other = ("TG" if one["kind"] == "phone" else "TP") + one["token"][2:]
        assert codec.read(other).result == "ok"
        assert not is_genuine(codec.read(other), PUBLIC)
        kept = {kid: public for kid, public in PUBLIC.items() if kid != one["claims"]["kid"]}
        assert not is_genuine(codec.read(one["token"]), kept)
    assert not is_genuine(codec.read(VECTORS["cards"][0]["token"]), PUBLIC)
    assert not is_genuine(codec.read(PASSES[0]["token"]), {1: b"short"})


def test_slots_are_half_minutes_and_begin_again() -> None:
    now = 1_795_302_000
    assert codec.slot_of(now) == 1_987_080
    assert [codec.slots_late(codec.slot_of(now - 30 * late), now) for late in range(-2, 3)] == [-2, -1, 0, 1, 2]
    ends = codec.EPOCH + codec.SLOT_S * codec.SLOTS
    assert codec.slots_late(codec.SLOTS - 1, ends) == 1


@pytest.mark.parametrize(
    "claims",
    [
        PhoneClaims(16, 1, "00" * 7, 0),
        PhoneClaims(1, 256, "00" * 7, 0),
        PhoneClaims(1, 1, "00" * 6, 0),
        PhoneClaims(1, 1, "00" * 7, codec.SLOTS),
        GuestClaims(1, 1, "00" * 5, 256, codec.EPOCH, codec.EPOCH + 900),
        GuestClaims(1, 1, "00" * 5, 1, codec.EPOCH + 1, codec.EPOCH + 901),
        GuestClaims(1, 1, "00" * 5, 1, codec.EPOCH, codec.EPOCH + 901),
        GuestClaims(1, 1, "00" * 5, 1, codec.EPOCH - 3600, codec.EPOCH),
    ],
)
def test_what_has_no_place_in_a_pass_is_refused(claims: codec.Claims) -> None:
    with pytest.raises(ValueError, match=r"pass|key|range"):
        Signer(bytes(32)).pass_text(claims)


def test_a_signature_of_another_length_is_refused_and_secrets_are_not_shown() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        codec.encode_pass(PhoneClaims(1, 1, "00" * 7, 0), b"")
    assert "signature" not in repr(codec.read(PASSES[0]["token"]))


def spoilt(draw: st.DrawFn) -> str:
    """A badge, changed a little, or any text."""
    text = draw(st.sampled_from([one["token"] for one in (*PASSES, *VECTORS["cards"])]))
    place = draw(st.integers(0, len(text)))
    return draw(
        st.sampled_from([text, text.lower(), text[:place], text[place:], text + text, text[:place] + text[place + 1 :]])
        | st.text(max_size=3).map(lambda more: text[:place] + more + text[place:])
        | st.sampled_from(codec.ALPHABET).map(lambda letter: text[:place] + letter + text[place + 1 :])
        | st.text(max_size=170)
        | st.text(alphabet="TCPG0123456789 .-]Q\\\x1d", max_size=60)
    )


def collected(count: int) -> list[str]:
    """Many spoilt texts."""
    found: list[str] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(st.composite(spoilt)())
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return found


def told(text: str) -> dict[str, Any]:
    """What the service's reader says, in the words of the other port."""
    reading = codec.read(text)
    return {
        "result": reading.result,
        "kind": reading.kind,
        "token": codec.clean(text) if reading.secret or reading.claims else "",
        "number": reading.number,
        "claims": asdict(reading.claims) if reading.claims else None,
        "isSigned": is_genuine(reading, PUBLIC),
    }


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_the_kiosks_reader_says_the_same_of_any_text() -> None:
    texts = [text for text in collected(400) if text.isprintable() or text.isascii()]
    keys = [[kid, base64.urlsafe_b64encode(public).decode().rstrip("=")] for kid, public in PUBLIC.items()]
    answers = told_by(HERE / "read_badges.mjs", {"texts": texts, "keys": keys})
    assert [(text, answer) for text, answer in zip(texts, answers, strict=True)] == [
        (text, told(text)) for text in texts
    ]
    assert {answer["kind"] for answer in answers} >= {"", "card", "phone", "guest"}
