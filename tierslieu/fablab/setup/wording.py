"""The words of setting up: fields of adapters, what became of a try. Codes in, sentences to translate out."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import _

LABELS: Final[Mapping[str, str]] = {
    "address": _("Adresse sur le réseau"),
    "api_key": _("Clé d’accès"),
    "base_topic": _("Sujet de base (MQTT)"),
    "instance": _("Nom de l’instance (MQTT)"),
    "username": _("Nom d’utilisateur"),
    "password": _("Mot de passe"),
    "serial": _("Numéro de série"),
    "access_code": _("Code d’accès"),
    "mode": _("Ce que le service peut faire"),
    "fingerprint": _("Empreinte du certificat"),
    "topic": _("Sujet (MQTT)"),
    "template": _("Modèle de sujet"),
    "prefix": _("Préfixe (MQTT)"),
    "channel": _("Voie"),
    "name": _("Nom"),
    "power_sensor": _("Capteur de puissance"),
    "energy_sensor": _("Capteur d’énergie"),
    "energy_unit": _("Unité de l’énergie"),
}
HELPS: Final[Mapping[str, str]] = {
    "address_of_machine": _("Comme dans le navigateur : http://192.168.1.20"),
    "octoprint_key": _("OctoPrint, Paramètres, Clés d’application. Un compte limité suffit : voir, déposer, imprimer."),
    "octoprint_base_topic": _("Différent pour chaque imprimante : OctoPrint, Paramètres, MQTT"),
    "moonraker_key": _("Vide si cet ordinateur est déjà de confiance dans moonraker.conf"),
    "moonraker_instance": _("instance_name de la partie [mqtt] de moonraker.conf"),
    "prusalink_username": _("maker, sauf si on l’a changé"),
    "prusalink_password": _("À l’écran de l’imprimante : Réglages, Réseau, PrusaLink"),
    "bambu_serial": _("À l’écran de l’imprimante : Réglages, Appareil"),
    "bambu_access_code": _("À l’écran de l’imprimante : Réglages, Réseau"),
    "bambu_mode": _("Commander demande le mode « LAN Only » et le mode développeur de l’imprimante."),
    "bambu_fingerprint": _("Vide : celle du premier essai est gardée"),
}
CHOICES: Final[Mapping[str, str]] = {
    "read_only": _("Regarder seulement"),
    "control": _("Regarder et commander"),
    "kWh": _("kilowattheures (kWh)"),
    "Wh": _("wattheures (Wh)"),
}
TRIES: Final[Mapping[str, str]] = {
    "ok": _("La machine répond."),
    "unreachable": _("Personne ne répond à cette adresse. La machine est-elle allumée, sur le même réseau ?"),
    "wrong_key": _("La machine refuse la clé ou le mot de passe. Recopiez-les depuis son écran ou sa page."),
    "wrong_kind": _("Quelque chose répond, mais ce n’est pas ce type de machine. Vérifiez l’adresse et le type."),
    "forbidden": _("La machine connaît la clé, mais lui interdit ce qu’il faut : voir, déposer un fichier, imprimer."),
    "timed_out": _("La machine met trop longtemps à répondre. Réessayez quand elle est au repos."),
    "bad_setting": _("Un des champs ne peut pas être lu. Vérifiez ce qui est écrit."),
    "untried": _("Pas essayé : le service n’écoute pas lui-même le serveur de messages (MQTT). Un boîtier le fait."),
    "no_broker": _("Le serveur de messages (MQTT) ne répond pas ou refuse le service. Redémarrez-le, puis réessayez."),
    "unheard": _(
        "Rien entendu sur ce sujet. L’appareil est-il branché, réglé sur ce sujet et connecté avec son compte ?"
    ),
    "offline": _("Le serveur de messages (MQTT) connaît l’appareil, mais celui-ci est débranché ou hors du réseau."),
    "no_measure": _("L’appareil est là, mais n’a donné aucune mesure. Mesure-t-il le courant ? Sinon, réessayez."),
    "no_answer": _("L’essai n’a pas abouti. Réessayez ; si cela dure, redémarrez le service."),
}
NOTES: Final[Mapping[str, str]] = {
    "topic_silent": _("Elle répond à son adresse, mais rien n’a été entendu sur son sujet MQTT : vérifiez-le."),
    "serial_differs": _("Ce n’est pas l’imprimante de ce numéro de série."),
    "fingerprint_differs": _("Son certificat n’est plus le même : est-ce bien elle ?"),
    "own_queue_not_empty": _("Elle a des travaux dans sa propre file : videz-la avant de l’utiliser d’ici."),
    "klippy_shutdown": _("Son micrologiciel est arrêté : redémarrez-la."),
    "klippy_error": _("Son micrologiciel signale une erreur : lisez son écran."),
    "klippy_startup": _("Elle démarre : attendez une minute."),
    "klippy_disconnected": _("Sa carte de commande ne répond pas : est-elle allumée ?"),
}
"""What is worth knowing beside the answer."""
FIRMWARES: Final[Mapping[str, str]] = {
    "": _("On ne sait pas"),
    "marlin": "Marlin",
    "klipper": "Klipper",
    "prusa": "Prusa",
    "bambu": "Bambu Lab",
    "reprap": "RepRapFirmware",
    "other": _("Autre"),
}
ACCOUNTS: Final[Mapping[str, str]] = {
    "agent": _("Boîtier qui parle aux machines"),
    "meter": _("Prise, compteur ou module de serveur d’impression"),
    "listener": _("Écoute seulement (Home Assistant, écran)"),
}
DONE: Final[Mapping[str, str]] = {
    "saved": _("C’est enregistré."),
    "linked": _("La liaison est enregistrée. La machine apparaît dans la minute."),
    "linked_unheard": _(
        "La liaison est enregistrée sans essai réussi. La page dira quand la machine aura été entendue."
    ),
    "unlinked": _("La liaison est retirée."),
    "removed": _("Ce compte n’a plus accès."),
    "diagnosed": _("Le rapport est prêt."),
}
