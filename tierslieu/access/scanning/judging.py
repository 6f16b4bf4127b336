"""From a presented badge to the decision: gathers the facts, asks devices.badges.decide."""

import msgspec

from devices.badges.decide import Decision, Direction, Gate, Holder, Moment, decide, refused_reading
from tierslieu.access.presence import queries as presence
from tierslieu.access.scanning import facts, subjects
from tierslieu.access.scanning.showing import Pin
from tierslieu.access.scanning.subjects import Subject
from tierslieu.access.zones.queries import ZoneNow, zone_map
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.schemas import Stored


class Asked(msgspec.Struct, frozen=True):
    """What a decision is asked about beside the badge. `pin`: none, right or wrong. `is_fact`: it happened already."""

    zone_id: int
    direction: Direction = "in"
    pin: Pin = "none"
    is_override: bool = False
    is_fact: bool = False


class Judged(msgspec.Struct, frozen=True):
    """A decision, with the zone it is about (None: no zone), and what the person reserved around now."""

    decision: Decision
    zone: ZoneNow | None
    counts: bool = True
    reserved: tuple[Stored, ...] = ()


def judge(reader: Reader, subject: Subject, asked: Asked) -> Judged:
    """Whether somebody passes here now (`reader.now`), and why."""
    zones = zone_map(reader)
    gate, zone = facts.gate(reader, asked.zone_id), zones.by_id.get(asked.zone_id)
    if asked.is_fact and gate.is_alarm:
        gate = msgspec.structs.replace(gate, is_alarm=False)
    if subject.reason:
        return Judged(refused_reading(subject.reason, gate, asked.direction), zone)
    here = subject.here
    if here.last_at > reader.now:  # a kept scan, older than what is known since
        here = presence.HereNow()
    reserved = subjects.reservations_of(reader, subject)
    holder = facts.standing_in(subjects.holder_of(reader, subject, gate.rules, reserved), gate, zones, here)
    counts = zone is None or facts.counts(subject.roles, zone)
    moment = Moment(
        now=reader.now,
        inside=_inside(reader, gate, asked),
        pin=asked.pin,
        is_phone=subject.is_phone,
        is_offline=asked.is_fact,
        counts=counts,
        is_override=asked.is_override or asked.is_fact,
    )
    decision = decide(gate, holder, moment, asked.direction)
    if subject.is_only_claimed and not asked.is_fact and decision.reason in ("entered", "inside"):
        decision = _by_number(decision, gate, holder, moment)
    return Judged(decision, zone, counts, tuple(reserved))


def _by_number(decision: Decision, gate: Gate, holder: Holder, moment: Moment) -> Decision:
    """The number under a card is no secret: alone it opens what is open to everybody, else the pin is asked."""
    stranger = msgspec.structs.replace(holder, roles=(), plans=(), qualifications=(), slots=())
    if decide(gate, stranger, moment, decision.direction).outcome == "granted":
        return decision
    return Decision("denied", "pin_wrong", "in") if moment.pin == "wrong" else Decision("ask", "pin_needed", "in")


def _inside(reader: Reader, gate: Gate, asked: Asked) -> int:
    if gate.capacity is None or asked.direction == "out":
        return 0
    return presence.inside(reader, gate.zone)
