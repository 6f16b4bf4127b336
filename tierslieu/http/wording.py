"""The sentences for stable codes: what happened and why, in plain words. Remedies become links beside them.

Facts are formatted here: instants under `at`, `until`, `from_at` become hours and days, `date` a day.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from tierslieu.basics.errors import Reason, Remedy
from tierslieu.http.words import Words, _

SENTENCES: Mapping[str, str] = {
    # reservations
    "slot_taken": _("Ce créneau est déjà pris, de {hours}."),
    "slot_taken_now": _("Quelqu’un vient de prendre ce créneau, juste avant vous."),
    "already_reserved": _("Vous avez déjà une réservation à ce moment-là : {resource}, de {hours}."),
    "closed": _("Le lieu est fermé à ce moment-là. Il est ouvert {opening}."),
    "closed_that_day": _("Le lieu est fermé ce jour-là."),
    "too_late": _("Il faut réserver au moins {notice} à l’avance."),
    "in_the_past": _("Ce créneau est déjà passé."),
    "too_far_ahead": _("On peut réserver jusqu’au {until_day}."),
    "too_short": _("La durée la plus courte est de {duration}."),
    "too_long": _("La durée la plus longue est de {duration}."),
    "off_grid": _("Les réservations commencent et finissent toutes les {minutes} minutes."),
    "too_many_people": _("Trop de monde pour {resource}. Maximum : {capacity}."),
    "too_many_reservations": _("Vous avez déjà {count} réservations à venir, le nombre permis."),
    "not_bookable": _("Cet espace ne se réserve pas en ligne. L’accueil peut vous aider."),
    "needs_approval": _("Cette réservation attend l’accord de l’accueil."),
    "too_late_to_cancel": _("On peut annuler jusqu’à {notice} avant le début. Appelez l’accueil."),
    "already_started": _("Cette réservation a déjà commencé."),
    "already_cancelled": _("Cette réservation est déjà annulée."),
    "ends_before_it_starts": _("L’heure de fin doit venir après l’heure de début."),
    "already_answered": _("Cette demande a déjà reçu une réponse."),
    "not_confirmed": _("Cette réservation n’est pas confirmée, ou l’arrivée est déjà notée."),
    # forms
    "missing": _("Ce champ est à remplir."),
    "bad_date": _("Cette date n’existe pas. Écrivez-la comme 24/11/2026."),
    "bad_hour": _("Cette heure n’existe pas. Écrivez-la comme 14:30."),
    "string_too_long": _("Ce texte est trop long."),
    "string_too_short": _("Ce texte est trop court."),
    "int_parsing": _("Écrivez un nombre, en chiffres."),
    "greater_than_equal": _("Ce nombre est trop petit."),
    "less_than_equal": _("Ce nombre est trop grand."),
    "unknown_resource": _("Cet espace n’existe pas."),
    "bad_text": _("Ce texte contient des signes qui ne peuvent pas être gardés."),
    "extra_forbidden": _("Ce champ n’est pas attendu ici."),
    # sign-in
    "wrong_credentials": _("L’adresse ou le mot de passe n’est pas le bon. Essayez de nouveau, ou appelez l’accueil."),
    "too_many_attempts": _("Trop d’essais. Attendez {minutes} minutes, ou appelez l’accueil."),
    # badges and kiosks
    "has_badge": _("Cette personne a déjà un badge qui fonctionne. Remplacez-le."),
    "badge_revoked": _("Ce badge ne fonctionnait déjà plus."),
    "no_such_badge": _("Ce badge n’existe pas."),
    "no_such_person": _("Cette personne n’existe pas, ou son compte est fermé."),
    "no_free_number": _("Aucun numéro de badge libre n’a été trouvé. Essayez de nouveau."),
    "no_such_scan": _("Ce passage n’existe pas, ou plus."),
    "scan_id_reused": _("Cet identifiant de passage a déjà servi pour autre chose."),
    "wrong_code": _("Ce code n’est pas le bon, ou il a plus de dix minutes. Demandez-en un nouveau."),
    "no_such_kiosk": _("Cette borne n’existe pas."),
    # the FabLab
    "unknown_machine": _("Cette machine n’existe pas, ou plus."),
    "unknown_job": _("Ce travail n’existe pas, ou plus."),
    "unknown_file": _("Ce fichier n’existe pas, ou plus. Déposez-le de nouveau."),
    "wrong_ending": _("Le nom du fichier doit finir par .gcode. Exportez-le depuis le trancheur."),
    "empty_file": _("Ce fichier est vide. Exportez-le de nouveau depuis le trancheur."),
    "not_gcode": _("Ce fichier ne contient pas de G-code. Exportez-le de nouveau depuis le trancheur."),
    "kind_takes_no_file": _("Cette machine ne reçoit pas de fichier G-code. L’équipe du FabLab peut vous aider."),
    "too_big_for_all": _("La pièce mesure {size} : elle ne tient sur aucune machine. Réduisez-la ou coupez-la."),
    "too_many_jobs": _("Vous avez déjà {count} travaux en attente, le nombre permis."),
    "machine_in_maintenance": _("{machine} est en maintenance."),
    "machine_offline": _("{machine} est injoignable. Vérifiez qu’elle est allumée et reliée au réseau."),
    "machine_stale": _("{machine} ne donne plus de nouvelles depuis une minute. Attendez ou allez la voir."),
    "machine_fault": _("{machine} est en panne. Réparez-la avant de lancer un travail."),
    "machine_busy": _("{machine} travaille déjà."),
    "machine_outside_job": _("{machine} fait un travail lancé à la main, hors de la file."),
    "machine_unknown": _("On ne sait pas ce que fait {machine}. Allez la voir."),
    "machine_needs_clearing": _("{machine} n’a pas été débarrassée. Retirez la pièce, puis dites-le ici."),
    "job_not_waiting": _("Ce travail n’est plus dans la file."),
    "other_machine_wanted": _("Ce travail n’est pas prévu pour {machine}."),
    "wrong_material": _("{machine} est chargée en {loaded}, ce travail demande {wanted}."),
    "too_big_for_bed": _("La pièce mesure {size} : elle ne tient pas sur {machine}."),
    "flagged_commands": _("Le fichier contient {count} commandes à vérifier. Regardez-les avant de lancer."),
    "no_remote_start": _("{machine} se lance sur place, pas d’ici."),
    "no_job_on_machine": _("{machine} n’a pas de travail de la file en cours."),
    "nothing_to_clear": _("{machine} est déjà débarrassée."),
    "job_over": _("Ce travail est déjà terminé."),
    "job_not_over": _("Ce travail n’est pas terminé."),
    "already_first": _("Ce travail est déjà le premier."),
    "job_moved": _("Ce travail vient de changer d’état. Regardez de nouveau la file."),
    # the house
    "sign_in_first": _("Connectez-vous pour continuer."),
    "not_allowed": _("Votre compte ne permet pas de faire cela. L’accueil peut vous aider."),
    "foreign_origin": _("Cette demande venait d’un autre site. Recommencez depuis nos pages."),
    "csrf_missing": _("Cette demande n’est pas signée. Recommencez depuis nos pages."),
    "form_expired": _("La page est restée ouverte trop longtemps. Rien n’est perdu : envoyez-la de nouveau."),
    "not_found": _("Cette page n’existe pas, ou plus."),
    "no_such_reservation": _("Cette réservation n’existe pas, ou plus."),
    "bad_file_address": _("Cette adresse de fichier n’est pas complète."),
    "same_resource_twice": _("Le même espace est demandé deux fois."),
    "bad_id": _("Cette adresse n’est pas complète."),
    "file_too_large": _("Ce fichier est trop gros : {limit_mb} Mo au plus."),
    "unreadable_form": _("Le formulaire n’a pas pu être lu. Envoyez-le de nouveau."),
    "invalid_input": _("Une partie de la demande ne peut pas être lue."),
    "method_not_allowed": _("Cette adresse n’accepte pas cette demande."),
    "too_large": _("Cette demande est trop grosse."),
    "database_busy": _("Beaucoup de monde à la fois. Essayez de nouveau dans un instant."),
    "database_stopped": _("Le service s’arrête. Essayez de nouveau dans un instant."),
    "database_away": _("Une partie du service ne répond pas. Essayez de nouveau dans un instant."),
    "broker_away": _("Les machines ne répondent pas pour le moment. Essayez de nouveau dans un instant."),
    "internal": _("Une erreur est survenue de notre côté. Rien de ce que vous aviez confirmé n’est perdu."),
    "constraint": _("Quelque chose a changé entre-temps. Regardez de nouveau et recommencez."),
}

REMEDIES: Mapping[str, str] = {
    "next_free": _("Libre à partir de {at_text}"),
    "other_resource": _("{resource} est libre à cette heure"),
    "see_day": _("Voir tous les créneaux du {day}"),
    "see_mine": _("Voir mes réservations"),
    "call_desk": _("Appeler l’accueil : {phone}"),
}


class Link(NamedTuple):
    """Where a remedy leads and how it is called."""

    href: str
    text: str


def sentence(words: Words, code: str, facts: Mapping[str, object]) -> str:
    """The sentence of a code; an unknown code says itself rather than nothing."""
    known = SENTENCES.get(code)
    if known is None:
        return words.text(SENTENCES["invalid_input"]) + f" ({code})"
    try:
        return words.text(known, **_spoken(words, facts)) if "{" in known else words.text(known)
    except (KeyError, ValueError):
        return words.text(SENTENCES["invalid_input"]) + f" ({code})"


def reason_text(words: Words, reason: Reason) -> str:
    """The sentence of one reason of refusal."""
    return sentence(words, reason.code, reason.facts)


def remedy_link(words: Words, remedy: Remedy) -> Link:
    """The link of one remedy."""
    facts = _spoken(words, remedy.facts)
    text = words.text(REMEDIES.get(remedy.kind, REMEDIES["see_mine"]), **facts)
    if remedy.kind in ("next_free", "other_resource"):
        query = {
            "resource": facts["key"],
            "date": facts["date_iso"],
            "from": facts["from_clock"],
            "to": facts["to_clock"],
        }
        return Link(f"/reserver?{urlencode(query)}", text)
    if remedy.kind == "see_day":
        return Link(f"/reserver?{urlencode({'date': str(facts['date_iso'])})}", text)
    if remedy.kind == "call_desk":
        return Link(f"tel:{str(facts['phone']).replace(' ', '')}", text)
    return Link("/mes-reservations", text)


def _spoken(words: Words, facts: Mapping[str, object]) -> dict[str, object]:
    """Facts with their spoken forms beside them."""
    spoken = dict(facts)
    start, end = facts.get("start"), facts.get("end")
    if isinstance(start, int):
        spoken["at_text"] = words.moment(start)
        spoken["day"] = words.day(start)
        spoken["date_iso"] = words.zone.date(start).isoformat()
        spoken["from_clock"] = words.clock(start)
        if isinstance(end, int):
            spoken["hours"] = f"{words.hour(start)} {words.text('à')} {words.hour(end)}"
            spoken["to_clock"] = words.clock(end)
    for name, value in facts.items():
        if name.endswith("_seconds") and isinstance(value, int):
            spoken[name.removesuffix("_seconds")] = words.duration(value)
        elif name.endswith("_date") and isinstance(value, date):
            spoken[name.replace("_date", "_day")] = words.day(value)
    limit = facts.get("limit")
    if isinstance(limit, int):
        spoken["limit_mb"] = limit // 1_000_000
    periods = facts.get("periods")
    if isinstance(periods, list | tuple):
        spoken["opening"] = ", ".join(
            f"{words.text('de')} {words.minutes(opens)} {words.text('à')} {words.minutes(closes)}"
            for opens, closes in periods
        )
    return spoken
