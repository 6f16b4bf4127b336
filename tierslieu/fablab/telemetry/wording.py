"""What measures are called."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import _

ACTIVITIES: Final[Mapping[str, str]] = {
    "unknown": _("Inconnue"),
    "off": _("Éteinte"),
    "idle": _("Allumée, au repos"),
    "busy": _("Au travail"),
}
PERIODS: Final[Mapping[str, str]] = {"jour": _("24 heures"), "semaine": _("7 jours"), "mois": _("31 jours")}
PHASES: Final[Mapping[str, str]] = {"idle": _("Au repos"), "busy": _("Au travail")}
DONE: Final[Mapping[str, str]] = {
    "recording": _("L’enregistrement a commencé."),
    "recorded": _("L’enregistrement est terminé."),
    "limits_set": _("Les seuils sont enregistrés. Les derniers jours ont été comptés de nouveau."),
    "price_set": _("Le prix de l’électricité est enregistré."),
}
NONE: Final = "–"
