"""How fast one device may ask: whoever holds a kiosk's secret cannot try badges by the thousand.

Counted in the memory of the process: a bound against guessing needs no memory beyond its minute. An answer that says
« wait » is not noted, so that the same passage sent again later is judged.
"""

from collections import deque

from tierslieu.basics.spans import MINUTE
from tierslieu.infra.house import House


def is_too_fast(home: House, device: str) -> bool:
    """Count one more entry that a device asks for; True when it asked for more than it may in the last minute."""
    most, now = home.settings.presence.scans_per_minute, home.clock.now()
    if not most:
        return False
    asked = home.lately.setdefault(f"scans:{device}", deque(maxlen=most))
    if len(asked) == most and 0 <= now - asked[0] < MINUTE:
        return True
    asked.append(now)
    return False
