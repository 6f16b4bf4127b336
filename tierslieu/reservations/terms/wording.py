"""What the rules of a set are called, and how their values are said."""

from collections.abc import Mapping

from tierslieu.http.words import Words, _
from tierslieu.reservations.terms.rules import CENTS, COUNT, DAYS, MINUTES, NO_PLAN, QUOTAS, rule_of

NAMES: Mapping[str, str] = {
    "is_bookable": _("Se réserve en ligne"),
    "needs_approval": _("Demande l’accord de l’équipe"),
    "holds_requests": _("La demande garde le créneau"),
    "grid_minutes": _("Pas des horaires"),
    "min_minutes": _("Durée la plus courte"),
    "max_minutes": _("Durée la plus longue"),
    "notice_minutes": _("Délai avant le début"),
    "horizon_days": _("Jours à l’avance, au plus"),
    "buffer_before": _("Préparation avant"),
    "buffer_after": _("Remise en ordre après"),
    "cancel_minutes": _("Annulation possible jusqu’à"),
    "move_minutes": _("Déplacement possible jusqu’à"),
    "min_people": _("Personnes, au moins"),
    "one_at_a_time": _("Une chose à la fois (0 non, 1 du même genre, 2 toujours)"),
    "grace_minutes": _("Libéré après ce retard (0 jamais)"),
    "hourly_cents": _("Prix de l’heure, en centimes"),
    "minutes_day": _("Temps par jour, au plus"),
    "minutes_week": _("Temps par semaine, au plus"),
    "minutes_month": _("Temps par mois, au plus"),
    "minutes_ahead": _("Temps à venir, au plus"),
    "count_day": _("Réservations par jour, au plus"),
    "count_week": _("Réservations par semaine, au plus"),
    "count_month": _("Réservations par mois, au plus"),
    "count_ahead": _("Réservations à venir, au plus"),
}
KINDS: Mapping[str, str] = {
    "desk_pool": _("Tout le coworking"),
    "desk": _("Tous les postes de coworking"),
    "room": _("Toutes les salles"),
    "workstation": _("Tous les postes informatiques"),
    "machine": _("Toutes les machines"),
    "loan_item": _("Tout le matériel prêté"),
    "staff_time": _("Le temps de toute l’équipe"),
}
STATES: Mapping[str, str] = {"draft": _("Brouillon"), "in_force": _("En vigueur"), "past": _("Ancienne")}
EVERYTHING = _("Tout le lieu")
EVERYBODY = _("Tout le monde")
WITHOUT_PLAN = _("Personnes sans formule")


def value_text(words: Words, name: str, value: int) -> str:
    """« 2 h », « 30 jours », « oui »."""
    rule = rule_of(name)
    is_time = name in QUOTAS and QUOTAS[name][0] == MINUTES
    if rule is None or (name in QUOTAS and not is_time):
        return str(value)
    if is_time or rule.unit == MINUTES:
        return words.duration(value * 60) if value else f"0{chr(0xA0)}min"
    if rule.unit == DAYS:
        return words.plural("{count} jour", "{count} jours", value)
    if rule.unit == CENTS:
        return words.money(value)
    if rule.unit == COUNT or name == "one_at_a_time":
        return str(value)
    return words.text("oui") if value else words.text("non")


def audience_key(audience: str) -> str:
    """The key of an audience in a form, where an empty value says that nothing was chosen."""
    return audience or "everybody"


__all__ = [
    "EVERYBODY",
    "EVERYTHING",
    "KINDS",
    "NAMES",
    "NO_PLAN",
    "STATES",
    "WITHOUT_PLAN",
    "audience_key",
    "value_text",
]
