"""The words of qualifications: levels, notes, why a grant ended."""

from collections.abc import Mapping

from tierslieu.http.wording import LEVELS
from tierslieu.http.words import _

__all__ = ["DONE", "END_REASONS", "EXCEPTIONS", "LEVELS", "LEVEL_HINTS", "NOTES", "STATES"]

LEVEL_HINTS: Mapping[str, str] = {
    "discovery": _("A vu la machine et ses règles."),
    "accompanied": _("L’utilise à côté de quelqu’un qui la connaît."),
    "autonomous": _("L’utilise seul ou seule."),
    "trainer": _("L’utilise et forme les autres."),
}
NOTES: Mapping[str, str] = {
    "": _("Sans précision"),
    "after_training": _("Après une formation ici"),
    "equivalent": _("Formation faite ailleurs"),
    "observed": _("Pratique observée"),
    "renewed": _("Renouvellement"),
}
END_REASONS: Mapping[str, str] = {
    "replaced": _("Remplacée par une plus récente"),
    "withdrawn": _("Retirée"),
    "unsafe": _("Usage dangereux"),
    "rules": _("Règles non respectées"),
    "asked": _("À la demande de la personne"),
    "mistake": _("Donnée par erreur"),
}
EXCEPTIONS: Mapping[str, str] = {
    "beside": _("Quelqu’un de l’équipe reste à côté"),
    "training": _("C’est une formation"),
    "other": _("Autre raison, vue avec le fabmanager"),
}
STATES: Mapping[str, str] = {
    "valid": _("En cours de validité"),
    "expiring": _("Bientôt finie"),
    "expired": _("Expirée"),
    "withdrawn": _("Retirée"),
    "replaced": _("Remplacée par une plus récente"),
}
DONE: Mapping[str, str] = {
    "granted": _("L’habilitation est donnée."),
    "withdrawn": _("L’habilitation est retirée."),
    "saved": _("C’est enregistré."),
    "planned": _("La séance est annoncée."),
    "enrolled": _("La place est réservée."),
    "left": _("La place est rendue."),
    "cancelled": _("La séance est annulée. Les inscrits sont prévenus."),
}
