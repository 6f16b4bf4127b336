"""The words of terminals: states, ends, orders. Stable codes in, sentences to translate out."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import Words, _

LOOKS: Final[Mapping[str, str]] = {
    "never": _("Boîtier jamais entendu"),
    "offline": _("Boîtier injoignable"),
    "fault": _("Boîtier en défaut"),
    "estop": _("Arrêt d’urgence enfoncé"),
    "blocked": _("Bloquée : un problème est signalé"),
    "unmeasured": _("Commandée, mais rien ne mesure si elle est ouverte"),
    "finishing": _("Se termine : la machine finit son mouvement"),
    "busy": _("Déverrouillée, au travail"),
    "unlocked": _("Déverrouillée"),
    "asked": _("On demande au boîtier…"),
    "locked": _("Verrouillée"),
    "unknown": _("État inconnu"),
}
WHYS: Final[Mapping[str, str]] = {
    "finished": _("Rendue"),
    "badge": _("Rendue avec la carte"),
    "button": _("Rendue au bouton"),
    "time": _("Fin du temps prévu"),
    "taken_over": _("Une autre personne a pris la suite"),
    "companion_left": _("La deuxième personne est partie"),
    "cut": _("Coupée"),
    "oops": _("Arrêtée : problème signalé"),
    "out_of_service": _("Mise hors service"),
    "estop": _("Arrêt d’urgence"),
    "fault": _("Défaut du boîtier"),
    "reboot": _("Le boîtier a redémarré"),
    "lost": _("Boîtier perdu de vue : il s’est verrouillé seul"),
    "no_answer": _("Le boîtier n’a pas répondu"),
    "at_terminal": _("Verrouillée par le boîtier"),
    "lease_time": _("Le boîtier n’entendait plus le service : il s’est verrouillé seul"),
    "lease_idle_cap": _("La machine travaillait encore bien après la fin : coupée"),
    "lease_not_confirmed": _("Personne n’a confirmé sa présence"),
    "lease_offline": _("Sans réseau, la machine au repos : verrouillée"),
    "said_estop": _("Refusé par le boîtier : arrêt d’urgence enfoncé"),
    "said_fault": _("Refusé par le boîtier : il est en défaut"),
    "said_door_open": _("Refusé par le boîtier : la porte ou le capot est ouvert"),
    "said_boot_changed": _("Le boîtier venait de redémarrer : recommencez"),
    "said_wrong_seal": _("Refusé par le boîtier : sa clé n’est pas la bonne"),
    "said_ttl_passed": _("L’ordre est arrivé trop tard, ou l’horloge du boîtier est fausse"),
}
OPS: Final[Mapping[str, str]] = {
    "unlock": _("Déverrouiller"),
    "lock": _("Verrouiller"),
    "show": _("Afficher un message"),
    "identify": _("Se signaler"),
}
ANSWERS: Final[Mapping[str, str]] = {
    "sent": _("envoyé"),
    "confirmed": _("confirmé"),
    "refused": _("refusé"),
    "unknown": _("sans réponse"),
}
EVENTS: Final[Mapping[str, str]] = {
    "badge": _("Carte présentée"),
    "button_stop": _("Bouton « fini »"),
    "extend": _("Bouton « prolonger »"),
    "oops": _("Bouton « problème »"),
    "estop": _("Arrêt d’urgence"),
    "estop_reset": _("Arrêt d’urgence relâché"),
    "power_restored": _("Mise sous tension"),
    "lease_expired": _("Verrouillage automatique"),
    "offline_unlock": _("Déverrouillée sans réseau"),
    "unknown": _("Autre"),
}
ACTIVITIES: Final[Mapping[str, str]] = {
    "off": _("Éteinte"),
    "idle": _("Au repos"),
    "busy": _("Au travail"),
    "unknown": _("Inconnue"),
}
DONE: Final[Mapping[str, str]] = {
    "asked": _("Demandé au boîtier. La page dit quand c’est fait."),
    "second_asked": _("C’est noté. La machine se déverrouille dès qu’une deuxième personne confirme."),
    "second_withdrawn": _("La demande est retirée."),
    "finishing": _("C’est noté. La machine se verrouille dès qu’elle est au repos."),
    "longer": _("Prolongé."),
    "cut": _("Ordre de couper envoyé."),
    "told": _("Merci. La machine est bloquée, et l’équipe est prévenue."),
    "in_order": _("Merci : la machine est prête pour la suite."),
    "unblocked": _("La machine peut de nouveau être déverrouillée."),
    "saved": _("C’est enregistré."),
    "removed": _("Le boîtier n’est plus utilisé."),
    "card_added": _("Carte ajoutée."),
    "card_ended": _("Carte retirée."),
}


def named(spoken: Words, texts: Mapping[str, str], code: str) -> str:
    """The words of a code; a code nobody knows is shown as it is."""
    return spoken.text(texts[code]) if code in texts else code
