"""Staff at a kiosk: card and pin, or a passkey, open a minute; each gesture begins it anew, for a quarter of an hour.

The kiosk's own account stays what it is: what staff do there is done by them, with what the desk may do and no more.
"""

import secrets
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, bindparam, delete, select, update

from tierslieu.access.kiosk.tables import KioskTurn
from tierslieu.basics.actor import Actor
from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import Forbidden
from tierslieu.basics.spans import MINUTE
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.persons.queries import known
from tierslieu.people.pins.actions import Try, settle
from tierslieu.people.roles.queries import roles_of
from tierslieu.people.roles.rules import is_staff

LASTS: Final = MINUTE
AT_MOST: Final = 15 * MINUTE
t = columns(KioskTurn)
ADD: Query[Any] = Query(insert_into(KioskTurn))
FIND: Query[tuple[int, int, int]] = Query(
    select(t.person_id, t.began_at, t.until).where(
        t.secret_sha256 == bindparam("secret"),
        t.kiosk == bindparam("kiosk"),
        t.until > bindparam("now", type_=BigInteger()),
    )
)
GO_ON: Query[Any] = Query(
    update(table_of(KioskTurn)).where(t.secret_sha256 == bindparam("which")).values(until=bindparam("new_until"))
)
END: Query[Any] = Query(delete(table_of(KioskTurn)).where(t.secret_sha256 == bindparam("secret")))
TIDY: Query[Any] = Query(delete(table_of(KioskTurn)).where(t.until <= bindparam("now", type_=BigInteger())))


class Turn(msgspec.Struct, frozen=True):
    """A turn that was opened: its secret for the kiosk's cookie, and until when."""

    secret: str
    until: int


def begin(tx: Tx, one: Try) -> Turn | None:
    """The pin was right: a minute for its person at the kiosk that is the actor. None when they are no staff."""
    return take(tx, one.card.person_id, one.card.kiosk, "pin") if settle(tx, one) else None


def take(tx: Tx, person_id: int, kiosk: str, way: str) -> Turn | None:
    """A minute at the kiosk for somebody who proved who they are, by pin or passkey. None when they are no staff."""
    if not is_staff(roles_of(tx, person_id)):
        return None
    tx.run(TIDY, now=tx.now)
    secret, until = secrets.token_urlsafe(32), tx.now + LASTS
    facts = {"kiosk": kiosk, "person_id": person_id, "began_at": tx.now, "until": until}
    tx.run(ADD, secret_sha256=hashed(secret), **facts)
    tx.by = Actor(person_id)
    record(tx, "access.staff_at_kiosk", None, kiosk, way=way)
    return Turn(secret, until)


def require(tx: Tx, secret: str) -> int:
    """Who is at the kiosk that is the actor; the minute begins anew. Raises Forbidden("staff_turn_over")."""
    kiosk = tx.by.device or ""
    found = tx.row(FIND, secret=hashed(secret), kiosk=kiosk, now=tx.now)
    if found is None or not is_staff(roles_of(tx, found[0])):
        raise Forbidden("staff_turn_over")
    person_id, began_at, _until = found
    tx.run(GO_ON, which=hashed(secret), new_until=min(tx.now + LASTS, began_at + AT_MOST))
    return person_id


def end(tx: Tx, secret: str) -> None:
    """Staff leave the kiosk."""
    tx.run(END, secret=hashed(secret))


def first_name(reader: Reader, person_id: int) -> str:
    """Who is at the kiosk, for its screen."""
    person = known(reader, person_id)
    return person.first_name if person else ""
