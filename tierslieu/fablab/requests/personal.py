"""Where people appear in requests, and how long their names stay there."""

from typing import Final

from tierslieu.fablab.personal import SOURCE, TWO_YEARS
from tierslieu.fablab.requests.tables import (
    JobDue,
    JobPhoto,
    JobRequest,
    JobStep,
    PreparedFile,
    RequestLimit,
    RequestMessage,
    RequestPolicy,
    ShelfItem,
)
from tierslieu.http.words import _
from tierslieu.infra.personal import UNLINK, Personal, Retention
from tierslieu.people.rights.aging import anonymous_after

REQUESTS: Final = Personal(
    JobRequest,
    "person_id",
    _("Demandes de fabrication"),
    ("asked_at", "answer", "answered_at", "note"),
    blank=("note",),
    moment="changed_at",
)
WORDS: Final = Personal(
    RequestMessage, "written_by", _("Messages sur ses fabrications"), ("at", "text"), UNLINK, blank=("text",)
)
SHELF: Final = Personal(
    ShelfItem,
    "person_id",
    _("Pièces gardées"),
    ("since", "state", "ended_at", "receiver_note"),
    blank=("receiver_note",),
)
DUES: Final = Personal(JobDue, "person_id", _("Coût de ses fabrications"), ("made_at", "cents", "state", "ended_at"))
STEPS: Final = Personal(JobStep, "noted_by", on_erase=UNLINK)
PERSONAL: Final = (
    REQUESTS,
    WORDS,
    SHELF,
    DUES,
    STEPS,
    Personal(JobRequest, "answered_by"),
    Personal(PreparedFile, "prepared_by"),
    Personal(JobPhoto, "added_by", on_erase=UNLINK, blank=("alt",)),
    Personal(ShelfItem, "shelved_by"),
    Personal(ShelfItem, "ended_by"),
    Personal(JobDue, "ended_by"),
    Personal(RequestPolicy, "changed_by"),
    Personal(RequestLimit, "changed_by"),
)
TEN_YEARS: Final = 10 * 365 * 86_400
ACCOUNTS: Final = _("Pièces comptables : 10 ans")
RETENTIONS: Final = (
    Retention("fablab.requests", _("Nom sur les demandes"), TWO_YEARS, SOURCE, anonymous_after(REQUESTS, "changed_at")),
    Retention("fablab.talk", _("Messages sur les fabrications"), TWO_YEARS, SOURCE, anonymous_after(WORDS, "at")),
    Retention("fablab.shelf", _("Nom sur les pièces gardées"), TWO_YEARS, SOURCE, anonymous_after(SHELF, "since")),
    Retention("fablab.steps", _("Nom sur les étapes"), TWO_YEARS, SOURCE, anonymous_after(STEPS, "at")),
    Retention("fablab.dues", _("Nom sur les coûts"), TEN_YEARS, ACCOUNTS, anonymous_after(DUES, "made_at")),
)
