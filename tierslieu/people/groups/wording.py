"""The words of groups: kinds, roles, and the columns of an import."""

from collections.abc import Mapping

from tierslieu.http.words import _

KINDS: Mapping[str, str] = {
    "association": _("association"),
    "school_class": _("classe"),
    "programme": _("programme"),
    "company": _("entreprise"),
    "other": _("autre groupe"),
}
ROLES: Mapping[str, str] = {
    "member": _("membre"),
    "contact": _("contact"),
    "leader": _("accompagne le groupe"),
}
FIELDS: Mapping[str, str] = {
    "first_name": _("prénom"),
    "last_name": _("nom"),
    "birth_year": _("année de naissance"),
    "email": _("courriel"),
    "phone": _("téléphone"),
}
EXPORT = (_("Nom"), _("Prénom"), _("Année de naissance"), _("Téléphone"), _("Courriel"), _("Rôle"))
MODEL = ("prénom", "nom", "année de naissance", "courriel", "téléphone")
MODEL_LINE = ("Camille", "Exemple", "1990", "camille@example.org", "06 39 98 00 00")
