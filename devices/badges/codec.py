"""Badge tokens: how badges become the text of a code, and how a scanned text is read. Pure.

Card `TC`: 16 secret bytes and their CRC-16. Phone pass `TP` and guest pass `TG`: 12 bytes of claims and their Ed25519
signature (checked in signing.py). Two letters a byte: these sixteen consonants keep their place on every keyboard
layout met in the field, so that a scanner which types like a keyboard cannot change one badge into another; the CRC
tells « scan again » from « unknown ». What is read here is only well formed: it is neither known nor signed yet.
"""

import binascii
import hashlib
import re
from dataclasses import dataclass, field
from typing import Final, Literal

ALPHABET: Final = "BCDFGHJKLNPRSTVX"
CARD, PHONE, GUEST = "TC", "TP", "TG"
SECRET_BYTES: Final = 16
TOKEN_LETTERS: Final = len(CARD) + 2 * (SECRET_BYTES + 2)
LONGEST_MISREAD: Final = 2 * TOKEN_LETTERS
"""A longer text that starts like a card is something else: two interleaved scans give at most this."""
FORMAT: Final = 1
"""The version of passes that is written and read: the high half of their first byte. The low half is the key."""
KEYS: Final = 16
CLAIM_BYTES, SIGNATURE_BYTES = 12, 64
PASS_LETTERS: Final = len(PHONE) + 2 * (CLAIM_BYTES + SIGNATURE_BYTES)
SIGNED_WITH: Final = b"tl-pass-v1\x00"
"""What is signed starts with this and the pass's second letter: no other signature of a key can pass for one."""
EPOCH: Final = 1_735_689_600
"""1 January 2025, from which passes count."""
SLOT_S: Final = 30
"""A phone pass is for one slot of half a minute."""
SLOTS: Final = 1 << 24
HOUR, QUARTER = 3600, 900
NUMBER_DIGITS: Final = 6
FIRST_STEM, LAST_STEM = 10_000, 99_999
"""What a card number may hold before its check digit: five digits, no leading zero."""

HEX: Final = "0123456789abcdef"
TO_LETTERS: Final = str.maketrans(HEX, ALPHABET)
TO_HEX: Final = str.maketrans(ALPHABET, HEX)
TO_UPPER: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
TOKEN: Final = re.compile(rf"{CARD}[{ALPHABET}]{{{TOKEN_LETTERS - len(CARD)}}}")
SIGNED: Final = re.compile(rf"T[PG][{ALPHABET}]{{{PASS_LETTERS - 2}}}")
CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
SCANNER_PREFIX: Final = re.compile(r" *(?:\]Q[0-9])?(?:\\[0-9]{6})*")
NUMBER: Final = re.compile(rf"[0-9]{{{NUMBER_DIGITS}}}")
BETWEEN_DIGITS: Final = re.compile("[ .\u00a0\u202f-]")
# Damm's table: one check digit that catches every single wrong digit and every swap of neighbours.
DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

Result = Literal["ok", "misread", "not_a_badge"]
Kind = Literal["", "card", "number", "phone", "guest"]


@dataclass(frozen=True, slots=True)
class PhoneClaims:
    """What a phone pass says: which key signed it, of which site, whose phone, for which slot."""

    kid: int
    aud: int
    handle: str
    slot: int


@dataclass(frozen=True, slots=True)
class GuestClaims:
    """What a guest pass says: the key, the site, its handle, the number of its zone, from and until (instants)."""

    kid: int
    aud: int
    handle: str
    zone: int
    valid_from: int
    valid_until: int


Claims = PhoneClaims | GuestClaims


@dataclass(frozen=True, slots=True)
class Reading:
    """What a scanned text turned out to be.

    Exactly one of `secret`, `number` and `claims` is set when `result` is "ok". Claims are worth what their
    `signature` over `signed` is worth.
    """

    result: Result
    secret: bytes = field(default=b"", repr=False)
    number: str = ""
    claims: Claims | None = None
    signed: bytes = field(default=b"", repr=False)
    signature: bytes = field(default=b"", repr=False)

    @property
    def kind(self) -> Kind:
        """Which kind of badge it is; "" when it is none."""
        if self.claims is not None:
            return "phone" if isinstance(self.claims, PhoneClaims) else "guest"
        return "card" if self.secret else "number" if self.number else ""


MISREAD: Final = Reading("misread")
NOT_A_BADGE: Final = Reading("not_a_badge")


def crc16(data: bytes) -> int:
    """CRC-16 CCITT: polynomial 0x1021, start 0xFFFF."""
    return binascii.crc_hqx(data, 0xFFFF)


