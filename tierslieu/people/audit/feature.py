"""What people/audit tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Check, Feature
from tierslieu.infra.personal import KEEP, STAY, Personal, Retention
from tierslieu.people.audit.actions import forget
from tierslieu.people.audit.queries import broken_at
from tierslieu.people.audit.rules import KEPT_FOR
from tierslieu.people.audit.tables import AuditEntry

FEATURE = Feature(
    name="people.audit",
    personal=(
        Personal(
            AuditEntry, "subject_id", _("Ce que l’équipe a vu ou changé"), ("at", "act"), on_erase=KEEP, on_merge=STAY
        ),
    ),
    checks=(
        Check(
            _("Le journal de l’équipe est intact."),
            _("Le journal de l’équipe a été changé après coup ({count}). « tierslieu admin verify-log » dit où."),
            lambda reader: int(broken_at(reader) is not None),
        ),
    ),
    retentions=(
        Retention(
            "people.audit",
            _("Journal de ce que l’équipe a vu ou changé"),
            KEPT_FOR,
            _("CNIL, recommandation sur la journalisation : 6 à 12 mois"),
            forget,
        ),
    ),
)
