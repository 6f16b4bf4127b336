"""Who asks: a secret becomes an actor with the permissions in force."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tierslieu.basics.actor import Actor
from tierslieu.basics.digest import hashed
from tierslieu.infra.transaction import Reader
from tierslieu.people.devices.queries import device_of, turning_device
from tierslieu.people.devices.rules import DEVICE_ROLES
from tierslieu.people.roles.rules import Rights, read_held, rights_of
from tierslieu.people.signin.queries import OpenSession, open_session_of
from tierslieu.people.signin.rules import needs_second_factor, roles_in_force, session_limits, touch_after

MAX_DEVICES = 1000
MAX_RIGHTS = 10_000


class InForce(NamedTuple):
    """What a session may do: now, and once the second factor is given. `touch` bounds how stale its use may be."""

    held: Rights
    withheld: frozenset[str]
    touch: int


def in_force(found: OpenSession, by_role: Mapping[str, frozenset[str]]) -> InForce:
    """What the roles of a session's person allow in it: with one factor, nothing that a member may not."""
    roles = tuple(found.roles.split(","))
    touch = touch_after(session_limits(roles, found.kind)[0])
    whole = rights_of(read_held(roles), by_role)
    usable = roles_in_force(roles, found.strength, found.kind)
    if usable == roles:
        return InForce(whole, frozenset(), touch)
    part = rights_of(read_held(usable), by_role)
    held = Rights(part.permissions & whole.permissions, {})
    waits = needs_second_factor(roles, found.strength, found.kind)
    missing = (whole.permissions | frozenset(whole.scopes)) - held.permissions
    return InForce(held, missing if waits else frozenset(), touch)


def resolver(permissions: Mapping[str, frozenset[str]]) -> Callable[[Reader, str], Actor | None]:
    """The function that turns a secret into an actor, given each role's permissions."""
    known: dict[tuple[str, int, str], InForce] = {}

    def rights(found: OpenSession) -> InForce:
        key = (found.roles, found.strength, found.kind)
        ready = known.get(key)
        if ready is None:
            ready = in_force(found, permissions)
            if len(known) < MAX_RIGHTS:
                known[key] = ready
        return ready

    seen_devices: set[str] = set()

    def device(reader: Reader, digest: str) -> Actor | None:
        row = device_of(reader, digest)
        if row is None:
            return None
        return Actor(None, row[0], rights_of_device(row[1]), "", digest)

    def rights_of_device(kind: str) -> frozenset[str]:
        return permissions.get(DEVICE_ROLES.get(kind, ""), frozenset())

    def turning(reader: Reader, digest: str) -> Actor | None:
        """A device with its next or its former secret: noted, and without any right once it can only be a copy."""
        found = turning_device(reader, digest)
        if found is None:
            return None
        rights = rights_of_device(found.kind) if found.is_borne(digest, reader.now) else frozenset[str]()
        return Actor(None, found.key, rights, "", digest, is_session_stale=True)

    def resolve(reader: Reader, secret: str) -> Actor | None:
        digest = hashed(secret)
        if digest in seen_devices:  # where to look first; the database still decides
            known_device = device(reader, digest)
            if known_device is not None:
                return known_device
        found = open_session_of(reader, digest)
        if found is not None:
            return person(found, rights(found), digest, reader.now)
        other = device(reader, digest)
        if other is not None and len(seen_devices) < MAX_DEVICES:
            seen_devices.add(digest)
        return other or turning(reader, digest)

    return resolve


def person(found: OpenSession, rights: InForce, digest: str, now: int) -> Actor:
    """The actor of a person's session."""
    return Actor(
        found.person_id,
        None,
        rights.held.permissions,
        found.first_name,
        digest,
        is_session_stale=now - found.seen_at > rights.touch,
        strength=found.strength,
        withheld=rights.withheld,
        confirmed_at=found.confirmed_at,
        session_kind=found.kind,
        scopes=rights.held.scopes,
        preferences=found.preferences,
    )
