"""What the service acknowledged during a storm. Whatever an unanswered request may have touched is left out."""

import threading
from dataclasses import dataclass, field
from typing import Any

from tests.reservations.crowd import Answer

UNKNOWN = (0, 503)
"""No answer, or « part of the service is away »: nobody knows what happened."""
RELATED = (
    {"grande-salle", "grande-salle-jardin", "grande-salle-cour"},
    {"D01", "D02", "coworking"},
    {"laser-1", "laser-accompagnee", "referent-fablab", "fablab-places"},
)


@dataclass
class History:
    """Reservations by id with their resource: kept ones must be active in the end, gone ones must not be."""

    kept: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    unsure_resources: set[str] = field(default_factory=set)
    answers: int = 0
    cuts: int = 0
    statuses: set[int] = field(default_factory=set)
    done: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, act: str, answer: Answer) -> bool:
        """Count an answer; True when the act was done."""
        is_done = 200 <= answer.status < 300
        with self.lock:
            self.answers += answer.status != 0
            self.statuses.add(answer.status)
            self.done[act] = self.done.get(act, 0) + is_done
        return is_done

    def made(self, body: Any) -> list[tuple[str, str]]:
        """Reservations that an answer holds: (id, resource)."""
        found = [(one["id"], one["resource"]) for one in body["reservations"]]
        with self.lock:
            self.kept.update(found)
        return found

    def keep(self, ids: dict[str, str]) -> None:
        """These were acknowledged."""
        with self.lock:
            self.kept.update(ids)

    def lose(self, *ids: str) -> None:
        """These were given up, or taken away, and that was acknowledged."""
        with self.lock:
            self.gone.update(ids)

    def doubt(self, *ids: str) -> None:
        """Nobody knows what became of these."""
        with self.lock:
            self.unsure.update(ids)

    def doubt_resource(self, key: str) -> None:
        """A closure of this may or may not have displaced what stood there."""
        with self.lock:
            self.unsure_resources.update(next((group for group in RELATED if key in group), {key}))
