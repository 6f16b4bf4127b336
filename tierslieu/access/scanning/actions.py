"""Recording a presentation of a badge, once: the scan, its effects and the answer are one transaction."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from sqlalchemy import bindparam, update

from devices.badges import codec as badges
from tierslieu.access import queries, rules
from tierslieu.access.events import Passed
from tierslieu.access.rules import Answer
from tierslieu.access.schemas import NewScan
from tierslieu.access.tables import Scan
from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of, to_json
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.persons.queries import known, known_now
from tierslieu.reservations.actions import Arrival, check_in
from tierslieu.reservations.rules import CHECK_IN_EARLY

PRESENCE: Final = "presence"
"""The live topic that moves when somebody passes a door."""
DESK: Final = "desk"
"""The device of an arrival that the desk notes; no kiosk has this key: theirs begin with kiosk-."""
PLAIN: Final = {
    "kind": "badge",
    "direction": "in",
    "zone_id": 0,
    "decided_by": "service",
    "flags": "",
    "badge_id": 0,
    "guest_id": 0,
    "people": 1,
    "band": "",
}
"""A passage of one person through no particular zone."""
s = columns(Scan)
BEGIN_SCAN = insert_or_nothing(Scan)
END_SCAN: Query[Any] = Query(
    update(table_of(Scan))
    .where(s.device == bindparam("which_device"), s.scan_id == bindparam("which_scan"))
    .values(person_id=bindparam("who"), outcome=bindparam("result"), reason=bindparam("why"), answer=bindparam("said"))
)


class Recorded(msgspec.Struct, frozen=True):
    """An answered scan: what to say, the first name for the greeting if any, whether it was answered before."""

    scan_id: str
    answer: Answer
    first_name: str | None
    is_duplicate: bool


def record_scan(tx: Tx, scan: NewScan, *, is_kept: bool = False) -> Recorded:
    """Answer one presentation of a badge, once: scan, check-in and answer are one transaction.

    The same scan sent again gets the same answer. Raises Conflict("scan_id_reused") when its id comes back
    with something else. `is_kept`: the device kept it, so that it counts at the device's time.
    """
    device = tx.by.device or ""
    at = rules.happened_at(scan.at_device, tx.now, is_kept=is_kept)
    digest = rules.digest(scan.badge, scan.at_device, scan.device_seq)
    if not _begin(tx, device, scan, digest, at):
        return _replay(tx, device, scan.scan_id, digest)
    answer, person_id, first_name = _judge(tx, scan.badge, at)
    tx.run(
        END_SCAN,
        which_device=device,
        which_scan=scan.scan_id,
        who=person_id,
        result=answer.outcome,
        why=answer.reason,
        said=to_json(answer),
    )
    if person_id is not None and answer.outcome == "granted":
        tx.announce(Passed(device, scan.scan_id, person_id))
        tx.touch(PRESENCE)
    return Recorded(scan.scan_id, answer, first_name, is_duplicate=False)


def arrive_at_desk(tx: Tx, person_id: int) -> Answer:
    """Somebody without card or phone stands at the desk: what a badge would have done at the door. Raises NotFound."""
    if known(tx, person_id) is None:
        raise NotFound("no_such_person")
    answer, scan_id = _answer(check_in(tx, person_id), is_named=True), secrets.token_hex(16)
    at_the_desk = msgspec.structs.replace(answer, kind="welcome") if answer.outcome == "denied" else answer
    tx.run(
        BEGIN_SCAN,
        device=DESK,
        scan_id=scan_id,
        digest="",
        device_seq=0,
        at=tx.now,
        received_at=tx.now,
        person_id=person_id,
        outcome=at_the_desk.outcome,
        reason=at_the_desk.reason,
        answer=to_json(at_the_desk),
        **PLAIN | {"kind": "desk"},
    )
    record_for(tx, "access.arrive", person_id)
    tx.announce(Passed(DESK, scan_id, person_id))
    tx.touch(PRESENCE)
    return at_the_desk


def _begin(tx: Tx, device: str, scan: NewScan, digest: str, at: int) -> bool:
    """Take the scan's place first: two deliveries at the same time wait for each other here, and one is told so."""
    return bool(
        tx.run(
            BEGIN_SCAN,
            device=device,
            scan_id=scan.scan_id,
            digest=digest,
            device_seq=scan.device_seq,
            at=at,
            received_at=tx.now,
            person_id=None,
            outcome="denied",
            reason=None,
            answer="",
            **PLAIN,
        )
    )


def _replay(tx: Tx, device: str, scan_id: str, digest: str) -> Recorded:
    stored = queries.stored_scan(tx, device, scan_id)
    if stored.digest != digest:
        raise Conflict("scan_id_reused")
    answer = msgspec.json.decode(stored.answer, type=Answer)
    person = known(tx, stored.person_id) if answer.is_named and stored.person_id else None
    return Recorded(scan_id, answer, person.first_name if person else None, is_duplicate=True)


def _judge(tx: Tx, text: str, at: int) -> tuple[Answer, int | None, str | None]:
    """The answer, whose badge it was, and the first name for the greeting."""
    reading = badges.read(text)
    if reading.result != "ok":
        return Answer(reading.result), None, None
    badge = queries.badge_of(tx, reading)
    if badge is None:
        return Answer("badge_unknown"), None, None
    person = known_now(tx, badge.person_id) if badge.is_active else None
    if person is None:
        return Answer("badge_revoked"), badge.person_id, None
    with _as_of(tx, at):
        arrival = check_in(tx, person.id)
    answer = _answer(arrival, is_named=bool(reading.secret))
    return answer, person.id, person.first_name if answer.is_named else None


@contextmanager
def _as_of(tx: Tx, at: int) -> Iterator[None]:
    """Act at another instant than now: a passage that a device kept counts when it happened."""
    now = tx.now
    tx.now = at
    try:
        yield
    finally:
        tx.now = now


def _answer(arrival: Arrival, *, is_named: bool) -> Answer:
    one, resource = arrival.reservation, arrival.resource
    if one is None or resource is None:
        return Answer("welcome", is_named)
    is_greeted = is_named and arrival.kind != "too_early"  # the screen of a refusal says nothing personal
    return Answer(
        arrival.kind,
        is_greeted,
        resource.name,
        resource.space.name,
        one.starts_at,
        one.ends_at,
        one.starts_at - CHECK_IN_EARLY,
        one.people,
    )
