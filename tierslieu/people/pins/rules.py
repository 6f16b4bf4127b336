"""Rules of pins: how typed digits are read, which pins are too simple, how many wrong tries are borne. Pure."""

import unicodedata
from typing import Final

MINUTE: Final = 60
DIGITS: Final = 6
PERMISSION_LIFE: Final = 10 * MINUTE
WINDOW: Final = 15 * MINUTE
PER_CARD_AND_KIOSK: Final = 5
"""Wrong pins of one card at one kiosk in a quarter of an hour."""
PER_KIOSK: Final = 30
"""Wrong pins at one kiosk, whatever the cards, in a quarter of an hour."""
PER_CARD: Final = 20
"""Wrong pins of one card at all kiosks in a day: then only the desk makes it work again."""
DAY: Final = 86_400
FIRST_YEAR: Final = 1900
RISING, FALLING = "01234567890123456789", "98765432109876543210"


def read_pin(text: str) -> str:
    """The six digits of what was typed, in any script, with or without blanks between; "" for anything else."""
    if len(text) > 100:
        return ""
    plain = [
        sign for sign in unicodedata.normalize("NFKC", text) if not sign.isspace() and sign not in "-.\u200e\u200f"
    ]
    if len(plain) != DIGITS or any(unicodedata.category(sign) != "Nd" for sign in plain):
        return ""
    return "".join(str(unicodedata.decimal(sign)) for sign in plain)


def is_simple(pin: str, birth_year: int | None, this_year: int) -> bool:
    """True for pins that are tried first: repetitions, rows of digits, years of birth and dates that end with them."""
    return (
        len(set(pin)) < 3
        or pin in RISING
        or pin in FALLING
        or _repeats(pin)
        or _is_row_of_pairs(pin)
        or _has_year(pin, birth_year, this_year)
    )


def _repeats(pin: str) -> bool:
    """121212, 123123."""
    return any(pin == pin[:size] * (DIGITS // size) for size in (1, 2, 3))


def _is_row_of_pairs(pin: str) -> bool:
    """112233, 102030: the same step from pair to pair, or each digit twice."""
    pairs = [int(pin[start : start + 2]) for start in range(0, DIGITS, 2)]
    return pairs[1] - pairs[0] == pairs[2] - pairs[1] and all(pair % 11 == 0 or pair % 10 == 0 for pair in pairs)


def _has_year(pin: str, birth_year: int | None, this_year: int) -> bool:
    """A year at either end (1956.., ..1956), or a day of the known year of birth (120656, 061256, 560612)."""
    if any(FIRST_YEAR <= int(part) <= this_year for part in (pin[:4], pin[2:])):
        return True
    if birth_year is None:
        return False
    short = f"{birth_year % 100:02d}"
    rests = [rest for rest, year in ((pin[:4], pin[4:]), (pin[2:], pin[:2])) if year == short]
    return any(_is_day(rest[:2], rest[2:]) or _is_day(rest[2:], rest[:2]) for rest in rests)


def _is_day(day: str, month: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12
