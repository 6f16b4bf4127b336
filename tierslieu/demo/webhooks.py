"""The demonstration's linked software: invented, and paused, so that nothing leaves the machine."""

from tierslieu.basics.ids import read
from tierslieu.infra.transaction import Tx
from tierslieu.reservations.webhooks import actions
from tierslieu.reservations.webhooks.schemas import NewWebhook

DISPLAY = NewWebhook(
    title="Affichage du hall de la mairie",
    url="https://affichage.example.org/tiers-lieu",
    kinds=["reservation.answered"],
)


def load(tx: Tx) -> None:
    """One receiver, told nothing until somebody lets it."""
    made = actions.register(tx, DISPLAY, ())
    actions.pause(tx, read(made.id), "staff")
