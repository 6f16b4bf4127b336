"""All changes to people, their sessions and the devices' accounts."""

import secrets
from typing import Any

from sqlalchemy import bindparam, delete, update

from tierslieu.basics.actor import Actor
from tierslieu.infra.statements import Query, columns, insert_into, table_of, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.queries import session_age
from tierslieu.people.rules import DEVICES, hashed, session_limits
from tierslieu.people.schemas import SessionView
from tierslieu.people.tables import Device, Person, Session

s, d = columns(Session), columns(Device)
ADD_PERSON: Query[Any] = Query(insert_into(Person))
ADD_SESSION: Query[Any] = Query(insert_into(Session))
END_SESSION: Query[Any] = Query(delete(table_of(Session)).where(s.secret_sha256 == bindparam("secret")))
TIDY_SESSIONS: Query[Any] = Query(delete(table_of(Session)).where(s.expires_at <= bindparam("now")))
SEEN: Query[Any] = Query(
    update(table_of(Session))
    .where(s.secret_sha256 == bindparam("secret"))
    .values(seen_at=bindparam("now"), expires_at=bindparam("until"))
)
PUT_DEVICE = upsert(Device, ("key",))
REVOKE_DEVICE: Query[Any] = Query(
    update(table_of(Device)).where(d.key == bindparam("which"), d.revoked_at == 0).values(revoked_at=bindparam("now"))
)


def create_person(
    tx: Tx,
    first_name: str,
    last_name: str,
    *,
    email: str | None = None,
    password_hash: str | None = None,
    roles: str = "member",
    key: str | None = None,
) -> int:
    """Someone new; only names are needed. Returns the id. Raises Conflict when the address is known already."""
    person_id = tx.new_id()
    tx.run(
        ADD_PERSON,
        id=person_id,
        key=key,
        first_name=first_name,
        last_name=last_name,
        email=email,
        password_hash=password_hash,
        roles=roles,
        locale="fr",
        is_active=1,
        created_at=tx.now,
        created_by=tx.by.person_id,
    )
    return person_id


def open_session(tx: Tx, person_id: int, roles: str, former: str | None = None) -> SessionView:
    """A new session with a new secret; the browser's former one (its hash) ends: nothing can be fixed beforehand."""
    if former is not None:
        tx.run(END_SESSION, secret=former)
    idle, _absolute = session_limits(roles.split(","))
    secret = secrets.token_urlsafe(32)
    until = tx.now + idle
    tx.run(
        ADD_SESSION,
        secret_sha256=hashed(secret),
        person_id=person_id,
        created_at=tx.now,
        seen_at=tx.now,
        expires_at=until,
    )
    return SessionView(secret, until)


def note_use(tx: Tx, who: Actor) -> None:
    """The session was used: it may live on, never past its absolute limit."""
    found = session_age(tx, who.session or "")
    if found is not None:
        created_at, roles = found
        idle, absolute = session_limits(roles.split(","))
        tx.run(SEEN, secret=who.session, now=tx.now, until=min(tx.now + idle, created_at + absolute))


def end_session(tx: Tx, secret_sha256: str) -> None:
    """Sign out."""
    tx.run(END_SESSION, secret=secret_sha256)


def tidy_sessions(tx: Tx, _payload: object) -> None:
    """Forget the sessions that are over."""
    tx.run(TIDY_SESSIONS, now=tx.now)


def enrol_device(tx: Tx, key: str, kind: str, name: str) -> str:
    """Give a device a new secret (a former one stops working). Returns the secret: it is shown only now."""
    secret = secrets.token_urlsafe(32)
    tx.run(PUT_DEVICE, key=key, kind=kind, name=name, secret_sha256=hashed(secret), created_at=tx.now, revoked_at=0)
    tx.touch(DEVICES)
    return secret


def revoke_device(tx: Tx, key: str) -> bool:
    """A device's secret stops working at once. False when there was none."""
    tx.touch(DEVICES)
    return tx.run(REVOKE_DEVICE, which=key, now=tx.now) > 0
