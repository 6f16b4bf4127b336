"""The actor: who asks, and what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tierslieu.basics.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a device or the system itself, with the permissions in force for this request.

    `person_id` is None for devices and the system; `device` is a device's key or None. `first_name` is for
    greetings only and never leaves for logs or the bus. `session` is the hash of the secret that was shown;
    `is_session_stale` asks for its last use to be noted. `permissions` hold everywhere, those of `scopes` only
    in the places listed ("machine:p3d-1", "site:oasis"). `preferences` is how pages are to be shown to them.
    """

    person_id: int | None = None
    device: str | None = None
    permissions: frozenset[str] = frozenset()
    first_name: str = ""
    session: str | None = field(default=None, repr=False)
    is_session_stale: bool = field(default=False, repr=False)
    strength: int = 0
    withheld: frozenset[str] = field(default=frozenset(), repr=False)
    confirmed_at: int = field(default=0, repr=False)
    session_kind: str = ""
    scopes: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    preferences: str = ""

    def may(self, permission: str, *places: str) -> bool:
        """True when the permission holds everywhere or in one of the places.

        Without places: when it holds anywhere at all. That opens a page; acts name the places they touch.
        """
        if permission in self.permissions:
            return True
        held = self.scopes.get(permission)
        return held is not None and (not places or not held.isdisjoint(places))

    def may_everywhere(self, permission: str) -> bool:
        """True when the permission is not bound to places."""
        return permission in self.permissions

    @property
    def is_known(self) -> bool:
        """True for a signed-in person or an enrolled device."""
        return self.person_id is not None or self.device is not None

    @property
    def handle(self) -> str:
        """A pseudonym for logs: never a name."""
        if self.device is not None:
            return f"device:{self.device}"
        return "anyone" if self.person_id is None else f"person:{self.person_id:x}"


ANYONE = Actor()
SYSTEM = Actor(device="system")


def require(who: Actor, permission: str, *places: str) -> None:
    """Raise Forbidden unless the actor holds the permission in one of the places; the house itself may all."""
    if who != SYSTEM and not who.may(permission, *places):
        raise Forbidden("not_allowed")
