"""A scan that comes again: the same answer, and the device's own decision when it differs from what was answered.

The first answer may be lost. The device then decided by itself, and tells so when it sends the scan again: what it
told the person is the fact, and the passage follows it.
"""

import msgspec

from devices.badges.decide import Decision
from tierslieu.access.presence.actions import enter
from tierslieu.access.presence.folding import refold
from tierslieu.access.presence.rules import Who, mark
from tierslieu.access.queries import StoredScan
from tierslieu.access.rules import Answer
from tierslieu.access.scanning import answers, facts, flag_letters, storing
from tierslieu.access.scanning.flag_letters import Flagged, badge_name
from tierslieu.access.schemas import NewScan
from tierslieu.access.zones.queries import zone_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.roles.queries import roles_of


def answer_again(tx: Tx, device: str, scan: NewScan, stored: StoredScan, by: str) -> Answer:
    """What was answered, or what the device decided meanwhile. `by`: what kind of device it is."""
    answer = msgspec.json.decode(stored.answer, type=Answer)
    is_other = scan.decided not in ("", stored.outcome) and stored.direction == "in"
    if not is_other or "conflict" in stored.flags.split(","):
        return answer
    decision = Decision("granted", "entered", "in") if scan.decided == "granted" else answers.refusal_told(scan.reason)
    told = answers.of(decision, answer.zone, is_named=False)
    flags = ",".join(flag for flag in (stored.flags, "conflict") if flag)
    storing.change(tx, device, scan.scan_id, told, flags, by)
    if decision.outcome == "denied":
        refold(tx)
    else:
        badge = badge_name(stored.badge_id, stored.guest_id)
        flag_letters.queue(tx, Flagged("conflict", badge, stored.zone_id, device, stored.at))
        _enter(tx, stored, mark(device, scan.device_seq, scan.scan_id))
    return told


def _enter(tx: Tx, stored: StoredScan, order: str) -> None:
    zone = zone_of(tx, stored.zone_id)
    if zone is None or not (stored.person_id or stored.guest_id):
        return
    counts = facts.counts(roles_of(tx, stored.person_id) if stored.person_id else (), zone)
    who = Who(stored.person_id or 0, stored.guest_id)
    enter(tx, zone, who, stored.at, counts=counts, is_forced=True, mark=order)
