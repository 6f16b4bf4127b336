"""All changes to badges and scans: issue, replace, revoke, record a scan, forget old scans."""

import secrets
from typing import Any

import msgspec
from sqlalchemy import bindparam, update

from devices.badges import codec as badges
from tierslieu.access import queries
from tierslieu.access.events import BadgeIssued, BadgeRevoked
from tierslieu.access.schemas import BadgeRow, Issued
from tierslieu.access.tables import Badge, Scan
from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.persons.queries import known

PRESENCE = "presence"
"""The live topic that moves when somebody passes a door."""
NUMBER_TRIES = 20
DESK = "desk"
"""The device of an arrival that the desk notes; no kiosk has this key: theirs begin with kiosk-."""
b, s = columns(Badge), columns(Scan)
ADD_BADGE: Query[Any] = Query(insert_into(Badge))
REVOKE: Query[Any] = Query(
    update(table_of(Badge))
    .where(b.id == bindparam("which"), b.state == "active")
    .values(state="revoked", revoked_at=bindparam("now"), revoked_reason=bindparam("why"))
)
BEGIN_SCAN = insert_or_nothing(Scan)
END_SCAN: Query[Any] = Query(
    update(table_of(Scan))
    .where(s.device == bindparam("which_device"), s.scan_id == bindparam("which_scan"))
    .values(person_id=bindparam("who"), outcome=bindparam("result"), reason=bindparam("why"), answer=bindparam("said"))
)


def issue_badge(tx: Tx, person_id: int, kind: str = "card", secret: bytes | None = None) -> Issued:
    """A person's first badge of a kind. Raises Conflict("has_badge") when one works already, NotFound."""
    if known(tx, person_id) is None:
        raise NotFound("no_such_person")
    if queries.active_badge(tx, person_id, kind) is not None:
        raise Conflict("has_badge")
    record_for(tx, "access.issue_badge", person_id)
    return _issue(tx, person_id, kind, secret or secrets.token_bytes(badges.SECRET_BYTES))


def replace_badge(tx: Tx, badge_id: int, reason: str = "replaced") -> Issued:
    """A new badge instead of one that works: from this commit on the old one does not. Raises Conflict, NotFound."""
    former = queries.badge(tx, badge_id)
    revoke_badge(tx, badge_id, reason)
    record_for(tx, "access.replace_badge", former.person_id, show(badge_id))
    return _issue(tx, former.person_id, former.kind, secrets.token_bytes(badges.SECRET_BYTES))


def carry_badge(tx: Tx, person_id: int) -> Issued:
    """The badge of a person's phone: a new one, and the phone that carried the former one loses it."""
    former = queries.active_badge(tx, person_id, "phone")
    return issue_badge(tx, person_id, "phone") if former is None else replace_badge(tx, former.id, "moved")


def revoke_badge(tx: Tx, badge_id: int, reason: str) -> None:
    """A badge stops working. Raises Conflict("badge_revoked") when it had stopped before, NotFound."""
    if not tx.run(REVOKE, which=badge_id, now=tx.now, why=reason):
        queries.badge(tx, badge_id)
        raise Conflict("badge_revoked")
    tx.announce(BadgeRevoked(badge_id))


def _issue(tx: Tx, person_id: int, kind: str, secret: bytes) -> Issued:
    badge = BadgeRow(tx.new_id(), person_id, kind, _free_number(tx), "active", tx.now, None, None)
    tx.run(ADD_BADGE, **msgspec.structs.asdict(badge), secret_sha256=badges.stored(secret), issued_by=tx.by.person_id)
    tx.announce(BadgeIssued(badge.id))
    return Issued(badge, badges.encode(secret))


def _free_number(tx: Tx) -> str:
    for _ in range(NUMBER_TRIES):
        stem = badges.FIRST_STEM + secrets.randbelow(badges.LAST_STEM - badges.FIRST_STEM + 1)
        number = badges.card_number(stem)
        if tx.row(queries.BY_NUMBER, number=number) is None:
            return number
    raise Conflict("no_free_number")
