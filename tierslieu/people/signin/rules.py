"""Rules of sign-in: how long a session lives. Pure."""

from collections.abc import Iterable
from typing import Final

from tierslieu.people.roles.rules import is_staff

DAY: Final = 86_400
TOUCH_AFTER: Final = 300
"""A session's last use is noted at most this often, in seconds."""


def session_limits(roles: Iterable[str]) -> tuple[int, int]:
    """(idle, absolute) seconds a session may live: staff handle other people's data, so theirs are short."""
    return (4 * 3600, 12 * 3600) if is_staff(roles) else (30 * DAY, 180 * DAY)
