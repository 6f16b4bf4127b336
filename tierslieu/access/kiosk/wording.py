"""What the kiosk says: results in plain words, and the words that its page carries to work without network."""

from collections.abc import Mapping

import msgspec

from tierslieu.access.rules import Answer
from tierslieu.access.scanning.actions import Recorded
from tierslieu.access.schemas import Line, ScanView
from tierslieu.http.words import Words, _

RESULTS: Mapping[str, tuple[str, str]] = {
    "checked_in": (_("Bonjour {name}, entrez !"), ""),
    "already": (_("Rebonjour {name} !"), _("Votre arrivée est déjà notée.")),
    "welcome": (_("Bonjour {name}, bienvenue !"), _("Passage noté. Vous n’avez pas de réservation aujourd’hui.")),
    "too_early": (
        _("Votre créneau n’a pas commencé"),
        _("Votre réservation débute à {start}. Revenez à partir de {opens}, ou demandez à l’accueil."),
    ),
    "badge_unknown": (_("Ce badge n’est pas connu ici"), _("L’accueil peut le vérifier avec vous.")),
    "badge_revoked": (_("Ce badge ne fonctionne plus"), _("Demandez-en un nouveau à l’accueil.")),
    "misread": (_("Le badge n’a pas été bien lu"), _("Présentez-le de nouveau, bien à plat.")),
    "not_a_badge": (_("Ce code n’est pas un badge"), _("Présentez la carte ou le code remis par l’accueil.")),
}
NAMELESS: Mapping[str, str] = {
    "checked_in": _("Bonjour, entrez !"),
    "already": _("Rebonjour !"),
    "welcome": _("Bonjour, bienvenue !"),
}
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
    "misread_title": RESULTS["misread"][0],
    "misread_sentence": RESULTS["misread"][1],
    "misread_number_title": _("Ce numéro ne convient pas"),
    "misread_number_sentence": _("Un badge a six chiffres, imprimés sous le code. Vérifiez-les."),
    "not_a_badge_title": RESULTS["not_a_badge"][0],
    "not_a_badge_sentence": RESULTS["not_a_badge"][1],
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
    texts = {key: words.text(message) for key, message in PAGE.items()}
    texts["other_language"] = OTHER_LANGUAGE[code]
    return Language(code, [Word(key, text) for key, text in texts.items()])


def result(words: Words, recorded: Recorded) -> ScanView:
    """The answer to a scan as the screen says it."""
    answer, name = recorded.answer, recorded.first_name
    facts = _facts(words, answer)
    title, sentence = RESULTS[answer.kind]
    title = title if name or answer.kind not in NAMELESS else NAMELESS[answer.kind]
    return ScanView(
        recorded.scan_id,
        answer.outcome,
        answer.reason,
        name,
        words.text(title, name=name or "", **facts),
        words.text(sentence, **facts),
        _lines(words, answer, facts),
        recorded.is_duplicate,
    )


def _facts(words: Words, answer: Answer) -> dict[str, str]:
    instants = {"start": answer.starts_at, "end": answer.ends_at, "opens": answer.opens_at}
    return {name: words.hour(instant) if instant else "" for name, instant in instants.items()}


def _lines(words: Words, answer: Answer, facts: Mapping[str, str]) -> list[Line]:
    """Where and until when, for those who are let in."""
    if answer.outcome == "denied" or not answer.resource:
        return []
    lines = [Line("door-open", words.text(_("{resource}, de {start} à {end}"), resource=answer.resource, **facts))]
    if answer.space and answer.space != answer.resource:
        lines.append(Line("map-pin", answer.space))
    if answer.people > 1:
        lines.append(Line("users", words.text(_("{count} personnes attendues"), count=answer.people)))
    return lines
