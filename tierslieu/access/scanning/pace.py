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


def _is_beyond(home: House, what: str, most: int, more: int = 1) -> bool:
    now = home.clock.now()
    if not most:
        return False
    asked = home.lately.setdefault(what, deque(maxlen=most))
    spare = most - len(asked)
    if more > most or (more > spare and 0 <= now - asked[more - spare - 1] < MINUTE):
        return True
    asked.extend([now] * more)
    return False
