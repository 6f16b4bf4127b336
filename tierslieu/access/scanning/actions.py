"""Recording a presentation of a badge, once: the scan, its effects and the answer are one transaction."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from devices.badges.decide import FULL, Decision
from tierslieu.access import rules
from tierslieu.access.events import Passed
from tierslieu.access.presence import actions as presence
from tierslieu.access.presence.rules import mark
from tierslieu.access.rules import Answer
from tierslieu.access.scanning import answers, letters, storing
from tierslieu.access.scanning.again import answer_again
from tierslieu.access.scanning.judging import Asked, Judged, judge
from tierslieu.access.scanning.storing import Passage
from tierslieu.access.scanning.subjects import Subject, reservations_of, subject_of, subject_of_card, subject_of_person
from tierslieu.access.schemas import NewScan
from tierslieu.access.zones.places import Place, place_of
from tierslieu.access.zones.queries import resources_of, site
from tierslieu.basics.errors import NotFound, Reason, Refused
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.persons.queries import known
from tierslieu.reservations.actions import check_in
from tierslieu.reservations.presence.actions import leave_at_kiosk, note_at_kiosk

PRESENCE: Final = "presence"
"""The live topic that moves when somebody passes a door."""
DESK: Final = "desk"
"""The device of an arrival that the desk notes; no kiosk has this key: theirs begin with kiosk-."""


class Recorded(msgspec.Struct, frozen=True):
    """An answered scan: what to say, the first name for the greeting if any, whether it was answered before."""

    scan_id: str
    answer: Answer
    first_name: str | None
    is_duplicate: bool


def record_scan(tx: Tx, scan: NewScan, *, is_kept: bool = False, pin: str = "none", card: str = "") -> Recorded:
    """Answer one presentation of a badge, once: scan, presence, check-in and answer are one transaction.

    The same scan sent again gets the same answer. Raises Conflict("scan_id_reused") when its id comes back
    with something else. `is_kept`: the device kept it, so that it counts at the device's time, as the fact it is.
    `pin`: none, right or wrong. `card`: the stored hash of a card's secret, from a reader that sends no more.
    """
    device = tx.by.device or ""
    storing.wait_for(tx, card or scan.badge)
    digest = rules.digest(card or scan.badge, scan.at_device, scan.device_seq, scan.direction)
    stored = storing.answered(tx, device, scan.scan_id, digest)
    place = place_of(tx, device)
    if stored is not None:
        answer = answer_again(tx, device, scan, stored, place.kind)
        person = known(tx, stored.person_id) if answer.is_named and stored.person_id else None
        return Recorded(scan.scan_id, answer, person.first_name if person else None, is_duplicate=True)
    at = rules.happened_at(scan.at_device, tx.now, is_kept=is_kept, offset=scan.offset)
    with _as_of(tx, at):
        subject = subject_of_card(tx, card) if card else subject_of(tx, scan.badge, device, is_kept=is_kept)
        if pin == "right":
            subject = msgspec.structs.replace(subject, is_named=True)
        judged = _judged(tx, subject, scan, place, is_kept=is_kept, pin=pin)
        is_copy = storing.is_at_two_places(tx, subject, device, at, is_kept=is_kept)
        told = _told(judged.decision, scan) if is_kept else judged.decision
        order = mark(device, scan.device_seq, scan.scan_id)
        decision = _pass(
            tx,
            subject,
            msgspec.structs.replace(judged, decision=told),
            at,
            order,
            is_fact=is_kept,
            is_leaving=place.kind == "kiosk",
        )
        may_wait = judged.zone is None and not (is_kept and scan.decided)
        answer = _answer(tx, subject, decision, judged, may_wait=may_wait)
    flags = (
        *decision.flags,
        *(rules.time_flags(at, tx.now, scan.offset) if is_kept else ()),
        *(("conflict",) if told.outcome != judged.decision.outcome else ()),
        *(("twice",) if is_copy else ()),
    )
    by = place.kind if is_kept and scan.decided else "service"
    passage = Passage(device, scan.scan_id, digest, scan.device_seq, at, place.zone_id, decided_by=by)
    storing.store(tx, passage, subject, decision, answer, flags)
    _announce(tx, passage, subject, answer, is_kept=is_kept)
    letters.tell_if_near(tx, judged.zone, decision)
    first_name = subject.first_name if answer.is_named else None
    return Recorded(scan.scan_id, answer, first_name or None, is_duplicate=False)


def arrive_at_desk(tx: Tx, person_id: int) -> Answer:
    """Somebody without card or phone stands at the desk: what a badge would have done at the door.

    Raises NotFound, Refused("site_full").
    """
    person = known(tx, person_id)
    if person is None:
        raise NotFound("no_such_person")
    whole, scan_id = site(tx), secrets.token_hex(16)
    subject = subject_of_person(tx, person_id, person.first_name)
    counts = whole is None or judge(tx, subject, Asked(whole.id)).counts
    let_in = Decision("granted", "entered", "in")
    judged = Judged(let_in, whole, counts, tuple(reservations_of(tx, subject)))
    decision = _pass(tx, subject, judged, tx.now, mark(DESK, 0, scan_id), is_fact=False)
    if decision.outcome == "denied":
        raise Refused((Reason("site_full", {"zone": whole.name if whole else ""}),))
    answer = _answer(tx, subject, decision, judged, may_wait=False)
    passage = Passage(DESK, scan_id, "", 0, tx.now, whole.id if whole else 0, kind="desk")
    storing.store(tx, passage, subject, decision, answer, decision.flags)
    record_for(tx, "access.arrive", person_id)
    letters.tell_if_near(tx, whole, decision)
    _announce(tx, passage, subject, answer, is_kept=False)
    return answer


def _judged(tx: Tx, subject: Subject, scan: NewScan, place: Place, *, is_kept: bool, pin: str) -> Judged:
    direction = scan.direction if place.side == "both" else place.side
    return judge(tx, subject, Asked(place.zone_id, direction, pin, is_fact=is_kept))


def _told(judged: Decision, scan: NewScan) -> Decision:
    """What the device decided, when it tells; passing is a fact that nothing undoes."""
    if scan.decided == "granted" and judged.outcome != "granted":
        return Decision("granted", "entered", judged.direction)
    if scan.decided == "denied" and judged.outcome == "granted" and judged.direction == "in":
        return answers.refusal_told(scan.reason)
    return judged


def _pass(
    tx: Tx, subject: Subject, judged: Judged, at: int, order: str, *, is_fact: bool, is_leaving: bool = False
) -> Decision:
    """Count somebody in or out. The count has the last word on places, for the zone and for the whole site.

    `is_leaving`: they said so at a kiosk, so that the rest of what they reserved there is free, when their badge was
    shown and nothing newer is known of them. A door is also passed for a moment.
    """
    decision, zone = judged.decision, judged.zone
    if decision.outcome != "granted" or zone is None or not subject.is_somebody:
        return decision
    if decision.direction == "out":
        presence.leave(tx, subject.who, at, zone_id=zone.id, mark=order, known=subject.row)
        if is_leaving and subject.is_named and subject.here.last_at <= at:
            leave_at_kiosk(tx, subject.person_id, resources_of(tx, zone))
        return decision
    is_in = presence.enter(
        tx, zone, subject.who, at, counts=judged.counts, is_forced=is_fact, mark=order, known=subject.row
    )
    return decision if is_in else FULL


def _answer(tx: Tx, subject: Subject, decision: Decision, judged: Judged, *, may_wait: bool) -> Answer:
    """What to say. Whoever is let in is checked in to what they reserved."""
    zone = judged.zone.name if judged.zone else ""
    if decision.outcome != "granted" or decision.direction == "out" or not subject.person_id:
        return answers.of(decision, zone, is_named=subject.is_named and subject.is_somebody)
    arrival = check_in(tx, subject.person_id, judged.reserved, note_at_kiosk, is_sure=subject.is_named)
    return answers.of_arrival(arrival, decision, zone, is_named=subject.is_named, may_wait=may_wait)


def _announce(tx: Tx, passage: Passage, subject: Subject, answer: Answer, *, is_kept: bool) -> None:
    """Tell doors and screens. What a device kept is long over: no door opens for it."""
    if answer.outcome != "granted":
        return
    if not is_kept:
        tx.announce(Passed(passage.device, passage.scan_id, subject.person_id))
    tx.touch(PRESENCE)


@contextmanager
def _as_of(tx: Tx, at: int) -> Iterator[None]:
    """Act at another instant than now: a passage that a device kept counts when it happened."""
    now = tx.now
    tx.now = at
    try:
        yield
    finally:
        tx.now = now
