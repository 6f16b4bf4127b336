"""Where people appear in the upkeep of machines, and how long."""

from typing import Final

from tierslieu.fablab.upkeep.tables import Incident, IncidentNote, MaintenanceDone, SafetySheet, SheetAcceptance
from tierslieu.http.words import _
from tierslieu.infra.personal import DELETE, UNLINK, Personal, Retention
from tierslieu.people.rights.aging import anonymous_after, gone_after

TWO_YEARS: Final = 2 * 365 * 86_400
TEN_YEARS: Final = 10 * 365 * 86_400
INCIDENTS: Final = Personal(
    Incident,
    "person_id",
    _("Problèmes signalés au FabLab"),
    ("created_at", "kind", "text", "state"),
    on_erase=UNLINK,
    blank=("text",),
)
DONE: Final = Personal(MaintenanceDone, "done_by", on_erase=UNLINK)
ACCEPTANCES: Final = Personal(
    SheetAcceptance,
    "person_id",
    _("Fiches de sécurité acceptées"),
    ("at", "version", "how"),
    on_erase=DELETE,
    same=("machine_id", "version"),
    moment="at",
)
PERSONAL: Final = (
    INCIDENTS,
    DONE,
    ACCEPTANCES,
    Personal(SheetAcceptance, "noted_by"),
    Personal(Incident, "closed_by"),
    Personal(IncidentNote, "noted_by", on_erase=UNLINK),
    Personal(SafetySheet, "created_by"),
)
RETENTIONS: Final = (
    Retention(
        "fablab.upkeep.incidents",
        _("Nom sur les problèmes signalés"),
        TWO_YEARS,
        _("Le temps de suivre une panne qui revient, puis anonyme"),
        anonymous_after(INCIDENTS, "created_at"),
    ),
    Retention(
        "fablab.upkeep.acceptances",
        _("Fiches de sécurité acceptées"),
        TEN_YEARS,
        _("Prescription des dommages corporels : 10 ans"),
        gone_after(ACCEPTANCES, "at"),
    ),
)
