"""The sentences for stable codes: what happened and why, in plain words. Remedies become links beside them.

Facts are formatted here: instants under `at`, `until`, `from_at` become hours and days, `date` a day.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from tierslieu.basics.errors import Reason, Remedy
from tierslieu.http.sentences import HOUSE
from tierslieu.http.sentences_of_access import ACCESS
from tierslieu.http.sentences_of_fablab import FABLAB
from tierslieu.http.sentences_of_people import PEOPLE
from tierslieu.http.sentences_of_reservations import RESERVATIONS
from tierslieu.http.sentences_of_state import STATE
from tierslieu.http.words import Words, _

SENTENCES: Mapping[str, str] = {**HOUSE, **PEOPLE, **RESERVATIONS, **FABLAB, **ACCESS, **STATE}

REMEDIES: Mapping[str, str] = {
    "next_free": _("Libre à partir de {at_text}"),
    "other_resource": _("{resource} est libre à cette heure"),
    "see_day": _("Voir tous les créneaux du {day}"),
    "see_mine": _("Voir mes réservations"),
    "see_family": _("Voir mes proches et leurs autorisations"),
    "see_plans": _("Voir les formules et leurs prix"),
    "ask_desk": _("Demander à l’accueil"),
    "see_trainings": _("Voir les formations : {qualification}"),
    "next_training": _("Prochaine séance : {at_text}"),
    "see_person": _("Voir la fiche"),
    "see_waiting": _("Voir ma liste d’attente"),
    "wait": _("Me prévenir si ce créneau se libère"),
    "see_current": _("Voir où elle en est"),
    "see_closures": _("Voir les fermetures"),
    "read_sheet": _("Lire la fiche de sécurité"),
    "reserve_machine": _("Réserver {machine}"),
}


LEVELS: Mapping[str, str] = {
    "discovery": _("Découverte"),
    "accompanied": _("Accompagné"),
    "autonomous": _("Autonome"),
    "trainer": _("Formateur"),
}
"""The levels of a qualification, as reasons name them."""


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
    if "href" in facts:
        return Link(str(facts["href"]), text)
    if remedy.kind in ("next_free", "other_resource"):
        return Link(f"/reserver?{urlencode(_wish(facts))}", text)
    if remedy.kind == "wait":
        return Link(f"/attente/nouvelle?{urlencode(_wish(facts))}", text)
    if remedy.kind == "see_day":
        return Link(f"/reserver?{urlencode({'date': str(facts['date_iso'])})}", text)
    if remedy.kind == "see_person":
        return Link(f"/personnes/{facts['person']}", text)
    return Link("/mes-reservations", text)


def _wish(facts: Mapping[str, object]) -> dict[str, object]:
    """The wish that facts speak of, as a query of an address."""
    names = {"resource": "key", "date": "date_iso", "from": "from_clock", "to": "to_clock", "people": "people"}
    return {name: facts[fact] for name, fact in names.items() if fact in facts}


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
        elif name.endswith("_at") and isinstance(value, int):
            spoken[f"{name.removesuffix('_at')}_text"] = words.moment(value)
        elif name.endswith("_cents") and isinstance(value, int):
            spoken[name.replace("_cents", "_money")] = words.money(value)
        elif name.endswith("_date") and isinstance(value, date):
            spoken[name.replace("_date", "_day")] = words.day(value)
            spoken[name.replace("_date", "_long_day")] = words.day(value, "year")
    if facts.get("level") in LEVELS:
        spoken["level"] = words.text(LEVELS[str(facts["level"])]).lower()
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
