"""Where people appear in offers, how long they are kept, and what an erasure does."""

from typing import Final

from tierslieu.http.words import _
from tierslieu.infra.personal import Personal, Retention
from tierslieu.infra.transaction import Tx
from tierslieu.people.rights.aging import gone_after
from tierslieu.people.rights.events import Erased
from tierslieu.reservations.offers import actions, queries
from tierslieu.reservations.offers.tables import Offer

YEAR: Final = 365 * 86_400
OWN: Final = Personal(
    Offer,
    title=_("Créneaux proposés"),
    shown=("resource_id.name", "starts_at", "ends_at", "people", "title", "note", "state", "made_at"),
    blank=("title", "note"),
    moment="made_at",
)
PERSONAL: Final = (OWN, Personal(Offer, "asked_by"), Personal(Offer, "made_by"))
RETENTIONS: Final = (
    Retention(
        "reservations.offers",
        _("Créneaux proposés"),
        YEAR,
        _("Choix de la maison : un an pour répondre à une question"),
        gone_after(OWN, "until_at"),
    ),
)


def call_off_all(tx: Tx, event: Erased) -> None:
    """What was kept for an erased person is free again."""
    for one in tx.rows(queries.OPEN_OF_PERSON, person=event.person_id):
        actions.call_off(tx, one)
