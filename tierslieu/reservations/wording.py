"""The words for the states of a reservation, and for why staff pass over rules."""

from collections.abc import Mapping

from tierslieu.http.words import _

STATES: Mapping[str, str] = {
    "requested": _("En attente d’accord"),
    "confirmed": _("Confirmée"),
    "checked_in": _("Présence notée"),
    "finished": _("Terminée"),
    "cancelled": _("Annulée"),
    "rejected": _("Non accordée"),
    "missed": _("Manquée"),
}
EXCEPTIONS: Mapping[str, str] = {
    "arranged": _("C’est convenu avec le responsable du lieu"),
    "event": _("C’est un événement du lieu"),
    "beside": _("Quelqu’un de l’équipe reste à côté"),
    "training": _("C’est une formation"),
    "other": _("Autre raison, vue avec l’équipe"),
}
"""Why staff pass over the house's rules, or a missing qualification."""
