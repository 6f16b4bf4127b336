"""The sentences of stable codes that reservations/ and venue/ answer: what happened and why, in plain words."""

from collections.abc import Mapping

from tierslieu.http.words import _

RESERVATIONS: Mapping[str, str] = {
    # rules
    "out_of_use": _("Indisponible à ce moment-là : {reason}."),
    "no_such_rule_set": _("Ces règles n’existent pas, ou plus."),
    "rules_not_draft": _("Ces règles ne sont plus un brouillon. Préparez un nouveau changement."),
    "too_few_people": _("{resource} se réserve à partir de {count} personnes."),
    "outside_hours": _("{resource} n’est pas disponible à cette heure-là."),
    "referent_absent": _("Aucun référent n’est là à ce moment pour {resource}."),
    "noise_meanwhile": _("Il y aura du bruit à côté, de {hours} : {resource}."),
    "quiet_meanwhile": _("Des personnes ont besoin de calme à côté, de {hours} : {resource}."),
    "quota_minutes_day": _("Vous avez déjà réservé {used} ce jour-là. Maximum : {most}."),
    "quota_minutes_week": _("Vous avez déjà réservé {used} cette semaine-là. Maximum : {most}."),
    "quota_minutes_month": _("Vous avez déjà réservé {used} ce mois-là. Maximum : {most}."),
    "quota_minutes_ahead": _("Vous avez déjà {used} de réservations à venir. Maximum : {most}."),
    "quota_count_day": _("Vous avez déjà {count} réservations ce jour-là. Maximum : {most}."),
    "quota_count_week": _("Vous avez déjà {count} réservations cette semaine-là. Maximum : {most}."),
    "quota_count_month": _("Vous avez déjà {count} réservations ce mois-là. Maximum : {most}."),
    "too_late_to_move": _("On peut déplacer jusqu’à {notice} avant le début. Appelez l’accueil."),
    # venue
    "unknown_site": _("Ce site n’existe pas. Choisissez-le sur la page Nos espaces."),
    "unknown_space": _("Cet espace n’existe pas. Choisissez-le sur la page Nos espaces."),
    "not_your_place": _("Cet endroit ne dépend pas de vous. Demandez à qui règle tout le lieu."),
    "unknown_photo": _("Cette photo n’existe pas, ou plus."),
    "bad_hours": _("Ces heures ne se lisent pas. Écrivez-les comme « 9:00-12:30, 13:30-18:00 »."),
    "closes_before_opens": _("La fin vient avant le début. Après minuit, continuez à compter : « 20:00-26:00 »."),
    "hours_overlap": _("Deux plages se touchent ou se croisent. Réunissez-les en une seule."),
    "last_before_first": _("Le dernier jour vient avant le premier. Corrigez l’une des deux dates."),
    "too_many_days": _("C’est plus d’un an. Notez une période plus courte."),
    "displaced_changed": _("Entre-temps, d’autres réservations sont touchées. Relisez la liste, puis confirmez."),
    "still_needed": _("Il sert encore à : {names}. Changez-les d’abord."),
    "nothing_to_reserve": _("Il faut au moins une unité à réserver. Cochez-en une."),
    "key_taken": _("Ce nom court est déjà pris. Choisissez-en un autre."),
    "bad_key": _("Écrivez un nom court en lettres simples, chiffres et tirets, comme salle-2."),
    "most_below_least": _("La durée la plus longue est plus courte que la plus courte. Corrigez l’une des deux."),
    "too_few_units": _("Le nombre d’unités ne peut que grandir. Pour en retirer, mettez hors service."),
    "not_a_picture": _("Ce fichier n’est pas une photo lisible. Envoyez un JPEG, un PNG ou un WebP."),
    "picture_too_large": _("Cette photo est trop grande. Réduisez-la à moins de 5 Mo et 50 millions de points."),
    "too_many_photos": _("Il y a déjà {count} photos. Retirez-en une pour en ajouter une autre."),
    # presence
    "arrival_too_early": _("C’est trop tôt. Vous pourrez noter votre arrivée {at_text}."),
    "arrive_on_the_spot": _("L’arrivée se note sur place : lisez le code de la porte, ou passez votre badge."),
    "delay_too_long": _("On peut annoncer au plus {minutes} minutes de retard. Au-delà, appelez l’accueil."),
    "too_late_to_be_late": _("On ne peut plus annoncer de retard pour cette réservation. Appelez l’accueil."),
    "not_here": _("Votre arrivée n’est pas notée, ou la réservation est déjà finie."),
    "presence_known": _("On sait déjà si cette personne est venue."),
    "not_begun": _("Cette réservation n’a pas commencé, ou n’attend plus personne."),
    "not_missed": _("Cette absence n’existe pas, ou ne compte déjà plus."),
    "no_such_code": _("Ce code n’est plus valable. Lisez celui qui est affiché, ou demandez à l’accueil."),
    # calendars
    "no_such_feed": _("Cet agenda n’existe pas, ou son adresse a été changée. Voyez la page Mes agendas."),
    "no_such_calendar": _("Cet agenda n’existe pas. Choisissez un lieu de la liste et ce qui est montré."),
    "too_many_feeds": _("Vous avez déjà {count} agendas. Arrêtez-en un pour en ajouter un autre."),
    "no_such_import": _("Cet import n’existe pas, ou il a été retiré."),
    "no_such_draft": _(
        "Cet aperçu n’est plus là : il a servi, ou une heure est passée. Envoyez le fichier de nouveau."
    ),
    "not_a_calendar": _(
        "Ce fichier n’est pas un agenda (.ics). Exportez l’agenda au format iCalendar, puis réessayez."
    ),
    "calendar_too_large": _("Ce fichier dépasse {limit_mb} Mo. Exportez une période plus courte."),
    "too_many_occurrences": _("Cet agenda a plus de {count} dates à venir. Exportez une période plus courte."),
    "calendar_unreadable": _(
        "Ce fichier est trop compliqué à lire. Exportez une période plus courte, ou moins de répétitions."
    ),
    "nothing_to_import": _("Cet agenda n’a rien à venir qui prenne du temps."),
    "choose_resources": _("Choisissez au moins une ressource, et vingt au plus."),
    "import_meets_claims": _("Des dates sont déjà prises ici. Cochez la case pour importer les autres."),
    "import_changed_meanwhile": _("Quelqu’un a réservé pendant ce temps. Rien n’est importé : vérifiez de nouveau."),
    # calls: keys, versions, pages
    "idempotency_key_invalid": _("La clé de cet appel n’est pas lisible. Donnez un texte de 1 à 255 signes simples."),
    "idempotency_key_reused": _("Cette clé a déjà servi à un autre appel. Prenez une nouvelle clé."),
    "idempotency_in_progress": _("Le même appel est en cours. Renvoyez-le dans un instant."),
    "idempotency_done_before": _("Cet appel a déjà eu son effet. Regardez l’état actuel avant de continuer."),
    "changed_meanwhile": _("Quelqu’un l’a changée entre-temps. Regardez où elle en est, puis recommencez."),
    "bad_version": _("La version donnée dans If-Match n’est pas lisible. Copiez celle de l’en-tête ETag."),
    "bad_cursor": _("Ce repère de page n’est pas lisible. Reprenez la liste depuis le début."),
    # webhooks
    "no_such_webhook": _("Ce logiciel n’est pas relié, ou plus."),
    "no_such_delivery": _("Cet avis n’existe pas, ou plus : ils sont gardés 30 jours."),
    "too_many_webhooks": _("{most} logiciels sont déjà reliés, le nombre permis. Retirez-en un d’abord."),
    "bad_webhook_address": _("Cette adresse n’est pas lisible. Copiez-la en entier, avec https:// au début."),
    "webhook_needs_https": _("L’adresse doit commencer par https:// : les avis voyagent chiffrés."),
    "webhook_inner_address": _("Cette adresse est celle d’un réseau intérieur. Donnez une adresse d’internet."),
    "no_kind_chosen": _("Choisissez au moins un avis à envoyer."),
    # waiting list and offers
    "no_such_offer": _("Ce créneau proposé n’existe pas, ou n’est pas pour vous."),
    "offer_lapsed": _("Ce créneau n’est plus gardé : le temps pour répondre est passé."),
    "offer_answered": _("Vous avez déjà répondu pour ce créneau, ou il n’est plus proposé."),
    "offer_open": _("Un autre créneau est déjà proposé. Attendez la réponse, ou retirez-le."),
    "no_such_entry": _("Cette attente n’existe pas, ou plus. Voyez la liste d’attente."),
    "waiting_over": _("Cette attente est déjà finie."),
    "already_waiting": _("Vous êtes déjà sur la liste pour cela."),
    "too_many_waiting": _("Vous attendez déjà {most} choses, le nombre permis. Retirez-en une."),
    "free_already": _("C’est libre : {resource}, {day}, de {hours}. Réservez sans attendre."),
    "nothing_suits": _("Rien ne convient pour {count} personnes. Changez le nombre, ou choisissez autre chose."),
    "never_open_then": _("{resource} n’est jamais ouvert à ces heures-là. Élargissez les heures ou les jours."),
    "longer_than_window": _("La durée ne tient pas entre ces deux heures."),
    "date_from_datetime_parsing": _("Cette date n’existe pas. Écrivez-la comme 24/11/2026."),
    "date_parsing": _("Cette date n’existe pas. Écrivez-la comme 24/11/2026."),
    # requests
    "no_such_request": _("Cette demande n’existe pas, ou n’attend plus de réponse."),
    "choose_requests": _("Cochez au moins une demande."),
    # closures
    "no_such_closure": _("Cette fermeture n’existe pas ou plus."),
    "nothing_to_close_there": _("Il n’y a rien à fermer à cet endroit. Choisissez-en un dans la liste."),
    "one_place_only": _("Nommez une seule chose à fermer : une ressource, un espace ou un site."),
    "close_its_parts": _("{resource} est composé d’autres ressources : fermez celles-ci."),
    "too_many_displaced": _(
        "{count} réservations seraient déplacées, {most} au plus à la fois. Fermez en plusieurs fois."
    ),
    "too_long_closed": _("Une fermeture dure au plus {count} jours. Faites-en deux."),
    "closure_over": _("Cette fermeture est déjà finie ou levée."),
    "not_shorter": _(
        "La nouvelle fin doit venir avant celle d’aujourd’hui. Pour fermer plus longtemps, ajoutez une fermeture."
    ),
    "lift_instead": _("À cette heure-là, plus rien ne serait fermé. Levez plutôt la fermeture."),
    # series
    "bad_rule": _("Cette répétition n’est pas comprise. Choisissez chaque jour, chaque semaine ou chaque mois."),
    "series_without_end": _("Une répétition a une fin. Donnez un nombre de fois ou un dernier jour."),
    "series_too_short": _("Une répétition compte au moins 2 dates. Changez le nombre de fois ou le dernier jour."),
    "series_too_long": _("Une répétition compte au plus {count} dates, sur un an. Donnez un dernier jour plus proche."),
    "unknown_series_date": _(
        "Cette date n’est pas à réserver dans cette série. Rechargez la page pour voir ses dates."
    ),
    "series_date_not_reserved": _("Cette date n’est pas réservée. Ajoutez-la d’abord."),
    "series_changed_meanwhile": _("Cette série vient d’être modifiée ailleurs. Rechargez la page et recommencez."),
    "series_not_asked": _("Il n’y a plus rien à confirmer : la réponse est déjà donnée, ou le délai est passé."),
    "no_date_picked": _("Aucune date n’est choisie. Cochez au moins une date."),
    "no_such_series": _("Cette série de réservations n’existe pas, ou plus."),
    "bad_series_link": _("Ce lien n’est pas complet. Ouvrez-le depuis le message, ou appelez l’accueil."),
    # meetings at a distance
    "no_such_meeting": _("Cette réunion n’existe pas, ou plus. Demandez l’adresse à la personne qui vous a invité."),
    "no_meeting_here": _("Cette réservation n’a pas de réunion à distance."),
    "test_not_free": _("Ce quart d’heure n’est pas libre, ou plus. Choisissez-en un autre."),
    "has_test": _("Un quart d’heure vous est déjà gardé. Rendez-le pour en choisir un autre."),
    "not_https": _("Écrivez une adresse entière, qui commence par https://"),
    "no_visio_server": _("Le lieu n’a pas de serveur BigBlueButton. Qui l’installe peut en indiquer un."),
    "visio_away": _("Le serveur de réunions ne répond pas. Essayez de nouveau dans un instant."),
    # floor plans and search
    "no_such_plan": _("Ce plan n’existe pas, ou plus."),
    "no_such_place": _("Ce lieu n’est plus sur le plan."),
    "already_on_plan": _("Cet espace est déjà sur ce plan. Choisissez-le dans la liste pour le déplacer."),
    "space_of_another_site": _("Cet espace n’est pas sur ce site. Choisissez un espace du site, ou tout le site."),
    "bad_outline": _("Cette forme est trop petite ou incomplète. Il faut 8 de côté, ou au moins trois coins."),
    "outside_plan": _("Cette forme dépasse du plan. Rapprochez-la ou réduisez-la."),
    "not_a_plan": _("Ce fichier n’est pas une image lisible. Envoyez un SVG, un PNG ou un JPEG."),
    "svg_unreadable": _("Ce SVG ne peut pas être lu. Enregistrez-le de nouveau, en SVG simple."),
    "svg_empty": _("Ce SVG ne contient aucune forme. Enregistrez-le de nouveau avec son dessin."),
    "svg_without_size": _("Cette image n’a pas de taille utilisable : ni trop longue, ni trop étroite."),
    "svg_too_detailed": _("Ce dessin a trop de détails. Retirez des calques, ou envoyez-le en PNG."),
    "svg_acts": _("Ce SVG contient un programme ou une animation. Enregistrez-le en SVG simple."),
    "svg_has_links": _("Ce SVG contient des liens, des images ou des copies. Enregistrez-le en formes simples."),
    "svg_has_styles": _("Ce SVG contient une feuille de style. Enregistrez-le avec les couleurs sur les formes."),
    "svg_has_entities": _("Ce SVG contient des abréviations d’un autre document. Enregistrez-le en SVG simple."),
    "parts_overlap": _("Ces réservations se chevauchent. Chacune doit commencer quand la précédente est finie."),
    "longer_than_hours": _("Cette durée ne tient pas entre ces heures. Raccourcissez-la ou élargissez les heures."),
    # planning
    "moved_meanwhile": _("Cette réservation a été déplacée entre-temps : {resource}, {at_text}."),
    "ended_meanwhile": _("Cette réservation a été annulée ou s’est terminée entre-temps."),
    "changed_meanwhile_here": _("Cette réservation a changé entre-temps : {resource}, {at_text}."),
}
