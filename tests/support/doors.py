"""The doors of the house: every route and method with the permission it names, and a caller for each role."""

import re
from typing import NamedTuple

from litestar import Litestar

from tests.support.clients import Caller, HouseUnderTest
from tests.support.inside import write
from tierslieu.features import FEATURES
from tierslieu.http.guards import EVERYONE, KEY
from tierslieu.infra.transaction import Tx
from tierslieu.people.devices.actions import enrol_device
from tierslieu.people.devices.rules import DEVICE_ROLES
from tierslieu.people.persons.actions import create_person
from tierslieu.people.roles.rules import ROLES, SCOPE_KINDS, permissions_by_role
from tierslieu.people.signin.actions import open_session

DEVICE_ONLY = tuple(sorted(set(DEVICE_ROLES.values()) - ROLES))
ALL_ROLES = (*sorted(ROLES), *DEVICE_ONLY)
PLACE_OF = {"machine": "machine:p3d-1", "kind": "kind:printer_3d", "space": "space:fablab", "site": "site:oasis"}
"""Where roles of a place are given in tests."""
SAMPLES = {"id": "0000000000001", "key": "D01", "name": "nothing.css", "path": "nothing"}
PARAMETER = re.compile(r"\{(\w+):(\w+)\}")


class Door(NamedTuple):
    """One route with one method, and the permission it names ("*": everybody)."""

    path: str
    method: str
    permission: str

    @property
    def is_public(self) -> bool:
        """True when nobody is asked who they are."""
        return self.permission == EVERYONE

    @property
    def address(self) -> str:
        """A path that leads to this door; what it names does not exist."""
        return PARAMETER.sub(lambda found: SAMPLES.get(found[1], "0000000000001"), self.path)

    @property
    def is_call(self) -> bool:
        """True for programs, False for pages."""
        return self.path.startswith("/api/")


def doors(app: Litestar) -> list[Door]:
    """Every door, sorted. The framework's own answers to OPTIONS are left out."""
    found = {
        Door(route.path, str(method), handler.opt.get(KEY, ""))
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        for method in getattr(handler, "http_methods", ())
        if not (str(method) == "OPTIONS" and handler.fn.__module__.startswith("litestar."))
    }
    return sorted(found)


def roles_of() -> dict[str, frozenset[str]]:
    """The permissions of each role, in its places or everywhere, from what the features declare."""
    declared = permissions_by_role(feature.permissions for feature in FEATURES)
    return {role: declared.get(role, frozenset()) for role in ALL_ROLES}


def caller_with(house: HouseUnderTest, role: str) -> Caller:
    """Somebody (or a device) with this role and no other."""
    if role in DEVICE_ONLY:
        kind = next(kind for kind, name in DEVICE_ROLES.items() if name == role)
        return Caller(house.client, write(house, enrol_device, f"a-{kind}", kind, "Essai"))
    return Caller(house.client, write(house, _new_session, role))


def _new_session(tx: Tx, role: str) -> str:
    held = in_place(role)
    person_id = create_person(tx, "Essai", role, roles=held)
    return open_session(tx, person_id, held, strength=2).token


class Someone(NamedTuple):
    """A person of a test: their id, and their open session."""

    id: int
    token: str


def someone(house: HouseUnderTest, *held: str, name: str = "Essai") -> Someone:
    """A new person with these roles ("trainer@kind:printer_3d") and a session of two factors."""

    def make(tx: Tx) -> Someone:
        person_id = create_person(tx, "Essai", name, roles=",".join(held))
        return Someone(person_id, open_session(tx, person_id, ",".join(held), strength=2).token)

    return write(house, make)


def in_place(role: str, scope: str = "") -> str:
    """The role as it is written, in a place when it needs one (the first kind of place it is given for)."""
    kinds = SCOPE_KINDS[role]
    return f"{role}@{scope or PLACE_OF[kinds[0]]}" if kinds else role
