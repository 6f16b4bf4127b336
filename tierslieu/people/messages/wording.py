"""The words of messages: states, reasons, channels. Stable codes in, sentences to translate out."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import Words, _

CHANNELS: Mapping[str, str] = {
    "email": _("courriel"),
    "sms": _("SMS"),
    "call": _("appel"),
    "print": _("papier"),
    "": _("pas encore choisi"),
}
STATES: Mapping[str, str] = {
    "waiting": _("En attente"),
    "sending": _("En cours d’envoi"),
    "sent": _("Envoyé"),
    "delivered": _("Reçu sur le téléphone"),
    "failed": _("Non parti"),
    "given_up": _("Abandonné"),
    "printed": _("Remis sur papier"),
    "called": _("Dit de vive voix"),
    "cancelled": _("Annulé"),
    "not_wanted": _("Non voulu"),
}
LOOKS: Mapping[str, str] = {
    "waiting": "waiting",
    "sending": "running",
    "failed": "fault",
    **dict.fromkeys(("sent", "delivered", "printed", "called"), "done"),
    **dict.fromkeys(("given_up", "cancelled", "not_wanted"), "taken"),
}
BY_HAND: Mapping[str, str] = {"call": _("À appeler"), "print": _("À imprimer")}
REASONS: Mapping[str, str] = {
    "no_channel": _("ni adresse électronique ni téléphone"),
    "refused_by_person": _("la personne ne le veut pas"),
    "mail_off": _("le courriel n’est pas installé ici"),
    "sms_off": _("le SMS n’est pas installé ici"),
    "not_a_mobile": _("téléphone fixe : pas de SMS"),
    "sms_not_accepted": _("la personne n’a pas encore accepté les SMS"),
    "prefers_it": _("la personne préfère ainsi"),
    "quiet_hours": _("attend la fin des heures calmes"),
    "too_many_today": _("assez de messages aujourd’hui : partira demain"),
    "try_again": _("nouvel essai prévu"),
    "moment_passed": _("le moment est passé"),
    "waited_too_long": _("trop d’attente"),
    "account_closed": _("le compte est fermé"),
    "unknown_outcome": _("on ne sait pas s’il est arrivé"),
    "not_delivered": _("l’opérateur n’a pas pu le remettre"),
    "no_answer": _("personne n’a répondu au téléphone"),
    "overtaken": _("remplacé par un message plus récent"),
    "by_staff": _("par l’équipe"),
    "mail_away": _("le serveur de courriel ne répond pas"),
    "mail_no_tls": _("la liaison avec le serveur de courriel n’est pas sûre"),
    "mail_no_login": _("le serveur de courriel refuse notre compte"),
    "mail_bad_sender": _("l’adresse d’envoi du lieu est refusée"),
    "mail_refused": _("le serveur de courriel refuse ce message ou cette adresse"),
    "mail_bad_address": _("l’adresse électronique est mal écrite"),
    "mail_needs_utf8": _("le serveur de courriel ne connaît pas les adresses accentuées"),
    "sms_away": _("l’opérateur de SMS ne répond pas"),
    "sms_no_login": _("l’opérateur de SMS refuse notre compte"),
    "sms_refused": _("l’opérateur de SMS refuse ce message ou ce numéro"),
}
WISHES: Mapping[str, str] = {
    "email": _("Par courriel"),
    "sms": _("Par SMS"),
    "call": _("Par téléphone, de vive voix"),
    "print": _("Sur papier, à l’accueil"),
    "useful": _("Les rappels et messages utiles"),
    "optional": _("Les nouvelles du lieu"),
}
HOWS: Mapping[str, str] = {
    "online": _("en ligne"),
    "desk": _("à l’accueil"),
    "phone": _("au téléphone"),
    "paper": _("sur papier signé"),
    "link": _("par le lien d’un courriel"),
}
DONE: Mapping[str, str] = {
    "sent_again": _("Le message repart."),
    "by_hand": _("Le message est dans la liste à faire."),
    "told": _("C’est noté : le message est dit."),
    "printed": _("C’est noté : les messages imprimés sont remis."),
    "no_answer": _("C’est noté : à rappeler demain."),
    "given_up": _("Trois appels sans réponse : le message est abandonné."),
    "cancelled": _("Le message est annulé."),
    "written": _("Le message est confié à l’envoi."),
    "chosen": _("Vos choix sont notés."),
}

SENSITIVE: Final = frozenset(
    {
        *("rsa", "ccas", "caf", "aah", "apl", "mdph", "ase", "pmi", "csapa", "vih", "sida", "ivg", "ofii", "asile"),
        *("dette", "dettes", "surendettement", "expulsion", "huissier", "saisie", "tutelle", "curatelle", "medecin"),
        *("medical", "medicale", "maladie", "hopital", "handicap", "psychologue", "addiction", "grossesse"),
        *("violence", "violences", "plainte", "police", "justice", "prison", "divorce", "chomage", "pole emploi"),
        *("france travail", "aide sociale", "aide alimentaire", "titre de sejour", "assistante sociale"),
    }
)
"""What a stranger who sees the phone's screen must not read: such a short message only says to call."""


def named(words: Words, table: Mapping[str, str], code: str) -> str:
    """The word of a code; an unknown code says itself."""
    found = table.get(code)
    return words.text(found) if found else code
