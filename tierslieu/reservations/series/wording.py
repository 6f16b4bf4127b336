"""How a series is said: its rule, its hours, the states of its dates."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from tierslieu.http.words import Words, _
from tierslieu.reservations.series.rules import Rule

MONDAY: Final = date(2026, 11, 23)
RANKS: Final[Mapping[int, str]] = {
    1: _("le premier {day} du mois"),
    2: _("le deuxième {day} du mois"),
    3: _("le troisième {day} du mois"),
    4: _("le quatrième {day} du mois"),
    5: _("le cinquième {day} du mois"),
    -1: _("le dernier {day} du mois"),
}
ONCE: Final[Mapping[str, str]] = {"DAILY": _("chaque jour"), "WEEKLY": _("chaque semaine"), "MONTHLY": _("chaque mois")}
OFTEN: Final[Mapping[str, str]] = {
    "DAILY": _("tous les {count} jours"),
    "WEEKLY": _("toutes les {count} semaines"),
    "MONTHLY": _("tous les {count} mois"),
}
STATES: Final[Mapping[str, str]] = {
    "open": _("À traiter"),
    "dropped": _("Laissée de côté"),
    "released": _("Rendue, faute de réponse"),
}


def weekday(day: int, words: Words) -> str:
    """« mardi »."""
    return words.day(MONDAY + timedelta(days=day)).split(" ")[0].rstrip(",")


def rule_text(rule: Rule, first: date, words: Words) -> str:
    """« chaque semaine, le mardi et le jeudi, 8 fois »."""
    often = ONCE[rule.freq] if rule.interval == 1 else OFTEN[rule.freq]
    parts = [words.text(often, count=rule.interval), _days_text(rule, first, words)]
    if rule.count:
        parts.append(words.plural("{count} fois", "{count} fois", rule.count))
    if rule.until:
        parts.append(words.text(_("jusqu’au {day}"), day=words.day(rule.until, "year")))
    return ", ".join(part for part in parts if part)


def _days_text(rule: Rule, first: date, words: Words) -> str:
    if rule.freq == "DAILY":
        return ""
    if rule.freq == "WEEKLY":
        days = [words.text(_("le {day}"), day=weekday(day, words)) for day in rule.weekdays or (first.weekday(),)]
        return words.text(_("{first} et {last}"), first=", ".join(days[:-1]), last=days[-1]) if days[1:] else days[0]
    if rule.nth:
        return words.text(RANKS[rule.nth], day=weekday(rule.weekdays[0], words))
    if rule.month_day == -1:
        return words.text(_("le dernier jour du mois"))
    return words.text(_("le {number}"), number=rule.month_day or first.day)
