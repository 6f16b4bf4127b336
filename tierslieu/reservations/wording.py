"""The words for the states of a reservation."""

from tierslieu.http.words import _

STATES = {
    "requested": _("En attente d’accord"),
    "confirmed": _("Confirmée"),
    "checked_in": _("Présence notée"),
    "finished": _("Terminée"),
    "cancelled": _("Annulée"),
    "rejected": _("Non accordée"),
    "missed": _("Manquée"),
}
