"""What the door says, from the decision and the reservation it meets."""

from devices.badges.decide import Decision
from tierslieu.access.rules import DENIED, RELEASED, Answer
from tierslieu.reservations.actions import Arrival
from tierslieu.reservations.rules import CHECK_IN_EARLY


def is_released(decision: Decision) -> bool:
    """True for a passage in a fire alarm: nobody is held, and nothing that somebody reserved begins or ends."""
    return decision.reason == RELEASED


def is_uncounted(decision: Decision) -> bool:
    """True for a badge shown on the way in while a fire alarm lasts: it is noted at its reader, in front of no zone."""
    return is_released(decision) and decision.direction == "in"


def of(decision: Decision, zone: str, *, is_named: bool, passback_s: int = 0) -> Answer:
    """The answer where no reservation matters: to a refusal, an exit, a guest. A refusal says nothing personal.

    `passback_s` is the zone's: told to whoever has to wait for it.
    """
    kind = decision.reason
    if decision.outcome == "granted":
        kind = {"entered": "welcome"}.get(decision.reason, decision.reason)
    is_greeted = is_named and decision.outcome == "granted" and not is_released(decision)
    wait = passback_s if kind == "passback_wait" else 0
    return Answer(kind, is_greeted, code=decision.reason, direction=decision.direction, zone=zone, wait=wait)


def refusal_told(reason: str) -> Decision:
    """The refusal that a device told somebody; a reason that nobody knows is none."""
    return Decision("denied", reason if reason in DENIED else "not_allowed", "in")


def of_arrival(arrival: Arrival, decision: Decision, zone: str, *, is_named: bool, may_wait: bool) -> Answer:
    """The answer to somebody who is let in, with what they reserved. `may_wait`: who comes too early waits outside."""
    one, resource = arrival.reservation, arrival.resource
    if one is None or resource is None:
        return of(decision, zone, is_named=is_named)
    kind = arrival.kind
    if kind == "too_early" and not may_wait:
        kind = "welcome_early"
    is_refused = kind == "too_early"  # the screen of a refusal says nothing personal
    return Answer(
        kind,
        is_named and not is_refused,
        resource.name,
        resource.space.name,
        one.starts_at,
        one.ends_at,
        one.starts_at - CHECK_IN_EARLY,
        one.people,
        code="too_early" if is_refused else decision.reason,
        direction=decision.direction,
        zone=zone,
    )
