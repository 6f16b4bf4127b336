"""Names: how they are written, folded for looking up, and ordered. Pure.

Folding keeps what a person at the desk remembers of a name: letters without case, accents, hyphens or
apostrophes. Other scripts keep their signs: only marks of the Latin, Greek and Cyrillic kind are taken away.
"""

import re
import unicodedata
from itertools import combinations
from typing import Final

LONGEST_NAME: Final = 200
LONGEST_WORD: Final = 40
MOST_WORDS: Final = 12
"""Words of one person that can be looked up: enough for every civil name."""
ENOUGH: Final = 3
"""From how many letters on the beginning of a word is looked for; a shorter word is looked for as it is."""
ENOUGH_WIDE: Final = 2
"""The same where a sign is a syllable or a word: Chinese, Japanese, Korean."""
LAST_SIGN: Final = "\U0010ffff"
"""Comes after everything: the open end of a range of words that begin alike."""
NEXT_SIGN: Final = "\x01"
"""Comes before every sign of a word: the end of a range that holds one word alone (PostgreSQL takes no NUL)."""
PAIR: Final = "+"
"""Begins the row that stands for two words together; no word begins so."""
JOINERS: Final = "\u200c\u200d"
"""Signs without width that some scripts need inside a word."""
REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
LETTERS: Final = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t"}
)
WIDE: Final = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
INNER: Final = re.compile("['’ʼ`´‐‑–.-]")
"""Signs that join the parts of one word: people leave them out, or write a space."""


def written(text: str) -> str:
    """A name as it is kept: composed, one space between words. Raises ValueError("bad_text", "bad_name")."""
    trimmed = text.strip()
    if any(unicodedata.category(sign) in REFUSED and sign not in JOINERS for sign in trimmed):
        raise ValueError("bad_text")
    kept = " ".join(unicodedata.normalize("NFC", trimmed).split())
    if not any(sign.isalnum() for sign in kept):
        raise ValueError("bad_name")
    return kept


def fold(text: str) -> str:
    """The text without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(LETTERS)
    plain = "".join(sign for sign in apart if not "\u0300" <= sign <= "\u036f")
    return unicodedata.normalize("NFC", plain).casefold()


def words(text: str) -> list[str]:
    """The folded words of a text, in its order, each once."""
    kept = "".join(sign if _is_inside(sign) else " " for sign in fold(text))
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in kept.split()))


def _is_inside(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign).startswith("M")


def indexed(first_name: str, last_name: str) -> list[str]:
    """The words under which a person is found: each word, and the parts of a compound one joined."""
    text = f"{last_name} {first_name}"
    joined = [word for token in text.split() if len(INNER.split(token)) > 1 for word in words(INNER.sub("", token))]
    return list(dict.fromkeys([*words(text), *joined]))[:MOST_WORDS]


def beginning(word: str) -> str:
    """The letters of a word that are compared at least: a short word as a whole."""
    return word[: enough(word)]


def enough(word: str) -> int:
    """How many letters of this word's script are enough to look for its beginning."""
    return ENOUGH_WIDE if WIDE.match(word) else ENOUGH


def pair(one: str, other: str) -> str:
    """The row under which a person with both words is found, in either order."""
    first, second = sorted((beginning(one), beginning(other)))
    return f"{PAIR}{first}{PAIR}{second}"


def rows(first_name: str, last_name: str) -> list[str]:
    """Everything under which a person is found: their words, and each two of them together."""
    found = indexed(first_name, last_name)
    return [*found, *dict.fromkeys(pair(one, other) for one, other in combinations(found, 2))]


def bounds(word: str) -> tuple[str, str]:
    """The half-open range of the words that a typed word stands for: what begins so, or a short word itself."""
    return (word, word + LAST_SIGN) if len(word) >= enough(word) else (word, word + NEXT_SIGN)


def sort_name(first_name: str, last_name: str) -> str:
    """What lists are ordered by: the last name, then the first, folded."""
    return " ".join([*words(last_name), *words(first_name)])[:100]
