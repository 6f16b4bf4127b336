"""The sentences for stable codes about files, jobs, machines, terminals and materials."""

from collections.abc import Mapping
from typing import Final

from tierslieu.http.words import _

FABLAB: Final[Mapping[str, str]] = {
    # setting machines up
    "agent_in_use": _("Des machines passent encore par ce boîtier. Reliez-les autrement d’abord."),
    "agent_gone": _("Ce boîtier a déjà été retiré."),
    "no_report": _("Aucun rapport n’a encore été fait pour cette machine. Lancez d’abord le diagnostic."),
    "question_gone": _("Cette question n’attend plus de réponse."),
    "unknown_agent": _("Ce boîtier n’existe plus. Choisissez-en un autre."),
    # measures
    "not_recording": _("Aucun enregistrement n’est en cours pour cette machine. Commencez-en un, puis terminez-le."),
    "thresholds_in_order": _("Les seuils doivent se suivre : éteinte, puis au repos, puis au travail."),
    # files
    "empty_file": _("Ce fichier est vide. Exportez-le de nouveau depuis votre logiciel."),
    "unknown_format": _(
        "Nous ne savons pas lire ce fichier. Déposez un G-code exporté du trancheur, ou un fichier STL, 3MF, SVG ou"
        " DXF."
    ),
    "damaged_file": _("Ce fichier est abîmé ou incomplet. Exportez-le de nouveau, puis déposez-le."),
    "unsafe_file": _(
        "Ce fichier contient ce qu’un tel fichier n’a pas à contenir : nous ne l’ouvrons pas. Exportez-le de nouveau,"
        " sans options particulières."
    ),
    "too_much_today": _(
        "Vous avez déposé beaucoup de fichiers aujourd’hui : {limit_mb} Mo au plus par jour. Revenez demain, ou"
        " demandez à l’équipe."
    ),
    "unknown_plate": _("Ce fichier n’a pas ce plateau. Choisissez-en un de la liste."),
    "no_preview": _("Ce fichier n’a pas d’aperçu : ses mouvements ne peuvent pas être lus."),
    # the queue
    "job_held": _("Ce travail est mis de côté. Remettez-le d’abord en attente."),
    "job_not_held": _("Ce travail n’est pas mis de côté."),
    "not_a_machine_file": _("Une machine ne peut pas suivre ce fichier. Il faut d’abord le préparer (trancher)."),
    "machine_takes_no_queue": _("{machine} ne prend pas de travaux de la file."),
    "wrong_nozzle": _("{machine} a une buse de {has} mm, ce travail est préparé pour {wanted} mm."),
    "too_hot_for_tool": _("Ce travail chauffe la buse à {wanted} °C, {machine} va jusqu’à {most} °C."),
    "too_hot_for_plate": _("Ce travail chauffe le plateau à {wanted} °C, {machine} va jusqu’à {most} °C."),
    "wrong_firmware": _("Ce travail parle « {wanted} », {machine} comprend « {has} ». Préparez-le pour cette machine."),
    "wrong_colour": _("{machine} est chargée en {loaded}, ce travail demande {wanted}. Changez la bobine."),
    "spool_too_short": _("Il reste environ {left} g sur {machine}, ce travail en demande {wanted}. Changez la bobine."),
    "loaded_unknown": _("Personne n’a noté ce qui est chargé sur {machine}. Regardez la bobine."),
    "left_unknown": _("Le poids de la bobine de {machine} n’est pas connu. Vérifiez qu’il en reste assez."),
    "file_material_unknown": _(
        "Ce travail ne dit pas sa matière : {machine} prendrait la bobine à l’extérieur. Vérifiez-la, ou choisissez une"
        " matière."
    ),
    "colours_on_one_spool": _(
        "Plusieurs couleurs du fichier viendraient de la même bobine de {machine}. Ajoutez une bobine, ou vérifiez que"
        " cela convient."
    ),
    "machine_reserved_then": _(
        "{machine} est réservée de {hours}. Lancez un travail plus court, ou déplacez la réservation."
    ),
    "machine_closed_then": _("{machine} est fermée de {hours}. Lancez un travail plus court, ou attendez."),
    "no_machine_of_kind": _("Le lieu n’a pas de machine de ce type."),
    "made_by_the_team": _("Ce travail est fait par l’équipe : elle le lance pour vous."),
    "not_your_time": _(
        "Ce n’est pas encore votre tour sur {machine}, et vous ne l’avez pas réservée pour maintenant. "
        "Attendez votre tour, réservez-la, ou demandez à l’équipe."
    ),
    "too_few_copies": _("Il n’y a pas assez d’exemplaires à partager."),
    "already_last": _("Ce travail est déjà le dernier."),
    "ordered_otherwise": _(
        "Dans cette file, l’ordre ne suit pas l’arrivée. Pour faire passer un travail avant, dites pourquoi."
    ),
    "never_started": _("Ce travail n’a jamais été lancé. Déposez-le de nouveau depuis son fichier."),
    "nothing_chosen": _("Aucun travail n’est choisi. Cochez-en au moins un, puis recommencez."),
    # materials
    "float_parsing": _("Écrivez un nombre, en chiffres. Par exemple 12,5."),
    "greater_than": _("Ce nombre doit être plus grand que zéro."),
    "finite_number": _("Écrivez un nombre, en chiffres. Par exemple 12,5."),
    "unknown_material": _("Cette matière n’existe pas, ou plus."),
    "unknown_stock_item": _("Ce numéro n’existe pas dans le stock. Relisez l’étiquette."),
    "unknown_sale": _("Cette vente n’existe pas."),
    "kind_has_items": _("Cette matière a déjà des bobines ou des plaques : sa sorte ne change plus."),
    "material_exists": _("Une matière porte déjà ce nom. Choisissez-en un autre."),
    "not_weighed": _("Cette matière ne se pèse pas. Corrigez plutôt son compte."),
    "empty_weight_unknown": _("Dites aussi ce que pèse la bobine vide : personne ne l’a encore noté."),
    "lighter_than_empty": _("C’est moins que la bobine vide. Vérifiez la balance, ou le poids de la bobine vide."),
    "not_cut": _("Cette matière ne se découpe pas en rectangles."),
    "larger_than_item": _("C’est plus grand que la plaque, qui fait {width} × {height} mm."),
    "not_enough_left": _("Il n’en reste pas assez ({code}). Prenez-en moins, ou corrigez le compte si c’est faux."),
    "item_finished": _("{code} est finie. Prenez-en une autre."),
    "not_loaded": _("Seuls le filament et la résine se chargent sur une machine."),
    "not_on_machine": _("{code} n’est sur aucune machine."),
    "no_price": _("Personne n’a encore fixé le prix de cette matière. Demandez à l’équipe."),
    "too_little_to_sell": _("C’est trop peu pour être compté. Prenez-en un peu plus."),
    "ask_team_for_it": _("Cette matière se prend avec l’équipe. Demandez-lui."),
    "sale_closed": _("Cette vente est déjà réglée, ou offerte."),
    # requests
    "request_answered": _("Cette demande a déjà reçu une réponse. Voyez où elle en est sur sa page."),
    "request_moved": _("Quelqu’un a répondu à cette demande au même moment. Relisez-la avant d’agir."),
    "unknown_request": _("Cette demande n’existe pas, ou a déjà reçu une réponse."),
    "not_prepared": _("La machine ne peut pas lire ce fichier. Joignez d’abord le fichier préparé pour elle."),
    "format_not_for_kind": _("Cette machine ne fabrique pas à partir de ce type de fichier. Choisissez-en une autre."),
    "nothing_proposed": _("Rien n’attend un accord ici : la proposition a changé ou a déjà reçu une réponse."),
    "agreement_awaited": _("L’accord de la personne est attendu. Notez sa réponse avant de poser une question."),
    "deadline_past": _("Cette date est déjà passée. Choisissez un jour à venir, ou laissez vide."),
    "week_jobs": _(
        "La limite est de {most} travaux par semaine : {used} déjà demandés, {wished} de plus ici. "
        "Une nouvelle semaine commence {day}."
    ),
    "week_grams": _(
        "La limite est de {most} g de matière par semaine : {used} g déjà demandés, {wished} g de plus ici. "
        "Une nouvelle semaine commence {day}."
    ),
    "week_minutes": _(
        "La limite est de {most} minutes de machine par semaine : {used} déjà demandées, {wished} de plus ici. "
        "Une nouvelle semaine commence {day}."
    ),
    "week_cents": _(
        "La limite est de {most_money} par semaine. Avec cette demande, vous arriveriez à {total_money}. "
        "Une nouvelle semaine commence {day}."
    ),
    "not_made_yet": _("Ce travail n’est pas fini : il n’y a encore rien à ranger."),
    "not_on_shelf": _("Rien n’attend sous ce numéro. Vérifiez l’étiquette."),
    "already_collected": _("Cette pièce a déjà été remise, ou n’est plus gardée."),
    "not_warned_yet": _("La personne n’a pas encore reçu le dernier rappel : gardez la pièce jusque-là."),
    "unknown_shelf": _("Cette étagère n’existe pas. Choisissez-en une de la liste."),
    "shelf_exists": _("Une étagère porte déjà ce code. Choisissez-en un autre."),
    "unknown_due": _("Cette somme n’est pas connue ici."),
    "due_over": _("Cette somme est déjà réglée ou offerte."),
    "nothing_to_see": _("Rien n’a encore été fabriqué : la photo se prend à la fin."),
    "unknown_kind": _("Ce choix n’existe pas ici."),
    # terminals that unlock machines
    "no_terminal": _("Cette machine n’a pas de boîtier : elle ne se déverrouille pas d’ici."),
    "terminal_offline": _("Le boîtier de {machine} ne répond pas : il ne peut rien déverrouiller. Prévenez l’équipe."),
    "terminal_fault": _("Le boîtier de {machine} est en défaut. N’utilisez pas la machine et prévenez l’équipe."),
    "terminal_estop": _("L’arrêt d’urgence de {machine} est enfoncé. Relâchez-le si tout va bien, puis recommencez."),
    "terminal_unknown": _("L’état de {machine} n’est pas connu : par prudence, rien ne se déverrouille."),
    "terminal_blocked": _("Un problème est signalé sur {machine}. L’équipe doit la vérifier d’abord."),
    "terminal_in_use": _("Quelqu’un utilise {machine} en ce moment."),
    "terminal_to_check": _("{machine} vient de servir. Vérifiez qu’elle est propre et complète, puis dites-le ici."),
    "terminal_taken": _("{machine} est réservée par quelqu’un d’autre en ce moment."),
    "terminal_needs_reservation": _("{machine} s’utilise sur réservation, et vous n’en avez pas en ce moment."),
    "terminal_closed": _("C’est en dehors des heures d’ouverture pour {machine}."),
    "terminal_referent_absent": _("{machine} ne s’utilise qu’aux heures de son référent, et ce n’en est pas une."),
    "terminal_two_persons": _(
        "Il faut être deux pour {machine}. Présentez vos deux cartes au boîtier, ou demandez à l’équipe."
    ),
    "second_awaited": _(
        "Quelqu’un attend déjà une deuxième personne devant {machine}. Dites que vous êtes ensemble, ou attendez "
        "quelques minutes."
    ),
    "second_not_awaited": _(
        "La demande pour {machine} n’est plus en attente : elle a expiré, ou quelqu’un a été plus rapide. "
        "La première personne peut recommencer."
    ),
    "second_is_first": _("C’est vous qui attendez devant {machine}. Une autre personne doit confirmer."),
    "terminal_no_more_time": _("{machine} ne peut pas être prolongée : la suite est prise, ou c’est la fermeture."),
    "no_session": _("Personne n’utilise {machine} en ce moment : il n’y a rien à finir ni à prolonger."),
    "nothing_to_check": _("{machine} a déjà été vérifiée."),
    "card_known": _("Cette carte est déjà à quelqu’un. Retirez-la d’abord de son autre fiche."),
    "card_unreadable": _("Ce numéro de carte ne va pas. Il a de 8 à 20 chiffres et lettres de A à F."),
    "no_card": _("Cette carte n’existe pas, ou a déjà été retirée."),
    "referent_unnamed": _("Indiquez d’abord le référent de cette machine sur la page de la ressource."),
    "lease_too_short": _("Le bail dure au moins 60 secondes et au plus une heure."),
    # upkeep
    "kept_and_until": _("Laissez la date vide quand les réservations restent, ou ne cochez pas cette case."),
    "unknown_plan": _("Cet entretien n’existe pas, ou plus."),
    "unknown_incident": _("Ce signalement n’existe pas, ou ne vous concerne pas."),
    "incident_closed": _("Ce signalement est déjà clos. Signalez de nouveau si le problème revient."),
    "too_many_incidents": _("Vous avez déjà {count} signalements en attente. L’équipe va les regarder d’abord."),
    "steps_missing": _("Étapes non cochées : {count}. Cochez-les, ou dites dans la note ce qui a manqué."),
    "safety_incident_open": _("Un danger est signalé sur {machine} : l’équipe doit regarder avant tout usage."),
    "sheet_not_accepted": _("La fiche de sécurité de {machine} est à lire et à accepter avant de s’en servir."),
    "sheet_changed": _("La fiche de sécurité a changé. Lisez la nouvelle version."),
    "guardian_accepts_sheet": _("Un parent ou un responsable doit accepter cette fiche pour vous."),
    "no_sheet": _("Cette machine n’a pas de fiche de sécurité."),
}
