"""Decisions about presence. Pure: until when a place is kept, who may arrive, leave or be late, what a door offers."""

from typing import Final

from tierslieu.basics.spans import DAY, HOUR, MINUTE, Span
from tierslieu.reservations.standing.rules import Policy

CHECK_IN_EARLY: Final = 15 * MINUTE
"""An arrival is noted from this long before the start."""
LATE_FROM: Final = 2 * HOUR
"""From this long before the start somebody can say that they are late."""
DELAYS: Final = (15, 30)
"""How late people say they are, in minutes."""
OFFERS: Final = (30, 60)
"""The lengths, in minutes, that a code on a door offers in one tap."""


def kept_until(span: Span, grace_minutes: int, late_until: int, made_at: int = 0) -> int | None:
    """The instant at which an unclaimed place is given to others; None where that is never done.

    The grace time of what was reserved after its start counts from then: who reserves now is still on the way.
    """
    if not grace_minutes:
        return None
    return min(max(max(span.start, made_at) + grace_minutes * MINUTE, late_until), span.end)


def late_until(span: Span, grace_minutes: int, delay: int) -> int:
    """Until when the place of somebody who comes `delay` minutes late is kept."""
    return min(span.start + (grace_minutes + delay) * MINUTE, span.end)


def delays(policy: Policy) -> tuple[int, ...]:
    """The delays that somebody may announce."""
    return tuple(delay for delay in DELAYS if delay <= policy.most_late_minutes)


def can_be_late(state: str, span: Span, kept: int | None, now: int) -> bool:
    """True while somebody who is not here yet may say that they are late."""
    return state == "confirmed" and span.start - LATE_FROM <= now < (span.end if kept is None else kept)


def can_arrive(state: str, span: Span, now: int) -> bool:
    """True while an arrival can be noted by the person: from a little before the start until the end."""
    return state == "confirmed" and span.start - CHECK_IN_EARLY <= now < span.end


def can_leave(state: str, span: Span, now: int) -> bool:
    """True while somebody who is here may say that they go."""
    return state == "checked_in" and now < span.end


def left_at(span: Span, now: int) -> int:
    """The end of a reservation whose person leaves now: whole minutes, inside what was reserved."""
    return max(span.start + MINUTE, min(-(-now // MINUTE) * MINUTE, span.end))


def ends_as(state: str, ends_at: int, grace_minutes: int, policy: Policy, now: int) -> str | None:
    """The state of a reservation once its end has passed; None while it stays as it is.

    Who was here has finished. Who was never seen has missed it where the grace time tells; elsewhere staff are
    asked first, and after `unknown_days` it counts as finished: nobody is blamed for what was not looked at.
    """
    if now < ends_at:
        return None
    if state == "checked_in":
        return "finished"
    if state != "confirmed":
        return None
    if grace_minutes:
        return "missed"
    return "finished" if now >= ends_at + policy.unknown_days * DAY else None


def spans_at_once(run: Span, least: int, grid_minutes: int, now: int) -> list[Span]:
    """What a code on a door offers of a free run: half an hour and an hour, on the grid.

    Each begins with the grid step under way; where the shortest reservation is longer, that length is offered. What
    is proposed is still decided as any wish.
    """
    step = grid_minutes * MINUTE
    if not run.holds(now):
        return []
    start = run.start + (now - run.start) // step * step
    found = []
    for minutes in OFFERS:
        seconds = -(-max(minutes * MINUTE, least) // step) * step
        end = start + seconds
        while end - now < minutes * MINUTE // 2:  # a step that is nearly over is not what people mean
            end += step
        found.append(Span(start, min(end, run.end)))
    return list(dict.fromkeys(found))