def encode(secret: bytes) -> str:
    """The 38 letters printed in the code of a card."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a badge secret has {SECRET_BYTES} bytes")
    return CARD + _letters(secret + crc16(secret).to_bytes(2, "big"))


def slot_of(instant: int) -> int:
    """The slot of an instant; they begin again after 15.9 years."""
    return (instant - EPOCH) // SLOT_S % SLOTS


def slots_late(slot: int, now: int) -> int:
    """How many slots ago a pass was good: 0 now, 1 one slot ago, -1 in the next one."""
    return (slot_of(now) - slot + SLOTS // 2) % SLOTS - SLOTS // 2


def packed(claims: Claims) -> bytes:
    """The twelve bytes of a pass's claims. Raises ValueError for what has no place in them."""
    if not 0 <= claims.kid < KEYS:
        raise ValueError("a key has a number below 16")
    try:
        head = bytes((FORMAT << 4 | claims.kid, claims.aud)) + bytes.fromhex(claims.handle)
        tail = claims.slot.to_bytes(3, "big") if isinstance(claims, PhoneClaims) else _window(claims)
    except OverflowError as error:
        raise ValueError("too large for a pass") from error
    if len(head + tail) != CLAIM_BYTES:
        raise ValueError("a handle has 7 bytes on a phone pass, 5 on a guest pass")
    return head + tail


def _window(claims: GuestClaims) -> bytes:
    start, rest = divmod(claims.valid_from - EPOCH, HOUR)
    length, more = divmod(claims.valid_until - claims.valid_from, QUARTER)
    if rest or more:
        raise ValueError("a guest pass starts with an hour and lasts whole quarters")
    return bytes((claims.zone,)) + start.to_bytes(2, "big") + length.to_bytes(2, "big")


def to_sign(claims: Claims) -> bytes:
    """What the signature of a pass is made over: its letter too, so that no pass is read as the other kind."""
    letter = PHONE[1] if isinstance(claims, PhoneClaims) else GUEST[1]
    return SIGNED_WITH + letter.encode() + packed(claims)


def encode_pass(claims: Claims, signature: bytes) -> str:
    """The 154 letters of a pass."""
    if len(signature) != SIGNATURE_BYTES:
        raise ValueError(f"a signature has {SIGNATURE_BYTES} bytes")
    return (PHONE if isinstance(claims, PhoneClaims) else GUEST) + _letters(packed(claims) + signature)


def clean(text: str) -> str:
    """The text as printed: without control characters, scanner prefixes (AIM, ECI), blanks around and lower case."""
    text = CONTROL.sub("", text).translate(TO_UPPER)
    prefix = SCANNER_PREFIX.match(text)
    return text[prefix.end() if prefix else 0 :].strip(" ")


def read(text: str) -> Reading:
    """Read a scanned or typed text: a card's token, the public number under it, or a pass."""
    text = clean(text)
    if TOKEN.fullmatch(text):
        return _decode(text)
    if SIGNED.fullmatch(text):
        return _decode_pass(text)
    if text.startswith(CARD) and len(text) <= LONGEST_MISREAD:
        return MISREAD
    if text.startswith((PHONE, GUEST)) and len(text) <= 2 * PASS_LETTERS:
        return MISREAD
    return read_number(text)


def _letters(data: bytes) -> str:
    return data.hex().translate(TO_LETTERS)


def _bytes(letters: str) -> bytes:
    return bytes.fromhex(letters.translate(TO_HEX))


def _decode_pass(token: str) -> Reading:
    data = _bytes(token[len(PHONE) :])
    claims, signature = data[:CLAIM_BYTES], data[CLAIM_BYTES:]
    if claims[0] >> 4 != FORMAT:
        return NOT_A_BADGE
    read_claims = _phone_claims if token.startswith(PHONE) else _guest_claims
    signed = SIGNED_WITH + token[1].encode() + claims
    return Reading("ok", claims=read_claims(claims), signed=signed, signature=signature)


def _phone_claims(data: bytes) -> Claims:
    return PhoneClaims(data[0] & 15, data[1], data[2:9].hex(), int.from_bytes(data[9:], "big"))


def _guest_claims(data: bytes) -> Claims:
    start = EPOCH + HOUR * int.from_bytes(data[8:10], "big")
    end = start + QUARTER * int.from_bytes(data[10:], "big")
    return GuestClaims(data[0] & 15, data[1], data[2:7].hex(), data[7], start, end)


def _decode(token: str) -> Reading:
    data = _bytes(token[len(CARD) :])
    secret, check = data[:SECRET_BYTES], data[SECRET_BYTES:]
    return Reading("ok", secret) if crc16(secret) == int.from_bytes(check, "big") else MISREAD


def read_number(text: str) -> Reading:
    """Read the public number of a card, with or without a space in its middle; a slip of one digit is a misread."""
    digits = BETWEEN_DIGITS.sub("", text)
    if not NUMBER.fullmatch(digits):
        return NOT_A_BADGE
    return Reading("ok", number=digits) if check_digit(digits) == 0 and digits[0] != "0" else MISREAD


def check_digit(digits: str) -> int:
    """Damm's check digit of a row of digits; 0 when the row already ends with its right one."""
    interim = 0
    for digit in digits:
        interim = DAMM[interim][int(digit)]
    return interim


def card_number(stem: int) -> str:
    """The six-digit public number made of five digits and their check digit. It names a card, it opens nothing."""
    if not FIRST_STEM <= stem <= LAST_STEM:
        raise ValueError("a card number starts with five digits")
    return f"{stem}{check_digit(str(stem))}"


def show_number(number: str) -> str:
    """« 123 456 »: the number as printed under the code, with a no-break space."""
    return f"{number[:3]}\u00a0{number[3:]}"


def stored(secret: bytes) -> str:
    """What the database keeps of a secret. 128 bits of chance need no slow hash."""
    return hashlib.sha256(secret).hexdigest()
