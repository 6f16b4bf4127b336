"""Where people appear in closures, and how long that is kept."""

from typing import Final

from tierslieu.http.words import _
from tierslieu.infra.personal import Personal, Retention
from tierslieu.people.rights.aging import gone_after
from tierslieu.reservations.closures.tables import Displacement

TWO_YEARS: Final = 2 * 365 * 86_400
OWN: Final = Personal(Displacement, title=_("Réservations qui n’ont pas pu avoir lieu"), shown=("reason", "created_at"))
PERSONAL: Final = (OWN,)
RETENTIONS: Final = (
    Retention(
        "reservations.closures",
        _("Réservations déplacées par une fermeture"),
        TWO_YEARS,
        _("Comme les réservations elles-mêmes : 2 ans"),
        gone_after(OWN, "created_at"),
    ),
)
