"""The words of families: kinds of links, what is agreed to, letters."""

from collections.abc import Mapping

from tierslieu.http.words import _

KINDS: Mapping[str, str] = {
    "parent": _("parent"),
    "guardian": _("tuteur ou tutrice"),
    "foster": _("famille d’accueil"),
    "other": _("autre adulte de confiance"),
    "relative": _("proche"),
    "carer": _("aidant ou aidante"),
}
SCOPES: Mapping[str, str] = {
    "account": _("compte et réservations"),
    "machines": _("utiliser les machines"),
    "going_home_alone": _("rentrer sans accompagnement"),
    "outing": _("sorties hors du lieu"),
    "photo_web": _("photo sur le site internet"),
    "photo_press": _("photo dans la presse"),
    "photo_social": _("photo sur les réseaux sociaux"),
}
REMINDER_SUBJECT = _("Autorisation à renouveler pour {name}")
REMINDER = _(
    "Bonjour,\n\nL’autorisation « {scope} » pour {name} finit le {day}.\n\n"
    "Pour la renouveler, ouvrez votre espace, « Mes proches », ou passez à l’accueil."
)
REMINDER_SHORT = _("L’autorisation « {scope} » pour {name} finit le {day}. Renouvelez-la à l’accueil.")
