"""Rules of rights: when an account that nobody uses is warned about, kept or forgotten. Pure."""

from typing import Final

DAY: Final = 86_400
UNUSED_AFTER: Final = 2 * 365 * DAY
"""Seconds without a sign of life after which an account is to be forgotten, as at RDV Service Public: 2 years."""
WARNED_BEFORE: Final = 30 * DAY
"""Seconds between the warning and the erasure."""
WHOLE_TURN: Final = "people.whole_turn"
"""What a run of all rules together is called, among the runs of each."""
RUNS_LIVE: Final = 365 * DAY
"""How long runs are told of."""
OVERDUE: Final = 3 * DAY
"""After so long without a whole turn, which comes daily, something keeps it from coming."""

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


def days_overdue(last_turn: int | None, now: int) -> int:
    """For how many days nothing was kept no longer, 0 while that is no worry. An installation begins with a turn."""
    return 0 if last_turn is None or now - last_turn <= OVERDUE else (now - last_turn) // DAY
