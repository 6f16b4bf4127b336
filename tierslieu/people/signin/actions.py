"""All changes to sessions."""

import secrets
from typing import Any

from sqlalchemy import bindparam, delete, update

from tierslieu.basics.actor import Actor
from tierslieu.basics.digest import hashed
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.signin.queries import session_age
from tierslieu.people.signin.rules import session_limits
from tierslieu.people.signin.schemas import SessionView
from tierslieu.people.signin.tables import Session

s = columns(Session)
ADD_SESSION: Query[Any] = Query(insert_into(Session))
END_SESSION: Query[Any] = Query(delete(table_of(Session)).where(s.secret_sha256 == bindparam("secret")))
TIDY_SESSIONS: Query[Any] = Query(delete(table_of(Session)).where(s.expires_at <= bindparam("now")))
SEEN: Query[Any] = Query(
    update(table_of(Session))
    .where(s.secret_sha256 == bindparam("secret"))
    .values(seen_at=bindparam("now"), expires_at=bindparam("until"))
)


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
