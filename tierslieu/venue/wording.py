"""What the venue's codes are called: kinds, equipment, accessibility facts, days."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import Words, _

KINDS: Final[Mapping[str, str]] = {
    "desk": _("Poste de travail"),
    "desk_pool": _("Postes au choix"),
    "room": _("Salle"),
    "workstation": _("Poste informatique"),
    "machine": _("Machine"),
    "loan_item": _("Matériel prêté"),
    "staff_time": _("Temps d’une personne"),
}
SITE_KINDS: Final[Mapping[str, str]] = {
    "main": _("Site principal"),
    "satellite": _("Autre site du lieu"),
    "event": _("Lieu d’événements"),
    "off_site": _("Hors les murs"),
}
NOISES: Final[Mapping[str, str]] = {
    "": _("Bruit ordinaire"),
    "quiet": _("Demande du calme"),
    "noisy": _("Fait du bruit"),
}
ACCESS: Final[Mapping[str, str]] = {
    "step_free": _("Accès de plain-pied"),
    "lift": _("Ascenseur"),
    "wide_door": _("Porte d’au moins 90 cm"),
    "automatic_door": _("Porte automatique"),
    "turning_space": _("Place pour tourner en fauteuil"),
    "accessible_toilets": _("Toilettes accessibles"),
    "accessible_parking": _("Place de parking réservée à moins de 50 m"),
    "hearing_loop": _("Boucle magnétique"),
    "quiet": _("Endroit calme"),
    "soft_light": _("Lumière réglable"),
    "tactile_path": _("Bandes de guidage au sol"),
    "guide_dogs": _("Chiens guides bienvenus"),
}
EQUIPMENT: Final[Mapping[str, str]] = {
    "power": _("Prises de courant"),
    "wired_network": _("Réseau par câble"),
    "computer": _("Ordinateur"),
    "screen": _("Grand écran"),
    "double_screen": _("Double écran"),
    "projector": _("Vidéoprojecteur"),
    "camera": _("Caméra"),
    "microphone": _("Micro"),
    "headset": _("Casque"),
    "sound_system": _("Sonorisation"),
    "whiteboard": _("Tableau blanc"),
    "paperboard": _("Tableau papier"),
    "printer": _("Imprimante"),
    "scanner": _("Scanner"),
    "adjustable_desk": _("Table à hauteur réglable"),
    "window": _("Côté fenêtre"),
    "tables": _("Tables et chaises"),
    "kitchenette": _("Coin cuisine"),
    "dust_extraction": _("Aspiration des poussières"),
}
WEEKDAYS: Final = (
    _("lundi"),
    _("mardi"),
    _("mercredi"),
    _("jeudi"),
    _("vendredi"),
    _("samedi"),
    _("dimanche"),
)


def equipment_text(words: Words, tag: str) -> str:
    """What a tag is called; free ones say themselves."""
    known = EQUIPMENT.get(tag)
    return tag if known is None else words.text(known)
