"""Folders in which the service asks the programs beside the machines.

Its own program looks into `spool/` every two seconds. A board far away asks by HTTP: what it would find there lies in
`boards/<key>/`, and so does what it answered. Blocking; for threads.
"""

from typing import Final

from devices.wire.desk import Desk

HEARD: Final = "heard"
HEARD_EVERY: Final = 300
"""Seconds between two notes that a board called: a small disk wears."""


class ServiceDesk(Desk):
    """The service's side of it, which also knows when a board called."""

    def note_heard(self, now: int) -> None:
        """A board called."""
        if abs(now - self.heard_at()) >= HEARD_EVERY:
            self._replace(HEARD, str(now).encode())

    def heard_at(self) -> int:
        """When it called, to some minutes; 0 for never."""
        noted = self._read(HEARD)
        return int(noted) if noted.isdigit() else 0
