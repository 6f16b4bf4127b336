"""Rules of offers: how long a time is kept. Pure."""

from tierslieu.people.messages.rules import Manners


def kept_until(manners: Manners, now: int, seconds: int, last_instant: int) -> int | None:
    """Until when a time is kept for somebody who is told now; None when that would be too late.

    Nobody is woken for an offer, and nobody loses their turn because they sleep: in quiet hours the time is kept at
    once, and their minutes count from the instant at which the message may leave. What begins before that is kept for
    nobody: it stays free for whoever looks.
    """
    until = manners.quiet.over(manners.zone, now) + seconds
    return until if until <= last_instant else None
