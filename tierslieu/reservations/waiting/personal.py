"""Where people appear in the waiting list, and how long it is kept."""

from typing import Final

from tierslieu.http.words import _
from tierslieu.infra.personal import Personal, Retention
from tierslieu.people.rights.aging import gone_after
from tierslieu.reservations.waiting.tables import SAME, WaitingEntry

YEAR: Final = 365 * 86_400
OWN: Final = Personal(
    WaitingEntry,
    title=_("Liste d’attente"),
    shown=("target", "first_day", "last_day", "minutes", "people", "state", "created_at"),
    same=tuple(name for name in SAME if name != "person_id"),
    moment="created_at",
)
PERSONAL: Final = (OWN, Personal(WaitingEntry, "asked_by"))
RETENTIONS: Final = (
    Retention(
        "reservations.waiting",
        _("Liste d’attente"),
        YEAR,
        _("Choix de la maison : un an pour répondre à une question"),
        gone_after(OWN, "until_at"),
    ),
)
