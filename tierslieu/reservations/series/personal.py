"""Where people appear in series, and what happens when someone is erased."""

from typing import Final

from tierslieu.http.words import _
from tierslieu.infra.personal import Personal, Retention
from tierslieu.infra.transaction import Tx
from tierslieu.people.rights.aging import gone_after
from tierslieu.people.rights.events import Erased
from tierslieu.reservations.series import queries
from tierslieu.reservations.series.storing import save
from tierslieu.reservations.series.tables import ReservationSeries

THREE_YEARS: Final = 3 * 365 * 86_400
OWN: Final = Personal(
    ReservationSeries,
    "person_id",
    _("Réservations répétées"),
    ("resource_id.name", "first_day", "rule", "people", "title", "state", "created_at"),
    blank=("title",),
    moment="changed_at",
)
PERSONAL: Final = (OWN, Personal(ReservationSeries, "created_by"))
RETENTIONS: Final = (
    Retention(
        "series.rules",
        _("Règle des réservations répétées"),
        THREE_YEARS,
        _("Une série dure un an au plus ; ses réservations suivent leur propre règle, 2 ans puis anonymes"),
        gone_after(OWN, "changed_at"),
    ),
)


def end_series(tx: Tx, event: Erased) -> None:
    """The series of an erased person go no further; their reservations are given back by reservations/ itself."""
    for one in queries.of_person(tx, event.person_id):
        if one.state == "active":
            save(tx, one, state="ended", kept_until="", asked_at=0, deadline=0)
