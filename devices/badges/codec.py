"""Badge tokens: how a secret becomes the text of a printed code, and how a scanned text is read. Pure.

Card token `TC`: the two letters, then 16 secret bytes and their CRC-16, two letters a byte. The sixteen
consonants used keep their place on every keyboard layout met in the field, so that a scanner which types
like a keyboard cannot change one badge into another; the CRC tells « scan again » from « unknown ».
Other kinds of token take other second letters and are, for now, not badges.
"""

import binascii
import hashlib
import re
from dataclasses import dataclass, field
from typing import Final, Literal

ALPHABET: Final = "BCDFGHJKLNPRSTVX"
CARD: Final = "TC"
SECRET_BYTES: Final = 16
TOKEN_LETTERS: Final = len(CARD) + 2 * (SECRET_BYTES + 2)
LONGEST_MISREAD: Final = 2 * TOKEN_LETTERS
"""A longer text that starts like a card is something else: two interleaved scans give at most this."""
NUMBER_DIGITS: Final = 6
FIRST_STEM, LAST_STEM = 10_000, 99_999
"""What a card number may hold before its check digit: five digits, no leading zero."""

HEX: Final = "0123456789abcdef"
TO_LETTERS: Final = str.maketrans(HEX, ALPHABET)
TO_HEX: Final = str.maketrans(ALPHABET, HEX)
TO_UPPER: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
TOKEN: Final = re.compile(rf"{CARD}[{ALPHABET}]{{{TOKEN_LETTERS - len(CARD)}}}")
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


@dataclass(frozen=True, slots=True)
class Reading:
    """What a scanned text turned out to be. Exactly one of `secret` and `number` is set when `result` is "ok"."""

    result: Result
    secret: bytes = field(default=b"", repr=False)
    number: str = ""


MISREAD: Final = Reading("misread")
NOT_A_BADGE: Final = Reading("not_a_badge")


def crc16(data: bytes) -> int:
    """CRC-16 CCITT: polynomial 0x1021, start 0xFFFF."""
    return binascii.crc_hqx(data, 0xFFFF)


def encode(secret: bytes) -> str:
    """The 38 letters printed in the code of a card."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a badge secret has {SECRET_BYTES} bytes")
    return CARD + (secret + crc16(secret).to_bytes(2, "big")).hex().translate(TO_LETTERS)


def clean(text: str) -> str:
    """The text as printed: without control characters, scanner prefixes (AIM, ECI), blanks around and lower case."""
    text = CONTROL.sub("", text).translate(TO_UPPER)
    prefix = SCANNER_PREFIX.match(text)
    return text[prefix.end() if prefix else 0 :].strip(" ")


def read(text: str) -> Reading:
    """Read a scanned or typed text: a card's token, or the public number under it."""
    text = clean(text)
    if TOKEN.fullmatch(text):
        return _decode(text)
    if text.startswith(CARD) and len(text) <= LONGEST_MISREAD:
        return MISREAD
    return read_number(text)


def _decode(token: str) -> Reading:
    data = bytes.fromhex(token[len(CARD) :].translate(TO_HEX))
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


def log_tag(secret: bytes) -> str:
    """What logs may say of a badge: eight hexadecimal digits, the start of the stored hash."""
    return stored(secret)[:8]
