"""What the kiosk answers, in plain words: to a scan, a call, a wish for a desk, a visitor."""

from collections.abc import Mapping
from typing import Final, Literal

from tierslieu.access.kiosk.door_acts import Said
from tierslieu.access.kiosk.schemas import CallView, NoticeView
from tierslieu.access.presence.counting import CountedNow
from tierslieu.access.rules import MINUTE, RELEASED, Answer
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
    "released": (
        _("Alerte : sortez"),
        _("Les portes s’ouvrent à tout badge et, de l’intérieur, à la main. Allez au point de rassemblement."),
    ),
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
    "pin_needed": (_("Tapez aussi votre code"), _("Il a six chiffres. Pas de code, ou oublié ? L’accueil vous aide.")),
    "pin_wrong": (
        _("Le code n’est pas le bon"),
        _("Présentez de nouveau le badge, puis tapez votre code. Sans code, voyez l’accueil."),
    ),
    "passback": (_("Vous êtes déjà à l’intérieur"), _("Si votre départ n’a pas été noté, appelez l’accueil.")),
    "passback_wait": (_("Ce badge vient de servir"), _("Attendez un moment, ou appelez l’accueil.")),
    "too_fast": (_("Un instant"), _("Cette borne a beaucoup lu. Présentez de nouveau votre badge dans une minute.")),
    "full": (_("C’est complet pour l’instant"), _("Attendez que quelqu’un sorte, ou appelez l’accueil.")),
    "misread": (_("Le badge n’a pas été bien lu"), _("Présentez-le de nouveau, bien à plat.")),
    "not_a_badge": (_("Ce code n’est pas un badge"), _("Présentez la carte ou le code remis par l’accueil.")),
}
"""What each answer says: a title, and what to do. The same sentences are read aloud."""
WAITS: Mapping[str, str] = {
    "one": _("Attendez une minute, ou appelez l’accueil."),
    "many": _("Attendez {count} minutes, ou appelez l’accueil."),
}
"""How long the zone has somebody wait whose badge was just used; the kiosk's script chooses among the same two."""
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
    "untold": (
        _("Votre appel est affiché à l’accueil"),
        _("Aucun message n’a pu partir. Si personne ne vient, cherchez quelqu’un de l’équipe ou téléphonez."),
    ),
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
TOO_MANY_VISITS: Final = (
    _("Voyez l’accueil, s’il vous plaît"),
    _("Cette borne a beaucoup compté. Votre visite ne l’est pas encore : l’accueil s’en occupe avec vous."),
)
TAKEN_BACK: Final = (_("C’est annulé"), _("Ce geste ne compte plus. Vous pouvez choisir de nouveau."))
NOTED: Mapping[str, str] = {"in": _("Son arrivée est notée."), "out": _("Son départ est noté.")}
NOT_COUNTED: Final = {"full": "zone_full", RELEASED: "alarm_lasts"}
"""What staff are told when nobody was counted."""
GROUP_LEFT: Final = _("Le départ du groupe est compté.")
GUEST_CODE: Final = _("Code du laissez-passer")
BANDS: Mapping[str, str] = {
    "child": _("Enfant (moins de 12 ans)"),
    "teen": _("Jeune (12 à 17 ans)"),
    "adult": _("Adulte"),
    "senior": _("65 ans et plus"),
}


def result(words: Words, recorded: Recorded) -> ScanView:
    """The answer to a scan as the screen says it."""
    answer, name = recorded.answer, recorded.first_name
    facts = _facts(words, answer)
    title, sentence = RESULTS[answer.kind]
    if answer.wait:
        sentence = WAITS["one" if answer.wait <= MINUTE else "many"]
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


def call_view(words: Words, call_id: str, state: str, *, is_told: bool) -> CallView:
    """A call as the screen says it. `is_told`: a message could go to somebody."""
    title, sentence = CALLS[state if is_told or state != "waiting" else "untold"]
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
        title, sentence = RESULTS[counted.reason]
        outcome: Literal["granted", "denied"] = "granted" if counted.reason == RELEASED else "denied"
        return NoticeView(outcome, words.text(title), words.text(sentence), [])
    title, sentence = VISITORS[direction]
    return NoticeView("granted", words.text(title), words.text(sentence), [])


def too_many_visits(words: Words) -> NoticeView:
    """What a visitor is told when more than can walk past the kiosk were counted in."""
    title, sentence = TOO_MANY_VISITS
    return NoticeView("denied", words.text(title), words.text(sentence), [])


def taken_back(words: Words) -> NoticeView:
    """What a visitor is told whose tap counts no longer."""
    title, sentence = TAKEN_BACK
    return NoticeView("granted", words.text(title), words.text(sentence), [])


def _facts(words: Words, answer: Answer) -> dict[str, str]:
    instants = {"start": answer.starts_at, "end": answer.ends_at, "opens": answer.opens_at}
    hours = {name: words.hour(instant) if instant else "" for name, instant in instants.items()}
    return {**hours, "count": str(-(-answer.wait // MINUTE))}


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
