"""The words of upkeep: kinds of incidents, measures, states. Stable codes in, sentences to translate out."""

from collections.abc import Mapping
from typing import Final

from tierslieu.fablab.upkeep.rules import HOUR, Due, Reading
from tierslieu.http.words import Words, _

KINDS: Final[Mapping[str, str]] = {
    "does_not_work": _("Ne marche pas"),
    "poor_quality": _("Mauvaise qualité"),
    "danger": _("Danger"),
    "missing": _("Il manque quelque chose"),
    "dirty": _("Sale ou en désordre"),
}
STATES: Final[Mapping[str, str]] = {
    "open": _("À regarder"),
    "in_hand": _("Pris en charge"),
    "closed": _("Clos"),
}
LOOKS: Final[Mapping[str, str]] = {"open": "waiting", "in_hand": "running", "closed": "done"}
STEPS: Final[Mapping[str, str]] = {
    "in_hand": _("L’équipe s’en occupe."),
    "closed": _("C’est réglé."),
}
MEASURES: Final[Mapping[str, str]] = {
    "hours": _("heures de marche"),
    "jobs": _("travaux"),
    "metres": _("mètres de filament"),
    "days": _("jours"),
}
EVERY: Final[Mapping[str, str]] = {
    "hours": _("toutes les {count} heures de marche"),
    "jobs": _("tous les {count} travaux"),
    "metres": _("tous les {count} mètres de filament"),
    "days": _("tous les {count} jours"),
}
URGENCIES: Final[Mapping[str, tuple[str, str]]] = {
    "overdue": ("fault", _("En retard")),
    "soon": ("soon", _("Bientôt")),
    "later": ("free", _("À jour")),
}
HOWS: Final[Mapping[str, str]] = {
    "self": _("Vous avez accepté cette fiche le {day}."),
    "guardian": _("Cette fiche a été acceptée pour vous le {day}."),
    "paper": _("L’équipe a votre signature sur papier, notée le {day}."),
}
DONE: Final[Mapping[str, str]] = {
    "saved": _("C’est enregistré."),
    "done": _("C’est noté : l’entretien est fait."),
    "told": _("Merci. L’équipe est prévenue."),
    "danger": _("Merci. La machine est hors service, l’équipe est prévenue."),
    "followed": _("C’est noté. La personne qui a signalé est prévenue."),
    "accepted": _("C’est noté : la fiche est acceptée."),
}


def left(words: Words, measure: str, due: Due) -> str:
    """« dans 12 heures de marche, vers le mar. 1 déc. » or « en retard de 3 jours »."""
    unit = words.text(MEASURES[measure])
    if due.left <= 0 and due.urgency == "overdue":
        return words.text(_("à faire maintenant")) if due.left == 0 else f"{_late(words)} {-due.left} {unit}"
    text = words.text(_("dans {count} {unit}"), count=due.left, unit=unit)
    return f"{text}, {words.text(_('vers le {day}'), day=words.day(due.at, 'short'))}" if due.at is not None else text


def _late(words: Words) -> str:
    return words.text(_("en retard de"))


def counters(words: Words, total: Reading) -> list[tuple[str, str]]:
    """What a machine did in all."""
    return [
        (words.text(_("Heures de marche")), words.number(total.seconds / HOUR, 1)),
        (words.text(_("Travaux")), str(total.jobs)),
        (words.text(_("Filament")), f"{words.number(total.filament_mm / 1000, 1)}\u00a0m"),
    ]
