"""What people/relations tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Feature
from tierslieu.infra.personal import DELETE, KEEP, Personal
from tierslieu.people.relations.tables import AgeNote, FamilyLink

SHOWN = ("kind", "may_act", "receives_messages", "since", "ended_at")

FEATURE = Feature(
    name="people.relations",
    personal=(
        Personal(FamilyLink, "person_id", _("Personnes qui répondent de vous"), SHOWN, DELETE, ("guardian_id",)),
        Personal(FamilyLink, "guardian_id", _("Personnes dont vous répondez"), SHOWN, DELETE, ("person_id",)),
        Personal(FamilyLink, "checked_by", on_erase=KEEP),
        Personal(FamilyLink, "ended_by", on_erase=KEEP),
        Personal(AgeNote, "person_id", _("Majorité notée par l’accueil"), ("standing", "noted_at"), DELETE),
        Personal(AgeNote, "noted_by", on_erase=KEEP),
    ),
)
