"""All changes to sessions."""

import secrets
from typing import Any

from sqlalchemy import bindparam, delete, update

from tierslieu.basics.actor import Actor
from tierslieu.basics.digest import hashed
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.devices.turning import secret_used
from tierslieu.people.signin.queries import session_age, sessions_of
from tierslieu.people.signin.rules import needs_second_factor, session_limits
from tierslieu.people.signin.schemas import SessionView
from tierslieu.people.signin.tables import Session

LATE = 3600
s = columns(Session)
ADD_SESSION: Query[Any] = Query(insert_into(Session))
END_SESSION: Query[Any] = Query(delete(table_of(Session)).where(s.secret_sha256 == bindparam("secret")))
END_ALL: Query[Any] = Query(
    delete(table_of(Session)).where(s.person_id == bindparam("person"), s.secret_sha256 != bindparam("kept"))
)
TIDY_SESSIONS: Query[Any] = Query(delete(table_of(Session)).where(s.expires_at <= bindparam("now")))
SEEN: Query[Any] = Query(
    update(table_of(Session))
    .where(s.secret_sha256 == bindparam("secret"))
    .values(seen_at=bindparam("now"), expires_at=bindparam("until"))
)


def open_session(
    tx: Tx,
    person_id: int,
    roles: str,
    former: str | None = None,
    *,
    kind: str = "browser",
    method: str = "password",
    strength: int = 1,
    label: str = "",
) -> SessionView:
    """A new session with a new secret; the browser's former one (its hash) ends: nothing can be fixed beforehand.

    `kind` is browser, program or kiosk; `strength` 2 after two factors, else staff hold a member's rights only.
    """
    if former is not None:
        tx.run(END_SESSION, secret=former)
    held = roles.split(",")
    idle, _absolute = session_limits(held, kind)
    secret = secrets.token_urlsafe(32)
    tx.run(
        ADD_SESSION,
        secret_sha256=hashed(secret),
        person_id=person_id,
        created_at=tx.now,
        seen_at=tx.now,
        expires_at=tx.now + idle,
        kind=kind,
        method=method,
        strength=strength,
        label=label[:60],
        confirmed_at=tx.now,
    )
    return SessionView(secret, tx.now + idle, needs_second_factor(held, strength, kind))


def note_use(tx: Tx, who: Actor) -> None:
    """The session was used: it may live on, never past its absolute limit. A device's new secret takes over."""
    if who.device is not None:
        secret_used(tx, who.device, who.session or "")
        return
    found = session_age(tx, who.session or "")
    if found is not None:
        created_at, roles, kind = found
        idle, absolute = session_limits(roles.split(","), kind)
        tx.run(SEEN, secret=who.session, now=tx.now, until=min(tx.now + idle, created_at + absolute))


def end_session(tx: Tx, secret_sha256: str) -> None:
    """Sign out."""
    tx.run(END_SESSION, secret=secret_sha256)


def end_named_session(tx: Tx, person_id: int, handle: str) -> None:
    """End one of a person's own sessions, by its name in forms. Nothing happens when there is none."""
    for line in sessions_of(tx, person_id):
        if line.handle == handle:
            tx.run(END_SESSION, secret=line.secret_sha256)


def end_all_sessions(tx: Tx, person_id: int, kept: str | None = None) -> int:
    """End all sessions of a person, but the one that is kept. Returns how many ended."""
    return tx.run(END_ALL, person=person_id, kept=kept or "")


def tidy_sessions(tx: Tx, _payload: object) -> None:
    """Forget the sessions that ended a while ago: a form that arrives late is still known to be its person's."""
    tx.run(TIDY_SESSIONS, now=tx.now - LATE)
