"""What the kiosk says: results in plain words, and the words that its page carries to work without network."""

from collections.abc import Mapping
from typing import Final

import msgspec

from tierslieu.access.kiosk.door_acts import Said
from tierslieu.access.kiosk.schemas import CallView, NoticeView
from tierslieu.access.presence.counting import CountedNow
from tierslieu.access.rules import Answer
from tierslieu.access.scanning.actions import Recorded
from tierslieu.access.schemas import Line, ScanView
from tierslieu.http.wording import reason_text
from tierslieu.http.words import Words, _

RESULTS: Mapping[str, tuple[str, str]] = {
    "checked_in": (_("Bonjour {name}, entrez !"), ""),
    "already": (_("Rebonjour {name} !"), _("Votre arrivée est déjà notée.")),
    "welcome": (_("Bonjour {name}, bienvenue !"), _("Passage noté. Vous n’avez pas de réservation aujourd’hui.")),
    "welcome_early": (_("Bonjour {name}, bienvenue !"), _("Passage noté. Votre réservation débute à {start}.")),
    "entered": (_("Bonjour {name}, bienvenue !"), _("Passage noté. Entrez.")),
    "inside": (_("Rebonjour {name} !"), _("Votre arrivée est déjà notée.")),
    "left": (_("Au revoir {name} !"), _("Votre départ est noté. À bientôt.")),
    "released": (_("Alerte : sortez"), _("Les portes sont libres. Allez au point de rassemblement.")),
    "too_early": (
        _("Votre créneau n’a pas commencé"),
        _("Votre réservation débute à {start}. Revenez à partir de {opens}, ou demandez à l’accueil."),
    ),
    "badge_unknown": (_("Ce badge n’est pas connu ici"), _("L’accueil peut le vérifier avec vous.")),
    "badge_revoked": (_("Ce badge ne fonctionne plus"), _("Demandez-en un nouveau à l’accueil.")),
    "badge_expired": (_("Ce badge n’est plus valable"), _("L’accueil peut le prolonger avec vous.")),
    "badge_not_yet": (_("Ce badge n’est pas encore valable"), _("Revenez à l’heure prévue, ou demandez à l’accueil.")),
    "pass_stale": (_("Ce code n’est plus à jour"), _("Ouvrez « Mon badge » sur votre téléphone, puis présentez-le.")),
    "pass_replayed": (_("Ce code a déjà servi"), _("Attendez le code suivant sur votre téléphone, puis présentez-le.")),
    "other_site": (_("Ce badge est celui d’un autre lieu"), _("Demandez à l’accueil un badge de la maison.")),
    "facts_too_old": (
        _("La borne ne peut pas vérifier"),
        _("Elle est hors ligne depuis trop longtemps. Appelez l’accueil."),
    ),
    "closed": (_("C’est fermé à cette heure"), _("Revenez aux heures d’ouverture. Elles sont affichées à l’entrée.")),
    "not_allowed": (_("Votre badge n’ouvre pas cet espace"), _("L’accueil peut vous dire comment y entrer.")),
    "pin_needed": (_("Tapez aussi votre code"), _("L’entrée demande aussi votre code de six chiffres.")),
    "pin_wrong": (_("Le code n’est pas le bon"), _("Présentez de nouveau le badge, puis tapez votre code.")),
    "passback": (_("Vous êtes déjà à l’intérieur"), _("Si votre départ n’a pas été noté, appelez l’accueil.")),
    "passback_wait": (_("Ce badge vient de servir"), _("Attendez deux minutes, ou appelez l’accueil.")),
    "too_fast": (_("Un instant"), _("Cette borne a beaucoup lu. Présentez de nouveau votre badge dans une minute.")),
    "full": (_("C’est complet pour l’instant"), _("Attendez que quelqu’un sorte, ou appelez l’accueil.")),
    "misread": (_("Le badge n’a pas été bien lu"), _("Présentez-le de nouveau, bien à plat.")),
    "not_a_badge": (_("Ce code n’est pas un badge"), _("Présentez la carte ou le code remis par l’accueil.")),
}
"""What each answer says: a title, and what to do. The same sentences are read aloud."""
NAMELESS: Mapping[str, str] = {
    "checked_in": _("Bonjour, entrez !"),
    "already": _("Rebonjour !"),
    "welcome": _("Bonjour, bienvenue !"),
    "welcome_early": _("Bonjour, bienvenue !"),
    "entered": _("Bonjour, bienvenue !"),
    "inside": _("Rebonjour !"),
    "left": _("Au revoir !"),
}
WITHOUT_DESK: Final = ("welcome", "welcome_early", "inside")
"""Answers after which somebody is inside and has nothing reserved now."""
CALLS: Mapping[str, tuple[str, str]] = {
    "waiting": (_("L’accueil est prévenu"), _("Restez près de la borne. La réponse s’affiche ici.")),
    "coming": (_("Quelqu’un arrive"), _("L’accueil vient vous aider.")),
    "over": (_("Appel terminé"), _("Besoin d’aide encore ? Appelez de nouveau.")),
}
DESKS: Mapping[str, tuple[str, str]] = {
    "here": (_("Un bureau est à vous"), _("{place}, jusqu’à {until}.")),
    "asked": (_("Demande notée"), _("L’accueil vous répond bientôt.")),
    "refused": (_("Pas de bureau libre maintenant"), _("Choisissez un autre moment, ou demandez à l’accueil.")),
}
VISITORS: Mapping[str, tuple[str, str]] = {
    "in": (_("Bonjour, bienvenue !"), _("Votre visite est comptée, sans votre nom.")),
    "out": (_("Au revoir !"), _("Votre départ est compté. À bientôt.")),
}
NOTED: Mapping[str, str] = {"in": _("Son arrivée est notée."), "out": _("Son départ est noté.")}
GUEST_CODE: Final = _("Code du laissez-passer")
BANDS: Mapping[str, str] = {
    "child": _("Enfant (moins de 12 ans)"),
    "teen": _("Jeune (12 à 17 ans)"),
    "adult": _("Adulte"),
    "senior": _("65 ans et plus"),
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
    "kept_note": _("Enregistré hors ligne"),
    "leaving_title": _("Vous partez ? Présentez votre badge"),
    "leaving_sentence": _("Votre départ sera noté. Les sorties sont toujours libres."),
    "pin_title": RESULTS["pin_needed"][0],
    "pin_sentence": RESULTS["pin_needed"][1],
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
    "stopped_title": _("Cette borne est arrêtée"),
    "stopped_sentence": _("Les passages gardés partiront à sa remise en service. Prévenez l’accueil."),
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
        answer.direction,
        answer.code or answer.kind,
        choices(answer),
        answer.asks,
    )


