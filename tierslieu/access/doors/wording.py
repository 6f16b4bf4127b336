"""The words of doors: states, orders, answers, events. Stable codes in, sentences to translate out."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import Words, _

LOOKS: Final[Mapping[str, str]] = {
    "never": _("Jamais entendue"),
    "offline": _("Ne répond pas"),
    "alarm": _("Alarme incendie : libérée"),
    "fault": _("En défaut"),
    "reader_missing": _("Lecteur débranché"),
    "open": _("Ouverte"),
    "released": _("Débloquée"),
    "closed": _("Fermée"),
    "held": _("Bloquée de l’extérieur, sans capteur"),
}
LEAVES: Final[Mapping[str, str]] = {
    "open": _("ouverte"),
    "closed": _("fermée"),
    "unknown": _("pas de capteur, ou pas de nouvelles"),
}
STRIKES: Final[Mapping[str, str]] = {
    "held": _("bloquée de l’extérieur"),
    "released": _("débloquée"),
    "unknown": _("inconnue"),
}
READERS: Final[Mapping[str, str]] = {
    "ready": _("prêt"),
    "missing": _("débranché"),
    "unknown": _("inconnu"),
}
PIN_PADS: Final[Mapping[str, str]] = {
    "ready": _("prêt"),
    "missing": _("débranché"),
    "unknown": _("aucun : qui doit taper un code n’entre pas par ici"),
}
SIDES: Final[Mapping[str, str]] = {
    "in": _("Un lecteur pour entrer"),
    "out": _("Un lecteur pour sortir"),
    "both": _("Un lecteur de chaque côté"),
}
OPS: Final[Mapping[str, str]] = {
    "pulse": _("Débloquer"),
    "release": _("Laisser débloquée"),
    "hold": _("Rebloquer"),
    "identify": _("Se signaler"),
}
ORIGINS: Final[Mapping[str, str]] = {
    "scan": _("badge au lecteur"),
    "kiosk": _("badge à la borne"),
    "reservation": _("page de la réservation"),
    "staff": _("à distance"),
}
CAUSES: Final[Mapping[str, str]] = {
    "visitor": _("Un visiteur attend"),
    "delivery": _("Une livraison"),
    "lost_badge": _("Badge oublié ou perdu"),
    "help": _("Quelqu’un a besoin d’aide"),
    "works": _("Travaux, entretien"),
    "test": _("Essai de la porte"),
}
ANSWERS: Final[Mapping[str, str]] = {
    "granted": _("demandé"),
    "sent": _("envoyé"),
    "confirmed": _("débloquée"),
    "refused": _("refusé par la porte"),
    "unknown": _("résultat inconnu"),
    "expired": _("abandonné"),
}
REASONS: Final[Mapping[str, str]] = {
    "no_answer": _("la porte n’a pas répondu"),
    "not_opened": _("le capteur ne l’a pas vue s’ouvrir"),
    "too_late": _("trop tard, rien n’a été envoyé"),
    "broker_away": _("le réseau des portes était coupé"),
    "door_offline": _("la porte était injoignable"),
    "door_without_zone": _("sa zone n’est plus utilisée"),
    "boot_changed": _("la porte venait de redémarrer"),
    "ttl_passed": _("arrivé trop tard"),
    "decided_here": _("la porte avait déjà décidé seule"),
    "wrong_seal": _("sa clé n’est pas la bonne"),
    "old_seq": _("dépassé par un ordre plus récent"),
    "stalled": _("la porte redémarrait"),
}
EVENTS: Final[Mapping[str, str]] = {
    "badge": _("Badge présenté"),
    "offline_passage": _("Badge jugé par la porte seule"),
    "exit_button": _("Sortie à la main"),
    "forced_open": _("Ouverte sans badge"),
    "held_open": _("Restée ouverte"),
    "alarm_on": _("Alarme incendie"),
    "alarm_off": _("Fin du signal d’alarme"),
    "power_restored": _("Mise sous tension"),
    "unknown": _("Autre"),
}
TROUBLES: Final[Mapping[str, str]] = {
    "silent": _("elle ne répond plus. Vérifiez son alimentation et son réseau."),
    "forced": _("elle a été ouverte sans badge. Allez voir."),
    "held_open": _("elle est restée ouverte plus d’une minute. Allez la fermer."),
    "not_opened": _("elle a été débloquée, mais le capteur ne l’a pas vue s’ouvrir. Essayez-la."),
    "twice": _("deux boîtiers parlent en son nom, ou le sien redémarre sans cesse. Donnez-lui de nouveaux secrets."),
    "reader": _("son lecteur de badges est débranché."),
    "pin_pad": _("son clavier à code est débranché."),
    "fault": _("elle signale un défaut."),
}
DONE: Final[Mapping[str, str]] = {
    "asked": _("Demandé à la porte. Cette page dit ce qu’elle répond."),
    "saved": _("C’est enregistré."),
    "added": _("La porte est ajoutée. Donnez maintenant ses secrets à son boîtier."),
    "removed": _("Le boîtier de cette porte n’est plus utilisé."),
}


def named(spoken: Words, words: Mapping[str, str], code: str) -> str:
    """The sentence of a code; nothing for one without."""
    return spoken.text(words[code]) if code in words else ""
