"""All reads about sign-in."""

import msgspec
from sqlalchemy import bindparam, select

from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.tables import Person
from tierslieu.people.signin.schemas import Account
from tierslieu.people.signin.tables import Session

p, s = columns(Person), columns(Session)


class OpenSession(msgspec.Struct, frozen=True):
    """A session that is still good, with its person."""

    person_id: int
    first_name: str
    roles: str
    seen_at: int


BY_SECRET = Query(
    select(p.id, p.first_name, p.roles, s.seen_at)
    .select_from(Session)
    .join(Person, p.id == s.person_id)
    .where(s.secret_sha256 == bindparam("secret"), s.expires_at > bindparam("now"), p.is_active == 1),
    into=OpenSession,
)
BY_EMAIL = Query(
    select(p.id, p.first_name, p.password_hash, p.roles).where(p.email == bindparam("email"), p.is_active == 1),
    into=Account,
)
SESSION_AGE: Query[tuple[int, str]] = Query(
    select(s.created_at, p.roles)
    .select_from(Session)
    .join(Person, p.id == s.person_id)
    .where(s.secret_sha256 == bindparam("secret"))
)


def session_age(reader: Reader, secret_sha256: str) -> tuple[int, str] | None:
    """When a session began, and the roles of its person."""
    return reader.row(SESSION_AGE, secret=secret_sha256)


def open_session_of(reader: Reader, secret_sha256: str) -> OpenSession | None:
    """The session with this secret, None when it is over or unknown."""
    return reader.row(BY_SECRET, secret=secret_sha256, now=reader.now)


def account(reader: Reader, email: str) -> Account | None:
    """The active person with this address."""
    return reader.row(BY_EMAIL, email=email)