def choices(answer: Answer) -> list[str]:
    """What the screen offers next."""
    if answer.outcome == "denied":
        return ["call", "done"]
    offered = ["done"]
    if answer.kind in WITHOUT_DESK and answer.is_named:
        offered.append("desk")
    if answer.kind in ("already", "inside"):
        offered.append("leave")
    return [*offered, "own_space", "call"] if answer.direction == "in" else offered


def call_view(words: Words, call_id: str, state: str) -> CallView:
    """A call as the screen says it."""
    title, sentence = CALLS[state]
    return CallView(call_id, state, words.text(title), words.text(sentence))


def desk_notice(words: Words, said: Said) -> NoticeView:
    """What became of the wish for a desk."""
    title, sentence = DESKS[said.kind]
    until = words.hour(said.until) if said.until else ""
    text = words.text(sentence, place=said.place, until=until)
    if said.reasons:
        text = " ".join(reason_text(words, reason) for reason in said.reasons[:2])
    return NoticeView("granted" if said.kind == "here" else "denied", words.text(title), text, [])


def counted_text(words: Words, people: int, inside: int) -> str:
    """What staff are told after counting."""
    if people == 1:
        return words.text(_("Une personne comptée. À l’intérieur : {inside}."), inside=inside)
    return words.text(_("{count} personnes comptées. À l’intérieur : {inside}."), count=people, inside=inside)


def visitor_notice(words: Words, counted: CountedNow, direction: str) -> NoticeView:
    """What a visitor without a badge is told."""
    if counted.reason:
        title, sentence = RESULTS["full"]
        return NoticeView("denied", words.text(title), words.text(sentence), [])
    title, sentence = VISITORS[direction]
    return NoticeView("granted", words.text(title), words.text(sentence), [])


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
