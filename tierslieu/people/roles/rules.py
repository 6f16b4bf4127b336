"""Rules of roles: which roles there are, where each may hold, and what a person's roles allow. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

EVERYWHERE: Final = ""
SCOPE_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "member": (),
    "association_contact": (),
    "referrer": (),
    "trainer": ("machine", "kind"),
    "machine_superuser": ("machine", "kind"),
    "resource_manager": ("space", "site"),
    "receptionist": (),
    "digital_adviser": (),
    "facilitator": (),
    "fab_manager": (),
    "technician": (),
    "cash_officer": (),
    "accountant": (),
    "elected_referent": (),
    "site_administrator": ("site",),
    "administrator": (),
}
"""Every role of a person, and the kinds of places it is given for; a role without any holds everywhere."""
ROLES: Final = frozenset(SCOPE_KINDS)
ADMINISTRATOR: Final = "administrator"

MEMBER: Final = frozenset({"member"})
STAFF_ROLES: Final = frozenset(
    {"receptionist", "digital_adviser", "fab_manager", "facilitator", "cash_officer", ADMINISTRATOR}
)
STAFF: Final = STAFF_ROLES
"""Who works at the house and meets its people, at the desk or elsewhere."""
WORKERS: Final = STAFF | {"site_administrator", "resource_manager", "accountant", "technician", "referrer"}
"""Who handles what is not their own by profession: their sessions are short."""
EVERY_PERSON: Final = ROLES
USERS: Final = ROLES - {"technician", "accountant", "elected_referent"}
"""Who uses the house for themselves: these three come to look after machines, or to read figures."""
AT_MACHINES: Final = frozenset({"fab_manager", "receptionist", "digital_adviser", ADMINISTRATOR})
"""Who runs every machine."""
MACHINE_RUNNERS: Final = AT_MACHINES | {"machine_superuser", "site_administrator"}
"""Who runs machines, some of them in their scope only."""
MACHINE_MENDERS: Final = MACHINE_RUNNERS | {"technician"}
"""Who takes machines out of service and puts them back."""
TRAINERS: Final = frozenset({"fab_manager", "trainer", "machine_superuser", ADMINISTRATOR})
"""Who trains people on machines, some of them in their scope only."""
APPROVERS: Final = STAFF | {"resource_manager", "site_administrator"}
"""Who answers requests for spaces, some of them in their scope only."""
ADMINISTRATORS: Final = frozenset({ADMINISTRATOR})
REFERRERS: Final = frozenset({"referrer"})

SCOPE: Final = re.compile(r"(site|space|machine|kind):([A-Za-z0-9][A-Za-z0-9_-]{0,39})")
MARK: Final = "@"


class Held(NamedTuple):
    """A role and where it holds ("" is everywhere)."""

    role: str
    scope: str = EVERYWHERE


class Rights(NamedTuple):
    """What somebody may do everywhere, and what only in scopes."""

    permissions: frozenset[str]
    scopes: Mapping[str, frozenset[str]]


def is_staff(roles: Iterable[str]) -> bool:
    """True when one of the roles handles other people's affairs by profession, wherever it holds."""
    return any(role.partition(MARK)[0] in WORKERS for role in roles)


def read_held(texts: Iterable[str]) -> tuple[Held, ...]:
    """Roles as they are written ("member", "trainer@kind:printer_3d") taken apart; unknown ones are left out."""
    found = []
    for part in texts:
        role, _, scope = part.partition(MARK)
        if role in ROLES:
            found.append(Held(role, scope))
    return tuple(found)


def written(one: Held) -> str:
    """A role as it is written."""
    return f"{one.role}{MARK}{one.scope}" if one.scope else one.role


def is_scope_of(role: str, scope: str) -> bool:
    """True when the role may be given for this scope: roles of a place need one, the others have none."""
    kinds = SCOPE_KINDS[role]
    if not kinds:
        return scope == EVERYWHERE
    found = SCOPE.fullmatch(scope)
    return found is not None and found[1] in kinds


def rights_of(held: Iterable[Held], by_role: Mapping[str, frozenset[str]]) -> Rights:
    """All that the roles allow together. What holds everywhere needs no scope."""
    everywhere: set[str] = set()
    scoped: dict[str, set[str]] = {}
    for role, scope in held:
        names = by_role.get(role, frozenset())
        if scope == EVERYWHERE:
            everywhere |= names
        else:
            for name in names:
                scoped.setdefault(name, set()).add(scope)
    return Rights(
        frozenset(everywhere), {name: frozenset(found) for name, found in scoped.items() if name not in everywhere}
    )


def permissions_by_role(declared: Iterable[Mapping[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    """Turn the features' declarations (permission to roles) around: role to permissions."""
    found: dict[str, set[str]] = {}
    for permissions in declared:
        for permission, roles in permissions.items():
            for role in roles:
                found.setdefault(role, set()).add(permission)
    return {role: frozenset(names) for role, names in found.items()}
