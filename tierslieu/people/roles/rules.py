"""Rules of roles: who holds which permission. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

STAFF_ROLES: Final = frozenset(
    {"receptionist", "digital_adviser", "fab_manager", "facilitator", "cash_officer", "administrator"}
)
ROLES: Final = frozenset({"member", "elected_referent", *STAFF_ROLES})
MEMBER: Final = frozenset({"member"})
STAFF: Final = STAFF_ROLES
EVERY_PERSON: Final = ROLES


def is_staff(roles: Iterable[str]) -> bool:
    """True when one of the roles works at the house."""
    return not STAFF_ROLES.isdisjoint(roles)


def permissions_by_role(declared: Iterable[Mapping[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    """Turn the features' declarations (permission to roles) around: role to permissions."""
    found: dict[str, set[str]] = {}
    for permissions in declared:
        for permission, roles in permissions.items():
            for role in roles:
                found.setdefault(role, set()).add(permission)
    return {role: frozenset(names) for role, names in found.items()}
