"""Where people appear in the FabLab, how long it is kept, and what happens when someone is erased."""

from typing import Final

from tierslieu.fablab import queries, rules, storing
from tierslieu.fablab.tables import FabricationJob, JobFile, MachineEvent
from tierslieu.http.words import _
from tierslieu.infra.personal import UNLINK, Personal, Retention
from tierslieu.infra.transaction import Tx
from tierslieu.people.rights.aging import anonymous_after
from tierslieu.people.rights.events import Erased

TWO_YEARS: Final = 2 * 365 * 86_400
FILES: Final = Personal(
    JobFile, "person_id", _("Fichiers déposés"), ("name", "created_at"), on_erase=UNLINK, blank=("name",)
)
JOBS: Final = Personal(
    FabricationJob,
    "person_id",
    _("Travaux au FabLab"),
    ("number", "kind", "material", "quantity", "note", "state", "created_at", "ended_at"),
    blank=("note", "held_reason", "priority_reason"),
    moment="changed_at",
)
EVENTS: Final = Personal(MachineEvent, "person_id", on_erase=UNLINK)
PERSONAL: Final = (FILES, JOBS, Personal(FabricationJob, "queued_by"), EVENTS)
SOURCE: Final = _("Usage de RDV Service Public : 2 ans, puis anonyme")
RETENTIONS: Final = (
    Retention("fablab.jobs", _("Nom sur les travaux finis"), TWO_YEARS, SOURCE, anonymous_after(JOBS, "changed_at")),
    Retention("fablab.files", _("Nom sur les fichiers"), TWO_YEARS, SOURCE, anonymous_after(FILES, "created_at")),
    Retention("fablab.log", _("Nom au carnet des machines"), TWO_YEARS, SOURCE, anonymous_after(EVENTS, "at")),
)


def give_back(tx: Tx, event: Erased) -> None:
    """What an erased person had in the queue leaves it; what a machine already makes goes on to its end."""
    for one in queries.mine(tx, event.person_id):
        if one.state in rules.WAITING:
            storing.change_job(tx, storing.SET_STATE, one, state="cancelled", notice="")
