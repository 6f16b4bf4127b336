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
from tierslieu.access.presence.queries import is_alarm
from tierslieu.access.presence.rules import mark
from tierslieu.access.queries import StoredScan
from tierslieu.access.rules import RELEASED, Answer
from tierslieu.access.scanning import answers, copies, flag_letters, storing
from tierslieu.access.scanning.again import answer_again
from tierslieu.access.scanning.answers import is_released, is_uncounted
from tierslieu.access.scanning.judging import Asked, Judged, judge
from tierslieu.access.scanning.showing import Pin, Shown, Told, shown_at, text_of
from tierslieu.access.scanning.storing import Passage
from tierslieu.access.scanning.subjects import Subject, reservations_of, subject_of, subject_of_card, subject_of_person
from tierslieu.access.schemas import NewScan
from tierslieu.access.zones.queries import resources_of, site
from tierslieu.basics.errors import Conflict, NotFound, Reason, Refused
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


class Became(msgspec.Struct, frozen=True):
    """What became of a presentation: as judged here, as it happened, and what was said."""

    judged: Judged
    decision: Decision
    answer: Answer
    is_conflict: bool
    is_copy: bool


def record_scan(tx: Tx, scan: NewScan, *, is_kept: bool = False, pin: Pin = "none", card: str = "") -> Recorded:
    """Answer one presentation of a badge, once: scan, presence, check-in and answer are one transaction.

    The same scan sent again gets the same answer. Raises Conflict("scan_id_reused") when its id comes back
    with something else. `is_kept`, `pin`, `card`: see Told.
    """
    told = Told(is_kept, pin, card)
    storing.wait_for(tx, text_of(scan, told))
    shown = shown_at(tx, scan, told)
    stored = storing.answered(tx, shown.device, scan.scan_id, shown.digest)
    if stored is not None:
        return _answered_before(tx, shown, stored)
    with _as_of(tx, shown.at):
        subject = _subject_of(tx, shown)
        judged = judge(tx, subject, Asked(shown.place.zone_id, shown.direction, pin, is_fact=is_kept))
        became = _become(tx, shown, subject, judged)
    return _note(tx, shown, subject, became)


def _answered_before(tx: Tx, shown: Shown, stored: StoredScan) -> Recorded:
    answer = answer_again(tx, shown.device, shown.scan, stored, shown.place.kind)
    person = known(tx, stored.person_id) if answer.is_named and stored.person_id else None
    return Recorded(shown.scan.scan_id, answer, person.first_name if person else None, is_duplicate=True)


def _subject_of(tx: Tx, shown: Shown) -> Subject:
    """Whose badge it is, known by name also when its number came with the right pin."""
    found = subject_of_card(tx, shown.told.card) if shown.told.card else subject_of(tx, shown)
    return msgspec.structs.replace(found, is_named=True) if shown.told.pin == "right" else found


def _become(tx: Tx, shown: Shown, subject: Subject, judged: Judged) -> Became:
    """Let somebody pass, or not: as it was decided here, or by the device that kept the scan."""
    happened = _as_told(judged.decision, shown.scan) if shown.told.is_kept else judged.decision
    is_copy = copies.is_at_two_places(tx, shown, subject)
    passed = msgspec.structs.replace(judged, decision=happened)
    is_leaving = shown.place.kind == "kiosk"
    decision = _pass(tx, subject, passed, shown.at, shown.order, is_fact=shown.told.is_kept, is_leaving=is_leaving)
    may_wait = judged.zone is None and not shown.is_decided
    answer = _answer(tx, subject, decision, judged, may_wait=may_wait)
    is_conflict = happened.outcome != judged.decision.outcome and not is_released(happened)
    return Became(judged, decision, answer, is_conflict, is_copy)


def _note(tx: Tx, shown: Shown, subject: Subject, became: Became) -> Recorded:
    """Store a passage with its answer, tell whom it concerns, and answer the device."""
    scan, place, answer = shown.scan, shown.place, became.answer
    zone_id = 0 if is_uncounted(became.decision) else place.zone_id
    passage = Passage(
        shown.device, scan.scan_id, shown.digest, scan.device_seq, shown.at, zone_id, decided_by=shown.decided_by
    )
    flags = _flags(tx, shown, subject, became)
    storing.store(tx, passage, subject, became.decision, answer, flags)
    flag_letters.tell_of_flags(tx, passage, subject, answer.outcome, flags)
    copies.settle_doubt(tx, shown, subject, is_copy=became.is_copy)
    _announce(tx, passage, subject, answer, is_kept=shown.told.is_kept)
    first_name = subject.first_name if answer.is_named else None
    return Recorded(scan.scan_id, answer, first_name or None, is_duplicate=False)


def _flags(tx: Tx, shown: Shown, subject: Subject, became: Became) -> tuple[str, ...]:
    return rules.passage_flags(
        became.decision.flags,
        rules.time_flags(shown.at, tx.now, shown.scan.offset) if shown.told.is_kept else (),
        is_conflict=became.is_conflict,
        is_copy=became.is_copy,
        is_only_number=subject.is_only_claimed,
    )


def arrive_at_desk(tx: Tx, person_id: int) -> Answer:
    """Somebody without card or phone stands at the desk: what a badge would have done at the door.

    Raises NotFound, Refused("site_full"), Conflict("alarm_lasts"): nobody is counted in then.
    """
    if is_alarm(tx, 0):
        raise Conflict("alarm_lasts")
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
    _announce(tx, passage, subject, answer, is_kept=False)
    return answer


def _as_told(judged: Decision, scan: NewScan) -> Decision:
    """What the device decided, when it tells; passing is a fact that nothing undoes."""
    if scan.decided == "granted" and scan.reason == RELEASED:
        return Decision("granted", RELEASED, judged.direction, ("alarm",))
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
    shown and nothing newer is known of them. A door is also passed for a moment. In an alarm whoever leaves is counted
    out and keeps what they reserved; whoever shows a badge on the other side is on their way out too.
    """
    decision, zone = judged.decision, judged.zone
    is_passing = decision.outcome == "granted" and subject.is_somebody and not is_uncounted(decision)
    if zone is None or not is_passing:
        return decision
    if decision.direction == "out":
        presence.leave(tx, subject.who, at, zone_id=zone.id, mark=order, known=subject.row)
        if is_leaving and not is_released(decision) and subject.is_named and subject.here.last_at <= at:
            leave_at_kiosk(tx, subject.person_id, resources_of(tx, zone))
        return decision
    is_in = presence.enter(
        tx, zone, subject.who, at, counts=judged.counts, is_forced=is_fact, mark=order, known=subject.row
    )
    return decision if is_in else FULL


def _answer(tx: Tx, subject: Subject, decision: Decision, judged: Judged, *, may_wait: bool) -> Answer:
    """What to say. Whoever is let in is checked in to what they reserved, but not in an alarm."""
    zone = judged.zone.name if judged.zone else ""
    is_coming = decision.outcome == "granted" and decision.direction == "in" and not is_released(decision)
    if not is_coming or not subject.person_id:
        is_named, passback_s = subject.is_named and subject.is_somebody, judged.zone.passback_s if judged.zone else 0
        return answers.of(decision, zone, is_named=is_named, passback_s=passback_s)
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
