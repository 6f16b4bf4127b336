"""Rules of rights: when an account that nobody uses is warned about, kept or forgotten. Pure."""

from typing import Final

DAY: Final = 86_400
UNUSED_AFTER: Final = 2 * 365 * DAY
"""Seconds without a sign of life after which an account is to be forgotten, as at RDV Service Public: 2 years."""
WARNED_BEFORE: Final = 30 * DAY
"""Seconds between the warning and the erasure."""

KEEP, WARN, WAIT, FORGET, SPARE = "keep", "warn", "wait", "forget", "spare"


def fate(last_alive: int, due_at: int | None, now: int) -> str:
    """What to do with an account: KEEP, WARN (start the delay), WAIT, FORGET, or SPARE (a sign of life came).

    `due_at` is the instant announced by an earlier warning, None without one. An account is forgotten only
    after a warning, and only when the whole delay has passed.
    """
    is_unused = last_alive <= now - (UNUSED_AFTER - WARNED_BEFORE)
    if due_at is None:
        return WARN if is_unused else KEEP
    if not is_unused:
        return SPARE
    return FORGET if now >= due_at else WAIT
