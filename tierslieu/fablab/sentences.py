"""The words of the FabLab: states, kinds, notices. Stable codes in, sentences to translate out."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import Words, _

STATES: Mapping[str, str] = {
    "free": _("Libre"),
    "running": _("En marche"),
    "preparing": _("Préparation"),
    "paused": _("En pause"),
    "attention": _("Demande une intervention"),
    "fault": _("En panne"),
    "needs_clear": _("À débarrasser"),
    "dispatched": _("Envoi en cours"),
    "maintenance": _("En maintenance"),
    "stale": _("Sans nouvelles"),
    "offline": _("Injoignable"),
    "never_heard": _("Pas encore connectée"),
    "unknown": _("État inconnu"),
}
JOB_STATES: Mapping[str, str] = {
    "requested": _("Demandé"),
    "queued": _("En attente"),
    "held": _("Mis de côté"),
    "dispatched": _("Envoi à la machine"),
    "running": _("En cours"),
    "to_check": _("À retirer"),
    "done": _("Terminé"),
    "failed": _("Échoué"),
    "cancelled": _("Annulé"),
    "refused": _("Non accepté"),
}
JOB_LOOKS: Mapping[str, str] = {
    "requested": "soon",
    "queued": "waiting",
    "held": "paused",
    "dispatched": "running",
    "running": "running",
    "to_check": "soon",
    "done": "done",
    "failed": "fault",
    "cancelled": "taken",
    "refused": "taken",
}
OUTCOMES: Mapping[str, str] = {
    "ok": _("Fini selon la machine."),
    "cancelled": _("Arrêté avant la fin."),
    "failed": _("La machine dit que le travail a échoué."),
    "unknown": _("Personne n’a vu la fin : allez voir la pièce."),
}
NOTICES: Mapping[str, str] = {
    "no_echo": _("La machine n’a pas répondu : le travail est revenu dans la file."),
    "broker_away": _("Les machines étaient injoignables : le travail est revenu dans la file."),
    "order_too_late": _("L’ordre n’est pas parti à temps : le travail est revenu dans la file."),
    "machine_said_busy": _("La machine était déjà occupée : le travail est revenu dans la file."),
    "machine_said_refused": _("La machine a refusé : le travail est revenu dans la file."),
    "machine_said_expired": _("L’ordre est arrivé trop tard : le travail est revenu dans la file."),
    "lost": _("La machine s’est arrêtée sans rien dire : il faut aller voir."),
    "by_hand": _("Fin notée par l’équipe."),
    "next_copy": _("Exemplaire suivant."),
    "again": _("Remis dans la file."),
    "your_turn": _("C’est le tour de ce travail : la machine est prête, et gardée une demi-heure."),
    "turn_of_team": _("C’est le tour de ce travail : l’équipe, qui doit le lancer, est prévenue."),
    "turn_passed": _("Le tour est passé : le suivant peut commencer. Ce travail garde sa place dans la file."),
    "machine_out": _("La machine demandée est hors service. L’équipe peut en choisir une autre."),
    "overruns": _("Le travail déborde sur la réservation suivante : prévenez la personne ou arrêtez la machine."),
}
FAULTS: Mapping[str, str] = {
    # the link
    "wrong_key": _("La machine refuse la clé du service : à recopier dans les réglages de sa liaison."),
    "wrong_certificate": _("La machine ne montre plus le même certificat : vérifiez que c’est bien elle."),
    "bad_setting": _("Un réglage de la liaison ne peut pas être lu : à corriger dans les réglages de la machine."),
    "signature_required": _("L’imprimante n’accepte que les ordres de son fabricant : activez son mode développeur."),
    "read_only": _("La liaison permet de regarder, pas de commander. Cela se change dans les réglages de la machine."),
    "offline": _("La machine est injoignable. Est-elle allumée, sur le même réseau ?"),
    "no_echo": _("La machine n’a pas confirmé l’ordre : allez voir ce qu’elle fait."),
    "no_confirmation": _("La machine n’a pas confirmé l’ordre : allez voir ce qu’elle fait."),
    "interrupted": _("La liaison a été coupée pendant l’ordre : allez voir ce que fait la machine."),
    "retained_command": _("Un ordre gardé par le serveur de messages visait cette prise : il a été effacé."),
    # the machine
    "printer_error": _("L’imprimante signale une erreur : lisez son écran."),
    "firmware_error": _("Le micrologiciel signale une erreur : lisez l’écran de la machine."),
    "klipper_shutdown": _("Le micrologiciel s’est arrêté : redémarrez la machine quand tout va bien."),
    "gcode_error": _("Le fichier contient une commande que la machine ne comprend pas."),
    "job_on_machine": _("La machine a déjà un travail : attendez la fin, ou débarrassez-la."),
    "own_queue": _("La machine a des travaux dans sa propre file : videz-la d’abord."),
    "own_queue_not_empty": _("La machine a des travaux dans sa propre file : videz-la d’abord."),
    "wrong_state": _("La machine n’est pas dans un état qui le permet : allez voir ce qu’elle fait."),
    "machine_refused": _("La machine a refusé sans dire pourquoi : lisez son écran."),
    "not_supported": _("Cette machine ne sait pas le faire à distance."),
    "forbidden": _("La machine interdit cela au service : vérifiez les droits de sa clé."),
    # the file on its way
    "transfer_in_progress": _("Un fichier est déjà en route vers la machine. Réessayez dans une minute."),
    "storage_full": _("La mémoire de la machine est pleine : effacez-y d’anciens fichiers."),
    "storage_refused": _("La machine ne garde pas le fichier : vérifiez sa carte mémoire ou sa clé USB."),
    "upload_failed": _("Le fichier n’est pas arrivé entier sur la machine. Réessayez."),
    "file_unavailable": _("La machine n’a pas trouvé le fichier du travail. Relancez-le."),
    "wrong_file_kind": _("La machine ne lit pas ce type de fichier : à préparer pour elle."),
    "too_slow": _("L’envoi du fichier a pris trop de temps : vérifiez le réseau de la machine."),
}
"""What is wrong with a machine, or why it refused: the codes of adapters. Others are shown as they came."""
KINDS: Mapping[str, str] = {
    "printer_3d": _("Imprimante 3D"),
    "laser_cutter": _("Découpe laser"),
    "vinyl_cutter": _("Découpe vinyle"),
    "heat_press": _("Presse à chaud"),
    "embroidery_machine": _("Brodeuse"),
    "scanner_3d": _("Scanner 3D"),
    "soldering_station": _("Poste de soudure"),
    "cnc_router": _("Fraiseuse"),
}
QUALIFICATIONS: Mapping[str, str] = {
    "impression-3d": _("Impression 3D"),
    "decoupe-laser": _("Découpe laser"),
    "decoupe-vinyle": _("Découpe vinyle et presse"),
    "brodeuse": _("Brodeuse"),
    "electronique": _("Électronique"),
    "fraisage": _("Fraisage"),
}
LOG: Mapping[str, str] = {
    "dispatched": _("Travail envoyé"),
    "started_by_hand": _("Travail lancé sur place"),
    "started": _("Travail commencé"),
    "outside_started": _("Travail lancé hors de la file"),
    "ended": _("Travail fini"),
    "ended_by_hand": _("Fin notée par l’équipe"),
    "given_back": _("Travail revenu dans la file"),
    "cleared": _("Machine débarrassée"),
    "turn_offered": _("Machine proposée au suivant de la file"),
    "team_asked": _("Équipe prévenue : le suivant de la file l’attend"),
    "lost": _("Travail perdu de vue"),
    "contact_lost": _("Contact perdu pendant un travail"),
    "appeared": _("Machine connectée"),
    "vanished": _("Machine déconnectée"),
    "problem": _("Problème signalé"),
    "maintenance": _("Mise hors service"),
    "in_service": _("Remise en service"),
    "loaded": _("Matière changée"),
    "overruns": _("Travail plus long que prévu, réservation suivante touchée"),
    "badge_shown": _("Badge présenté à une machine à débarrasser"),
    "order_refused": _("Ordre refusé par la machine"),
    "order_unsent": _("Ordre non envoyé : machines injoignables"),
    "asked_pause": _("Pause demandée"),
    "asked_resume": _("Reprise demandée"),
    "asked_cancel": _("Arrêt demandé"),
    "unlocked": _("Déverrouillée"),
    "locked": _("Verrouillée"),
    "not_unlocked": _("Déverrouillage sans suite"),
    "offline_unlock": _("Déverrouillée sans réseau"),
    "terminal_fault": _("Défaut du boîtier"),
    "estop": _("Arrêt d’urgence"),
    "estop_reset": _("Arrêt d’urgence relâché"),
    "power_restored": _("Mise sous tension"),
    "second_asked": _("Deuxième personne attendue"),
    "put_in_order": _("Vérifiée après usage"),
    "unblocked": _("Débloquée par l’équipe"),
    "set_up": _("Machine ajoutée"),
    "changed": _("Fiche modifiée"),
    "linked": _("Liaison enregistrée"),
    "unlinked": _("Liaison retirée"),
    "upkeep_done": _("Entretien fait"),
}
OF_LOCKS: Final = frozenset({"locked", "not_unlocked", "terminal_fault"})
"""Of these the session's own page gives the reason."""
DONE: Mapping[str, str] = {
    "queued": _("C’est noté : votre travail est dans la file."),
    "cancelled": _("Le travail est retiré de la file."),
    "stopping": _("L’arrêt est demandé à la machine."),
    "moved": _("L’ordre de la file a changé."),
    "sent": _("L’ordre est parti. La machine va répondre dans la minute."),
    "cleared": _("La machine est libre."),
    "noted": _("C’est noté."),
    "asked": _("La demande est partie vers la machine."),
}
SOURCES: Mapping[str, str] = {
    "slicer": _("selon le trancheur"),
    "settings": _("selon les réglages du fichier"),
    "commands": _("d’après les commandes"),
    "motion": _("d’après les mouvements"),
    "motion_part": _("au moins : fichier lu en partie"),
    "model": _("mesurée sur la forme"),
}
"""Where a figure of a file comes from."""
FORMATS: Mapping[str, str] = {
    "gcode": _("G-code, prêt pour une imprimante"),
    "bgcode": _("G-code binaire, prêt pour une imprimante"),
    "sliced_3mf": _("Projet tranché, prêt pour une imprimante"),
    "model": _("Modèle 3D, à préparer par l’équipe"),
    "drawing": _("Dessin, à préparer par l’équipe"),
}


def notice(words: Words, code: str) -> str:
    """The sentence of a notice; a machine's own word is quoted."""
    if not code:
        return ""
    known = NOTICES.get(code) or FAULTS.get(code)
    return words.text(known) if known else words.text(_("Message de la machine : {code}"), code=code)


def fault(words: Words, code: str, said: str = "") -> str:
    """What is wrong, with the machine's own words behind it; a code that we do not know is said as it came."""
    known = FAULTS.get(code)
    if known is None:
        return said or code
    return words.text(known) + (f" ({said})" if said and not said.isdigit() else "")


def named(words: Words, table: Mapping[str, str], code: str) -> str:
    """The word of a code; an unknown code says itself."""
    known = table.get(code)
    return words.text(known) if known else code
