"""The words that the kiosk's page carries in every language, to speak and to change language without network."""

from collections.abc import Mapping

import msgspec

from tierslieu.access.kiosk.wording import BANDS, CALLS, NAMELESS, RESULTS, TAKEN_BACK, TOO_MANY_VISITS, WAITS
from tierslieu.http.words import Words, _

PAGE: Mapping[str, str] = {
    "welcome": _("Bienvenue"),
    "waiting_title": _("Présentez votre badge"),
    "waiting_sentence": _("Placez le code devant la caméra, à une main de distance. La lecture est automatique."),
    "typing_title": _("Saisissez votre numéro"),
    "typing_sentence": "",
    "reading_title": _("Lecture du badge…"),
    "reading_sentence": _("Ne bougez plus, un instant."),
    "kept_title": _("Passage gardé ici"),
    "kept_sentence": _("La borne l’enverra plus tard. Vous n’avez rien à refaire."),
    "kept_note": _("Enregistré hors ligne"),
    "leaving_title": _("Vous partez ? Présentez votre badge"),
    "leaving_sentence": _("Votre départ sera noté. Les sorties sont toujours libres."),
    "pin_title": RESULTS["pin_needed"][0],
    "pin_sentence": RESULTS["pin_needed"][1],
    "pin_offline_title": _("Voyez l’accueil"),
    "pin_offline_sentence": _("Ce badge demande un code, et la borne est hors ligne : elle ne peut pas le vérifier."),
    "calling_title": _("Appel en cours…"),
    "calling_sentence": _("Un instant."),
    "call_waiting_title": CALLS["waiting"][0],
    "call_waiting_sentence": CALLS["waiting"][1],
    "call_coming_title": CALLS["coming"][0],
    "call_coming_sentence": CALLS["coming"][1],
    "call_over_title": CALLS["over"][0],
    "call_over_sentence": CALLS["over"][1],
    "call_lost_title": _("L’appel n’est pas parti"),
    "call_lost_sentence": _("La borne est hors ligne. On vous aide par téléphone."),
    "desk_lost_title": _("Pas de réponse"),
    "desk_lost_sentence": _("La borne est hors ligne. Demandez un bureau à l’accueil."),
    "offline_mark": _("(hors ligne)"),
    "offline_no_badge_title": _("Hors ligne : voyez l’accueil"),
    "offline_no_badge_sentence": _(
        "Sans badge, rien ne peut être noté ici pour l’instant. L’accueil note votre passage."
    ),
    "visits_title": _("J’arrive, sans donner mon nom"),
    "visits_sentence": _(
        "La borne est hors ligne. Votre visite sera notée sur cette tablette, puis envoyée. "
        "Pour un code, un nom ou une réservation, voyez l’accueil."
    ),
    "visits_people": _("Combien de personnes ?"),
    **{f"band_{code}": text for code, text in BANDS.items()},
    "visit_in_title": _("Noté sur cette tablette"),
    "visit_in_sentence": _("Bienvenue ! La borne enverra votre visite plus tard. Vous n’avez rien à refaire."),
    "visit_out_title": _("Noté sur cette tablette"),
    "visit_out_sentence": _("À bientôt ! La borne enverra votre départ plus tard. Vous n’avez rien à refaire."),
    "visits_too_many_title": TOO_MANY_VISITS[0],
    "visits_too_many_sentence": TOO_MANY_VISITS[1],
    "visit_back_title": TAKEN_BACK[0],
    "visit_back_sentence": TAKEN_BACK[1],
    "visit_stays_title": _("Trop tard pour annuler"),
    "visit_stays_sentence": _("Dites-le à l’accueil : le compte se corrige là-bas."),
    "visit_undo": _("Je me suis trompé : annuler"),
    "visit_again": _("Compter quelqu’un d’autre"),
    "offline_page_title": _("Hors ligne : réessayez plus tard"),
    "offline_page_sentence": _(
        "Cette page demande le réseau. Les badges marchent toujours ici. Sinon, voyez l’accueil."
    ),
    "no_answer_title": _("Hors ligne : pas de réponse"),
    "no_answer_sentence": _(
        "Rien n’est confirmé. Dites à l’accueil ce que vous vouliez faire. Les badges marchent ici."
    ),
    "alarm_title": RESULTS["released"][0],
    "alarm_sentence": RESULTS["released"][1],
    "list_title": _("Qui est à l’intérieur"),
    "list_at": _("Liste de {hour}"),
    "list_none": _("Cette borne n’a pas encore de liste."),
    "list_print": _("Imprimer la liste"),
    "list_others": _("et {count} personnes comptées sans nom"),
    "list_help": _("a besoin d’aide pour sortir"),
    "list_minutes": _("(il y a {count} min)"),
    "list_later": _("Passages vus ici depuis cette liste"),
    "list_in": _("arrivée"),
    "list_out": _("départ"),
    "list_staff": _("équipe"),
    "list_guest": _("visiteur"),
    "list_group": _("Groupe"),
    "slot_line": _("{place}, de {start} à {end}"),
    "ambiguous_title": _("Un seul badge à la fois"),
    "ambiguous_sentence": _("Éloignez l’autre code, puis présentez le vôtre seul."),
    "age_fresh": _("Liste des badges à jour"),
    "age_old": _("Liste des badges de {moment}"),
    "age_none": _("Pas encore de liste des badges"),
    "list_foreign": _("Liste des badges refusée : cette borne a besoin d’un nouveau code"),
    "stopped_title": _("Cette borne est arrêtée"),
    "stopped_sentence": _("Les passages gardés partiront à sa remise en service. Prévenez l’accueil."),
    "wait_one": WAITS["one"],
    "wait_many": WAITS["many"],
    "clock_sentence": _("La borne cherche l’heure. Les cartes marchent déjà."),
    "camera_low": _("La caméra est trop peu précise : utilisez le lecteur ou votre numéro."),
    "camera_broken": _("La caméra ne lit pas : utilisez le lecteur ou votre numéro."),
    "misread_title": RESULTS["misread"][0],
    "misread_sentence": RESULTS["misread"][1],
    "not_a_badge_title": RESULTS["not_a_badge"][0],
    "not_a_badge_sentence": RESULTS["not_a_badge"][1],
    "misread_number_title": _("Ce numéro ne convient pas"),
    "misread_number_sentence": _("Un badge a six chiffres, imprimés sous le code. Vérifiez-les."),
    "not_enrolled_title": _("Cette borne n’est pas en service"),
    "not_enrolled_sentence": _("Votre passage est gardé ici. Prévenez l’accueil, s’il vous plaît."),
    "lost_title": _("Passage non gardé"),
    "lost_sentence": _("La borne ne répond pas. Signalez votre arrivée à l’accueil."),
    "network_online": _("Connectée"),
    "network_connecting": _("Connexion…"),
    "network_offline": _("Hors ligne : les passages seront gardés ici"),
    "network_kept_one": _("Hors ligne : 1 passage gardé ici, envoyé plus tard"),
    "network_kept_many": _("Hors ligne : {count} passages gardés ici, envoyés plus tard"),
    "network_sending_one": _("Envoi d’un passage gardé…"),
    "network_sending_many": _("Envoi de {count} passages gardés…"),
    "network_not_enrolled": _("Borne pas en service"),
    "network_not_durable": _("(ne pas fermer cette page)"),
    "sound": _("Sons"),
    "larger": _("Texte plus grand"),
    "help": _("Appeler l’accueil"),
    "help_sentence": _("L’accueil est à côté de la borne. On vous aide aussi par téléphone :"),
    "type": _("Saisir mon numéro"),
    "own_space": _("Mon espace avec ma carte et mon code"),
    "direction": _("Je pars"),
    "leave": _("Je pars"),
    "desk": _("Prendre un bureau libre maintenant"),
    "call": _("Appeler quelqu’un"),
    "no_badge": _("Je n’ai pas de badge"),
    "staff": _("Équipe"),
    "speak": _("Lire à voix haute"),
    "evacuation": _("Liste d’évacuation"),
    "pin_label": _("Votre code"),
    "pin_help": _("Six chiffres. Cachez les touches avec votre main."),
    "done": _("Terminé"),
    "close": _("Fermer"),
    "number_label": _("Numéro de votre badge"),
    "number_help": _("Les six chiffres imprimés sous le code"),
    "number_send": _("Valider"),
}
OTHER_LANGUAGE: Mapping[str, str] = {"fr": "English", "en": "Français"}
"""How each language calls the other one."""


class Word(msgspec.Struct, frozen=True):
    """A text of the page under its key."""

    key: str
    text: str


class Language(msgspec.Struct, frozen=True):
    """All words of the page in one language."""

    code: str
    words: list[Word]


def languages(spoken: Mapping[str, Words]) -> list[Language]:
    """The words of the kiosk's page in every language: it changes language without network."""
    return [_language(code, words) for code, words in spoken.items()]


def _language(code: str, words: Words) -> Language:
    texts = {key: words.text(message) for key, message in {**PAGE, **_reasons()}.items()}
    texts["other_language"] = OTHER_LANGUAGE[code]
    return Language(code, [Word(key, text) for key, text in texts.items()])


def _reasons() -> dict[str, str]:
    """The sentences of every answer that a kiosk may decide alone."""
    titles = {f"reason_{code}_title": title for code, (title, _sentence) in RESULTS.items()}
    sentences = {f"reason_{code}_sentence": sentence for code, (_title, sentence) in RESULTS.items()}
    return titles | sentences | {f"reason_{code}_nameless_title": title for code, title in NAMELESS.items()}
