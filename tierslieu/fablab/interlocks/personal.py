"""Where people appear at terminals, and how long it is kept."""

from typing import Final

from tierslieu.fablab.interlocks import storing
from tierslieu.fablab.interlocks.tables import MachineCard, MachineSession, Terminal, TerminalEvent
from tierslieu.http.words import _
from tierslieu.infra.personal import DELETE, UNLINK, Personal, Retention
from tierslieu.infra.transaction import Tx
from tierslieu.people.rights.aging import anonymous_after

TWO_YEARS: Final = 2 * 365 * 86_400
YEAR: Final = 365 * 86_400
SESSIONS: Final = Personal(
    MachineSession,
    "person_id",
    _("Utilisations de machines"),
    ("requested_at", "started_at", "ended_at", "busy_s", "why", "exception"),
    moment="requested_at",
)
CARDS: Final = Personal(MachineCard, "person_id", _("Cartes pour les machines"), ("created_at",), on_erase=DELETE)
EVENTS: Final = Personal(TerminalEvent, "person_id", on_erase=UNLINK)
PERSONAL: Final = (
    SESSIONS,
    Personal(MachineSession, "companion_id", on_erase=UNLINK),
    Personal(MachineSession, "started_by"),
    CARDS,
    Personal(MachineCard, "created_by"),
    EVENTS,
    Personal(Terminal, "pending_person_id", on_erase=UNLINK),
)


def forget_events(tx: Tx, before: int, _count: int) -> int:
    """Delete what terminals told long ago, all at once: the rows are small. Returns how many."""
    return tx.run(storing.FORGET_EVENTS, before=before)


RETENTIONS: Final = (
    Retention(
        "fablab.sessions",
        _("Nom sur les utilisations de machines"),
        TWO_YEARS,
        _("Usage de RDV Service Public : 2 ans, puis anonyme"),
        anonymous_after(SESSIONS, "requested_at"),
    ),
    Retention(
        "fablab.terminal_events",
        _("Messages des boîtiers de machines"),
        YEAR,
        _("Le temps de comprendre un incident"),
        forget_events,
    ),
)
