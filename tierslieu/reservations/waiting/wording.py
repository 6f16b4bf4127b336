"""The words of the waiting list."""

from tierslieu.http.words import Words, _
from tierslieu.venue.map import VenueMap

STATES = {
    "waiting": _("En attente"),
    "offered": _("Un créneau est gardé"),
    "taken": _("Réservé"),
    "declined": _("Refusé"),
    "lapsed": _("Sans réponse"),
    "withdrawn": _("Retiré"),
    "expired": _("Date passée"),
}
KINDS = {
    "desk": _("N’importe quel poste de travail"),
    "room": _("N’importe quelle salle"),
    "workstation": _("N’importe quel ordinateur"),
    "machine": _("N’importe quelle machine"),
    "loan_item": _("N’importe quel matériel à emprunter"),
    "staff_time": _("N’importe quel rendez-vous"),
}
DONE = {
    "inscrit": _("C’est noté. Nous vous préviendrons si une place se libère."),
    "retire": _("C’est retiré de la liste d’attente."),
}
DURATIONS = (30, 60, 90, 120, 180, 240, 300, 360, 420, 480)


def what_text(here: VenueMap, target: str, words: Words) -> str:
    """What an entry asks for, as people call it."""
    form, _colon, key = target.partition(":")
    if form == "kind" and key in KINDS:
        return words.text(KINDS[key])
    if form == "space":
        name = next((space.name for space in here.spaces.values() if space.key == key), key)
        return words.text(_("Dans l’espace « {space} »"), space=name)
    found = here.by_key.get(target)
    return found.name if found else target
