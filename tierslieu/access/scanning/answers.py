"""What the door says, from the decision and the reservation it meets."""

from devices.badges.decide import Decision
from tierslieu.access.rules import DENIED, Answer
from tierslieu.reservations.actions import Arrival
from tierslieu.reservations.rules import CHECK_IN_EARLY


def of(decision: Decision, zone: str, *, is_named: bool) -> Answer:
    """The answer where no reservation matters: to a refusal, an exit, a guest. A refusal says nothing personal."""
    kind = decision.reason
    if decision.outcome == "granted":
        kind = {"entered": "welcome"}.get(decision.reason, decision.reason)
    is_greeted = is_named and decision.outcome == "granted" and decision.reason != "released"
    return Answer(kind, is_greeted, code=decision.reason, direction=decision.direction, zone=zone)


def refusal_told(reason: str) -> Decision:
    """The refusal that a device told somebody; a reason that nobody knows is none."""
    return Decision("denied", reason if reason in DENIED else "not_allowed", "in")


def of_arrival(arrival: Arrival, decision: Decision, zone: str, *, is_named: bool, may_wait: bool) -> Answer:
    """The answer to somebody who is let in, with what they reserved. `may_wait`: who comes too early waits outside."""
    one, resource = arrival.reservation, arrival.resource
    if one is None or resource is None or decision.reason == "released":
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
