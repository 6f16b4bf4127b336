"""What people/qualifications tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Every, Feature, Section
from tierslieu.infra.personal import DELETE, KEEP, Personal
from tierslieu.people.qualifications import (
    actions,
    attestation_pages,
    board,
    catalogue,
    granting,
    keys,
    reminding,
    training_pages,
)
from tierslieu.people.qualifications.tables import Grant, LastUse, TrainingSeat, TrainingSession
from tierslieu.people.roles.rules import STAFF, TRAINERS, USERS

MANAGERS = frozenset({"fab_manager", "administrator"})

FEATURE = Feature(
    name="people.qualifications",
    controllers=(
        board.BoardPages,
        catalogue.CataloguePages,
        granting.GrantPages,
        training_pages.TrainingPages,
        attestation_pages.AttestationPages,
        attestation_pages.VerifyPages,
    ),
    permissions={
        actions.SEE: USERS,
        actions.SEE_ALL: STAFF,
        actions.GRANT: MANAGERS,
        actions.TRAIN: TRAINERS,
    },
    jobs={reminding.REMIND: reminding.remind},
    schedules=(Every(6 * 3600, reminding.REMIND),),
    on_start=(keys.make_key,),
    personal=(
        Personal(
            Grant,
            title=_("Habilitations"),
            shown=("qualification_id.name", "level", "granted_at", "valid_until", "ended_at", "end_reason"),
            on_erase=KEEP,
            same=("qualification_id",),
        ),
        Personal(Grant, "granted_by", on_erase=KEEP),
        Personal(Grant, "ended_by", on_erase=KEEP),
        Personal(
            LastUse,
            title=_("Dernier usage des machines"),
            shown=("qualification_id.name", "used_at"),
            on_erase=DELETE,
            same=("qualification_id",),
            moment="used_at",
        ),
        Personal(
            TrainingSeat,
            title=_("Formations"),
            shown=("session_id.starts_at", "taken_at"),
            on_erase=KEEP,
            same=("session_id",),
        ),
        Personal(TrainingSeat, "taken_by", on_erase=KEEP),
        Personal(TrainingSession, "trainer_id", on_erase=KEEP),
        Personal(TrainingSession, "created_by", on_erase=KEEP),
    ),
    sections=(Section("qualifications", 60, "qualifications/_part.html", granting.read_part, actions.SEE_ALL),),
)
