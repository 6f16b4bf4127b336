"""Rules of sign-in: how long a session lives, what it is worth, which passwords and codes are taken. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from tierslieu.people.roles.rules import is_staff
from tierslieu.people.signin.common import COMMON_PASSWORDS

MINUTE: Final = 60
DAY: Final = 86_400
TOUCH_AFTER: Final = 300
"""A session's last use is noted at most this often, in seconds (more often when it may be idle for a short time)."""
CONFIRMED_FOR: Final = 10 * MINUTE
"""How long a proof of identity is good enough for delicate acts."""
LINK_LIFE: Final = 10 * MINUTE
CODE_TRIES: Final = 5
"""Wrong codes that one request for a link bears."""
CODE_LENGTH: Final = 6
CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0, O, 1, I, L, U: codes are read on one screen and typed on another."""
RECOVERY_CODES: Final = 8
RECOVERY_LENGTH: Final = 12
CHALLENGE_LIFE: Final = 5 * MINUTE
STEP: Final = 30
"""Seconds that one code of an authenticator lasts."""
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 200
MAX_PASSKEYS: Final = 10
MAX_BROWSERS: Final = 20
ONE_FACTOR, TWO_FACTORS = 1, 2


def session_limits(roles: Iterable[str], kind: str = "browser") -> tuple[int, int]:
    """(idle, absolute) seconds a session may live: staff handle other people's data, a kiosk is everybody's."""
    if kind == "kiosk":
        return MINUTE, 10 * MINUTE
    return (30 * MINUTE, 12 * 3600) if is_staff(roles) else (30 * DAY, 180 * DAY)


def touch_after(idle: int) -> int:
    """Seconds after which a session's use is noted anew: a thirtieth of what it may be idle, so limits stay true."""
    return min(TOUCH_AFTER, idle // 30)


def roles_in_force(roles: Iterable[str], strength: int, kind: str = "browser") -> tuple[str, ...]:
    """The roles a session may use: staff with one factor, or at a kiosk, are members like others."""
    held = tuple(role for role in roles if role)
    if kind != "kiosk" and (strength >= TWO_FACTORS or not is_staff(held)):
        return held
    return ("member", *(role for role in held if role != "member" and not is_staff((role,))))


def needs_second_factor(roles: Iterable[str], strength: int, kind: str = "browser") -> bool:
    """True when a session still waits for its second factor."""
    return kind != "kiosk" and strength < TWO_FACTORS and is_staff(roles)


def normal_code(text: str) -> str:
    """A typed code without the spaces and hyphens that people add; look-alike letters become what was meant."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\-–.]", "", plain)


def is_totp(code: str) -> bool:
    """True for six digits."""
    return len(code) == 6 and code.isascii() and code.isdigit()


def spaced(code: str, size: int = 4) -> str:
    """A code in groups, as people read it."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def password_flaw(password: str, personal: Iterable[str] = ()) -> str:
    """Why a new password is not taken, as a stable code; "" when it is. Any signs are fine, spaces too."""
    if len(password) < SHORTEST_PASSWORD:
        return "password_too_short"
    if len(password) > LONGEST_PASSWORD:
        return "string_too_long"
    plain = _plain(password)
    if len(set(plain)) < 4 or plain in COMMON_PASSWORDS or _without_digits(plain) in COMMON_PASSWORDS:
        return "password_too_common"
    rest = plain
    for word in sorted({_plain(word) for word in personal}, key=len, reverse=True):
        if len(word) >= 3:
            rest = rest.replace(word, "")
    return "password_personal" if rest != plain and len(rest) < 6 else ""


def _plain(text: str) -> str:
    """Lower case, without accents and without anything but letters and digits."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in folded if sign.isalnum())


def _without_digits(plain: str) -> str:
    return plain.strip("0123456789")
