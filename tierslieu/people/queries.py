"""All reads about people."""

from collections.abc import Callable, Mapping

import msgspec
from sqlalchemy import bindparam, func, select

from tierslieu.basics.actor import Actor
from tierslieu.infra.statements import Query, among, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.rules import DEVICE_ROLES, TOUCH_AFTER, hashed
from tierslieu.people.schemas import Account, Known
from tierslieu.people.tables import Device, Person, Session

p, s, d = columns(Person), columns(Session), columns(Device)


class OpenSession(msgspec.Struct, frozen=True):
    """A session that is still good, with its person."""

    person_id: int
    first_name: str
    roles: str
    seen_at: int


KNOWN = (p.id, p.first_name, p.last_name, p.email, p.locale)
BY_SECRET = Query(
    select(p.id, p.first_name, p.roles, s.seen_at)
    .select_from(Session)
    .join(Person, p.id == s.person_id)
    .where(s.secret_sha256 == bindparam("secret"), s.expires_at > bindparam("now"), p.is_active == 1),
    into=OpenSession,
)
DEVICE_BY_SECRET: Query[tuple[str, str]] = Query(
    select(d.key, d.kind).where(d.secret_sha256 == bindparam("secret"), d.revoked_at == 0)
)
DEVICES: Query[tuple[str, str, str]] = Query(
    select(d.key, d.kind, d.secret_sha256).where(d.revoked_at == 0).order_by(d.key)
)
BY_EMAIL = Query(
    select(p.id, p.first_name, p.password_hash, p.roles).where(p.email == bindparam("email"), p.is_active == 1),
    into=Account,
)
BY_ID = Query(
    select(*KNOWN).where(p.id == bindparam("id"), p.is_active == 1),
    into=Known,
)
BY_KEY = Query(select(p.id, p.first_name, p.last_name, p.email, p.locale).where(p.key == bindparam("key")), into=Known)


SESSION_AGE: Query[tuple[int, str]] = Query(
    select(s.created_at, p.roles)
    .select_from(Session)
    .join(Person, p.id == s.person_id)
    .where(s.secret_sha256 == bindparam("secret"))
)


def session_age(reader: Reader, secret_sha256: str) -> tuple[int, str] | None:
    """When a session began, and the roles of its person."""
    return reader.row(SESSION_AGE, secret=secret_sha256)


def devices(reader: Reader) -> list[tuple[str, str, str]]:
    """Key, kind and hashed secret of every device that may connect."""
    return reader.rows(DEVICES)


def account(reader: Reader, email: str) -> Account | None:
    """The active person with this address."""
    return reader.row(BY_EMAIL, email=email)


KNOWN_AMONG = Query(select(*KNOWN).where(among(p.id, "ids")), into=Known)
SEARCH = Query(
    select(*KNOWN)
    .where(
        p.is_active == 1,
        func.lower(p.first_name + " " + p.last_name + " " + p.first_name).like(bindparam("pattern"), escape="!"),
    )
    .order_by(p.last_name, p.first_name)
    .limit(20),
    into=Known,
)


def known_among(reader: Reader, ids: list[int]) -> list[Known]:
    """The people of these ids, active or not."""
    return reader.rows(KNOWN_AMONG, ids=sorted(set(ids))) if ids else []


def search(reader: Reader, text: str) -> list[Known]:
    """Up to 20 people whose name holds the text, in either order; nobody for an empty text."""
    plain = text.strip().lower()
    if not plain:
        return []
    for sign in "!%_":
        plain = plain.replace(sign, f"!{sign}")
    return reader.rows(SEARCH, pattern=f"%{plain}%")


def known(reader: Reader, person_id: int) -> Known | None:
    """An active person."""
    return reader.row(BY_ID, id=person_id)


def by_key(reader: Reader, key: str) -> Known | None:
    """A person of the demonstration data, by their key there."""
    return reader.row(BY_KEY, key=key)


MAX_DEVICES = 1000


def resolver(permissions: Mapping[str, frozenset[str]]) -> Callable[[Reader, str], Actor | None]:
    """The function that turns a secret into an actor, given each role's permissions."""
    united: dict[str, frozenset[str]] = {}

    def rights(roles: str) -> frozenset[str]:
        found = united.get(roles)
        if found is None:
            found = united[roles] = frozenset().union(*(permissions.get(r, frozenset()) for r in roles.split(",")))
        return found

    seen_devices: set[str] = set()

    def device(reader: Reader, digest: str) -> Actor | None:
        row = reader.row(DEVICE_BY_SECRET, secret=digest)
        if row is None:
            return None
        return Actor(None, row[0], permissions.get(DEVICE_ROLES.get(row[1], ""), frozenset()), "", digest)

    def resolve(reader: Reader, secret: str) -> Actor | None:
        digest = hashed(secret)
        if digest in seen_devices:  # where to look first; the database still decides
            known_device = device(reader, digest)
            if known_device is not None:
                return known_device
        found = reader.row(BY_SECRET, secret=digest, now=reader.now)
        if found is not None:
            is_stale = reader.now - found.seen_at > TOUCH_AFTER
            return Actor(found.person_id, None, rights(found.roles), found.first_name, digest, is_stale)
        other = device(reader, digest)
        if other is not None and len(seen_devices) < MAX_DEVICES:
            seen_devices.add(digest)
        return other

    return resolve
