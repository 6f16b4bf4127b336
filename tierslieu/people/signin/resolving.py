"""Who asks: a secret becomes an actor with the permissions in force."""

from collections.abc import Callable, Mapping

from tierslieu.basics.actor import Actor
from tierslieu.basics.digest import hashed
from tierslieu.infra.transaction import Reader
from tierslieu.people.devices.queries import device_of
from tierslieu.people.devices.rules import DEVICE_ROLES
from tierslieu.people.signin.queries import open_session_of
from tierslieu.people.signin.rules import TOUCH_AFTER

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
        row = device_of(reader, digest)
        if row is None:
            return None
        return Actor(None, row[0], permissions.get(DEVICE_ROLES.get(row[1], ""), frozenset()), "", digest)

    def resolve(reader: Reader, secret: str) -> Actor | None:
        digest = hashed(secret)
        if digest in seen_devices:  # where to look first; the database still decides
            known_device = device(reader, digest)
            if known_device is not None:
                return known_device
        found = open_session_of(reader, digest)
        if found is not None:
            is_stale = reader.now - found.seen_at > TOUCH_AFTER
            return Actor(found.person_id, None, rights(found.roles), found.first_name, digest, is_stale)
        other = device(reader, digest)
        if other is not None and len(seen_devices) < MAX_DEVICES:
            seen_devices.add(digest)
        return other

    return resolve
