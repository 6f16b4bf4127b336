"""The words of the queue."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import _

POLICIES: Final[Mapping[str, str]] = {
    "first_come": _("Le premier arrivé passe le premier."),
    "deadline": _("Ce qui doit être prêt le plus tôt passe d’abord."),
    "shortest": _("Les travaux courts passent d’abord."),
    "fair": _("Chacun son tour : un travail par personne, puis les suivants."),
}
DONE: Final[Mapping[str, str]] = {
    "held": _("Le travail est mis de côté. Il garde son tour."),
    "released": _("Le travail attend de nouveau."),
    "split": _("Les exemplaires sont partagés en plusieurs travaux."),
    "where": _("La machine demandée a changé."),
    "prioritised": _("Le travail passe avant les autres."),
    "deprioritised": _("Le travail a repris sa place."),
    "moved": _("L’ordre de la file a changé."),
    "remade": _("Un nouveau travail est dans la file."),
    "bulk": _("C’est fait pour tous les travaux choisis."),
    "policy": _("La nouvelle règle est en vigueur."),
    "cleared": _("La machine est libre."),
    "cleared_next": _("La machine est libre. Le travail suivant est lancé."),
}
