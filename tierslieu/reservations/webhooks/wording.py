"""The French words of webhooks."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import _

KINDS: Final[Mapping[str, str]] = {
    "reservation.reserved": _("Réservation faite"),
    "reservation.moved": _("Réservation déplacée"),
    "reservation.cancelled": _("Réservation annulée"),
    "reservation.answered": _("Demande accordée ou refusée"),
    "reservation.checked_in": _("Arrivée notée"),
    "reservation.released": _("Place rendue : absence ou départ avant l’heure"),
    "time.freed": _("Du temps est libre de nouveau"),
    "webhook.ping": _("Essai"),
}
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "waiting": ("waiting", _("En attente")),
    "sending": ("running", _("En cours")),
    "taken": ("done", _("Reçu")),
    "failed": ("fault", _("Non reçu")),
    "held": ("paused", _("Gardé")),
}
"""How a delivery's state looks and is called."""
PAUSES: Final[Mapping[str, str]] = {
    "staff": _("En pause, à votre demande"),
    "failing": _("En pause : plus de réponse depuis plus d’un jour"),
    "gone": _("En pause : le destinataire a demandé de ne plus rien recevoir"),
}
ERRORS: Final[Mapping[str, str]] = {
    "not_taken": _("Réponse {status}"),
    "too_slow": _("Pas de réponse à temps"),
    "bad_certificate": _("Certificat refusé"),
    "no_answer": _("Pas de réponse"),
    "unknown_name": _("Nom inconnu"),
    "webhook_inner_address": _("Adresse du réseau intérieur"),
    "webhook_needs_https": _("Adresse sans https"),
    "bad_webhook_address": _("Adresse illisible"),
}
DONE: Final[Mapping[str, str]] = {
    "relie": _("Le logiciel est relié. Copiez son secret maintenant : il disparaît dans 10 minutes."),
    "change": _("C’est changé."),
    "secret": _("Voici le nouveau secret. L’ancien signe aussi pendant un jour."),
    "essai": _("L’essai est parti. Rechargez la page pour voir la réponse."),
    "renvoi": _("Les avis repartent."),
    "pause": _("Les avis sont en pause : ils sont gardés."),
    "reprise": _("Les avis repartent, ceux qui étaient gardés aussi."),
    "retire": _("Le logiciel n’est plus relié."),
}
