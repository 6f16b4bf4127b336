"""Decisions at the door. Pure: what a presented badge means, how late a kept scan may be, codes of kiosks."""

import hashlib
import re
import unicodedata
from typing import Final, Literal

import msgspec

MINUTE: Final = 60
DAY: Final = 86_400
CODE_LIVES: Final = 10 * MINUTE
"""How long a kiosk's one-time code may be typed."""
CODE_DIGITS: Final = 8
SCANS_LIVE: Final = 90 * DAY
"""Scans are forgotten after three months (the usual length for access logs)."""
OLDEST_KEPT: Final = 7 * DAY
"""A scan kept by a device counts at its own time when it is at most this old; the device's clock may be wrong."""
RevokeReason = Literal["lost", "stolen", "damaged", "left"]
"""Why staff stop a badge; `replaced` and `moved` come from issuing another one."""

GRANTED: Final = ("checked_in", "already", "welcome")
DENIED: Final = ("badge_unknown", "badge_revoked", "too_early", "misread", "not_a_badge")


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the door said, as it is stored: codes and places, never a person's name.

    `kind` is one of GRANTED or DENIED. `is_named` allows the greeting by first name: a badge was shown, not
    only its public number typed. Instants and place belong to the reservation that was checked in, or comes.
    """

    kind: str
    is_named: bool = False
    resource: str = ""
    space: str = ""
    starts_at: int = 0
    ends_at: int = 0
    opens_at: int = 0
    people: int = 0

    @property
    def outcome(self) -> Literal["granted", "denied"]:
        """Whether the person is let in."""
        return "granted" if self.kind in GRANTED else "denied"

    @property
    def reason(self) -> str | None:
        """The code of a refusal, None when granted."""
        return None if self.outcome == "granted" else self.kind


def digest(badge: str, at_device: int, device_seq: int) -> str:
    """The same for the same request: a scan_id used again for something else is noticed."""
    return hashlib.sha256(f"{badge}|{at_device}|{device_seq}".encode("utf-8", "surrogatepass")).hexdigest()


def happened_at(at_device: int, now: int, *, is_kept: bool) -> int:
    """When a scan happened: now for one that is answered on the spot, the device's time for one it had kept.

    Never in the future, and never so long ago that only a wrong clock explains it.
    """
    if not is_kept or not now - OLDEST_KEPT <= at_device <= now:
        return now
    return at_device


def kiosk_key(name: str) -> str:
    """The key of a kiosk made from its name: « Entrée du hall » gives "kiosk-entree-du-hall"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return f"kiosk-{re.sub('[^a-z0-9]+', '-', plain).strip('-') or 'x'}"[:40].rstrip("-")


def code_text(number: int) -> str:
    """A one-time code: eight digits."""
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def typed_code(text: str) -> str:
    """The digits of a typed code, whatever stands between them."""
    return re.sub(r"[^0-9]", "", text)


def shown_code(code: str) -> str:
    """« 1234 5678 », with a no-break space."""
    return f"{code[:4]}\u00a0{code[4:]}"
