"""All changes to badges: issue, replace, carry on a phone, stop."""

import secrets
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, update

from devices.badges import codec as badges
from tierslieu.access import queries
from tierslieu.access.events import BadgeDoubted, BadgeIssued, BadgeRevoked
from tierslieu.access.schemas import BadgeRow, Issued
from tierslieu.access.tables import Badge
from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.basics.ids import show
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.persons.queries import known

MANAGE = "access.manage_badges"
NUMBER_TRIES = 20
MOST_CARDS = 5
"""How many cards of a person may work together."""
PHONE_BYTES, HANDLE_BYTES = 24, 7
b = columns(Badge)
ADD_BADGE: Query[Any] = Query(insert_into(Badge))
REVOKE: Query[Any] = Query(
    update(table_of(Badge))
    .where(b.id == bindparam("which"), b.state == "active")
    .values(state="revoked", revoked_at=bindparam("now"), revoked_reason=bindparam("why"))
)
DOUBT: Query[Any] = Query(
    update(table_of(Badge))
    .where(b.id == bindparam("which"), b.doubted_at == 0, b.kind != "phone")
    .values(doubted_at=bindparam("now"))
)
TRUST: Query[Any] = Query(
    update(table_of(Badge)).where(b.id == bindparam("which"), b.doubted_at > 0).values(doubted_at=0)
)
GIVE_BACK: Query[Any] = Query(delete(table_of(Badge)).where(b.id == bindparam("which"), b.kind == "day"))


def issue_badge(tx: Tx, person_id: int, kind: str = "card", secret: bytes | None = None, label: str = "") -> Issued:
    """A person's badge of a kind: the first one, or another one with a label of its own.

    Raises Conflict("has_badge") when one with this label works already, Conflict("too_many_badges"), NotFound.
    """
    if known(tx, person_id) is None:
        raise NotFound("no_such_person")
    working = [one for one in queries.badges_now(tx, person_id) if one.kind == kind]
    if any(one.label == label for one in working):
        raise Conflict("has_badge")
    if len(working) >= MOST_CARDS:
        raise Conflict("too_many_badges", most=MOST_CARDS)
    record_for(tx, "access.issue_badge", person_id)
    return _issue(tx, person_id, kind, secret, label)


def lend_badge(tx: Tx, person_id: int, number: str, secret_sha256: str, until: int) -> BadgeRow:
    """A card of the house is this person's until then. Raises Conflict("has_badge"), NotFound."""
    if known(tx, person_id) is None:
        raise NotFound("no_such_person")
    if queries.active_badge(tx, person_id, "day") is not None:
        raise Conflict("has_badge")
    badge = BadgeRow(tx.new_id(), person_id, "day", number, "active", tx.now, None, None, valid_until=until)
    return _store(tx, badge, secret_sha256)


def take_back_badge(tx: Tx, badge_id: int) -> None:
    """A lent card is in the drawer again: nothing says any more who had it. Raises NotFound."""
    if not tx.run(GIVE_BACK, which=badge_id):
        raise NotFound("no_such_badge")
    tx.announce(BadgeRevoked(badge_id))


def replace_badge(tx: Tx, badge_id: int, reason: str = "replaced") -> Issued:
    """A new badge instead of one that works: from this commit on the old one does not. Raises Conflict, NotFound."""
    former = queries.badge(tx, badge_id)
    if former.kind == "day":
        raise Conflict("badge_lent")
    revoke_badge(tx, badge_id, reason)
    record_for(tx, "access.replace_badge", former.person_id, show(badge_id))
    return _issue(tx, former.person_id, former.kind, None, former.label)


def carry_badge(tx: Tx, person_id: int) -> Issued:
    """The badge of a person's phone: a new one, and the phone that carried the former one loses it.

    `token` is what this browser keeps to be known again; it opens nothing by itself.
    """
    former = queries.active_badge(tx, person_id, "phone")
    return issue_badge(tx, person_id, "phone") if former is None else replace_badge(tx, former.id, "moved")


def revoke_badge(tx: Tx, badge_id: int, reason: str) -> None:
    """A badge stops working. Raises Conflict("badge_revoked") when it had stopped before, NotFound."""
    if not tx.run(REVOKE, which=badge_id, now=tx.now, why=reason):
        queries.badge(tx, badge_id)
        raise Conflict("badge_revoked")
    tx.announce(BadgeRevoked(badge_id))


def doubt_badge(tx: Tx, badge_id: int) -> None:
    """There may be a copy of a card: from now on it enters with its pin only. A phone draws its own codes: no doubt."""
    if tx.run(DOUBT, which=badge_id, now=tx.now):
        tx.announce(BadgeDoubted(badge_id))


def trust_badge(tx: Tx, badge_id: int) -> bool:
    """It is the card itself, in its holder's hands. False when nobody doubted it."""
    is_ended = bool(tx.run(TRUST, which=badge_id))
    if is_ended:
        tx.announce(BadgeDoubted(badge_id))
    return is_ended


def vouch_for(tx: Tx, badge_id: int) -> None:
    """Staff looked at the card: no doubt any more, which the log keeps. Raises NotFound."""
    found = queries.badge(tx, badge_id)
    if trust_badge(tx, badge_id):
        record_for(tx, "access.trust_badge", found.person_id, show(badge_id))


def _issue(tx: Tx, person_id: int, kind: str, secret: bytes | None, label: str) -> Issued:
    badge = BadgeRow(tx.new_id(), person_id, kind, free_number(tx), "active", tx.now, None, None, label)
    if kind == "phone":
        token, handle = secrets.token_urlsafe(PHONE_BYTES), secrets.token_hex(HANDLE_BYTES)
        return Issued(_store(tx, msgspec.structs.replace(badge, handle=handle), hashed(token)), token)
    secret = secret or secrets.token_bytes(badges.SECRET_BYTES)
    return Issued(_store(tx, badge, badges.stored(secret)), badges.encode(secret))


def _store(tx: Tx, badge: BadgeRow, secret_sha256: str) -> BadgeRow:
    tx.run(ADD_BADGE, **msgspec.structs.asdict(badge), secret_sha256=secret_sha256, issued_by=tx.by.person_id)
    tx.announce(BadgeIssued(badge.id))
    return badge


def free_number(tx: Tx) -> str:
    """A public number that no card has. Raises Conflict("no_free_number")."""
    for _ in range(NUMBER_TRIES):
        stem = badges.FIRST_STEM + secrets.randbelow(badges.LAST_STEM - badges.FIRST_STEM + 1)
        number = badges.card_number(stem)
        if tx.row(queries.NUMBER_TAKEN, number=number) is None:
            return number
    raise Conflict("no_free_number")
