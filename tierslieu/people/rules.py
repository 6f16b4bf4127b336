"""Rules of people: roles, session limits, hashes of secrets. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

DAY = 86_400
STAFF_ROLES: Final = frozenset(
    {"receptionist", "digital_adviser", "fab_manager", "facilitator", "cash_officer", "administrator"}
)
ROLES: Final = frozenset({"member", "elected_referent", *STAFF_ROLES})
DEVICES: Final = "devices"
"""The live topic that moves when a device's account does."""
DEVICE_ROLES: Final = {"kiosk": "kiosk", "machine": "machine"}
"""The role of each kind of device that may call; a device of another kind may do nothing."""
TOUCH_AFTER: Final = 300
"""A session's last use is noted at most this often, in seconds."""

MEMBER: Final = frozenset({"member"})
STAFF: Final = STAFF_ROLES
EVERY_PERSON: Final = ROLES


def hashed(secret: str) -> str:
    """How a random secret (128 bits or more) is stored: SHA-256, which chance makes safe without a slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def is_staff(roles: Iterable[str]) -> bool:
    """True when one of the roles works at the house."""
    return not STAFF_ROLES.isdisjoint(roles)


def session_limits(roles: Iterable[str]) -> tuple[int, int]:
    """(idle, absolute) seconds a session may live: staff handle other people's data, so theirs are short."""
    return (4 * 3600, 12 * 3600) if is_staff(roles) else (30 * DAY, 180 * DAY)


def permissions_by_role(declared: Iterable[Mapping[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    """Turn the features' declarations (permission to roles) around: role to permissions."""
    found: dict[str, set[str]] = {}
    for permissions in declared:
        for permission, roles in permissions.items():
            for role in roles:
                found.setdefault(role, set()).add(permission)
    return {role: frozenset(names) for role, names in found.items()}


def normal_email(text: str) -> str:
    """The form under which an address is stored and looked up."""
    return text.strip().lower()
