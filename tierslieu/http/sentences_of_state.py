"""The sentences about the installation itself: why it does not start, and what a complete check finds."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import _

STATE: Final[Mapping[str, str]] = {
    # what keeps the service from starting
    "database_gone": _(
        "La base de données n’est plus là : {file}. Le service l’a vue pour la dernière fois {at_text}. Elle a été"
        " déplacée ou effacée, ou son disque n’est pas branché. Remettez-la, ou la dernière sauvegarde. Pour"
        " commencer une base vide, effacez aussi seen.json dans le dossier des données."
    ),
    "database_not_ours": _(
        "{file} n’est pas une base de données. Un autre fichier a pris sa place, ou son début a été écrasé. Gardez-en"
        " une copie, puis remettez la dernière sauvegarde."
    ),
    "database_damaged": _(
        "La base de données est abîmée : {file} ({finding}). Cela vient le plus souvent du disque, ou d’un fichier"
        " -wal effacé à côté d’elle. Le service ne démarre pas, pour ne rien aggraver. Gardez une copie de tout le"
        " dossier, puis remettez la dernière sauvegarde : « tierslieu check » dit si elle est entière."
    ),
    "database_newer": _(
        "La base de données est au schéma {theirs}, ce programme connaît {ours} : elle vient d’une version plus"
        " récente. Installez cette version, ou remettez la sauvegarde faite avant la mise à jour."
    ),
    "database_unreadable": _(
        "La base de données ne se laisse pas lire : {file} ({why}). Le disque manque, ou le compte du service n’en a"
        " pas le droit. Vérifiez les deux, puis démarrez de nouveau."
    ),
    "database_away_at_start": _(
        "Le serveur de bases de données ne répond pas, ou refuse ce compte. Il est arrêté, ou son adresse a changé."
        " Vérifiez-le, ainsi que database_url, puis démarrez de nouveau."
    ),
    "database_busy_at_start": _(
        "Un autre programme tient la base de données : une deuxième copie du service, ou un outil resté ouvert."
        " Arrêtez-le, puis démarrez de nouveau."
    ),
    "storage_refuses_at_start": _(
        "La base de données ne prend rien : le disque est plein ou protégé. Faites de la place, puis démarrez de"
        " nouveau."
    ),
    "database_broken_at_start": _(
        "Une partie de la base de données ne se lit plus. Lancez « tierslieu check », puis remettez la dernière"
        " sauvegarde entière."
    ),
    "folder_refuses": _(
        "Rien ne peut être écrit dans {file} ({why}). Le disque est plein ou protégé, ou le compte du service n’en a"
        " pas le droit. Faites de la place ou rendez le dossier au service, puis démarrez de nouveau."
    ),
    # what is told to people while it runs
    "database_broken": _(
        "Une partie de ce qui est enregistré ne se lit plus. Prévenez l’équipe : elle sait quoi faire."
    ),
    # what staff are told
    "state_older": _(
        "La base de données est plus ancienne que celle qui servait ici {until_text} : elle s’arrête {since_text}. Ce"
        " qui a été noté entre les deux manque. Regardez les réservations et les comptes de ce temps-là."
    ),
    "state_other": _(
        "Cette base de données n’est pas celle qui servait ici {until_text}. Si une autre a été mise à sa place par"
        " erreur, arrêtez le service et remettez la bonne."
    ),
    # what a complete check finds
    "disk_has_room": _("Le disque a de la place : {free_gb} Go."),
    "disk_nearly_full": _(
        "Le disque est presque plein : il reste {free_mb} Mo. Faites de la place avant que plus rien ne s’enregistre."
    ),
    "clock_is_right": _("L’horloge est plausible : {now_text}."),
    "clock_went_back": _(
        "L’horloge de l’ordinateur dit {now_text}, mais la base a déjà noté {last_text}. Remettez l’horloge à l’heure :"
        " d’ici là, des passages peuvent compter de travers."
    ),
    "clock_is_wrong": _("L’horloge de l’ordinateur dit {now_text} : c’est impossible. Remettez-la à l’heure."),
    "folder_not_there": _("Il n’y a pas de dossier des données à {file}. Vérifiez --data-dir, ou branchez son disque."),
    "database_not_there": _("Il n’y a pas de base de données à {file}. Vérifiez le dossier des données."),
    "database_is_whole": _("La base de données est entière ({size_mb} Mo relus)."),
    "references_are_right": _("Chaque ligne qui en nomme une autre la trouve."),
    "references_broken": _(
        "Des lignes en nomment d’autres qui manquent, dans : {tables}. Remettez la dernière sauvegarde entière."
    ),
    "schema_is_older": _(
        "La base est au schéma {theirs}, ce programme au schéma {ours}. Faites une sauvegarde, puis lancez"
        " « tierslieu migrate »."
    ),
    "schema_is_right": _("Le schéma de la base est celui de ce programme."),
    "schema_differs": _(
        "Le schéma de la base a été changé à la main ({finding}). Remettez la dernière sauvegarde entière."
    ),
    # how the parts are while the service runs
    "part_database_refusing": _("La base ne prend plus rien : le disque est plein, protégé ou en panne."),
    "part_broker_away": _(
        "Les machines et les portes n’entendent plus le service : le courtier de messages est absent."
    ),
    "part_jobs_away": _("Les travaux de fond n’avancent plus : lettres et rappels attendent. Redémarrez le service."),
    "part_database_broken": _(
        "Une partie de la base ne se lit plus. Arrêtez le service et lancez « tierslieu check »."
    ),
    "part_database_away": _("La base de données ne répond plus. Vérifiez son serveur et son disque."),
    "jobs_given_up": _("Travaux de fond abandonnés après dix essais : {count}. Le journal du service dit pourquoi."),
    "old_data_removed": _("Ce qui est trop ancien a été retiré {last_text}."),
    "old_data_not_yet": _("Ce qui est trop ancien est retiré chaque jour ; la première fois vient bientôt."),
    "old_data_kept": _(
        "Ce qui est trop ancien n’est plus retiré depuis {count} jours (la dernière fois : {last_text}). Redémarrez le"
        " service ; si cela dure, son journal dit pourquoi."
    ),
    "parts_are_up": _("Base de données, messages et travaux de fond répondent."),
}
