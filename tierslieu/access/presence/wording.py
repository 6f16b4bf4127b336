"""The words of presence."""

from collections.abc import Mapping
from typing import Final

from tierslieu.access.presence.evacuation import Inside
from tierslieu.http.words import Words, _

BANDS: Final[Mapping[str, str]] = {
    "child": _("Enfant (moins de 12 ans)"),
    "teen": _("Jeune (12 à 17 ans)"),
    "adult": _("Adulte"),
    "senior": _("65 ans et plus"),
    "": _("Sans âge noté"),
}
LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    "": ("free", _("De la place")),
    "near": ("soon", _("Presque plein")),
    "full": ("fault", _("Complet")),
}
"""How full a zone is: the look of the chip, and its words."""
DOUBT_AFTER: Final = 4 * 3600
"""Somebody whose last passage is so long ago may have left unseen."""
DONE: Final[Mapping[str, str]] = {
    "compte": _("C’est compté."),
    "annule": _("Le dernier compte est annulé."),
    "corrige": _("La présence est corrigée. La correction reste dans le journal."),
    "recompte": _("Le compte est remis à ce que vous avez vu."),
    "juste": _("Le compte était juste."),
    "groupe": _("Le groupe est compté."),
    "parti": _("Le départ du groupe est compté."),
    "alarme": _("L’alarme est déclarée. La liste est gardée telle qu’elle est."),
    "fin-alarme": _("L’alarme est finie. La liste gardée est effacée."),
    "refait": _("La présence est recalculée à partir des passages."),
    "aide": _("Votre demande est notée. Elle figure sur la liste d’évacuation quand vous êtes dans les lieux."),
    "sans-aide": _("Votre demande est effacée."),
}


def doubt_text(words: Words, one: Inside, now: int | None = None) -> str:
    """« Pas vu depuis 9 h » when somebody may have left unseen; always when no instant is given."""
    if now is not None and now - one.seen_at < DOUBT_AFTER:
        return ""
    return words.text(_("Pas vu depuis {hour}"), hour=words.hour(one.seen_at))


def person_notes(words: Words, one: Inside) -> list[str]:
    """What to know of somebody on the list."""
    notes = [words.text(_("Équipe"))] if one.is_staff else [words.text(_("Visiteur"))] if one.is_guest else []
    return [words.text(_("Aide pour sortir : {note}"), note=one.help), *notes] if one.help else notes


def group_text(words: Words, name: str, people: int) -> str:
    """« Classe de CM2 : 28 personnes »."""
    count = words.plural("{count} personne", "{count} personnes", people)
    return words.text(_("{name} : {count}"), name=name, count=count) if name else count
