"""How fast one device may ask: whoever holds a kiosk's secret cannot try badges by the thousand, nor fill the house.

Counted in the memory of the process: a bound against guessing needs no memory that lasts. An answer that says
« wait » is not noted, so that the same passage sent again later is judged.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

from tierslieu.basics.spans import DAY, MINUTE
from tierslieu.infra.house import House

MINUTES_HELD: Final = DAY // MINUTE
"""Of so many minutes with visitors it is remembered, for each kiosk, who came."""


def is_too_fast(home: House, device: str) -> bool:
    """Count one more entry that a device asks for; True when it asked for more than it may in the last minute."""
    return _is_beyond(home, f"scans:{device}", home.settings.presence.scans_per_minute)


def are_too_many(home: House, device: str, people: int) -> bool:
    """Count visitors who say at a kiosk that they come in; True when more did so in a minute than can walk past it."""
    return _is_beyond(home, f"visits:{device}", home.settings.presence.visits_per_minute, people)


def were_too_many(home: House, device: str, visit: str, people: int, at: int) -> bool:
    """The same for those whom a kiosk kept meanwhile, in whatever order it tells; `at` is by its own clock.

    A visit that is sent again, since it could not be stored, is the same visit.
    """
    most = home.settings.presence.visits_per_minute
    if not most:
        return False
    noted = home.visits.setdefault(device, {})
    here = at // MINUTE
    near = {key: one for minute in (here - 1, here, here + 1) for key, one in noted.get(minute, {}).items()}
    near[visit] = at, people
    starts = {when for when, _many in near.values() if at - MINUTE < when <= at}
    if any(_within(near.values(), start) > most for start in starts):
        return True
    noted.setdefault(here, {})[visit] = at, people
    if len(noted) > MINUTES_HELD:
        del noted[next(iter(noted))]
    return False


def _within(visits: Iterable[tuple[int, int]], start: int) -> int:
    """How many people came within a minute from an instant on."""
    return sum(many for when, many in visits if start <= when < start + MINUTE)


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
