"""Where people appear in the files of requests, and how long these are kept."""

from typing import Final

from tierslieu.http.words import _
from tierslieu.infra.personal import Personal, Retention
from tierslieu.people.rights.aging import gone_after
from tierslieu.reservations.approvals.tables import RequestFile

TWO_YEARS: Final = 2 * 365 * 86_400
OWN: Final = Personal(RequestFile, title=_("Réponses à vos demandes"), shown=("answered_at", "note"), blank=("note",))
PERSONAL: Final = (OWN, Personal(RequestFile, "answered_by"))
RETENTIONS: Final = (
    Retention(
        "reservations.requests",
        _("Réponses aux demandes"),
        TWO_YEARS,
        _("Comme les réservations : 2 ans"),
        gone_after(OWN, "opened_at"),
    ),
)
