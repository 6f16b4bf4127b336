"""Short messages (SMS) in the GSM 03.38 alphabet: what it holds, how long a text is in it, how to say less. Pure.

A text in this alphabet has 160 signs in one message, or 153 in each of several. One sign outside it would turn the
whole text into another coding of 70 signs a message: more than twice the price. So nothing outside it leaves.
"""

import unicodedata
from collections.abc import Mapping
from typing import Final

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED: Final = frozenset("^{}\\[~]|€")
"""Signs that count twice."""
ALPHABET: Final = BASIC | EXTENDED
ONE_PART, EACH_PART, MOST_PARTS, LONGEST_TITLE = 160, 153, 2, 50
CUT: Final = "..."

SIGNS: Final[Mapping[str, str]] = (
    dict.fromkeys("’‘ʼ′`´", "'")
    | dict.fromkeys("«»“”„", '"')
    | dict.fromkeys("–—‑‐−•·", "-")
    | dict.fromkeys("\r\u2028\u2029", "\n")
    | {"…": "...", "×": "x", "°": "o", "№": "No", "⁄": "/", "\t": " ", "©": "(c)", "®": "(r)", "œ": "oe", "Œ": "OE"}
    | {"ç": "c", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "þ": "th", "ð": "d", "Þ": "Th", "Ð": "D", "ẞ": "SS"}
)
_LATIN_OF: Final = (
    ("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ", "a b v g d e e j z i i k l m n o p r s t ou f kh ts tch ch chtch _ y _ e"
     " iou ia i i ie g"),
    ("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o"),
)  # fmt: skip
_SMALL: Final = {
    sign: latin.replace("_", "")
    for signs, latins in _LATIN_OF
    for sign, latin in zip(signs, latins.split(), strict=True)
}
LETTERS: Final[Mapping[str, str]] = {
    **_SMALL,
    **{s.upper(): t.capitalize() for s, t in _SMALL.items() if s.upper() not in BASIC},
}
"""Cyrillic and Greek, as French readers spell them. The Greek capitals of the alphabet itself stay."""


def plain(text: str) -> str:
    """The text with each sign replaced by what the alphabet has for it; signs without any are left out.

    Idempotent. Use `is_spellable` first: a name left out would make another text of it.
    """
    return "".join(_spelt(sign) or "" for sign in unicodedata.normalize("NFC", text))


def is_spellable(text: str) -> bool:
    """True when every letter and digit has its spelling in the alphabet (pictures and marks may go)."""
    return all(
        _spelt(sign) is not None for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign)[0] in "LN"
    )


def _spelt(sign: str) -> str | None:
    if sign in SIGNS:
        return SIGNS[sign]
    if sign in ALPHABET:
        return sign
    if sign in LETTERS:
        return LETTERS[sign]
    if unicodedata.category(sign) == "Zs":
        return " "
    pieces = unicodedata.normalize("NFKD", sign)
    if pieces == sign:
        return None
    found = [_spelt(piece) for piece in pieces if not unicodedata.combining(piece)]
    return "".join(piece or "" for piece in found) if any(found) else None


def parts(text: str) -> int:
    """How many messages a text of this alphabet takes; 0 when it is empty or holds a sign outside."""
    if not text or not ALPHABET.issuperset(text):
        return 0
    if sum(map(_width, text)) <= ONE_PART:
        return 1
    count, room = 1, EACH_PART
    for sign in text:
        width = _width(sign)
        if width > room:  # a sign that counts twice is never cut in two
            count, room = count + 1, EACH_PART
        room -= width
    return count


def _width(sign: str) -> int:
    return 2 if sign in EXTENDED else 1


def title(text: str) -> str:
    """A name or a subject, 50 signs at most, cut between words."""
    return _cut(" ".join(text.split()), LONGEST_TITLE)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    kept = text[: max(longest - len(CUT), 0)]
    at_word = kept.rpartition(" ")[0]
    return (at_word if len(at_word) * 2 > len(kept) else kept).rstrip(" ,;:.-") + CUT


def compose(text: str, ending: str, instead: str, sensitive: frozenset[str] = frozenset()) -> str:
    """The short message: two parts at most, in the alphabet, with the office's phone (in `ending`) last.

    A text that cannot be spelt, or that tells what a stranger who sees the screen must not read, gives way to
    `instead`: it says to call.
    """
    is_sayable = is_spellable(text) and is_discreet(text, sensitive)
    body, end = (_line(text) if is_sayable else "") or _line(instead), _line(ending)
    if body.endswith(end):
        body = body.removesuffix(end).rstrip()
    longest = len(body)
    while parts(whole := f"{_cut(body, longest)} {end}".strip()) > MOST_PARTS and longest > 0:
        longest -= 1
    return whole


def _line(text: str) -> str:
    return " ".join(plain(text).split())


def is_discreet(text: str, sensitive: frozenset[str]) -> bool:
    """False when a sensitive word (small letters, without accents) stands in the text."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    spaced = "".join(sign if sign.isalnum() else " " for sign in bare if not unicodedata.combining(sign))
    line = f" {' '.join(spaced.split())} "
    return not any(f" {word} " in line for word in sensitive)
