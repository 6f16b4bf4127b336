"""Decisions at the door. Pure: what a presented badge means, how late a kept scan may be, codes of kiosks."""

import hashlib
import re
import unicodedata
from typing import Final, Literal

import msgspec

from devices.badges import decide

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

GRANTED: Final = ("checked_in", "already", "welcome", "welcome_early", "inside", "left", "released")
"""What the screen greets with; `welcome_early`: let in, with a reservation later today."""
RELEASED: Final = "released"
"""What is said to everybody while a fire alarm lasts."""
DENIED: Final = (*decide.DENIED, *decide.ASKED)
LATE: Final = 2 * MINUTE
"""A passage that the service hears of after so long is marked as late."""
CLOCK_OFF: Final = MINUTE
"""A device's clock that is further off is marked, and put right by what the device knows of the service's."""
ONLY_NUMBER: Final = "number"
"""The flag of a passage for which the number of a card was typed, without its pin: it proves no card."""
TO_LOOK_AT: Final = frozenset({"conflict", "twice", "doubted", "passback", "over_capacity"})
"""Flags of passages that staff look at: decided otherwise by the device than by the service, the same badge in two
places at once, noted while in doubt, in twice without a way out, more people than places. Others only say how a
passage was noted."""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the door said, as it is stored: codes and places, never a person's name.

    `kind` is one of GRANTED or DENIED, `code` the reason of the decision also when it was granted. `is_named` allows
    the greeting by first name: a badge was shown, not only its public number typed. Instants and place belong to the
    reservation that was checked in, or comes. `wait`: for how many seconds the zone refuses a badge that just came in.
    """

    kind: str
    is_named: bool = False
    resource: str = ""
    space: str = ""
    starts_at: int = 0
    ends_at: int = 0
    opens_at: int = 0
    people: int = 0
    code: str = ""
    direction: Literal["in", "out"] = "in"
    zone: str = ""
    wait: int = 0

    @property
    def asks(self) -> Literal["", "pin"]:
        """What is missing to be let in, when it is something one can show."""
        return "pin" if self.kind in decide.ASKED else ""

    @property
    def outcome(self) -> Literal["granted", "denied"]:
        """Whether the person is let in."""
        return "granted" if self.kind in GRANTED else "denied"

    @property
    def reason(self) -> str | None:
        """The code of a refusal, None when granted."""
        return None if self.outcome == "granted" else self.kind


def digest(badge: str, at_device: int, device_seq: int, direction: str = "in") -> str:
    """The same for the same presentation: a scan_id used again for something else is noticed.

    What the device decided meanwhile is no part of it: the same scan comes without, and after a lost answer with it.
    """
    text = f"{badge}|{at_device}|{device_seq}" + ("" if direction == "in" else f"|{direction}")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def happened_at(at_device: int, now: int, *, is_kept: bool, offset: int = 0) -> int:
    """When a scan happened: now for one that is answered on the spot, the device's time for one it had kept.

    `offset` puts right a clock that is far off. Never in the future, and never so long ago that only a wrong clock
    explains it.
    """
    at = at_device + (offset if abs(offset) > CLOCK_OFF else 0)
    return at if is_kept and now - OLDEST_KEPT <= at <= now else now


def time_flags(at: int, now: int, offset: int) -> tuple[str, ...]:
    """What is noted of the time of a kept scan."""
    return (*(("late",) if now - at > LATE else ()), *(("clock",) if abs(offset) > CLOCK_OFF else ()))


def passage_flags(
    passed: tuple[str, ...], times: tuple[str, ...], *, is_conflict: bool, is_copy: bool, is_only_number: bool
) -> tuple[str, ...]:
    """What is noted of a passage: what the decision says, what its time says, and what else staff may ask about."""
    more = {"conflict": is_conflict, "twice": is_copy, ONLY_NUMBER: is_only_number}
    return (*passed, *times, *(flag for flag, is_so in more.items() if is_so))


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
