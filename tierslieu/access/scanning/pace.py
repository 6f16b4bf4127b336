"""How fast one device may ask: whoever holds a kiosk's secret cannot try badges by the thousand, nor fill the house.

Counted in the memory of the process: a bound against guessing needs no memory beyond its minute. An answer that says
« wait » is not noted, so that the same passage sent again later is judged.
"""

from collections import deque

from tierslieu.basics.spans import MINUTE
from tierslieu.infra.house import House


def is_too_fast(home: House, device: str) -> bool:
    """Count one more entry that a device asks for; True when it asked for more than it may in the last minute."""
    return _is_beyond(home, f"scans:{device}", home.settings.presence.scans_per_minute)


def are_too_many(home: House, device: str, people: int) -> bool:
    """Count visitors who say at a kiosk that they come in; True when more did so in a minute than can walk past it."""
    return _is_beyond(home, f"visits:{device}", home.settings.presence.visits_per_minute, people)


def were_too_many(home: House, device: str, people: int, at: int) -> bool:
    """The same for those whom a kiosk kept meanwhile: `at` is by its own clock, and they come in their order."""
    return _is_beyond(home, f"kept:{device}", home.settings.presence.visits_per_minute, people, at)


def _is_beyond(home: House, what: str, most: int, more: int = 1, at: int = 0) -> bool:
    now = at or home.clock.now()
    if not most:
        return False
    asked = home.lately.setdefault(what, deque(maxlen=most))
    spare = most - len(asked)
    if more > most or (more > spare and 0 <= now - asked[more - spare - 1] < MINUTE):
        return True
    asked.extend([now] * more)
    return False
