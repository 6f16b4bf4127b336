"""The actor: who asks, and what they may do."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a device or the system itself, with the permissions in force for this request.

    `person_id` is None for devices and the system; `device` is a device's key or None. `first_name` is for
    greetings only and never leaves for logs or the bus. `session` is the hash of the secret that was shown;
    `is_session_stale` asks for its last use to be noted.
    """

    person_id: int | None = None
    device: str | None = None
    permissions: frozenset[str] = frozenset()
    first_name: str = ""
    session: str | None = field(default=None, repr=False)
    is_session_stale: bool = field(default=False, repr=False)

    def may(self, permission: str) -> bool:
        """True when the permission was granted."""
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
