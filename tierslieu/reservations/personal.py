"""Where people appear in reservations, how long it is kept, and what happens when someone is erased."""

from typing import Final

from tierslieu.http.words import _
from tierslieu.infra.personal import Personal, Retention
from tierslieu.infra.transaction import Tx
from tierslieu.people.rights.aging import anonymous_after
from tierslieu.people.rights.events import Erased
from tierslieu.reservations import actions, queries
from tierslieu.reservations.tables import Closure, Reservation

TWO_YEARS: Final = 2 * 365 * 86_400
OWN: Final = Personal(
    Reservation,
    "person_id",
    _("Réservations"),
    ("resource_id.name", "starts_at", "ends_at", "people", "title", "price_cents", "state", "created_at"),
    blank=("title",),
    moment="ends_at",
)
PERSONAL: Final = (OWN, Personal(Reservation, "booked_by"), Personal(Closure, "created_by"))
RETENTIONS: Final = (
    Retention(
        "reservations.people",
        _("Nom sur les réservations passées"),
        TWO_YEARS,
        _("Usage de RDV Service Public : 2 ans, puis anonyme"),
        anonymous_after(OWN, "ends_at"),
    ),
)


def give_back(tx: Tx, event: Erased) -> None:
    """What an erased person had reserved from now on is free again."""
    for one in queries.open_of(tx, event.person_id):
        actions.end(tx, one, "house")
