"""Where people appear in orders to doors, and how long what doors told is kept."""

from typing import Final

from tierslieu.access.doors import storing
from tierslieu.access.doors.tables import DoorCommand
from tierslieu.http.words import _
from tierslieu.infra.personal import UNLINK, Personal, Retention
from tierslieu.infra.transaction import Tx

THREE_MONTHS: Final = 92 * 86_400
PERSONAL: Final = (
    Personal(
        DoorCommand,
        "asked_by",
        _("Portes ouvertes à distance"),
        ("issued_at", "op", "origin", "cause", "state"),
        on_erase=UNLINK,
        moment="issued_at",
    ),
)


def forget(tx: Tx, before: int, _count: int) -> int:
    """Delete old orders and messages, all at once: the rows are small. Returns how many."""
    return tx.run(storing.FORGET_COMMANDS, before=before) + tx.run(storing.FORGET_EVENTS, before=before)


RETENTIONS: Final = (
    Retention("access.doors", _("Ordres et messages des portes"), THREE_MONTHS, _("CNIL : 3 mois"), forget),
)
