"""What the pages of zones show."""

import re
import unicodedata
from collections.abc import Mapping

import msgspec

from devices.badges.decide import Rule
from tierslieu.access.zones import queries, wording
from tierslieu.access.zones.places import doors_without_pad
from tierslieu.access.zones.queries import ZoneNow
from tierslieu.access.zones.schemas import MOST_RULES, ZoneForm
from tierslieu.basics.ids import show
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.venue.queries import venue

HOUR, MINUTE = 3600, 60
SPARE = 3
"""Empty lines at the end of the rules."""


class ZoneLine(msgspec.Struct, frozen=True):
    """A zone in the list."""

    key: str
    name: str
    space: str
    places: str
    rules: list[str]
    without_pad: str


class RuleFields(msgspec.Struct, frozen=True):
    """One line of the rules in the form."""

    who: list[Choice]
    when: list[Choice]
    pin: list[Choice]


class ZoneView(msgspec.Struct, frozen=True):
    """The form of a zone; `key` is empty for a new one."""

    key: str
    name: str
    fields: Mapping[str, str]
    ticks: Mapping[str, bool]
    spaces: list[Choice]
    passback: list[Choice]
    rules: list[RuleFields]
    without_pad: str


def zone_lines(reader: Reader, spoken: Words) -> list[ZoneLine]:
    """All zones in use, with their rules in words."""
    here, names = venue(reader), dict(wording.who_choices(reader, spoken))
    found = []
    for zone in queries.zones(reader):
        space = here.spaces.get(zone.space_id)
        where = spoken.text(_("Tous les espaces")) if zone.is_site else space.name if space else ""
        rules = [wording.rule_text(spoken, rule, names) for rule in queries.rules_of(reader, zone.id)]
        places, padless = str(zone.capacity or ""), _without_pad(reader, zone)
        found.append(ZoneLine(zone.key, zone.name, where, places, rules, padless))
    return found


def _without_pad(reader: Reader, zone: ZoneNow) -> str:
    """The doors at which nobody can type the pin that a rule of the zone asks for."""
    asks = any(rule.pin != "never" for rule in queries.rules_of(reader, zone.id))
    return ", ".join(doors_without_pad(reader, zone.id)) if asks else ""


def zone_view(reader: Reader, spoken: Words, key: str, typed: Mapping[str, str] | None) -> ZoneView:
    """The form of a zone as it is stored, or as it was sent and refused: nothing typed is lost. Raises NotFound."""
    zone = queries.zone_by_key(reader, key) if key else None
    form = dict(typed) if typed is not None else _fields(reader, zone)
    who = wording.who_choices(reader, spoken)
    count = min(MOST_RULES, SPARE + len([name for name in form if name.startswith("who") and form[name]]))
    spaces = [("", spoken.text(_("Aucun")))] + [(show(one.id), one.name) for one in venue(reader).spaces.values()]
    return ZoneView(
        key,
        zone.name if zone else "",
        {name: form.get(name, "") for name in ZoneForm.model_fields},
        {name: bool(form.get(name)) for name in ("is_site", "counts_staff")},
        _choices(spaces, form.get("space", "")),
        _choices([(code, spoken.text(text)) for code, text in wording.PASSBACK.items()], form.get("passback", "soft")),
        [_rule(spoken, who, form, number) for number in range(count)],
        _without_pad(reader, zone) if zone else "",
    )


def _rule(spoken: Words, who: list[tuple[str, str]], form: Mapping[str, str], number: int) -> RuleFields:
    nobody = ("", spoken.text(_("Personne (ligne vide)")))
    chosen = form.get(f"who{number}", "")
    known = who if not chosen or chosen in dict(who) else [*who, (chosen, chosen)]
    return RuleFields(
        _choices([nobody, *known], chosen),
        _choices([(code, spoken.text(text)) for code, text in wording.WHEN.items()], form.get(f"when{number}", "")),
        _choices([(code, spoken.text(text)) for code, text in wording.PIN.items()], form.get(f"pin{number}", "")),
    )


def _choices(pairs: list[tuple[str, str]], chosen: str) -> list[Choice]:
    return [Choice(value, label, value == chosen) for value, label in pairs]


def _fields(reader: Reader, zone: ZoneNow | None) -> dict[str, str]:
    if zone is None:
        return {
            "capacity": "0",
            "counts_staff": "1",
            "passback": "soft",
            "passback_minutes": "2",
            "early_minutes": "15",
            "stale_hours": "168",
            "position": "0",
        }
    found = {
        "name": zone.name,
        "space": show(zone.space_id) if zone.space_id else "",
        "is_site": "1" if zone.is_site else "",
        "capacity": str(zone.capacity),
        "counts_staff": "1" if zone.counts_staff else "",
        "passback": zone.passback,
        "passback_minutes": str(zone.passback_s // MINUTE),
        "early_minutes": str(zone.early_s // MINUTE),
        "stale_hours": str(zone.stale_s // HOUR),
        "position": str(zone.position),
    }
    for number, rule in enumerate(queries.rules_of(reader, zone.id)):
        found |= _rule_fields(number, rule)
    return found


def _rule_fields(number: int, rule: Rule) -> dict[str, str]:
    return {f"who{number}": wording.who_value(rule), f"when{number}": rule.when, f"pin{number}": rule.pin}


def zone_key(name: str) -> str:
    """The key of a zone made from its name: « Grande salle » gives "grande-salle"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-") or "zone"
