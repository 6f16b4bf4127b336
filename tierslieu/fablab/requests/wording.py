"""The words of requests: codes in, sentences out."""

from collections.abc import Mapping
from typing import Final

from tierslieu.fablab.rules import Expected
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _

WHYS: Final[Mapping[str, str]] = {
    "always": _("Chaque demande est regardée pour cette machine"),
    "staff": _("À faire par l’équipe"),
    "unprepared": _("Fichier à préparer pour la machine"),
    "minor": _("Personne mineure"),
    "grams": _("Beaucoup de matière"),
    "time": _("Longue durée"),
    "unknown": _("Durée ou matière inconnue"),
}
TURNS: Final[Mapping[str, str]] = {
    "staff": _("À regarder"),
    "person": _("Réponse attendue"),
    "agreement": _("Accord attendu"),
    "over": _("Répondu"),
}
STEPS: Final[Mapping[str, str]] = {
    "deposited": _("Fichier déposé"),
    "asked": _("Demande envoyée à l’équipe"),
    "corrected": _("Demande corrigée"),
    "question": _("Question de l’équipe"),
    "replied": _("Réponse donnée"),
    "prepared": _("Fichier préparé par l’équipe"),
    "proposed": _("Changement proposé, accord attendu"),
    "accepted": _("Demande acceptée"),
    "refused": _("Demande non acceptée"),
    "withdrawn": _("Demande retirée"),
    "started": _("Fabrication commencée"),
    "ended": _("La machine a fini"),
    "stopped": _("La machine s’est arrêtée"),
    "good": _("Pièce retirée, réussie"),
    "failed": _("Pièce retirée, ratée"),
    "ready": _("Prête, elle vous attend"),
    "shelved": _("Rangée sur l’étagère"),
    "photo": _("Photo ajoutée"),
    "reminded": _("Rappel envoyé"),
    "warned": _("Dernier rappel envoyé"),
    "collected": _("Remise"),
    "expired": _("Plus gardée"),
    "cancelled": _("Annulée"),
}
RECEIVERS: Final[Mapping[str, str]] = {
    "person": _("à la personne"),
    "relative": _("à un proche qui répond d’elle"),
    "other": _("à quelqu’un d’autre, avec son accord"),
}
WHO: Final[Mapping[str, str]] = {
    "member": _("Adhérents"),
    "minor": _("Mineurs"),
    "visitor": _("Sans adhésion"),
}
SERVICES: Final[Mapping[str, str]] = {
    "self": _("Je viens la lancer"),
    "staff": _("Faites-le pour moi"),
}
PASSES: Final[Mapping[str, str]] = {
    "failure": _("La machine ou la matière avait fait défaut"),
    "training": _("Pendant une formation ou un atelier"),
    "event": _("Pour une école ou un événement"),
    "house": _("Pour le lieu"),
    "other": _("Autre raison"),
}
LIMITS: Final = frozenset({"week_jobs", "week_grams", "week_minutes", "week_cents"})
"""The reasons that staff may pass over by saying why."""
DONE: Final[Mapping[str, str]] = {
    "asked": _("Votre demande est partie. L’équipe vous répond."),
    "queued": _("C’est noté : votre travail est dans la file."),
    "corrected": _("Votre demande est corrigée."),
    "withdrawn": _("Votre demande est retirée."),
    "agreed": _("Merci. Le travail est dans la file."),
    "said": _("C’est envoyé."),
    "accepted": _("C’est accepté. La personne est prévenue."),
    "proposed": _("Le prix change : l’accord de la personne est demandé."),
    "refused": _("C’est refusé. La personne est prévenue."),
    "prepared": _("Le fichier préparé est joint."),
    "collected": _("C’est noté : la pièce est remise."),
    "shelved": _("C’est rangé. La personne est prévenue."),
    "gone": _("C’est noté : la pièce n’est plus gardée."),
    "settled": _("C’est noté : payé."),
    "waived": _("C’est noté : rien à payer."),
    "saved": _("C’est enregistré."),
    "photo": _("La photo est ajoutée."),
}


def passes(words: Words, chosen: str) -> list[Choice]:
    """Why staff pass over the limits of the week; nothing chosen: they do not."""
    return [
        Choice("", "", not chosen),
        *(Choice(code, words.text(text), code == chosen) for code, text in PASSES.items()),
    ]


def cost_text(words: Words, cents: int | None) -> str:
    """A price, or that nobody knows it."""
    return words.text(_("inconnu")) if cents is None else words.money(cents)


def when_text(words: Words, found: Expected | None, now: int) -> str:
    """When it should be made, and on what this rests."""
    if found is None or found.starts_at is None:
        return words.text(_("L’heure n’est pas encore connue."))
    start = words.text(_("maintenant")) if found.starts_at <= now else _moment(words, found.starts_at, now)
    if found.ends_at is None:
        return words.text(_("Début prévu : {start}."), start=start)
    facts = {"start": start, "end": _moment(words, found.ends_at, now)}
    if found.is_measured:
        return words.text(_("Début prévu : {start}, fin vers {end}, selon les dernières impressions."), **facts)
    return words.text(_("Début prévu : {start}, fin vers {end}, selon le fichier."), **facts)


def _moment(words: Words, instant: int, now: int) -> str:
    is_today = words.zone.date(instant) == words.zone.date(now)
    return words.hour(instant) if is_today else words.moment(instant)


def weight_text(words: Words, grams: float | None) -> str:
    """So many grams, or that nobody knows."""
    return words.text(_("inconnue")) if grams is None else f"{words.number(grams, 1)}\u00a0g"


def energy_text(words: Words, kwh: float | None, cents: int | None) -> str:
    """So many kilowatt-hours and what they cost where that is known; a dash for what no meter saw."""
    if kwh is None:
        return words.text(_("énergie –"))
    amount = f"{words.number(kwh, 2)}\u00a0kWh"
    return amount if cents is None else f"{amount}\u00a0: {words.money(cents)}"


def time_text(words: Words, seconds: int | None) -> str:
    """So long, or that nobody knows."""
    return words.text(_("inconnue")) if seconds is None else words.duration(seconds)


def cost_lines(
    words: Words, material: int | None, machine: int | None, energy: int | None, total: int | None, *, is_whole: bool
) -> list[tuple[str, str]]:
    """A cost in its parts; a total that misses one is the least it may be."""
    sum_ = cost_text(words, total)
    if total is not None and not is_whole:
        is_free = not total and None not in (material, machine)  # only the energy is unknown
        at_least = words.text(_("au moins {cost}"), cost=words.money(total)) if total else words.text(_("inconnu"))
        sum_ = sum_ if is_free else at_least
    return [
        (words.text(_("Matière")), cost_text(words, material)),
        (words.text(_("Temps de machine")), cost_text(words, machine)),
        (words.text(_("Énergie")), cost_text(words, energy)),
        (words.text(_("Total")), sum_),
    ]
