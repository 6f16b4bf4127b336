"""The rules of the demonstration: associations plan far ahead, and rooms are shared among those without a plan."""

from tierslieu.infra.transaction import Tx
from tierslieu.reservations.terms.actions import draft_with, put_in_force, start_draft
from tierslieu.reservations.terms.rules import AHEAD, NO_PLAN, Line

IN_FORCE = "Règles de la rentrée"
DRAFT = "Idée pour les salles, deux heures au plus"
LINES = (
    Line("", "role:association_contact", AHEAD, 60),
    Line("kind:room", NO_PLAN, "minutes_week", 10 * 60),
)


def load(tx: Tx) -> None:
    """A set in force, and a draft to try."""
    put_in_force(tx, draft_with(tx, IN_FORCE, LINES))
    start_draft(tx, DRAFT)
