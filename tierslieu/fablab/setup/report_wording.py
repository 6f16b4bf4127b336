"""The words of a diagnostic report: what programs count, codes in, sentences to translate out."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import _

LINKS: Final[Mapping[str, str]] = {
    "online": _("À l’écoute"),
    "stale": _("Sans nouvelles"),
    "offline": _("Injoignable"),
}
STATES: Final[Mapping[str, str]] = {
    "idle": _("Au repos"),
    "preparing": _("Préparation"),
    "running": _("En marche"),
    "paused": _("En pause"),
    "attention": _("Demande une intervention"),
    "ended": _("Terminé"),
    "fault": _("En panne"),
    "offline": _("Injoignable"),
    "unknown": _("État inconnu"),
    "left_out": _("Laissée de côté : un réglage manque"),
}
METER: Final = _("Prise : {label}")
"""What the meter of a machine counted, before its own words."""
COUNTED: Final[Mapping[str, str]] = {
    "is_connected": _("Connecté au serveur de messages"),
    "is_listening": _("Écoute la machine"),
    "is_connected_to_machine": _("Connecté à la machine"),
    "is_connected_to_broker": _("Connectée au serveur de messages"),
    "needs_signature": _("La machine exige des ordres signés"),
    "asked_s_ago": _("Dernière question"),
    "last_answer_age_s": _("Dernière réponse"),
    "last_message_age_s": _("Dernier message"),
    "last_measure_age_s": _("Dernière mesure"),
    "failures": _("Erreurs du programme"),
    "heard": _("Messages entendus"),
    "missed_answers": _("Réponses manquées"),
    "own_queue": _("Travaux dans sa propre file"),
    "requests": _("Questions posées"),
    "failures_in_a_row": _("Échecs de suite"),
    "connections": _("Connexions établies"),
    "messages": _("Messages reçus"),
    "unreadable_messages": _("Messages non compris"),
    "retained_orders_wiped": _("Ordres gardés effacés"),
    "state": _("État"),
    "last_error": _("Dernière erreur"),
    "klippy": _("Klipper"),
    "mode": _("Ce que le service peut faire"),
    "software": _("Logiciel"),
}
